import { app } from 'electron'
import { log } from './log.ts'

/** Brokers hand over and commit within a second or two; one that hangs must not keep the computer from shutting down. */
const CLOSE_TIMEOUT_MS = 15_000

/**
 * Closes what is open before the app ends. By `app.exit`: once everything is closed nothing is left that could still
 * say no, and a window that has gone already can't hold the process up.
 */
export function closeBeforeQuit(close: () => Promise<void>): void {
  let closing = false
  app.on('before-quit', (event) => {
    event.preventDefault()
    if (closing) return
    closing = true
    const timeout = setTimeout(() => {
      log.error(`Closing took more than ${CLOSE_TIMEOUT_MS} ms; the app ends all the same`)
      app.exit(1)
    }, CLOSE_TIMEOUT_MS)
    close()
      .catch((error: unknown) => log.error('Closing failed', error))
      .finally(() => {
        clearTimeout(timeout)
        app.exit(0)
      })
  })
}
