// Builds what is stale and says nothing unless it fails: `node scripts/build.mjs [node|app|all]`.
//   node  the command line and the engine's workers, for plain Node, into out/cli
//   app   Electron's main, preload and window, into out/main, out/preload and out/renderer

import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

import { cliEntries, present, ROOT } from './entries.mjs'
import { fingerprint, isFresh, markFresh } from './fresh.mjs'
import { withLock } from './lock.mjs'

const TOOLS = ['package.json', 'scripts/entries.mjs', 'scripts/build.mjs', 'scripts/bundle.mjs']

const targets = {
  node: {
    sources: ['src/broker', 'src/cli', 'src/shared', ...TOOLS],
    intact: () =>
      Object.keys(present(cliEntries)).every((name) => existsSync(join(ROOT, `out/cli/${name}.js`))),
    build: async () => {
      const entries = present(cliEntries)
      if (Object.keys(entries).length === 0) return
      const { bundle } = await import('./bundle.mjs')
      await bundle(entries, join(ROOT, 'out/cli'))
    },
  },
  app: {
    sources: ['src', 'electron.vite.config.ts', 'nuxt-ui.config.ts', 'resources', ...TOOLS],
    intact: () =>
      ['out/main/index.js', 'out/renderer/index.html', 'node_modules/.nuxt-ui/components.d.ts'].every(
        (file) => existsSync(join(ROOT, file)),
      ),
    build: async () => {
      const tool = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js')
      const result = spawnSync(process.execPath, [tool, 'build', '--logLevel', 'warn'], {
        cwd: ROOT,
        encoding: 'utf8',
      })
      if (result.status === 0) return
      throw new Error(`The app does not build:\n${result.stdout}${result.stderr}`.trimEnd())
    },
  },
}

// An app without its main entry cannot be built; a checkout in the making may not have one yet.
const exists = {
  node: () => true,
  app: () => existsSync(join(ROOT, 'src/main/index.ts')) && existsSync(join(ROOT, 'src/renderer/index.html')),
}

/** @typedef {keyof typeof targets} Target */

/** @param {Target} name */
export function isBuilt(name) {
  return !exists[name]() || (isFresh(name, fingerprint(targets[name].sources)) && targets[name].intact())
}

/** @param {Target} name */
export async function build(name) {
  if (isBuilt(name)) return
  await withLock(`build-${name}`, async () => {
    if (isBuilt(name)) return // built while this one waited
    const print = fingerprint(targets[name].sources)
    await targets[name].build().catch((/** @type {Error} */ error) => {
      throw process.stderr.isTTY ? error : new Error(stripVTControlCharacters(error.message))
    })
    markFresh(name, print)
  })
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const wanted = process.argv[2] ?? 'all'
  const names = /** @type {Target[]} */ (wanted === 'all' ? ['node', 'app'] : [wanted])
  if (!names.every((name) => name in targets)) {
    process.stderr.write(`There is nothing called "${wanted}" to build. Choose one of: node, app, all\n`)
    process.exit(2)
  }
  try {
    for (const name of names) await build(name)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  }
}
