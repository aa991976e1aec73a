/** Several times what a slow machine takes. */
const TIMEOUT_MS = 5_000

/**
 * Whether the window shows its first page yet, which it tells itself: what the browser takes for a first paint may be
 * the bare background. Nothing that waits for it may wait for ever.
 */
export class FirstPage {
  readonly shown: Promise<void>
  readonly tell: () => void

  constructor() {
    let resolveShown: () => void = () => undefined
    this.shown = new Promise((resolve) => (resolveShown = resolve))
    const timeout = setTimeout(resolveShown, TIMEOUT_MS)
    this.tell = () => {
      clearTimeout(timeout)
      resolveShown()
    }
  }
}
