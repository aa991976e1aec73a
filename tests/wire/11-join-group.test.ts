import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { joinGroup } from '../../src/broker/protocol/messages/11-join-group.ts'
import { syncGroup } from '../../src/broker/protocol/messages/14-sync-group.ts'
import { describeGroups } from '../../src/broker/protocol/messages/15-describe-groups.ts'
import type { Client } from './client.ts'
import { freshGroup, join, joinAlone, joinRequest, leave, stateOf, subscriptionTo } from './groups.ts'
import { useCluster } from './harness.ts'
import { until } from './until.ts'
import { since, versionsBefore, versionsFrom, versionsOf } from './versions.ts'

const cluster = useCluster({ config: { 'group.max.size': '3' } })
let client: Client
let groupId: string

beforeAll(async () => {
  client = await cluster().client()
})
beforeEach(async () => {
  groupId = await freshGroup(cluster())
})

describe.each(versionsOf(joinGroup))('JoinGroup v%i', (version) => {
  it('makes the first member the leader of generation 1 and shows it everybody’s metadata', async () => {
    const answer = await join(client, version, groupId)
    const { memberId } = answer
    expect(memberId).toMatch(/^wire-[0-9a-f-]{36}$/)
    expect(answer).toEqual({
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      generationId: 1,
      protocolType: since(7, version, 'consumer', null),
      protocolName: 'range',
      leader: memberId,
      skipAssignment: false,
      memberId,
      members: [{ memberId, groupInstanceId: null, metadata: subscriptionTo(['some-topic']) }],
    })
  })

  it('a second member starts a rebalance: both are in generation 2, only the leader is told the members', async () => {
    const leader = await joinAlone(client, groupId)
    const other = await cluster().client()
    const joining = join(other, version, groupId)
    await until('the rebalance', async () => (await stateOf(client, groupId)) === 'PreparingRebalance')
    const rejoined = await client.call(
      joinGroup,
      version,
      joinRequest(version, groupId, { memberId: leader.memberId }),
    )
    const joined = await joining
    expect([rejoined.generationId, joined.generationId]).toEqual([2, 2])
    expect([rejoined.leader, joined.leader]).toEqual([leader.memberId, leader.memberId])
    expect(rejoined.members.map(({ memberId }) => memberId)).toEqual([leader.memberId, joined.memberId])
    expect(joined.members).toEqual([])
  })

  it.each([0, 5_999, 1_800_001, -1])(
    'a session of %i ms is INVALID_SESSION_TIMEOUT',
    async (sessionTimeoutMs) => {
      const answer = await client.call(
        joinGroup,
        version,
        joinRequest(version, groupId, { sessionTimeoutMs }),
      )
      expect([answer.errorCode, answer.generationId]).toEqual([ErrorCode.INVALID_SESSION_TIMEOUT, -1])
    },
  )

  it('the empty group id is INVALID_GROUP_ID', async () => {
    const { errorCode } = await client.call(joinGroup, version, joinRequest(version, ''))
    expect(errorCode).toBe(ErrorCode.INVALID_GROUP_ID)
  })

  it('a member nobody knows is UNKNOWN_MEMBER_ID, in a group that is there and in one that is not', async () => {
    const request = joinRequest(version, groupId, { memberId: 'stranger' })
    const nowhere = await client.call(joinGroup, version, request)
    await joinAlone(client, groupId)
    const somewhere = await client.call(joinGroup, version, request)
    expect([nowhere.errorCode, somewhere.errorCode]).toEqual([
      ErrorCode.UNKNOWN_MEMBER_ID,
      ErrorCode.UNKNOWN_MEMBER_ID,
    ])
    expect(nowhere.memberId).toBe('stranger')
  })

  it.each([
    ['no protocol in common', { protocols: [{ name: 'other', metadata: Buffer.alloc(0) }] }],
    ['another protocol type', { protocolType: 'connect' }],
    ['no protocols', { protocols: [] }],
    ['no protocol type', { protocolType: '' }],
  ])('%s is INCONSISTENT_GROUP_PROTOCOL', async (_what, different) => {
    await joinAlone(client, groupId)
    const other = await cluster().client()
    const answer = await other.call(joinGroup, version, joinRequest(version, groupId, different))
    expect(answer.errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    expect(answer.protocolName).toBe(since(7, version, null, ''))
  })

  it.each([
    ['no protocols', { protocols: [] }],
    ['no protocol type', { protocolType: '' }],
  ])('%s found no group: INCONSISTENT_GROUP_PROTOCOL', async (_what, different) => {
    const { errorCode } = await client.call(joinGroup, version, joinRequest(version, groupId, different))
    expect(errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  })
})

describe('JoinGroup member ids', () => {
  it.each(versionsFrom(joinGroup, 4))(
    'v%i: a dynamic member is given its id with MEMBER_ID_REQUIRED',
    async (version) => {
      const answer = await client.call(joinGroup, version, joinRequest(version, groupId))
      expect(answer).toMatchObject({ errorCode: ErrorCode.MEMBER_ID_REQUIRED, generationId: -1, members: [] })
      expect(answer.memberId).toMatch(/^wire-/)
    },
  )

  it.each(versionsBefore(joinGroup, 4))('v%i: a dynamic member joins at once', async (version) => {
    const { errorCode } = await client.call(joinGroup, version, joinRequest(version, groupId))
    expect(errorCode).toBe(ErrorCode.NONE)
  })

  it.each(versionsFrom(joinGroup, 5))('v%i: a static member joins at once', async (version) => {
    const request = joinRequest(version, groupId, { groupInstanceId: 'instance-1' })
    const answer = await client.call(joinGroup, version, request)
    expect(answer.errorCode).toBe(ErrorCode.NONE)
    expect(answer.memberId).toMatch(/^instance-1-/)
    expect(answer.members[0]!.groupInstanceId).toBe('instance-1')
  })

  it('a client without an id is a member all the same', async () => {
    const nameless = await cluster().client(1, null)
    const { errorCode, memberId } = await join(nameless, 9, groupId)
    expect([errorCode, memberId.length]).toEqual([ErrorCode.NONE, 37])
  })
})

describe('JoinGroup again', () => {
  it.each(versionsOf(joinGroup))(
    'v%i: a follower with the same metadata is told the present generation',
    async (version) => {
      const leader = await joinAlone(client, groupId)
      const follower = await cluster().client()
      const joining = join(follower, 9, groupId)
      await until('the rebalance', async () => (await stateOf(client, groupId)) === 'PreparingRebalance')
      await client.call(joinGroup, 9, joinRequest(9, groupId, { memberId: leader.memberId }))
      const { memberId, generationId } = await joining
      const again = await follower.call(joinGroup, version, joinRequest(version, groupId, { memberId }))
      expect([again.errorCode, again.generationId]).toEqual([ErrorCode.NONE, generationId])
    },
  )

  it('a leader of a stable group starts a rebalance', async () => {
    const { memberId, generationId } = await joinAlone(client, groupId)
    const again = await client.call(joinGroup, 9, joinRequest(9, groupId, { memberId }))
    expect(again.generationId).toBe(generationId + 1)
  })

  it('the protocol is one all members know, the first choice of most', async () => {
    const protocols = (...names: string[]) =>
      names.map((name) => ({ name, metadata: subscriptionTo([name]) }))
    const [first, second] = [await cluster().client(), await cluster().client()]
    const leader = await joinAlone(first, groupId, { protocols: protocols('sticky', 'range', 'roundrobin') })
    const joining = join(second, 9, groupId, { protocols: protocols('roundrobin', 'range') })
    await until('the rebalance', async () => (await stateOf(client, groupId)) === 'PreparingRebalance')
    const request = joinRequest(9, groupId, {
      memberId: leader.memberId,
      protocols: protocols('range', 'sticky', 'roundrobin'),
    })
    const rejoined = await first.call(joinGroup, 9, request)
    expect(['range', 'roundrobin']).toContain(rejoined.protocolName)
    expect((await joining).protocolName).toBe(rejoined.protocolName)
    const metadatas = rejoined.members.map(({ metadata }) => metadata)
    const expected = subscriptionTo([rejoined.protocolName!])
    expect(metadatas).toEqual([expected, expected])
  })
})

describe('JoinGroup of static members (KIP-345)', () => {
  const instance = { groupInstanceId: 'one' }

  it.each(versionsFrom(joinGroup, 5))(
    'v%i: one that returns keeps its place without a rebalance',
    async (version) => {
      const before = await joinAlone(client, groupId, instance)
      const other = await cluster().client()
      const after = await other.call(joinGroup, version, joinRequest(version, groupId, instance))
      expect([after.errorCode, after.generationId]).toEqual([ErrorCode.NONE, before.generationId])
      expect(after.memberId).not.toBe(before.memberId)
      expect(after.skipAssignment).toBe(since(9, version, true, false))
      // Before v9 a returning leader must take itself for a follower, or it would assign.
      expect(after.leader === after.memberId).toBe(since(9, version, true, false))
    },
  )

  it.each(versionsFrom(joinGroup, 5))(
    'v%i: the one that was replaced is FENCED_INSTANCE_ID',
    async (version) => {
      const before = await joinAlone(client, groupId, instance)
      const other = await cluster().client()
      await other.call(joinGroup, 9, joinRequest(9, groupId, instance))
      const request = joinRequest(version, groupId, { ...instance, memberId: before.memberId })
      expect((await client.call(joinGroup, version, request)).errorCode).toBe(ErrorCode.FENCED_INSTANCE_ID)
    },
  )

  it('an instance the group does not have is UNKNOWN_MEMBER_ID with a member id', async () => {
    await joinAlone(client, groupId)
    const request = joinRequest(9, groupId, { groupInstanceId: 'nobody', memberId: 'nobody-1' })
    expect((await client.call(joinGroup, 9, request)).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })
})

describe('JoinGroup of a full group', () => {
  it('is GROUP_MAX_SIZE_REACHED for one more', async () => {
    const first = await joinAlone(client, groupId)
    const others = [await cluster().client(), await cluster().client()]
    const joining = others.map((other) => join(other, 3, groupId))
    await until('the rebalance', async () => (await stateOf(client, groupId)) === 'PreparingRebalance')
    const leader = await cluster().client()
    // The leader comes last, so that all three are in the same generation.
    await until('both to have come', () => hasMembers(groupId, 3))
    const { generationId } = await leader.call(
      joinGroup,
      9,
      joinRequest(9, groupId, { memberId: first.memberId }),
    )
    await Promise.all(joining)
    expect(generationId).toBe(2)
    const late = await cluster().client()
    const answer = await late.call(joinGroup, 3, joinRequest(3, groupId))
    expect([answer.errorCode, answer.memberId]).toEqual([ErrorCode.GROUP_MAX_SIZE_REACHED, ''])
  })

  async function hasMembers(id: string, count: number): Promise<boolean> {
    const { groups } = await client.call(describeGroups, 5, { groups: [id] })
    return groups[0]!.members.length === count
  }
})

describe('JoinGroup and what comes after', () => {
  it('a member whose connection is gone is removed when the next one comes and it does not rejoin in time', async () => {
    const doomed = await cluster().client()
    await joinAlone(doomed, groupId, { sessionTimeoutMs: 6_000, rebalanceTimeoutMs: 100 })
    doomed.close()
    const next = await join(client, 9, groupId, { rebalanceTimeoutMs: 100 })
    expect([next.generationId, next.members.length]).toEqual([2, 1])
    expect(next.leader).toBe(next.memberId)
  })

  it('the generation goes on counting when the group was empty in between', async () => {
    const membership = await joinAlone(client, groupId)
    await leave(client, membership)
    expect(await stateOf(client, groupId)).toBe('Empty')
    const again = await joinAlone(client, groupId)
    // Leaving made generation 2, the empty one.
    expect(again.generationId).toBe(3)
  })

  it('members that are syncing when another joins are told REBALANCE_IN_PROGRESS', async () => {
    const first = await joinAlone(client, groupId)
    const second = await cluster().client()
    const joining = join(second, 3, groupId)
    await until('the rebalance', async () => (await stateOf(client, groupId)) === 'PreparingRebalance')
    await client.call(joinGroup, 9, joinRequest(9, groupId, { memberId: first.memberId }))
    const { memberId, generationId } = await joining
    const syncing = second.call(syncGroup, 3, { groupId, generationId, memberId, assignments: [] })
    const third = await cluster().client()
    third.send(joinGroup, 3, joinRequest(3, groupId))
    expect((await syncing).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    third.close()
  })
})
