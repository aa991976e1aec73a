import { describe, expect, test } from 'vitest'
import { randomRun } from './random-run.ts'

/** More of them: `OTTLA_RANDOM_RUNS=500 npx vitest run --project unit tests/unit/replication/random-run.test.ts` */
const runs = Number(process.env['OTTLA_RANDOM_RUNS'] ?? 6)
const first = Number(process.env['OTTLA_RANDOM_SEED'] ?? 1)
const seeds = Array.from({ length: runs }, (_, i) => first + i)

describe('random trouble: nothing acknowledged is lost, nothing committed changes, high watermarks never fall', () => {
  test.each(seeds)('seed %i, min.insync.replicas 2', { timeout: 60_000 }, async (seed) => {
    const { violations } = await randomRun({ seed, steps: 150, minInsyncReplicas: 2 })
    expect(violations).toEqual([])
  })

  test.each(seeds)('seed %i, min.insync.replicas 1', { timeout: 60_000 }, async (seed) => {
    const { violations } = await randomRun({ seed, steps: 150, minInsyncReplicas: 1 })
    expect(violations).toEqual([])
  })

  test('the runs are no idle ones', { timeout: 60_000 }, async () => {
    const { acknowledged, elections } = await randomRun({ seed: first, steps: 150, minInsyncReplicas: 1 })
    expect(acknowledged).toBeGreaterThan(10)
    expect(elections).toBeGreaterThan(5)
  })
})
