// better-sqlite3 for the Node and the Electron of this machine.
//
// The binary inside the package asks for Node-API 10 and crashes the process on Node 20 and on Electron 33. There it is
// compiled from the same package's source with the experimental Node-API set, which holds what 10 made official; that
// one binary loads in both. It takes a minute, once: the result is kept by version and platform.

import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { usesFallbackElectron } from '../electron-path.mjs'
import { ROOT } from '../entries.mjs'
import { aptInstall } from './apt.mjs'
import { nodePrefix, npmFolder, onPath, run, SetupError, tail } from './process.mjs'
import { CACHE, say } from './steps.mjs'

const folder = join(ROOT, 'node_modules/better-sqlite3')
const binary = join(folder, 'build/Release/better_sqlite3.node')

export const nodeNeedsSource = Number(process.versions.napi) < 10

const sourceNeeded = () => nodeNeedsSource || usesFallbackElectron()

function version() {
  const manifest = join(folder, 'package.json')
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : 'none'
}

const keptBinary = () => join(CACHE, `better-sqlite3-${version()}-${process.platform}-${process.arch}.node`)

/** In a child process, for a binary that does not fit takes its process down without an error to catch. */
async function loads() {
  const probe =
    "const D = require('better-sqlite3'); const db = new D(':memory:'); " +
    "if (db.prepare('select 41 + 1 as n').get().n !== 42) process.exit(1); db.close()"
  return (await run(process.execPath, ['-e', probe])).code === 0
}

async function ensureCompiler() {
  if (process.platform === 'win32') {
    throw new SetupError(
      'better-sqlite3 has no ready binary for this Node on Windows. Install Node 22.14 or newer and run this again.',
    )
  }
  if (process.platform === 'darwin') {
    if (onPath('clang++')) return
    throw new SetupError('A C++ compiler is needed to build SQLite. Run: xcode-select --install')
  }
  const missing = ['g++', 'make', 'python3'].filter((program) => !onPath(program))
  await aptInstall(missing, 'compile SQLite')
}

function nodeGyp() {
  const npm = npmFolder()
  const script = npm && join(npm, 'node_modules/node-gyp/bin/node-gyp.js')
  if (script && existsSync(script)) return script
  throw new SetupError(
    'node-gyp, which comes with npm, was not found, so SQLite cannot be compiled. Install npm beside Node, ' +
      'or use Node 22.14 or newer, which needs no compiler.',
  )
}

async function compile() {
  await ensureCompiler()
  say('      Compiling SQLite, once; this takes about a minute.')
  const prefix = nodePrefix()
  const headers = existsSync(join(prefix, 'include/node/node_api.h'))
  const result = await run(
    process.execPath,
    // Without headers beside Node, node-gyp fetches those of this version from nodejs.org.
    [nodeGyp(), 'rebuild', '--release', ...(headers ? [`--nodedir=${prefix}`] : []), '--', '-Dforce_build=1'],
    {
      cwd: folder,
      env: {
        CXXFLAGS:
          '-UNAPI_VERSION -DNAPI_VERSION=2147483647 -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT',
      },
    },
  )
  if (result.code === 0) return
  throw new SetupError(
    `Compiling SQLite failed:\n${tail(result.output, 20)}\n` +
      (headers
        ? 'A C++20 compiler, make and Python 3 are needed. Node 22.14 or newer needs none of them.'
        : `Node's C headers are not in ${join(prefix, 'include/node')} and could not be fetched. Install Node from its ` +
          'official archive, which has them, or the -dev package of the system.'),
  )
}

async function build() {
  if (!sourceNeeded()) {
    if (await loads()) return
  } else if (existsSync(binary) && (await loads())) {
    keep()
    return
  } else if (existsSync(keptBinary())) {
    mkdirSync(dirname(binary), { recursive: true })
    copyFileSync(keptBinary(), binary)
    if (await loads()) return
  }
  rmSync(join(folder, 'build'), { recursive: true, force: true })
  await compile()
  if (!(await loads())) {
    throw new SetupError(
      `SQLite was compiled but does not load in Node ${process.versions.node}. ` +
        'Use Node 22.14 or newer, or delete node_modules and run this again.',
    )
  }
  keep()
}

function keep() {
  mkdirSync(CACHE, { recursive: true })
  copyFileSync(binary, keptBinary())
}

/** @type {import('./steps.mjs').Step} */
export const sqlite = {
  id: 'sqlite',
  title: 'Preparing SQLite',
  after: ['packages'],
  key: () => [version(), process.platform, process.arch, process.versions.modules, sourceNeeded()].join(' '),
  intact: () => !sourceNeeded() || existsSync(binary),
  run: build,
}
