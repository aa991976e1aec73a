import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { packagesLoadedBy, valueImportsOf } from './loaded.ts'

const main = fileURLToPath(new URL('../../../src/main/index.ts', import.meta.url))

test('the window opens without a Kafka client: only the sessions’ and the demos’ threads load one', () => {
  const packages = packagesLoadedBy(main)
  expect(packages).toContain('electron')
  expect(packages).not.toContain('@platformatic/kafka')
  expect(packages).not.toContain('kafkajs')
})

test('what is loaded at a start is imported or exported as a value', () => {
  const module = `
    import { a } from './a.ts'
    import type { B } from './b.ts'
    export { c } from './c.ts'
    export type { D } from './d.ts'
    import './e.ts'
    const later = () => import('./f.ts')
    export const own = 1
  `
  expect(valueImportsOf(module)).toEqual(['./a.ts', './c.ts', './e.ts'])
})
