import { constants } from 'node:os'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** When a foreground process is to end: at the first signal, or when somebody says so. */
export class Ending {
  /** Resolves at the end. */
  readonly reached: Promise<void>
  #reach: () => void = () => undefined
  #isAsked = false

  constructor(onSignal: () => void) {
    this.reached = new Promise((resolve) => {
      this.#reach = resolve
    })
    for (const signal of signals) {
      process.on(signal, () => {
        // Whoever asks twice does not want to wait; the codes are those a shell gives a process killed by a signal.
        if (this.#isAsked) process.exit(128 + constants.signals[signal])
        this.#isAsked = true
        onSignal()
        this.#reach()
      })
    }
  }

  /** Ends without a signal. */
  end(): void {
    this.#reach()
  }
}
