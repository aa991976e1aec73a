// `npm run bench [-- names]` runs tests/bench/*.ts, `npm run bench:app` tests/bench/app/*.ts. A benchmark is a program:
// it measures, and prints what it found.

import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

import { build } from './build.mjs'
import { electronBinary } from './electron-path.mjs'
import { engineWorkers, present, ROOT } from './entries.mjs'
import { runChild } from './run-child.mjs'
import { setup } from './setup.mjs'
import { onDisplay } from './display.mjs'

const forApp = process.argv[2] === 'app'
const wanted = process.argv.slice(forApp ? 3 : 2)
const folder = join(ROOT, forApp ? 'tests/bench/app' : 'tests/bench')
const out = join(ROOT, forApp ? 'out/bench-app' : 'out/bench')

await setup(forApp ? 'test' : 'node')
if (forApp) await build('app')
const env = forApp ? { OTTLA_ELECTRON: electronBinary() } : {}

const names = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => file.endsWith('.ts') && !file.startsWith('_'))
  .map((file) => basename(file, '.ts'))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
if (names.length === 0) {
  process.stderr.write(`There is no such benchmark in ${folder}.\n`)
  process.exit(wanted.length === 0 ? 0 : 2)
}

const { bundle } = await import('./bundle.mjs')
const entries = Object.fromEntries(names.map((name) => [name, join(folder, `${name}.ts`)]))
await bundle({ ...entries, ...present(engineWorkers) }, out, { drivesTheApp: forApp })

// One that fails keeps none of the others from being measured.
for (const name of names) {
  process.stdout.write(`\n# ${name}\n`)
  const program = [process.execPath, '--expose-gc', '--enable-source-maps', join(out, `${name}.js`)]
  const [command = '', ...args] = forApp ? onDisplay(program) : program
  const code = await runChild(command, args, { env })
  if (code !== 0) process.exitCode = code
}
