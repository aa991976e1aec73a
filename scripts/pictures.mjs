// `node scripts/pictures.mjs`: pictures of every page, in both themes, languages and sizes, into out/pictures.

import { join } from 'node:path'

import { build } from './build.mjs'
import { onDisplay } from './display.mjs'
import { electronBinary } from './electron-path.mjs'
import { ROOT } from './entries.mjs'
import { runChild } from './run-child.mjs'
import { setup } from './setup.mjs'

await setup('test')
await build('app')
const program = [
  process.execPath,
  join(ROOT, 'node_modules/@playwright/test/cli.js'),
  'test',
  '--config',
  join(ROOT, 'tests/app/pictures/playwright.config.ts'),
  ...process.argv.slice(2),
]
const [command = '', ...args] = onDisplay(program)
process.exitCode = await runChild(command, args, { cwd: ROOT, env: { OTTLA_ELECTRON: electronBinary() } })
