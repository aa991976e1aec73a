import { describe, expect, it } from 'vitest'

import type { ConsumerGroup } from '../../../../src/broker/groups/consumer/group.ts'
import { ErrorCode } from '../../../../src/broker/protocol/errors.ts'
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  decodeAssignment,
  encodeRecord,
} from '../../../../src/broker/protocol/records/index.ts'
import { settle } from '../../fake-clock.ts'
import { GROUP, Harness, type JoinOptions } from '../harness.ts'
import { Consumer, describeGroup, heartbeat, settleGroup, stateOf } from './consumer.ts'

/** A classic consumer's metadata with what it owns, as a cooperative one sends it. */
function cooperative(owned: readonly number[] = []) {
  const ownedPartitions = owned.length === 0 ? [] : [{ topic: 't', partitions: owned }]
  return [
    {
      name: 'cooperative-sticky',
      metadata: encodeRecord(consumerProtocolSubscription, 1, { topics: ['t'], ownedPartitions }),
    },
  ]
}

/** A stable classic group, whose leader gave itself and the others these partitions. */
async function classicGroup(
  harness: Harness,
  assignments: readonly (readonly number[])[],
  options: JoinOptions = {},
): Promise<{ memberIds: string[]; generationId: number }> {
  const memberIds: string[] = []
  for (const _ of assignments)
    memberIds.push((await harness.join({ protocols: cooperative(), ...options }).response).memberId ?? '')
  const joins = memberIds.map((memberId) => harness.join({ protocols: cooperative(), ...options, memberId }))
  await harness.clock.elapse(0)
  const { generationId = -1, leader } = joins[0]?.value ?? {}
  const { errorCode } = await harness.coordinator.syncGroup({
    groupId: GROUP,
    generationId,
    memberId: leader ?? '',
    groupInstanceId: null,
    protocolType: null,
    protocolName: null,
    assignments: memberIds.map((memberId, index) => ({
      memberId,
      assignment: encodeRecord(consumerProtocolAssignment, 1, {
        assignedPartitions: [{ topic: 't', partitions: assignments[index] ?? [] }],
      }),
    })),
  })
  if (errorCode !== 0) throw new Error(`sync failed: ${errorCode}`)
  return { memberIds, generationId }
}

/** Plays a classic member of a consumer group: joins with what it owns, and syncs. */
async function rejoin(harness: Harness, memberId: string, owned: readonly number[]) {
  const { errorCode, generationId = -1 } = await harness.join({ memberId, protocols: cooperative(owned) })
    .response
  if (errorCode !== 0) throw new Error(`join failed: ${errorCode}`)
  const { errorCode: syncCode, assignment } = await harness.sync(memberId, generationId).response
  const assigned = syncCode === 0 && assignment !== undefined ? decodeAssignment(assignment) : null
  return {
    generationId,
    syncCode,
    partitions: (assigned?.assignedPartitions ?? []).flatMap(({ partitions }) => partitions),
  }
}

describe('online upgrade', () => {
  it('takes a classic group over with members, assignments and generation when a consumer member joins', async () => {
    const harness = await Harness.start()
    const { memberIds, generationId } = await classicGroup(harness, [[0, 1, 2, 3]])
    const consumer = await Consumer.join(harness, 'm1')
    expect([consumer.epoch, consumer.owned]).toEqual([generationId + 1, []])
    const { members = [], groupEpoch } = await describeGroup(harness)
    expect(groupEpoch).toBe(generationId + 1)
    expect(
      members.map(({ memberId, memberType, memberEpoch }) => [memberId, memberType, memberEpoch]),
    ).toEqual([
      [memberIds[0], 0, generationId],
      ['m1', 1, generationId + 1],
    ])
  })

  it('lets a classic member learn of the rebalance, give up, and keep the rest', async () => {
    const harness = await Harness.start()
    const { memberIds, generationId } = await classicGroup(harness, [[0, 1, 2, 3]])
    const [classic = ''] = memberIds
    const consumer = await Consumer.join(harness, 'm1')
    expect(await harness.heartbeat(classic, generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    const revoking = await rejoin(harness, classic, [0, 1, 2, 3])
    expect(revoking).toMatchObject({ generationId, syncCode: 0, partitions: [0, 1] })
    expect(await harness.heartbeat(classic, generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    const revoked = await rejoin(harness, classic, [0, 1])
    expect(revoked).toMatchObject({ generationId: generationId + 1, partitions: [0, 1] })
    await consumer.catchUp()
    expect(consumer.owned).toEqual(['t:2', 't:3'])
    expect(await harness.heartbeat(classic, generationId + 1)).toBe(ErrorCode.NONE)
    expect(await stateOf(harness)).toBe('Stable')
  })

  it('answers members that wait in JoinGroup with REBALANCE_IN_PROGRESS', async () => {
    const harness = await Harness.start()
    const { memberIds } = await classicGroup(harness, [
      [0, 1],
      [2, 3],
    ])
    const waiting = harness.join({ memberId: memberIds[0] ?? '', protocols: cooperative([0, 1]) })
    await settle()
    await Consumer.join(harness, 'm1')
    expect(waiting.value.errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  })

  it('takes offsets along, and a simple group gives way', async () => {
    const harness = await Harness.start()
    await harness.commit(5)
    const consumer = await Consumer.join(harness, 'm1')
    expect(consumer.owned).toHaveLength(4)
    expect(await harness.offsets()).toEqual({ 't-0': 5 })
  })

  it.each(['disabled', 'downgrade'] as const)('is refused where the policy is %s', async (policy) => {
    const harness = await Harness.start({ config: { groupConsumerMigrationPolicy: policy } })
    await classicGroup(harness, [[0]])
    const { answer } = await Consumer.join(harness, 'm1')
    expect(answer.errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    expect(answer.errorMessage).toContain(`group.consumer.migration.policy is ${policy}`)
    expect(await harness.state()).toBe('Stable')
  })

  it('is refused for groups of another protocol type, and for metadata that is not the consumers’ own', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1, { protocolType: 'connect' })
    expect((await Consumer.join(harness, 'm1')).answer.errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    const other = await Harness.start()
    await other.stableGroup(1)
    expect((await Consumer.join(other, 'm1')).answer.errorMessage).toContain('metadata')
  })

  it('outlives its coordinator', async () => {
    const harness = await Harness.start()
    const { memberIds } = await classicGroup(harness, [[0, 1, 2, 3]])
    await Consumer.join(harness, 'm1')
    const before = await describeGroup(harness)
    await harness.failOver()
    expect(await describeGroup(harness)).toEqual(before)
    expect((await rejoin(harness, memberIds[0] ?? '', [0, 1])).partitions).toEqual([0, 1])
  })
})

describe('classic members of a consumer group', () => {
  it('join twice as KIP-394 has it, and get what is free', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    const first = await harness.join({ protocols: cooperative() }).response
    expect(first.errorCode).toBe(ErrorCode.MEMBER_ID_REQUIRED)
    const memberId = first.memberId ?? ''
    expect(await rejoin(harness, memberId, [])).toMatchObject({ generationId: 2, partitions: [] })
    await consumer.catchUp()
    expect(await harness.heartbeat(memberId, 2)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    expect((await rejoin(harness, memberId, [])).partitions).toEqual([2, 3])
  })

  it('are INCONSISTENT_GROUP_PROTOCOL with metadata nobody can read, once they have an id', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1')
    const protocols = [{ name: 'range', metadata: Buffer.from([9]) }]
    const { errorCode, memberId = '' } = await harness.join({ protocols }).response
    expect(errorCode).toBe(ErrorCode.MEMBER_ID_REQUIRED)
    expect((await harness.join({ memberId, protocols }).response).errorCode).toBe(
      ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
    )
    expect((await describeGroup(harness)).members).toHaveLength(1)
  })

  it('are put out by LeaveGroup like those of the consumer protocol, as administrators do', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    expect(await harness.leave('m1')).toEqual([ErrorCode.NONE])
    expect(await consumer.beat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect((await describeGroup(harness)).groupState).toBe('Empty')
  })

  it('are left in peace until the assignment interval is over', async () => {
    const harness = await Harness.start({ config: { groupConsumerAssignmentIntervalMs: 1000 } })
    const { memberIds, generationId } = await classicGroup(harness, [[0, 1, 2, 3]])
    const classicId = memberIds[0] ?? ''
    // The upgrade is answered at once, the next change is not.
    await Consumer.join(harness, 'm1')
    expect(await harness.heartbeat(classicId, generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    const epoch = (await rejoin(harness, classicId, [0, 1])).generationId
    await Consumer.join(harness, 'm2')
    expect(await harness.heartbeat(classicId, epoch)).toBe(ErrorCode.NONE)
    await harness.clock.elapse(1000)
    expect(await harness.heartbeat(classicId, epoch)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  })

  it('leave by LeaveGroup, which begins an epoch', async () => {
    const harness = await Harness.start()
    const { memberIds } = await classicGroup(harness, [[0, 1, 2, 3]])
    const consumer = await Consumer.join(harness, 'm1')
    expect(await harness.leave(memberIds[0] ?? '', 'nobody')).toEqual([0, ErrorCode.UNKNOWN_MEMBER_ID])
    await consumer.catchUp()
    expect(consumer.owned).toHaveLength(4)
  })

  it('are put out when they do not rejoin within their rebalance time-out', async () => {
    const harness = await Harness.start()
    const { memberIds, generationId } = await classicGroup(harness, [[0, 1, 2, 3]], {
      rebalanceTimeoutMs: 8_000,
    })
    const consumer = await Consumer.join(harness, 'm1')
    await harness.heartbeat(memberIds[0] ?? '', generationId)
    await harness.clock.elapse(8_000)
    await consumer.catchUp()
    expect(consumer.owned).toHaveLength(4)
  })

  it('are put out when their session, the one they asked for, is over', async () => {
    const harness = await Harness.start()
    await classicGroup(harness, [[0, 1, 2, 3]], { sessionTimeoutMs: 7_000 })
    const consumer = await Consumer.join(harness, 'm1')
    await harness.clock.elapse(7_000)
    await consumer.catchUp()
    expect(consumer.owned).toHaveLength(4)
  })

  it('are ILLEGAL_GENERATION at another epoch, UNKNOWN_MEMBER_ID when they speak the consumer protocol', async () => {
    const harness = await Harness.start()
    const { memberIds, generationId } = await classicGroup(harness, [[0, 1, 2, 3]])
    const { epoch } = await Consumer.join(harness, 'm1')
    const [classic = ''] = memberIds
    expect(await harness.heartbeat(classic, generationId + 7)).toBe(ErrorCode.ILLEGAL_GENERATION)
    expect((await harness.sync(classic, generationId + 7).response).errorCode).toBe(
      ErrorCode.ILLEGAL_GENERATION,
    )
    expect(await harness.heartbeat('m1', epoch)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(await harness.commit(1, { memberId: classic, generationId, version: 5 })).toBe(ErrorCode.NONE)
    expect(await harness.commit(1, { memberId: classic, generationId: 9 })).toBe(ErrorCode.ILLEGAL_GENERATION)
  })

  it('are INCONSISTENT_GROUP_PROTOCOL without a protocol the others have, or of another type', async () => {
    const harness = await Harness.start()
    await classicGroup(harness, [[0, 1, 2, 3]])
    await Consumer.join(harness, 'm1')
    const codes = await Promise.all([
      harness.join({ protocols: ['range'] }).response,
      harness.join({ protocolType: 'connect', protocols: cooperative() }).response,
    ])
    expect(codes.map(({ errorCode }) => errorCode)).toEqual([23, 23])
  })
})

describe('online downgrade', () => {
  it('makes a classic group of those who stay when the last consumer member leaves, and they rebalance', async () => {
    const harness = await Harness.start()
    const { memberIds } = await classicGroup(harness, [
      [0, 1],
      [2, 3],
    ])
    const consumer = await Consumer.join(harness, 'm1')
    await consumer.leave()
    expect(await harness.state()).toBe('PreparingRebalance')
    const joins = memberIds.map((memberId) => harness.join({ memberId, protocols: cooperative() }))
    await settle()
    expect(joins.map(({ value }) => [value.errorCode, value.generationId])).toEqual([
      [0, 3],
      [0, 3],
    ])
  })

  it('keeps what members have when a static one comes back with the classic protocol', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1', { instanceId: 'i1' })
    await consumer.leave()
    const {
      errorCode,
      memberId = '',
      generationId = -1,
    } = await harness.join({
      instanceId: 'i1',
      protocols: cooperative(),
    }).response
    expect(errorCode).toBe(ErrorCode.NONE)
    expect(await harness.state()).toBe('Stable')
    const { assignment = Buffer.alloc(0) } = await harness.sync(memberId, generationId, {}, 'i1').response
    expect(decodeAssignment(assignment).assignedPartitions).toEqual([
      { topic: 't', partitions: [0, 1, 2, 3] },
    ])
  })

  it('does not happen where the policy is upgrade', async () => {
    const harness = await Harness.start({ config: { groupConsumerMigrationPolicy: 'upgrade' } })
    await classicGroup(harness, [[0, 1, 2, 3]])
    const consumer = await Consumer.join(harness, 'm1')
    await consumer.leave()
    expect((await describeGroup(harness)).members).toHaveLength(1)
  })

  it('outlives its coordinator', async () => {
    const harness = await Harness.start()
    await classicGroup(harness, [
      [0, 1],
      [2, 3],
    ])
    await (await Consumer.join(harness, 'm1')).leave()
    await harness.failOver()
    const { members = [], groupState } = await harness.describe()
    expect([groupState, members.length]).toEqual(['Stable', 2])
    expect((await describeGroup(harness)).errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
  })
})

describe('a consumer group without members', () => {
  it('gives way to a classic one, offsets and all', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    await harness.commit(9, { memberId: 'm1', generationId: 1 })
    await consumer.leave()
    await harness.stableGroup(1)
    expect(await harness.state()).toBe('Stable')
    expect(await harness.offsets()).toEqual({ 't-0': 9 })
    await harness.failOver()
    expect(await harness.state()).toBe('Stable')
  })

  it('does not give way to a member id nobody gave out', async () => {
    const harness = await Harness.start()
    await (await Consumer.join(harness, 'm1')).leave()
    const { errorCode } = await harness.join({ memberId: 'x' }).response
    expect(errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(await stateOf(harness)).toBe('Empty' satisfies ConsumerGroup['state'])
  })
})

describe('a classic group', () => {
  it('knows no member epochs: a consumer heartbeat to it is GROUP_ID_NOT_FOUND', async () => {
    const harness = await Harness.start()
    await classicGroup(harness, [[0]])
    const { errorCode } = await heartbeat(harness, { memberId: 'm1', memberEpoch: 3 })
    expect(errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
  })

  it('becomes and unbecomes a consumer group again and again', async () => {
    const harness = await Harness.start()
    const { memberIds } = await classicGroup(harness, [[0, 1, 2, 3]])
    for (let round = 0; round < 3; round++) {
      const consumer = await Consumer.join(harness, `m${round}`)
      await settleGroup(consumer)
      await consumer.leave()
      const join = harness.join({ memberId: memberIds[0] ?? '', protocols: cooperative() })
      await settle()
      expect(join.value.errorCode).toBe(ErrorCode.NONE)
      const { generationId = -1 } = join.value
      await harness.sync(memberIds[0] ?? '', generationId).response
      expect(await harness.state()).toBe('Stable')
    }
  })
})
