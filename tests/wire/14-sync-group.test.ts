import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { joinGroup } from '../../src/broker/protocol/messages/11-join-group.ts'
import { syncGroup } from '../../src/broker/protocol/messages/14-sync-group.ts'
import type { Client } from './client.ts'
import { freshGroup, join, joinAlone, joinRequest, stateOf } from './groups.ts'
import { useCluster } from './harness.ts'
import { until } from './until.ts'
import { since, versionsFrom, versionsOf } from './versions.ts'

const cluster = useCluster()
let client: Client
let groupId: string

beforeAll(async () => {
  client = await cluster().client()
})
beforeEach(async () => {
  groupId = await freshGroup(cluster())
})

/** What v5 has to say of the group beside who asks. */
const protocolOf = (version: number) =>
  since(5, version, { protocolType: 'consumer', protocolName: 'range' }, {})

describe.each(versionsOf(syncGroup))('SyncGroup v%i', (version) => {
  it('gives every member of two what the leader decided', async () => {
    const first = await joinAlone(client, groupId)
    const second = await cluster().client()
    const joining = join(second, 9, groupId)
    await until('the rebalance', async () => (await stateOf(client, groupId)) === 'PreparingRebalance')
    const { generationId, members } = await client.call(
      joinGroup,
      9,
      joinRequest(9, groupId, { memberId: first.memberId }),
    )
    const follower = await joining
    const base = { groupId, generationId, ...protocolOf(version) }
    // The follower asks first, and is answered when the leader has spoken.
    const waiting = second.call(syncGroup, version, { ...base, memberId: follower.memberId, assignments: [] })
    const assignments = members.map(({ memberId }) => ({
      memberId,
      assignment: Buffer.from(`for ${memberId}`),
    }))
    const led = await client.call(syncGroup, version, { ...base, memberId: first.memberId, assignments })
    const protocol = since(5, version, protocolOf(version), { protocolType: null, protocolName: null })
    const answer = (memberId: string) => ({
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      ...protocol,
      assignment: Buffer.from(`for ${memberId}`),
    })
    expect(led).toEqual(answer(first.memberId))
    expect(await waiting).toEqual(answer(follower.memberId))
    expect(await stateOf(client, groupId)).toBe('Stable')
  })

  it('again in a stable group gives the same', async () => {
    const { memberId, generationId } = await joinAlone(client, groupId)
    const request = { groupId, memberId, generationId, ...protocolOf(version), assignments: [] }
    const { errorCode, assignment } = await client.call(syncGroup, version, request)
    expect([errorCode, String(assignment)]).toEqual([ErrorCode.NONE, `assignment of ${memberId}`])
  })

  it('a member the leader has left out gets nothing', async () => {
    const { memberId, generationId } = await join(client, 9, groupId)
    const request = { groupId, memberId, generationId, ...protocolOf(version), assignments: [] }
    const { errorCode, assignment } = await client.call(syncGroup, version, request)
    expect([errorCode, assignment.length]).toEqual([ErrorCode.NONE, 0])
  })

  it('an assignment for a stranger is left aside', async () => {
    const { memberId, generationId } = await join(client, 9, groupId)
    const assignments = [
      { memberId: 'stranger', assignment: Buffer.from('x') },
      { memberId, assignment: Buffer.from('y') },
    ]
    const request = { groupId, memberId, generationId, ...protocolOf(version), assignments }
    const { assignment } = await client.call(syncGroup, version, request)
    expect(String(assignment)).toBe('y')
  })

  it.each([
    ['of a group that is not there', { groupId: 'nowhere' }, ErrorCode.UNKNOWN_MEMBER_ID],
    ['of a member nobody knows', { memberId: 'stranger' }, ErrorCode.UNKNOWN_MEMBER_ID],
    ['of the generation before', { generationId: 0 }, ErrorCode.ILLEGAL_GENERATION],
    ['of a generation to come', { generationId: 2 }, ErrorCode.ILLEGAL_GENERATION],
    ['of the empty group id', { groupId: '' }, ErrorCode.INVALID_GROUP_ID],
  ])('%s is refused, without an assignment', async (_what, different, code) => {
    const membership = await joinAlone(client, groupId)
    const request = { ...membership, ...protocolOf(version), assignments: [], ...different }
    const { errorCode, assignment } = await client.call(syncGroup, version, request)
    expect([errorCode, assignment.length]).toEqual([code, 0])
  })

  it('while the group rebalances is REBALANCE_IN_PROGRESS', async () => {
    const membership = await joinAlone(client, groupId)
    const other = await cluster().client()
    other.send(joinGroup, 3, joinRequest(3, groupId))
    await until('the rebalance', async () => (await stateOf(client, groupId)) === 'PreparingRebalance')
    const request = { ...membership, ...protocolOf(version), assignments: [] }
    expect((await client.call(syncGroup, version, request)).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    other.close()
  })
})

describe.each(versionsFrom(syncGroup, 3))('SyncGroup v%i of static members', (version) => {
  it('that were replaced is FENCED_INSTANCE_ID', async () => {
    const groupInstanceId = 'one'
    const membership = await joinAlone(client, groupId, { groupInstanceId })
    const request = { ...membership, groupInstanceId, ...protocolOf(version), assignments: [] }
    const before = await client.call(syncGroup, version, request)
    const other = await cluster().client()
    await other.call(joinGroup, 9, joinRequest(9, groupId, { groupInstanceId }))
    const after = await client.call(syncGroup, version, request)
    expect([before.errorCode, after.errorCode]).toEqual([ErrorCode.NONE, ErrorCode.FENCED_INSTANCE_ID])
  })
})

describe('SyncGroup v5', () => {
  it.each([
    ['no protocol type', { protocolType: null }],
    ['no protocol', { protocolName: null }],
    ['another protocol type', { protocolType: 'connect' }],
    ['another protocol', { protocolName: 'sticky' }],
  ])('with %s is INCONSISTENT_GROUP_PROTOCOL', async (_what, different) => {
    const membership = await joinAlone(client, groupId)
    const request = { ...membership, ...protocolOf(5), ...different, assignments: [] }
    expect((await client.call(syncGroup, 5, request)).errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  })
})

describe('SyncGroup that does not come', () => {
  it('costs the membership after the rebalance time-out', async () => {
    const { memberId, generationId } = await join(client, 9, groupId, { rebalanceTimeoutMs: 200 })
    await until('the group to be empty', async () => (await stateOf(client, groupId)) === 'Empty')
    const request = { groupId, memberId, generationId, ...protocolOf(5), assignments: [] }
    expect((await client.call(syncGroup, 5, request)).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })
})
