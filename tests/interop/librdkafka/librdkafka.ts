/**
 * librdkafka and its bindings, built from npm's package alone. That takes a C++ compiler and some two minutes, so it is
 * no dependency of the project: whoever runs these tests builds it, once, into a folder of its own.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { nodePrefix, npmFolder, onPath } from '../../../scripts/setup/process.mjs'
import { FOLDER } from './folder.mjs'

const LOCK = 'package-lock.json'
const BUILT = join(FOLDER, 'built')
const PACKAGE = join(FOLDER, 'node_modules/@platformatic/rdkafka')
const DOWNLOAD_TIMEOUT_MS = 180_000
const BUILD_TIMEOUT_MS = 900_000

/** What only the build needs, half a gigabyte of it. */
const LEFT_OVERS = ['build/Release/obj.target', 'build/Release/.deps', 'deps']

/** Fetches and builds it, once for each version. Returns why it cannot be had, or null. */
export function prepareLibrdkafka(): string | null {
  const lock = readFileSync(join(import.meta.dirname, LOCK), 'utf8')
  if (existsSync(BUILT) && readFileSync(BUILT, 'utf8') === builtFrom(lock)) return null
  const npm = npmFolder()
  if (npm === undefined) return 'npm, which brings node-gyp, was not found beside Node'
  const missing = ['g++', 'make', 'python3'].filter((program) => !onPath(program))
  if (missing.length > 0) return `it is built with ${missing.join(', ')}, not on this machine`
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  for (const file of ['package.json', LOCK]) copyFileSync(join(import.meta.dirname, file), join(FOLDER, file))
  process.stderr.write('Building librdkafka, once; this takes about two minutes.\n')
  const failure =
    run('npm ci', FOLDER, DOWNLOAD_TIMEOUT_MS, [
      join(npm, 'bin/npm-cli.js'),
      ...['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    ]) ??
    // Its makefile does not know what depends on what, so nothing is made side by side.
    run('node-gyp', PACKAGE, BUILD_TIMEOUT_MS, [
      join(npm, 'node_modules/node-gyp/bin/node-gyp.js'),
      ...['rebuild', '--jobs=1', ...headers()],
    ])
  if (failure !== null) return failure
  for (const name of LEFT_OVERS) rmSync(join(PACKAGE, name), { recursive: true, force: true })
  writeFileSync(BUILT, builtFrom(lock))
  return null
}

export function librdkafkaVersion(): string {
  const { librdkafkaVersion: version } = createRequire(join(FOLDER, 'package.json'))('@platformatic/rdkafka')
  return String(version)
}

/** A binary fits the Node it was built for. */
function builtFrom(lock: string): string {
  return `${process.versions.modules} ${process.platform} ${process.arch}\n${lock}`
}

/** Without headers beside Node, node-gyp fetches those of this version from nodejs.org. */
function headers(): string[] {
  const prefix = nodePrefix()
  return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : []
}

/** Null, or a sentence with the end of what it said. */
function run(what: string, cwd: string, timeout: number, args: string[]): string | null {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd,
    timeout,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status === 0) return null
  const said = `${stdout}${stderr}`.trim().split('\n').slice(-8).join('\n')
  return `${what} failed: ${error?.message ?? ''}${said}`
}
