import { reportStartFailure } from './crash.ts'
import { app } from 'electron'
import { startApp } from './app.ts'
import { chooseDirectories } from './directories.ts'
import { openLog } from './log.ts'
import { registerAppScheme } from './window/app-protocol.ts'

chooseDirectories()
openLog()
registerAppScheme()

// Electron refuses to run its sandbox for root, where this switch is needed: both together make every child die.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()

if (app.requestSingleInstanceLock()) {
  // Not awaited: at the top level of an ES module Electron becomes ready only after the module has run.
  void app
    .whenReady()
    .then(startApp)
    .catch((error: unknown) => {
      reportStartFailure(error)
      app.exit(1)
    })
} else {
  app.exit(0)
}
