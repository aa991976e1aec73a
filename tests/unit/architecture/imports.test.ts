import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { findViolations, importsOf, readSources } from './imports.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const rulesBrokenBy = (path: string, ...imports: string[]): string[] =>
  findViolations([{ path, imports }]).map((violation) => violation.rule)

test('the sources keep to the directions of import', () => {
  const lines = findViolations(readSources(root)).map(
    ({ file, import: specifier, rule }) => `${file}${specifier ? ` → ${specifier}` : ''}: ${rule}`,
  )
  expect(lines).toEqual([])
})

describe('the checker lets pass', () => {
  test.each([
    ['src/broker/log/append.ts', '../storage/batches.ts'],
    ['src/broker/log/append.ts', './segment.ts'],
    ['src/broker/handlers/00-produce.ts', '../protocol/messages/00-produce.ts'],
    ['src/broker/protocol/codec.ts', '../clock.ts'],
    ['src/broker/index.ts', './supervisor/cluster.ts'],
    ['src/broker/storage/database.ts', 'better-sqlite3'],
    ['src/broker/network/server.ts', 'node:net'],
    ['src/cli/up.ts', '../broker/index.ts'],
    ['src/main/clusters/local.ts', '../../broker/index.ts'],
    ['src/main/window/window.ts', 'electron'],
    ['src/shared/ipc/contract.ts', 'zod'],
    ['src/preload/index.ts', 'electron'],
    ['src/renderer/main.ts', '../shared/ipc/contract.ts'],
    ['src/renderer/app.ts', './styles/main.css?inline'],
  ])('%s importing %s', (path, specifier) => {
    expect(rulesBrokenBy(path, specifier)).toEqual([])
  })
})

describe('the checker reports', () => {
  test.each([
    ['a lower folder importing a higher one', 'src/broker/log/append.ts', '../replication/leader.ts'],
    ['siblings of one row', 'src/broker/network/server.ts', '../storage/database.ts'],
    ['an engine folder nobody placed', 'src/broker/extras/a.ts', '../protocol/codec.ts'],
    ['the door used from inside', 'src/broker/handlers/a.ts', '../index.ts'],
    ['the clock standing on the engine', 'src/broker/clock.ts', './protocol/codec.ts'],
    ['the engine reaching out of its folder', 'src/broker/supervisor/a.ts', '../../shared/ipc/contract.ts'],
    ['the engine knowing Electron', 'src/broker/supervisor/a.ts', 'electron'],
    ['the engine knowing Vue', 'src/broker/supervisor/a.ts', 'vue'],
    ['main passing by the door of the engine', 'src/main/a.ts', '../broker/log/append.ts'],
    ['the command line passing by the door', 'src/cli/a.ts', '../broker/supervisor/cluster.ts'],
    ['the window using the engine', 'src/renderer/a.vue', '../broker/index.ts'],
    ['the window using Node', 'src/renderer/a.ts', 'node:fs'],
    ['the window using main', 'src/renderer/a.ts', '../main/log.ts'],
    ['the preload using a package', 'src/preload/index.ts', 'zod'],
    ['shared importing the engine', 'src/shared/a.ts', '../broker/index.ts'],
    ['a folder outside the tree', 'src/helpers/a.ts', '../shared/a.ts'],
    ['a worker entry imported', 'src/broker/supervisor/a.ts', './broker-worker.ts'],
  ])('%s', (_what, path, specifier) => {
    expect(rulesBrokenBy(path, specifier)).toHaveLength(1)
  })

  test.each(['utils', 'common', 'services', 'lib'])('a folder called %s', (name) => {
    expect(rulesBrokenBy(`src/main/${name}/a.ts`)).toHaveLength(1)
  })
})

test('imports are found in every form, in modules and in components', () => {
  const module = `
    import a from './a.ts'
    import type { B } from './b.ts'
    export { c } from './c.ts'
    const d = await import('./d.ts')
    // import e from './e.ts'
    const text = "import f from './f.ts'"
  `
  expect(importsOf('x.ts', module)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts'])
  const component = `<script setup lang="ts">import g from './g.vue'</script><template><p>import h</p></template>`
  expect(importsOf('x.vue', component)).toEqual(['./g.vue'])
})
