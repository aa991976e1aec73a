import { join, resolve } from 'node:path'
import { app } from 'electron'

/**
 * Puts everything the app keeps under $OTTLA_HOME, where that is set; so two apps, or a test and the user's own, share
 * nothing. Must run before Electron is ready and before the single instance lock, which lives in this folder.
 */
export function chooseDirectories(): void {
  const home = process.env.OTTLA_HOME
  if (!home) return
  const data = join(resolve(home), 'app')
  app.setPath('userData', data)
  app.setPath('sessionData', data)
  app.setAppLogsPath(join(resolve(home), 'logs'))
}

export function dataDirectory(): string {
  return app.getPath('userData')
}
