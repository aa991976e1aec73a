const TIMEOUT_MS = 15_000
const PAUSE_MS = 5

/** Resolves with the first value of `read` that is neither false nor null; rejects when none comes for 15 s. */
export async function until<T>(
  what: string,
  read: () => T | false | null | undefined | Promise<T | false | null | undefined>,
): Promise<T> {
  const deadline = performance.now() + TIMEOUT_MS
  for (;;) {
    const value = await read()
    if (value !== false && value !== null && value !== undefined) return value
    if (performance.now() > deadline) throw new Error(`Waited ${TIMEOUT_MS} ms in vain for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
