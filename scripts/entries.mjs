// The programs this project builds, besides the window. Bundlers for plain Node (build.mjs) and for Electron
// (electron.vite.config.ts) read the same list, so a worker is found beside whoever starts it in both.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The oldest runtimes the output must run on: Electron 33 and the Node inside it. */
export const NODE_TARGET = 'node20.18'
export const CHROME_TARGET = 'chrome130'

/**
 * Worker threads of the engine. Built once beside the command line and once beside Electron's main, because
 * `new Worker(new URL('./broker-worker.js', import.meta.url))` looks next to the file that starts it.
 */
export const engineWorkers = {
  'broker-worker': 'src/broker/supervisor/broker-worker.ts',
  'checkpoint-worker': 'src/broker/supervisor/checkpoint-worker.ts',
}

/** Worker threads only the desktop app has. */
export const appWorkers = {
  'session-worker': 'src/main/sessions/session-worker.ts',
  'demo-worker': 'src/main/demo/demo-worker.ts',
}

export const cliEntries = { ottla: 'src/cli/ottla.ts', ...engineWorkers }

/**
 * The entries of `list` whose source is there, with absolute paths.
 * @param {Record<string, string>} list
 * @returns {Record<string, string>}
 */
export function present(list) {
  const found = Object.entries(list).map(([name, file]) => [name, join(ROOT, file)])
  return Object.fromEntries(found.filter(([, file]) => existsSync(/** @type {string} */ (file))))
}
