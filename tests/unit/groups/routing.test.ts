import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { coordinatorPartition } from '../../../src/broker/protocol/java-hash.ts'
import { settle } from '../fake-clock.ts'
import { Harness } from './harness.ts'
import { MemoryLog } from './memory-log.ts'

describe('a group', () => {
  it('belongs to one partition of __consumer_offsets by its id, and only its leader answers', async () => {
    const harness = await Harness.start({ log: new MemoryLog(50), leads: [] })
    const partition = coordinatorPartition('g', 50)
    harness.coordinator.elected((partition + 1) % 50, 0)
    await settle()
    expect(await harness.commit(1)).toBe(ErrorCode.NOT_COORDINATOR)
    expect((await harness.join().response).errorCode).toBe(ErrorCode.NOT_COORDINATOR)
    expect(await harness.heartbeat('x', 1)).toBe(ErrorCode.NOT_COORDINATOR)
    expect((await harness.describe()).errorCode).toBe(ErrorCode.NOT_COORDINATOR)
    harness.coordinator.elected(partition, 0)
    await settle()
    expect(await harness.commit(1)).toBe(ErrorCode.NONE)
    expect([...harness.log.partitions.keys()]).toEqual([partition])
  })

  it('has no coordinator before the topic exists: clients look for one, which creates it', async () => {
    const harness = await Harness.start({ log: new MemoryLog(null), leads: [] })
    expect(await harness.commit(1)).toBe(ErrorCode.NOT_COORDINATOR)
    expect((await harness.coordinator.listGroups({ statesFilter: [], typesFilter: [] })).groups).toEqual([])
  })

  it('on several partitions is listed, deleted and described with the others', async () => {
    const harness = await Harness.start({ log: new MemoryLog(3), leads: [0, 1, 2] })
    const ids = ['g0', 'g1', 'g2', 'g3']
    for (const groupId of ids) await harness.commit(1, { groupId })
    const { groups = [] } = await harness.coordinator.listGroups({ statesFilter: [], typesFilter: [] })
    expect(groups.map(({ groupId }) => groupId).sort()).toEqual(ids)
    expect(harness.log.partitions.size).toBeGreaterThan(1)
    const results = await harness.coordinator.deleteGroups(ids)
    expect(results.map(({ errorCode }) => errorCode)).toEqual([0, 0, 0, 0])
  })

  it('asks a coordinator that is not there for offsets and is sent to look, which old consumers understand', async () => {
    const harness = await Harness.start()
    harness.log.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS)
    harness.commitCall(1)
    const fetching = harness.fetch()
    expect((await fetching).errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })
})
