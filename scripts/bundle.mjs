// Bundles programs for plain Node.

import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { rolldown } from 'rolldown'

import { NODE_TARGET, ROOT } from './entries.mjs'

const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** @param {string[]} packages */
const importOf = (packages) => (/** @type {string} */ id) =>
  packages.some((name) => id === name || id.startsWith(`${name}/`))

/**
 * All files lie flat in `folder`, shared chunks too: a worker is looked for beside the file that starts it, and that
 * file may be a chunk.
 * @param {Record<string, string>} entries  Name of the output without .js, and source file.
 * @param {string} folder
 * @param {{ drivesTheApp?: boolean }} [options]  A benchmark of the app uses the driver that its tests use.
 */
export async function bundle(entries, folder, { drivesTheApp = false } = {}) {
  const packages = [dependencies, drivesTheApp ? devDependencies : {}].flatMap(Object.keys)
  const build = await rolldown({
    input: entries,
    cwd: ROOT,
    platform: 'node',
    external: importOf(packages),
    transform: { target: NODE_TARGET },
    logLevel: 'silent',
  })
  try {
    const { output } = await build.generate({
      format: 'esm',
      sourcemap: true,
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    })
    mkdirSync(folder, { recursive: true })
    for (const file of output) {
      writeWhole(join(folder, file.fileName), file.type === 'chunk' ? file.code : file.source)
    }
    removeOthers(folder, new Set(output.map((file) => file.fileName)))
  } finally {
    await build.close()
  }
}

/** By rename, so that a program which starts meanwhile never reads half a file. @param {string} file @param {string | Uint8Array} content */
function writeWhole(file, content) {
  writeFileSync(`${file}.new`, content)
  if (String(content).startsWith('#!')) chmodSync(`${file}.new`, 0o755)
  renameSync(`${file}.new`, file)
}

/** @param {string} folder @param {Set<string>} current */
function removeOthers(folder, current) {
  for (const name of readdirSync(folder)) {
    if (!current.has(name)) rmSync(join(folder, name), { recursive: true })
  }
}
