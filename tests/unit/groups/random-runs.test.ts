import { describe, expect, it } from 'vitest'

import { Simulation } from './simulation.ts'

const SEEDS = Array.from({ length: 30 }, (_, index) => 1_000 + index)
const EVERY_PARTITION = [0, 1, 2, 3, 4, 5, 6, 7]

describe('random runs of joining, leaving, dying and committing members and a reloading coordinator', () => {
  it.each(SEEDS)(
    'seed %i: one owner a partition and generation, stable in time, nothing lost, nobody left waiting',
    async (seed) => {
      const run = new Simulation(seed)
      await run.disturb(80)
      await run.calmDown()
      expect(await run.finalOwners()).toMatchObject({
        groupState: 'Stable',
        members: run.alive.length,
        generations: 1,
        partitions: EVERY_PARTITION,
      })
      await run.checkOffsets()
      await run.harness.clock.elapse(6 * 60_000)
      expect(run.waiting).toBe(0)
      expect(run.violations).toEqual([])
    },
  )

  it('are what they claim to be: many generations, reloads, refused writes and kept offsets', async () => {
    const run = new Simulation(7)
    await run.disturb(200)
    await run.calmDown()
    expect(run.generations.size).toBeGreaterThan(20)
    expect(run.reloads).toBeGreaterThan(5)
    expect(run.refusals).toBeGreaterThan(5)
    expect(await run.checkOffsets()).toBe(EVERY_PARTITION.length)
  })
})
