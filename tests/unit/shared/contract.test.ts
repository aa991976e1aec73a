import { describe, expect, it } from 'vitest'
import { clusters } from '../../../src/shared/ipc/clusters.ts'
import { contract } from '../../../src/shared/ipc/contract.ts'
import { settings, settingsSchema } from '../../../src/shared/ipc/settings.ts'

describe('the contract', () => {
  it('declares names that fit on the wire', () => {
    const names = Object.entries(contract).flatMap(([feature, all]) =>
      Object.keys(all).map((name) => `${feature}.${name}`),
    )
    expect(names).toContain('clusters.create')
    expect(names.filter((name) => !/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/u.test(name))).toEqual([])
  })

  it.each([
    ['local', 3, 9092, true],
    ['team-a.v2', 1, 1, true],
    ['', 3, 9092, false],
    ['../elsewhere', 3, 9092, false],
    ['with space', 3, 9092, false],
    ['x'.repeat(41), 3, 9092, false],
    ['local', 2, 9092, false],
    ['local', 3, 0, false],
    ['local', 3, 65_536, false],
    ['local', 3, 9092.5, false],
  ])('takes or refuses a new cluster: %s, %d brokers, port %d', (name, brokers, firstPort, taken) => {
    expect(clusters.create.input.safeParse({ name, brokers, firstPort }).success).toBe(taken)
  })

  it('changes only the settings that a change names', () => {
    expect(settings.change.input.parse({ theme: 'dark' })).toEqual({ theme: 'dark' })
    expect(settings.change.input.safeParse({ theme: 'sepia' }).success).toBe(false)
    expect(settingsSchema.parse({})).toEqual({ theme: 'system', language: 'system' })
  })
})
