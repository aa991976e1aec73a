// Which Electron this checkout runs: asked by npm start, by the interface tests and by development mode.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { ROOT } from './entries.mjs'

export const FALLBACK_FOLDER = join(ROOT, 'node_modules/.cache/ottla-electron/dist')

const official = join(ROOT, 'node_modules/electron')
const fallback = join(FALLBACK_FOLDER, 'electron')

function officialBinary() {
  const pathFile = join(official, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const binary = join(official, 'dist', readFileSync(pathFile, 'utf8').trim())
  return existsSync(binary) ? binary : undefined
}

/** Whether the only Electron here is the one from a package registry (see setup/electron-fallback.mjs). */
export function usesFallbackElectron() {
  return officialBinary() === undefined && existsSync(join(FALLBACK_FOLDER, 'version'))
}

/** @returns {string | undefined} */
export function findElectron() {
  const chosen = process.env.OTTLA_ELECTRON
  if (chosen) return chosen
  return officialBinary() ?? (usesFallbackElectron() ? fallback : undefined)
}

/** @returns {string} the path of the Electron executable */
export function electronBinary() {
  const binary = findElectron()
  if (binary) return binary
  throw new Error('There is no Electron here yet. Run: node scripts/setup.mjs app')
}
