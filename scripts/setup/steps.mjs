// Runs steps, each named, each skipped when its stamp says that nothing it depends on has changed.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { ROOT } from '../entries.mjs'
import { withLock } from '../lock.mjs'

export const CACHE = join(ROOT, 'node_modules/.cache/ottla')

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {string} title           Said while it runs.
 * @property {() => string} key       What the result depends on; compared with the stamp of the last run.
 * @property {() => boolean} intact   Whether the result is still there.
 * @property {() => Promise<void>} run
 * @property {string[]} [after]       Steps it waits for. Others may run beside it.
 */

const stampFile = join(CACHE, 'setup.json')

/** @returns {Record<string, string>} */
function readStamps() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return {} // first run, or a file cut short: every step decides by itself
  }
}

/** @param {string} id @param {string} key */
function writeStamp(id, key) {
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(stampFile, JSON.stringify({ ...readStamps(), [id]: key }, null, 2) + '\n')
}

/** @param {Step} step @param {Record<string, string>} stamps */
function isDone(step, stamps) {
  return stamps[step.id] === step.key() && step.intact()
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(line + '\n')
}

/** @param {Step[]} steps */
export async function runSteps(steps) {
  const stamps = readStamps()
  if (steps.every((step) => isDone(step, stamps))) return
  await withLock('setup', () => runStale(steps))
}

/** @param {Step[]} steps */
async function runStale(steps) {
  /** @type {Map<string, Promise<void>>} */
  const started = new Map()
  steps.forEach((step, index) => {
    const waitsFor = (step.after ?? []).map((id) => started.get(id))
    const work = Promise.all(waitsFor).then(async () => {
      if (isDone(step, readStamps())) return
      const label = `[${index + 1}/${steps.length}] ${step.title}`
      const since = Date.now()
      say(`${label} …`)
      await step.run()
      writeStamp(step.id, step.key())
      if (Date.now() - since > 2000) say(`${label}: done in ${Math.round((Date.now() - since) / 1000)} s`)
    })
    started.set(step.id, work)
  })
  await Promise.all(started.values())
}
