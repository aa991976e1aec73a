// `npm run ottla -- <command>`: the command line of this checkout, built first when its sources changed.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { isBuilt } from './build.mjs'
import { ROOT } from './entries.mjs'
import { endWithNpm, runChild } from './run-child.mjs'
import { setup } from './setup.mjs'

endWithNpm()
await setup('node')

if (!isBuilt('node')) {
  // In a process of its own: the bundler's memory and threads do not stay with a cluster that runs for days.
  const code = await runChild(process.execPath, [join(ROOT, 'scripts/build.mjs'), 'node'])
  if (code !== 0) process.exit(code)
}

const program = join(ROOT, 'out/cli/ottla.js')
if (!existsSync(program)) {
  process.stderr.write('There is no command line in this checkout: src/cli/ottla.ts is missing.\n')
  process.exit(1)
}

// In this process, so that start-up is paid once and signals and the exit code need no passing on.
process.argv[1] = program
await import(pathToFileURL(program).href)
