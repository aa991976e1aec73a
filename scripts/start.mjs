// `npm start`: everything from a fresh clone to an open window, or to a running cluster where there is no screen.

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { build } from './build.mjs'
import { electronBinary } from './electron-path.mjs'
import { ROOT } from './entries.mjs'
import { endWithNpm, runChild } from './run-child.mjs'
import { setup } from './setup.mjs'

const args = process.argv.slice(2)
const noDisplay = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY

/** @returns {Promise<number>} */
async function openWindow() {
  await setup('app')
  await build('app')
  if (!existsSync(join(ROOT, 'out/main/index.js'))) {
    process.stderr.write('There is no app in this checkout: src/main/index.ts is missing.\n')
    return 1
  }
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [] // Chromium refuses to sandbox for root
  return runChild(electronBinary(), [ROOT, ...sandbox, ...args])
}

/** @returns {Promise<number>} */
function runHeadless() {
  process.stderr.write('There is no display here, so Ottla starts a cluster without a window: ottla up\n')
  return runChild(process.execPath, [join(ROOT, 'scripts/ottla.mjs'), 'up', ...args])
}

endWithNpm()
try {
  process.exitCode = await (noDisplay ? runHeadless() : openWindow())
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
