import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { ZERO_UUID } from '../../../src/broker/protocol/schema.ts'
import { settle } from '../fake-clock.ts'
import { Harness, topicId } from './harness.ts'

describe('OffsetCommit', () => {
  it('by a consumer without a group founds a group of offsets only', async () => {
    const harness = await Harness.start()
    expect(await harness.commit(42)).toBe(ErrorCode.NONE)
    expect(await harness.offsets()).toEqual({ 't-0': 42 })
    expect(await harness.describe()).toMatchObject({ groupState: 'Empty', protocolType: '' })
  })

  it('is answered once the offset is in the log', async () => {
    const harness = await Harness.start()
    harness.log.hold()
    const committing = harness.commitCall(1)
    await settle()
    expect(committing.isAnswered).toBe(false)
    harness.log.release()
    await settle()
    expect(committing.isAnswered).toBe(true)
  })

  it('by a member of the current generation is taken', async () => {
    const harness = await Harness.start()
    const { leader: memberId, generationId } = await harness.stableGroup(1)
    expect(await harness.commit(7, { memberId, generationId })).toBe(ErrorCode.NONE)
  })

  it('of another generation is ILLEGAL_GENERATION', async () => {
    const harness = await Harness.start()
    const { leader: memberId, generationId } = await harness.stableGroup(1)
    expect(await harness.commit(7, { memberId, generationId: generationId - 1 })).toBe(
      ErrorCode.ILLEGAL_GENERATION,
    )
    expect(await harness.commit(7, { memberId })).toBe(ErrorCode.ILLEGAL_GENERATION)
    expect(await harness.offsets()).toEqual({})
  })

  it('by a stranger to a group with members is UNKNOWN_MEMBER_ID, with a generation or without', async () => {
    const harness = await Harness.start()
    const { generationId } = await harness.stableGroup(1)
    expect(await harness.commit(7, { memberId: 'x', generationId })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(await harness.commit(7)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('without a generation is taken while the group is empty', async () => {
    const harness = await Harness.start()
    const { leader, generationId } = await harness.stableGroup(1)
    await harness.leave(leader)
    expect(await harness.commit(7)).toBe(ErrorCode.NONE)
    expect(await harness.commit(8, { memberId: leader, generationId })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('with a generation to a group that does not exist: GROUP_ID_NOT_FOUND from v9, ILLEGAL_GENERATION before', async () => {
    const harness = await Harness.start()
    expect(await harness.commit(7, { generationId: 1, version: 9 })).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    expect(await harness.commit(7, { generationId: 1, version: 8 })).toBe(ErrorCode.ILLEGAL_GENERATION)
  })

  it('while members rejoin is taken, so that they can finish what they read', async () => {
    const harness = await Harness.start()
    const { leader, followers, generationId } = await harness.stableGroup(2)
    harness.join({ memberId: leader })
    expect(await harness.commit(7, { memberId: followers[0] ?? '', generationId })).toBe(ErrorCode.NONE)
  })

  it('while the assignment is awaited is REBALANCE_IN_PROGRESS', async () => {
    const harness = await Harness.start()
    const { memberId } = await harness.enter()
    await harness.clock.elapse(0)
    expect(await harness.commit(7, { memberId, generationId: 1 })).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  })

  it('gives metadata back exactly, whatever its characters', async () => {
    const harness = await Harness.start()
    const metadata = '{"a":"é漢\u0000\u{1f680}"}  '
    await harness.commit(1, { metadata })
    expect(await harness.fetch()).toMatchObject({ committedOffset: 1, metadata })
    await harness.failOver()
    expect(await harness.fetch()).toMatchObject({ committedOffset: 1, metadata })
  })

  it('without metadata gives "" back', async () => {
    const harness = await Harness.start()
    await harness.commit(1, { metadata: null })
    expect(await harness.fetch()).toMatchObject({ metadata: '' })
  })

  it('with metadata over offset.metadata.max.bytes is OFFSET_METADATA_TOO_LARGE for that partition', async () => {
    const harness = await Harness.start()
    expect(await harness.commit(1, { metadata: 'x'.repeat(4_096) })).toBe(ErrorCode.NONE)
    expect(await harness.commit(2, { metadata: 'x'.repeat(4_097) })).toBe(ErrorCode.OFFSET_METADATA_TOO_LARGE)
    expect((await harness.fetch()).committedOffset).toBe(1)
  })

  it('keeps the leader epoch with the offset (KIP-320)', async () => {
    const harness = await Harness.start()
    await harness.commit(1, { leaderEpoch: 5 })
    await harness.failOver()
    expect(await harness.fetch()).toMatchObject({ committedLeaderEpoch: 5 })
  })

  it('of a topic or partition that does not exist is UNKNOWN_TOPIC_OR_PARTITION', async () => {
    const harness = await Harness.start({ topics: { t: 1 } })
    expect(await harness.commit(1, { topic: 'nope' })).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(await harness.commit(1, { partition: 1 })).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(await harness.commit(1, { partition: -1 })).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(await harness.state()).toBe('Dead')
  })

  it('by topic id finds the topic; an unknown id is UNKNOWN_TOPIC_ID', async () => {
    const harness = await Harness.start()
    expect(await harness.commit(9, { version: 10, topic: '', id: topicId('t') })).toBe(ErrorCode.NONE)
    expect(await harness.commit(9, { version: 10, topic: '', id: topicId('x') })).toBe(
      ErrorCode.UNKNOWN_TOPIC_ID,
    )
    expect(await harness.offsets()).toEqual({ 't-0': 9 })
  })

  it('answers each partition for itself, in the order of the request', async () => {
    const harness = await Harness.start({ topics: { t: 2 } })
    const partition = (partitionIndex: number, committedMetadata = '') => ({
      partitionIndex,
      committedOffset: 3,
      committedLeaderEpoch: -1,
      committedMetadata,
    })
    const { topics } = await harness.coordinator.commitOffsets(
      { apiVersion: 9, clientId: 'c', clientAddress: '' },
      {
        groupId: 'g',
        generationIdOrMemberEpoch: -1,
        memberId: '',
        groupInstanceId: null,
        retentionTimeMs: -1,
        topics: [
          { name: 'nope', topicId: ZERO_UUID, partitions: [partition(0)] },
          {
            name: 't',
            topicId: ZERO_UUID,
            partitions: [partition(5), partition(1), partition(0, 'x'.repeat(5_000))],
          },
        ],
      },
    )
    expect(topics?.map(({ partitions = [] }) => partitions.map(({ errorCode }) => errorCode))).toEqual([
      [3],
      [3, 0, 12],
    ])
    expect(await harness.offsets()).toEqual({ 't-1': 3 })
  })
})
