import { join } from 'node:path'
import { app } from 'electron'
import log from 'electron-log/main.js'

const MAX_FILE_BYTES = 5 * 1024 * 1024

/** The app's log: `ottla.log` in the platform's folder for logs, and the terminal it was started from. */
export function openLog(): void {
  const file = join(app.getPath('logs'), 'ottla.log')
  log.transports.file.resolvePathFn = () => file
  log.transports.file.maxSize = MAX_FILE_BYTES
  log.transports.file.level = 'info'
  // A terminal that has gone away must not take the app with it.
  log.transports.console.level = app.isPackaged ? false : 'info'
}

export { log }
