// Makes a fresh checkout ready: `node scripts/setup.mjs [app|test|node]`. Run by npm start, npm test and npm run ottla,
// so nobody has to know about it. A run with nothing to do says nothing and takes a few milliseconds.

import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PROFILES = /** @type {const} */ ({
  node: ['packages', 'sqlite'],
  app: ['packages', 'electron', 'sqlite', 'libraries'],
  test: ['packages', 'electron', 'sqlite', 'libraries', 'testTools'],
})

/** Vite and ESLint accept these and no other; what they build runs on Node 20.18 and newer. */
function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 23) return
  process.stderr.write(
    `Ottla is built with Node 20.19, 22.13, 24 or newer; this is Node ${process.versions.node}. ` +
      'Install one of them (https://nodejs.org) and run this again.\n',
  )
  process.exit(1)
}

/** @param {keyof typeof PROFILES} profile */
export async function setup(profile) {
  checkNodeVersion()
  const { runSteps, say } = await import('./setup/steps.mjs')
  const { SetupError } = await import('./setup/process.mjs')
  try {
    await runSteps(await stepsOf(profile))
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    say(error.message)
    process.exit(1)
  }
}

/** @param {keyof typeof PROFILES} profile */
async function stepsOf(profile) {
  const [{ packages }, { electron }, { nodeNeedsSource, sqlite }, { libraries, testTools }] =
    await Promise.all([
      import('./setup/packages.mjs'),
      import('./setup/electron.mjs'),
      import('./setup/sqlite.mjs'),
      import('./setup/libraries.mjs'),
    ])
  // SQLite compiles while Electron downloads, unless only the Electron found decides whether to compile at all.
  const waits = profile !== 'node' && !nodeNeedsSource
  const steps = { packages, electron, libraries, testTools }
  const ordered = { ...steps, sqlite: waits ? { ...sqlite, after: ['packages', 'electron'] } : sqlite }
  return PROFILES[profile].map((id) => ordered[id])
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const profile = process.argv[2] ?? 'app'
  if (!(profile in PROFILES)) {
    process.stderr.write(
      `There is no profile "${profile}". Choose one of: ${Object.keys(PROFILES).join(', ')}\n`,
    )
    process.exit(2)
  }
  await setup(/** @type {keyof typeof PROFILES} */ (profile))
}
