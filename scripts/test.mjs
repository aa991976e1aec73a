// `npm test` runs every stage, `npm run check` the quick ones, `npm run test:<suite>` one.
// Stops at the first stage that fails; the last line counts the tests of all stages.

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { build } from './build.mjs'
import { onDisplay } from './display.mjs'
import { electronBinary } from './electron-path.mjs'
import { ROOT } from './entries.mjs'
import { setup } from './setup.mjs'

const RESULTS = join(ROOT, 'out/test-results')
const extra = process.argv.slice(3)

// `npm run test:faults -- --hours 1 [--seed 100]`: the seeded runs go on for so long (tests/faults/chaos.test.ts).
for (const [option, variable] of [
  ['--hours', 'OTTLA_FAULT_HOURS'],
  ['--seed', 'OTTLA_FAULT_SEED'],
]) {
  const at = extra.indexOf(option ?? '')
  if (at !== -1) process.env[variable ?? ''] = extra.splice(at, 2)[1] ?? ''
}

/** @typedef {{ passed: number, failed: number }} Count */
/** @typedef {{ ok: boolean, count: Count }} Outcome */

/**
 * For commands that run at the same time: what it prints comes in one piece, when it is done.
 * @param {string[]} command @returns {Promise<boolean>}
 */
function succeedsApart([program = '', ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    /** @type {Buffer[]} */
    const printed = []
    for (const output of [child.stdout, child.stderr]) output.on('data', (chunk) => printed.push(chunk))
    child.on('error', (error) => printed.push(Buffer.from(`${program}: ${error.message}\n`)))
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(printed))
      resolve(code === 0)
    })
  })
}

/** @param {string[]} command @param {NodeJS.ProcessEnv} [env] @returns {Promise<boolean>} */
function succeeds([program = '', ...args], env = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } })
    child.on('error', (error) => {
      process.stderr.write(`${program}: ${error.message}\n`)
      resolve(false)
    })
    child.on('close', (code) => resolve(code === 0))
  })
}

/** @param {string} tool @param {string[]} args */
const node = (tool, ...args) => [process.execPath, join(ROOT, 'node_modules', tool), ...args]

/** @param {string[][]} commands side by side: each uses one core @returns {Promise<Outcome>} */
async function all(commands) {
  const outcomes = await Promise.all(commands.map(succeedsApart))
  return { ok: !outcomes.includes(false), count: { passed: 0, failed: 0 } }
}

/** @param {string} file @param {(report: any) => Count} read @returns {Count} */
function readReport(file, read) {
  return existsSync(file) ? read(JSON.parse(readFileSync(file, 'utf8'))) : { passed: 0, failed: 0 }
}

/** @param {string} name @param {string[]} [projects] @returns {Promise<Outcome>} */
async function vitest(name, projects = [name]) {
  const file = join(RESULTS, `${name}.json`)
  rmSync(file, { force: true })
  const selected = projects.flatMap((project) => ['--project', project])
  const ok = await succeeds(
    node(
      'vitest/vitest.mjs',
      'run',
      ...selected,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...extra,
    ),
  )
  return {
    ok,
    count: readReport(file, (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests })),
  }
}

/** @param {string} name @param {string} config @returns {Promise<Outcome>} */
async function playwright(name, config) {
  await build('app')
  await build('node') // some journeys meet an "ottla up" of somebody else
  const file = join(RESULTS, `${name}.json`)
  rmSync(file, { force: true })
  const options = ['--config', join(ROOT, config), '--pass-with-no-tests', '--reporter=list,json', ...extra]
  const ok = await succeeds(onDisplay(node('@playwright/test/cli.js', 'test', ...options)), {
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    OTTLA_ELECTRON: electronBinary(),
  })
  return {
    ok,
    count: readReport(file, ({ stats }) => ({
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
    })),
  }
}

/**
 * The second only if the first went well, and no selection was given: it is in the words of the first.
 * @param {() => Promise<Outcome>} first @param {() => Promise<Outcome>} second
 */
function inTurn(first, second) {
  return async () => {
    const one = await first()
    if (!one.ok || extra.length > 0) return one
    const { ok, count } = await second()
    return {
      ok,
      count: { passed: one.count.passed + count.passed, failed: one.count.failed + count.failed },
    }
  }
}

/** @returns {Promise<Outcome>} */
async function types() {
  await build('app') // vue-tsc reads the component types that the interface build writes
  return all([
    ...(existsSync(join(ROOT, 'src/renderer'))
      ? [node('vue-tsc/bin/vue-tsc.js', '-p', 'tsconfig.web.json')]
      : []),
    node('typescript/bin/tsc', '-p', 'tsconfig.node.json'),
    ...(existsSync(join(ROOT, 'tests/app'))
      ? [node('typescript/bin/tsc', '-p', 'tests/app/tsconfig.json')]
      : []),
  ])
}

function lint() {
  const cache = join(ROOT, 'node_modules/.cache')
  return all([
    node('eslint/bin/eslint.js', '.', '--cache', '--cache-location', `${cache}/eslint/`),
    node(
      'prettier/bin/prettier.cjs',
      '--check',
      '.',
      '--log-level',
      'warn',
      '--cache',
      '--cache-location',
      `${cache}/prettier/lint.json`,
    ),
  ])
}

/** @type {Record<string, () => Promise<Outcome>>} */
const stages = {
  types,
  lint,
  unit: () => vitest('unit', existsSync(join(ROOT, 'tests/unit/renderer')) ? ['unit', 'renderer'] : ['unit']),
  wire: () => vitest('wire'),
  clients: () => vitest('clients'),
  faults: () => vitest('faults'),
  interop: inTurn(
    () => vitest('interop'),
    () => playwright('interop-window', 'tests/interop/window/playwright.config.ts'),
  ),
  app: () => playwright('app', 'playwright.config.ts'),
}

const GROUPS = /** @type {Record<string, string[]>} */ ({
  all: ['types', 'lint', 'unit', 'wire', 'clients', 'faults', 'app'],
  check: ['types', 'lint', 'unit'],
})

/** @param {string} name @returns {Promise<Outcome>} */
async function runStage(name) {
  try {
    return await /** @type {() => Promise<Outcome>} */ (stages[name])()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    return { ok: false, count: { passed: 0, failed: 0 } }
  }
}

/** @param {number} since */
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`

/** @param {string[]} names */
async function runStages(names) {
  const total = { passed: 0, failed: 0 }
  const summary = []
  let ok = true
  for (const name of names) {
    process.stdout.write(`\n── ${name} ──\n`)
    const since = Date.now()
    const outcome = await runStage(name)
    ok = outcome.ok
    total.passed += outcome.count.passed
    // A stage that fails without a failing test (types, lint, a crash) counts as one.
    total.failed += ok ? outcome.count.failed : Math.max(1, outcome.count.failed)
    summary.push(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(8)} ${seconds(since).padStart(8)}`)
    if (!ok) break
  }
  for (const name of names.slice(summary.length)) summary.push(`not run ${name}`)
  process.stdout.write(`\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed\n`)
  return ok
}

const wanted = process.argv[2] ?? 'all'
const names = GROUPS[wanted] ?? [wanted]
if (!names.every((name) => name in stages)) {
  process.stderr.write(
    `There is no stage "${wanted}". Choose one of: ${[...Object.keys(GROUPS), ...Object.keys(stages)].join(', ')}\n`,
  )
  process.exit(2)
}
await setup(
  wanted === 'all' || names.some((name) => ['app', 'clients', 'interop'].includes(name)) ? 'test' : 'node',
)
mkdirSync(RESULTS, { recursive: true })
process.exitCode = (await runStages(names)) ? 0 : 1
