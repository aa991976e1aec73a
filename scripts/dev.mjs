// `npm run dev`: the app with live reload of the window.

import { join } from 'node:path'

import { electronBinary } from './electron-path.mjs'
import { ROOT } from './entries.mjs'
import { runChild } from './run-child.mjs'
import { setup } from './setup.mjs'

await setup('app')
const tool = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js')
const sandbox = process.getuid?.() === 0 ? ['--noSandbox'] : []
process.exitCode = await runChild(process.execPath, [tool, 'dev', ...sandbox, ...process.argv.slice(2)], {
  cwd: ROOT,
  env: { ELECTRON_EXEC_PATH: electronBinary() },
})
