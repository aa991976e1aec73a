import { describe, expect, it } from 'vitest'

import {
  coordinatorKeyType,
  decodeRecord,
  groupMetadataKey,
  groupMetadataValue,
  offsetCommitKey,
  offsetCommitValue,
} from '../../../src/broker/protocol/records/index.ts'
import { ZERO_UUID } from '../../../src/broker/protocol/schema.ts'
import { Harness, subscription, topicId } from './harness.ts'

describe('__consumer_offsets', () => {
  it('holds a new group, and its generation once it is assigned, as Kafka writes them', async () => {
    const harness = await Harness.start()
    const startedMs = harness.clock.now()
    const { leader } = await harness.stableGroup(1, { clientId: 'app', sessionTimeoutMs: 9_000 })
    const records = harness.log.records()
    expect(records.map(({ key }) => decodeRecord(groupMetadataKey, key))).toEqual([
      { group: 'g' },
      { group: 'g' },
    ])
    const [created, stable] = records.map(({ value }) =>
      decodeRecord(groupMetadataValue, value ?? Buffer.alloc(0)),
    )
    expect(created).toEqual({
      protocolType: '',
      generation: 0,
      protocol: null,
      leader: null,
      currentStateTimestamp: startedMs,
      members: [],
    })
    expect(stable).toEqual({
      protocolType: 'consumer',
      generation: 1,
      protocol: 'range',
      leader,
      currentStateTimestamp: startedMs,
      members: [
        {
          memberId: leader,
          groupInstanceId: null,
          clientId: 'app',
          clientHost: '/127.0.0.1',
          rebalanceTimeout: 60_000,
          sessionTimeout: 9_000,
          subscription: subscription(['t']),
          assignment: Buffer.from(leader),
        },
      ],
    })
  })

  it('has GroupMetadata values of version 3, which every tool can read', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1)
    expect(harness.log.records().map(({ value }) => value?.readInt16BE(0))).toEqual([3, 3])
    expect(harness.log.records().map(({ key }) => coordinatorKeyType(key))).toEqual([2, 2])
  })

  it('holds a committed offset with the topic’s id', async () => {
    const harness = await Harness.start()
    await harness.commit(12, { metadata: 'm', leaderEpoch: 3, partition: 2 })
    const [record] = harness.log.records()
    expect(decodeRecord(offsetCommitKey, record?.key ?? Buffer.alloc(0))).toEqual({
      group: 'g',
      topic: 't',
      partition: 2,
    })
    expect(decodeRecord(offsetCommitValue, record?.value ?? Buffer.alloc(0))).toEqual({
      offset: 12,
      leaderEpoch: 3,
      metadata: 'm',
      commitTimestamp: harness.clock.now(),
      expireTimestamp: -1,
      topicId: topicId('t'),
    })
  })

  it('holds an offset with a retention of its own in version 1, the only one with room for it', async () => {
    const harness = await Harness.start()
    await harness.commit(12, { version: 4, retentionTimeMs: 5_000 })
    const [record] = harness.log.records()
    expect(record?.value?.readInt16BE(0)).toBe(1)
    expect(decodeRecord(offsetCommitValue, record?.value ?? Buffer.alloc(0))).toMatchObject({
      expireTimestamp: harness.clock.now() + 5_000,
      topicId: ZERO_UUID,
    })
  })

  it('holds tombstones for what is deleted: the offsets first, then the group', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    await harness.coordinator.deleteGroups(['g'])
    const tombstones = harness.log.records().slice(1)
    expect(tombstones.map(({ value }) => value)).toEqual([null, null])
    expect(tombstones.map(({ key }) => coordinatorKeyType(key))).toEqual([1, 2])
  })

  it('has nothing written for heartbeats, fetches, rebalances under way and refused requests', async () => {
    const harness = await Harness.start()
    const { leader, generationId } = await harness.stableGroup(2)
    const { length } = harness.log.records()
    await harness.heartbeat(leader, generationId)
    await harness.fetch()
    await harness.commit(1, { generationId: 99, memberId: leader })
    harness.join({ memberId: leader })
    await harness.describe()
    expect(harness.log.records()).toHaveLength(length)
  })
})
