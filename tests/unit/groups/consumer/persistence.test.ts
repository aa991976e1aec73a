import { describe, expect, it } from 'vitest'

import { decodeGroupRecord, encodeGroupRecord } from '../../../../src/broker/groups/records.ts'
import type { GroupRecord } from '../../../../src/broker/groups/records.ts'
import { ErrorCode } from '../../../../src/broker/protocol/errors.ts'
import { GROUP, Harness, topicId } from '../harness.ts'
import { Consumer, describeGroup, settleGroup, stateOf } from './consumer.ts'

function written(harness: Harness): GroupRecord[] {
  return harness.log.records().flatMap((record) => decodeGroupRecord(record) ?? [])
}

describe('what a consumer group leaves in __consumer_offsets', () => {
  it('is Kafka’s records in Kafka’s order', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1', { regex: 't' })
    expect(harness.log.records().map(({ key }) => key.readInt16BE())).toEqual([5, 16, 3, 7, 6, 8])
    expect(written(harness).at(-1)).toEqual({
      type: 'ConsumerGroupCurrentMemberAssignment',
      groupId: GROUP,
      memberId: 'm1',
      value: {
        memberEpoch: 1,
        previousMemberEpoch: 0,
        state: 0,
        assignedPartitions: [
          { topicId: topicId('t'), partitions: [0, 1, 2, 3], assignmentEpochs: [1, 1, 1, 1] },
        ],
        partitionsPendingRevocation: [],
      },
    })
  })

  it('is, byte for byte, what Kafka’s schemas say', () => {
    const { key, value } = encodeGroupRecord({
      type: 'ConsumerGroupMetadata',
      groupId: 'g',
      value: { epoch: 5, metadataHash: 0 },
    })
    expect(key.toString('hex')).toBe('0003000167')
    expect(value?.toString('hex')).toBe('00000000000500')
  })

  it('is tombstones of a member that left', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    const before = harness.log.records().length
    await consumer.leave()
    const after = harness.log.records().slice(before)
    expect(after.map(({ key, value }) => [key.readInt16BE(), value === null])).toEqual([
      [8, true],
      [7, true],
      [5, true],
      [3, false],
      // Nobody is left to be assigned to, which the target assignment of the new epoch says.
      [6, false],
    ])
  })
})

describe('a coordinator that takes over', () => {
  it('knows epochs, targets, members and what they have', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1', { rackId: 'r', assignor: 'range' })
    const second = await Consumer.join(harness, 'm2')
    await first.beatSilently()
    const before = await describeGroup(harness)
    await harness.failOver()
    expect(await describeGroup(harness)).toEqual(before)
    await settleGroup(first, second)
    expect(await stateOf(harness)).toBe('Stable')
    expect([...first.owned, ...second.owned].sort()).toEqual(['t:0', 't:1', 't:2', 't:3'])
  })

  it('gives members a whole session, and those that revoke their whole rebalance time-out', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1', { rebalanceTimeoutMs: 10_000 })
    await Consumer.join(harness, 'm2')
    await first.beatSilently()
    await harness.clock.elapse(9_000)
    await harness.failOver()
    await harness.clock.elapse(9_999)
    expect((await describeGroup(harness)).members).toHaveLength(2)
    await harness.clock.elapse(1)
    expect((await describeGroup(harness)).members?.map(({ memberId }) => memberId)).toEqual(['m2'])
    await harness.clock.elapse(35_000)
    expect(await stateOf(harness)).toBe('Empty')
  })

  it('notices what happened to the topics meanwhile', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    harness.coordinator.resigned(0)
    harness.growTopic('t', 5)
    await harness.failOver()
    await consumer.catchUp()
    expect([consumer.epoch, consumer.owned.length]).toEqual([2, 5])
  })

  it('begins no new epoch when nothing happened', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    const before = harness.log.records().length
    await harness.failOver()
    await consumer.catchUp()
    expect(harness.log.records()).toHaveLength(before)
  })

  it('finds the group among offsets that stand before it in the log', async () => {
    const harness = await Harness.start()
    await harness.commit(3)
    const consumer = await Consumer.join(harness, 'm1')
    await harness.failOver()
    expect(await consumer.beat()).toBe(ErrorCode.NONE)
    expect(await harness.offsets()).toEqual({ 't-0': 3 })
  })

  it('takes Kafka 4.0’s partition metadata away with the next epoch', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1')
    const record = encodeGroupRecord({
      type: 'ConsumerGroupPartitionMetadata',
      groupId: GROUP,
      value: { topics: [{ topicId: topicId('t'), topicName: 't', numPartitions: 4, partitionMetadata: [] }] },
    })
    await harness.log.append(0, [record], 0)
    await harness.failOver()
    await Consumer.join(harness, 'm2')
    expect(written(harness)).toContainEqual({
      type: 'ConsumerGroupPartitionMetadata',
      groupId: GROUP,
      value: null,
    })
  })

  it('reverts what could not be written, and the member is told to look for its coordinator', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    harness.log.refuseNext(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    const second = await Consumer.join(harness, 'm2')
    expect(second.answer.errorCode).toBe(ErrorCode.NOT_COORDINATOR)
    await harness.clock.elapse(0)
    expect(await describeGroup(harness)).toMatchObject({ groupEpoch: 1, groupState: 'Stable' })
    expect(await first.beat()).toBe(ErrorCode.NONE)
  })
})
