import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../../src/broker/protocol/errors.ts'
import { GROUP, Harness } from '../harness.ts'
import { Consumer, describeGroup, settleGroup } from './consumer.ts'

const DAY_MS = 86_400_000

function fetchAs(harness: Harness, memberId: string | null, memberEpoch: number) {
  return harness.coordinator.fetchOffsets(
    { apiVersion: 9, clientId: 'c', clientAddress: '127.0.0.1:50000' },
    { groupId: GROUP, memberId, memberEpoch, topics: null },
  )
}

describe('OffsetCommit to a consumer group', () => {
  it('is taken from a member at its epoch', async () => {
    const harness = await Harness.start()
    const { memberId, epoch } = await Consumer.join(harness, 'm1')
    expect(await harness.commit(7, { memberId, generationId: epoch })).toBe(ErrorCode.NONE)
    expect(await harness.offsets()).toEqual({ 't-0': 7 })
  })

  it('is UNSUPPORTED_VERSION below v9', async () => {
    const harness = await Harness.start()
    const { memberId, epoch } = await Consumer.join(harness, 'm1')
    const code = await harness.commit(7, { memberId, generationId: epoch, version: 8 })
    expect(code).toBe(ErrorCode.UNSUPPORTED_VERSION)
  })

  it('is STALE_MEMBER_EPOCH at an epoch ahead', async () => {
    const harness = await Harness.start()
    const { memberId } = await Consumer.join(harness, 'm1')
    expect(await harness.commit(7, { memberId, generationId: 2 })).toBe(ErrorCode.STALE_MEMBER_EPOCH)
  })

  it('is taken at an epoch behind when the member had the partition then already (KIP-1251)', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    await settleGroup(first, second)
    expect(await harness.commit(7, { memberId: 'm1', generationId: 1, partition: 0 })).toBe(ErrorCode.NONE)
  })

  it('is STALE_MEMBER_EPOCH at an epoch behind for a partition the member got since, or gave up', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    await settleGroup(first, second)
    await first.leave()
    await second.catchUp()
    const had = await harness.commit(7, { memberId: 'm2', generationId: 2, partition: 2 })
    const gotSince = await harness.commit(7, { memberId: 'm2', generationId: 2, partition: 0 })
    expect([had, gotSince]).toEqual([ErrorCode.NONE, ErrorCode.STALE_MEMBER_EPOCH])
  })

  it('is UNKNOWN_MEMBER_ID from nobody in the group, and without member while it has any', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1')
    expect(await harness.commit(7, { memberId: 'x', generationId: 1 })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(await harness.commit(7)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('is taken without member while the group is empty', async () => {
    const harness = await Harness.start()
    await (await Consumer.join(harness, 'm1')).leave()
    expect(await harness.commit(7)).toBe(ErrorCode.NONE)
  })
})

describe('OffsetFetch v9 from a consumer group', () => {
  it('is answered to a member at its epoch, and to whoever names no member', async () => {
    const harness = await Harness.start()
    const { memberId, epoch } = await Consumer.join(harness, 'm1')
    await harness.commit(7, { memberId, generationId: epoch })
    expect((await fetchAs(harness, memberId, epoch)).topics).toHaveLength(1)
    expect((await fetchAs(harness, null, -1)).topics).toHaveLength(1)
  })

  it('is STALE_MEMBER_EPOCH at another epoch, UNKNOWN_MEMBER_ID from nobody in the group', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1')
    expect((await fetchAs(harness, 'm1', 2)).errorCode).toBe(ErrorCode.STALE_MEMBER_EPOCH)
    expect((await fetchAs(harness, 'm1', 0)).errorCode).toBe(ErrorCode.STALE_MEMBER_EPOCH)
    expect((await fetchAs(harness, 'x', 1)).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })
})

describe('the offsets of a consumer group expire', () => {
  it('of topics nobody subscribes to, from their commits, while it has members', async () => {
    const harness = await Harness.start({ config: { groupConsumerSessionTimeoutMs: 30 * DAY_MS } })
    const { memberId, epoch } = await Consumer.join(harness, 'm1')
    await harness.commit(1, { memberId, generationId: epoch, topic: 't' })
    await harness.commit(2, { memberId, generationId: epoch, topic: 'u' })
    await harness.clock.elapse(8 * DAY_MS)
    expect(await harness.offsets()).toEqual({ 't-0': 1 })
  })

  it('all of them once it is empty, and the group with them', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    await harness.commit(1, { memberId: 'm1', generationId: 1 })
    await consumer.leave()
    await harness.clock.elapse(8 * DAY_MS)
    expect(await harness.offsets()).toEqual({})
    expect((await describeGroup(harness)).errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
  })
})
