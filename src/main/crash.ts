import { dialog } from 'electron'
import { log } from './log.ts'

/**
 * Without a listener Electron shows an error that nobody caught in a modal box: clusters would stand still behind it,
 * and a run without a screen would hang. The app goes on, and the log has what happened.
 *
 * Imported before everything else, so that it sees the errors of the other modules' first run too.
 */
process.on('uncaughtException', (error) => {
  log.error('Uncaught exception', error)
})

process.on('unhandledRejection', (reason) => {
  log.error('Unhandled rejection', reason)
})

/** For the one case where there is nothing to go on with: the app can't start. */
export function reportStartFailure(error: unknown): void {
  log.error('The app cannot start', error)
  dialog.showErrorBox('Ottla cannot start', error instanceof Error ? error.message : String(error))
}
