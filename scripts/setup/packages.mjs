// npm ci, when package-lock.json says something else than what is installed.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { ROOT } from '../entries.mjs'
import { npm, SetupError, tail } from './process.mjs'

const lockFile = join(ROOT, 'package-lock.json')
const installedFile = join(ROOT, 'node_modules/.package-lock.json')
const cacheFolder = join(ROOT, 'node_modules/.cache')
const keptCache = join(ROOT, '.cache-kept-during-install')

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }>} */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

/** Whether an install made by hand already agrees with the lock, version for version. */
function installedAgrees() {
  if (!existsSync(installedFile)) return false
  const installed = packagesOf(installedFile)
  return Object.entries(packagesOf(lockFile)).every(
    ([path, wanted]) =>
      path === '' ||
      wanted.version === installed[path]?.version ||
      (wanted.optional === true && !installed[path]),
  )
}

async function install() {
  if (installedAgrees()) return
  // npm ci empties node_modules. What was downloaded and compiled there is worth minutes, so it steps aside.
  if (existsSync(cacheFolder) && !existsSync(keptCache)) renameSync(cacheFolder, keptCache)
  try {
    const result = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
    if (result.code !== 0) {
      throw new SetupError(
        `npm ci failed:\n${tail(result.output)}\n` +
          'Ottla needs the npm registry once. Check the connection or proxy (npm config get registry) and run this again.',
      )
    }
  } finally {
    if (existsSync(keptCache)) {
      rmSync(cacheFolder, { recursive: true, force: true })
      renameSync(keptCache, cacheFolder)
    }
  }
}

/** @type {import('./steps.mjs').Step} */
export const packages = {
  id: 'packages',
  title: 'Installing packages',
  key: () => createHash('sha256').update(readFileSync(lockFile)).digest('hex'),
  intact: () => existsSync(installedFile),
  run: install,
}
