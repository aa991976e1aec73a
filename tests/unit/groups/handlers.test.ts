import { describe, expect, it } from 'vitest'

import { ShareGroups } from '../../../src/broker/groups/share/share-groups.ts'
import type { ShareGroupsOptions } from '../../../src/broker/groups/share/share-groups.ts'
import { offsetCommitHandler } from '../../../src/broker/handlers/08-offset-commit.ts'
import { offsetFetchHandler } from '../../../src/broker/handlers/09-offset-fetch.ts'
import { joinGroupHandler } from '../../../src/broker/handlers/11-join-group.ts'
import { heartbeatHandler } from '../../../src/broker/handlers/12-heartbeat.ts'
import { leaveGroupHandler } from '../../../src/broker/handlers/13-leave-group.ts'
import { syncGroupHandler } from '../../../src/broker/handlers/14-sync-group.ts'
import { describeGroupsHandler } from '../../../src/broker/handlers/15-describe-groups.ts'
import { listGroupsHandler } from '../../../src/broker/handlers/16-list-groups.ts'
import { deleteGroupsHandler } from '../../../src/broker/handlers/42-delete-groups.ts'
import { offsetDeleteHandler } from '../../../src/broker/handlers/47-offset-delete.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { offsetCommit } from '../../../src/broker/protocol/messages/08-offset-commit.ts'
import { offsetFetch } from '../../../src/broker/protocol/messages/09-offset-fetch.ts'
import { joinGroup } from '../../../src/broker/protocol/messages/11-join-group.ts'
import { heartbeat } from '../../../src/broker/protocol/messages/12-heartbeat.ts'
import { leaveGroup } from '../../../src/broker/protocol/messages/13-leave-group.ts'
import { syncGroup } from '../../../src/broker/protocol/messages/14-sync-group.ts'
import { describeGroups } from '../../../src/broker/protocol/messages/15-describe-groups.ts'
import { listGroups } from '../../../src/broker/protocol/messages/16-list-groups.ts'
import { deleteGroups } from '../../../src/broker/protocol/messages/42-delete-groups.ts'
import { offsetDelete } from '../../../src/broker/protocol/messages/47-offset-delete.ts'
import { GROUP, Harness, subscription, topicId } from './harness.ts'
import { ask, versionsOf } from './wire.ts'

const groupId = GROUP
const broker = (harness: Harness) => ({
  groups: harness.coordinator,
  shareGroups: new ShareGroups({
    ask: (id, failure, decide) => harness.coordinator.ask(id, failure, decide),
    deleteGroups: (groupIds) => harness.coordinator.deleteGroups(groupIds),
    image: () => harness.metadata.image,
    log: createLogger(1, () => undefined),
    // Of share groups alone, and there are none here.
    state: {} as ShareGroupsOptions['state'],
    endOffset: () => Promise.resolve(0),
  }),
})

describe.each(versionsOf(joinGroup).filter((version) => version < 4))('JoinGroup v%i', (version) => {
  it('brings a member into a generation', async () => {
    const harness = await Harness.start()
    const answering = ask(joinGroup, joinGroupHandler, broker(harness), version, {
      groupId,
      sessionTimeoutMs: 10_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: subscription(['t']) }],
    })
    await harness.clock.elapse(0)
    const joined = await answering
    expect(joined).toMatchObject({
      errorCode: 0,
      generationId: 1,
      protocolName: 'range',
      leader: joined.memberId,
    })
    expect(joined.members).toMatchObject([{ memberId: joined.memberId, metadata: subscription(['t']) }])
  })
})

describe.each(versionsOf(joinGroup).filter((version) => version >= 4))('JoinGroup v%i', (version) => {
  it('brings a member into a generation in two steps', async () => {
    const harness = await Harness.start()
    const join = (memberId: string) =>
      ask(joinGroup, joinGroupHandler, broker(harness), version, {
        groupId,
        memberId,
        sessionTimeoutMs: 10_000,
        rebalanceTimeoutMs: 60_000,
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: subscription(['t']) }],
      })
    const { errorCode, memberId } = await join('')
    expect(errorCode).toBe(ErrorCode.MEMBER_ID_REQUIRED)
    const answering = join(memberId)
    await harness.clock.elapse(0)
    expect(await answering).toMatchObject({ errorCode: 0, generationId: 1, protocolName: 'range', memberId })
  })
})

describe('JoinGroup', () => {
  it.each([
    [6, ''],
    [7, null],
  ])('v%i answers protocol name %j where there is none', async (version, protocolName) => {
    const harness = await Harness.start()
    const request = { groupId, memberId: 'x', sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 1 }
    const failed = await ask(joinGroup, joinGroupHandler, broker(harness), version, request)
    expect(failed).toMatchObject({
      errorCode: ErrorCode.UNKNOWN_MEMBER_ID,
      protocolName,
      generationId: -1,
      leader: '',
    })
  })

  it.each([5, 6, 7, 8])(
    'v%i tells a returning static leader its former id as the leader’s',
    async (version) => {
      const harness = await Harness.start()
      const first = harness.join({ instanceId: 'a' })
      await harness.clock.elapse(0)
      const { leader } = await harness.finish([first.value.memberId ?? ''], [first])
      const returned = await ask(joinGroup, joinGroupHandler, broker(harness), version, {
        groupId,
        groupInstanceId: 'a',
        sessionTimeoutMs: 10_000,
        rebalanceTimeoutMs: 10_000,
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: subscription(['t']) }],
      })
      expect(returned).toMatchObject({ errorCode: 0, leader, members: [] })
    },
  )
})

describe.each([
  ...[0, 1, 2, 3, 4].map((version) => [version, {}] as const),
  [5, { protocolType: 'consumer', protocolName: 'range' }] as const,
])('SyncGroup v%i', (version, protocol) => {
  it('takes and gives the assignment', async () => {
    const harness = await Harness.start()
    const { memberId } = await harness.enter()
    await harness.clock.elapse(0)
    const synced = await ask(syncGroup, syncGroupHandler, broker(harness), version, {
      groupId,
      generationId: 1,
      memberId,
      ...protocol,
      assignments: [{ memberId, assignment: Buffer.from('mine') }],
    })
    expect(synced).toMatchObject({ errorCode: 0, assignment: Buffer.from('mine') })
  })
})

describe('SyncGroup v5', () => {
  it('without protocol type and name is INCONSISTENT_GROUP_PROTOCOL (KIP-559)', async () => {
    const harness = await Harness.start()
    const request = { groupId, generationId: 1, memberId: 'x' }
    const { errorCode } = await ask(syncGroup, syncGroupHandler, broker(harness), 5, request)
    expect(errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  })
})

describe.each(versionsOf(heartbeat))('Heartbeat v%i', (version) => {
  it('is answered', async () => {
    const harness = await Harness.start()
    const { leader: memberId, generationId } = await harness.stableGroup(1)
    const beat = (body: object) =>
      ask(heartbeat, heartbeatHandler, broker(harness), version, { groupId, ...body })
    expect((await beat({ generationId, memberId })).errorCode).toBe(0)
    expect((await beat({ generationId: 9, memberId })).errorCode).toBe(ErrorCode.ILLEGAL_GENERATION)
  })
})

describe.each([0, 1, 2])('LeaveGroup v%i', (version) => {
  it('answers the code of its one member', async () => {
    const harness = await Harness.start()
    const { leader: memberId } = await harness.stableGroup(1)
    const leave = () => ask(leaveGroup, leaveGroupHandler, broker(harness), version, { groupId, memberId })
    expect((await leave()).errorCode).toBe(0)
    expect((await leave()).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('answers the code of the group where that failed', async () => {
    const harness = await Harness.start()
    const request = { groupId: '', memberId: 'x' }
    const { errorCode } = await ask(leaveGroup, leaveGroupHandler, broker(harness), version, request)
    expect(errorCode).toBe(ErrorCode.INVALID_GROUP_ID)
  })
})

describe.each([3, 4, 5])('LeaveGroup v%i', (version) => {
  it('answers a code for each member', async () => {
    const harness = await Harness.start()
    const { leader: memberId } = await harness.stableGroup(1)
    const members = [{ memberId }, { memberId: '', groupInstanceId: 'a' }]
    const left = await ask(leaveGroup, leaveGroupHandler, broker(harness), version, { groupId, members })
    expect(left).toMatchObject({ errorCode: 0, members: [{ memberId, errorCode: 0 }, { errorCode: 25 }] })
  })
})

describe.each([
  ...[2, 3, 4, 5, 6, 7, 8, 9].map((version) => [version, { name: 't' }] as const),
  [10, { topicId: topicId('t') }] as const,
])('OffsetCommit v%i', (version, topic) => {
  it('keeps an offset', async () => {
    const harness = await Harness.start()
    const { topics } = await ask(offsetCommit, offsetCommitHandler, broker(harness), version, {
      groupId,
      topics: [
        { ...topic, partitions: [{ partitionIndex: 1, committedOffset: 2 ** 40, committedMetadata: 'm' }] },
      ],
    })
    expect(topics).toMatchObject([{ ...topic, partitions: [{ partitionIndex: 1, errorCode: 0 }] }])
    expect(await harness.offsets()).toEqual({ 't-1': 2 ** 40 })
  })
})

describe.each([1, 2, 3, 4, 5, 6, 7])('OffsetFetch v%i', (version) => {
  it('tells the offsets of one group', async () => {
    const harness = await Harness.start()
    await harness.commit(5, { metadata: 'm' })
    const topics = [{ name: 't', partitionIndexes: [0, 1] }]
    const fetched = await ask(offsetFetch, offsetFetchHandler, broker(harness), version, { groupId, topics })
    expect(fetched).toMatchObject({
      errorCode: 0,
      topics: [
        {
          name: 't',
          partitions: [
            { committedOffset: 5, metadata: 'm' },
            { committedOffset: -1, metadata: '' },
          ],
        },
      ],
    })
  })
})

describe('OffsetFetch', () => {
  it.each([2, 7])('v%i with topics null tells all', async (version) => {
    const harness = await Harness.start()
    await harness.commit(5)
    const fetched = await ask(offsetFetch, offsetFetchHandler, broker(harness), version, {
      groupId,
      topics: null,
    })
    expect(fetched.topics).toMatchObject([
      { name: 't', partitions: [{ partitionIndex: 0, committedOffset: 5 }] },
    ])
  })

  it('v1 has the failure of the group at each partition', async () => {
    const harness = await Harness.start({ leads: [] })
    const topics = [{ name: 't', partitionIndexes: [0, 1] }]
    const fetched = await ask(offsetFetch, offsetFetchHandler, broker(harness), 1, { groupId, topics })
    expect(fetched.topics[0]?.partitions).toMatchObject([
      { partitionIndex: 0, errorCode: 16, committedOffset: -1, metadata: '' },
      { partitionIndex: 1, errorCode: 16, committedOffset: -1, metadata: '' },
    ])
  })

  it.each([2, 7])('v%i has the failure of the group at the top', async (version) => {
    const harness = await Harness.start({ leads: [] })
    const topics = [{ name: 't', partitionIndexes: [0] }]
    const fetched = await ask(offsetFetch, offsetFetchHandler, broker(harness), version, { groupId, topics })
    expect(fetched).toMatchObject({ errorCode: 16, topics: [] })
  })
})

describe.each([
  [8, { name: 't' }],
  [9, { name: 't' }],
  [10, { topicId: topicId('t') }],
] as const)('OffsetFetch v%i', (version, topic) => {
  it('tells the offsets of many groups', async () => {
    const harness = await Harness.start()
    await harness.commit(5)
    await harness.commit(6, { groupId: 'other' })
    const { groups } = await ask(offsetFetch, offsetFetchHandler, broker(harness), version, {
      groups: [
        { groupId, topics: [{ ...topic, partitionIndexes: [0] }] },
        { groupId: 'other', topics: null },
        { groupId: 'nobody', topics: null },
      ],
    })
    expect(groups).toMatchObject([
      { groupId, errorCode: 0, topics: [{ ...topic, partitions: [{ committedOffset: 5 }] }] },
      { groupId: 'other', errorCode: 0, topics: [{ ...topic, partitions: [{ committedOffset: 6 }] }] },
      { groupId: 'nobody', errorCode: 0, topics: [] },
    ])
  })
})

describe.each([
  ...[0, 1, 2, 3, 4, 5].map((version) => [version, ErrorCode.NONE] as const),
  [6, ErrorCode.GROUP_ID_NOT_FOUND] as const,
])('DescribeGroups v%i', (version, unknownCode) => {
  it('describes known and unknown groups', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(1)
    const { groups } = await ask(describeGroups, describeGroupsHandler, broker(harness), version, {
      groups: [groupId, 'x'],
    })
    expect(groups).toMatchObject([
      {
        groupState: 'Stable',
        protocolData: 'range',
        members: [{ memberId: leader }],
        authorizedOperations: -(2 ** 31),
      },
      { groupState: 'Dead', errorCode: unknownCode },
    ])
  })
})

describe('DescribeGroups v3', () => {
  it('tells what may be done with a group: read, delete, describe, describe and alter its configs', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1)
    const request = { groups: [groupId], includeAuthorizedOperations: true }
    const { groups } = await ask(describeGroups, describeGroupsHandler, broker(harness), 3, request)
    expect(groups[0]?.authorizedOperations).toBe(0b1101_0100_1000)
  })
})

describe.each(versionsOf(listGroups))('ListGroups v%i', (version) => {
  it('lists the groups', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1)
    const listed = await ask(listGroups, listGroupsHandler, broker(harness), version, {})
    expect(listed).toMatchObject({ errorCode: 0, groups: [{ groupId, protocolType: 'consumer' }] })
  })
})

describe.each(versionsOf(deleteGroups))('DeleteGroups v%i', (version) => {
  it('deletes groups', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    const groupsNames = [groupId, 'x']
    const { results } = await ask(deleteGroups, deleteGroupsHandler, broker(harness), version, {
      groupsNames,
    })
    expect(results).toMatchObject([
      { groupId, errorCode: 0 },
      { groupId: 'x', errorCode: 69 },
    ])
  })
})

describe('OffsetDelete v0', () => {
  it('deletes offsets', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    const topics = [{ name: 't', partitions: [{ partitionIndex: 0 }] }]
    const deleted = await ask(offsetDelete, offsetDeleteHandler, broker(harness), 0, { groupId, topics })
    expect(deleted).toMatchObject({ errorCode: 0, topics: [{ name: 't', partitions: [{ errorCode: 0 }] }] })
    expect(await harness.offsets()).toEqual({})
  })

  it('refuses an empty group id', async () => {
    const harness = await Harness.start()
    const deleted = await ask(offsetDelete, offsetDeleteHandler, broker(harness), 0, { groupId: '' })
    expect(deleted.errorCode).toBe(ErrorCode.INVALID_GROUP_ID)
  })
})
