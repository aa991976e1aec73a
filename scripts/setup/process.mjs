// Child processes and npm, for the setup steps. Node built-ins only: this runs before anything is installed.

import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { ROOT } from '../entries.mjs'

/** A failure whose message is a sentence for the user, with the remedy. Shown without a stack. */
export class SetupError extends Error {}

/**
 * Runs a program and collects what it prints; never throws for a failing program.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const timer = options.timeoutMs ? setTimeout(() => child.kill('SIGKILL'), options.timeoutMs) : undefined
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => {
      clearTimeout(timer)
      resolve({ code: 127, output: error.message })
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? 1, output })
    })
  })
}

/** @param {string} output @param {number} [lines] */
export function tail(output, lines = 12) {
  return output.trimEnd().split('\n').slice(-lines).join('\n')
}

/** @param {string} program */
export function onPath(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => folder && existsSync(join(folder, program)))
}

/** The folder that holds bin/, lib/ and include/ of the Node that runs this. */
export function nodePrefix() {
  const folder = dirname(realpathSync(process.execPath))
  return process.platform === 'win32' ? folder : dirname(folder)
}

/** npm's own folder: npm names itself to its scripts, else it is looked for beside Node. */
export function npmFolder() {
  const named = process.env.npm_execpath
  const candidates = [
    ...(named && basename(named) === 'npm-cli.js' ? [dirname(dirname(realpathSync(named)))] : []),
    join(nodePrefix(), 'lib/node_modules/npm'),
    join(nodePrefix(), 'node_modules/npm'),
    '/usr/local/lib/node_modules/npm',
    '/usr/lib/node_modules/npm',
    '/usr/share/nodejs/npm',
  ]
  return candidates.find((folder) => existsSync(join(folder, 'bin/npm-cli.js')))
}

/**
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function npm(args, options) {
  const folder = npmFolder()
  return folder
    ? run(process.execPath, [join(folder, 'bin/npm-cli.js'), ...args], options)
    : run('npm', args, options)
}
