// Whether something built is still what its sources say. Paths, sizes and times are compared, not contents: reading a
// few hundred stat entries takes milliseconds, and this runs before every start of the command line.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { ROOT } from './entries.mjs'

/** @param {string} path @param {import('node:crypto').Hash} hash */
function addToHash(path, hash) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return
  if (!stat.isDirectory()) {
    hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`)
    return
  }
  for (const name of readdirSync(path).sort()) addToHash(join(path, name), hash)
}

/** @param {string[]} paths  Files and folders, from the root of the checkout. */
export function fingerprint(paths) {
  const hash = createHash('sha256').update(process.version)
  for (const path of paths) addToHash(join(ROOT, path), hash)
  return hash.digest('hex')
}

/** @param {string} name */
const stampFile = (name) => join(ROOT, 'out/.stamps', name)

/** @param {string} name @param {string} print */
export function isFresh(name, print) {
  const file = stampFile(name)
  return existsSync(file) && readFileSync(file, 'utf8') === print
}

/** @param {string} name @param {string} print */
export function markFresh(name, print) {
  mkdirSync(dirname(stampFile(name)), { recursive: true })
  writeFileSync(stampFile(name), print)
}
