import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { joinGroup } from '../../src/broker/protocol/messages/11-join-group.ts'
import { heartbeat } from '../../src/broker/protocol/messages/12-heartbeat.ts'
import type { Client } from './client.ts'
import { freshGroup, join, joinAlone, joinRequest, leave, stateOf } from './groups.ts'
import { useCluster } from './harness.ts'
import { until } from './until.ts'
import { versionsFrom, versionsOf } from './versions.ts'

const cluster = useCluster({ config: { 'group.min.session.timeout.ms': '200' } })
let client: Client
let groupId: string

beforeAll(async () => {
  client = await cluster().client()
})
beforeEach(async () => {
  groupId = await freshGroup(cluster())
})

describe.each(versionsOf(heartbeat))('Heartbeat v%i', (version) => {
  it('of a member of a stable group is NONE', async () => {
    const membership = await joinAlone(client, groupId)
    expect(await client.call(heartbeat, version, membership)).toEqual({
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
    })
  })

  it('of a member that has joined and not synced is NONE', async () => {
    const { memberId, generationId } = await join(client, 9, groupId)
    const { errorCode } = await client.call(heartbeat, version, { groupId, memberId, generationId })
    expect(errorCode).toBe(ErrorCode.NONE)
  })

  it('while the group rebalances is REBALANCE_IN_PROGRESS', async () => {
    const membership = await joinAlone(client, groupId)
    const other = await cluster().client()
    other.send(joinGroup, 3, joinRequest(3, groupId))
    await until('the rebalance', async () => (await stateOf(client, groupId)) === 'PreparingRebalance')
    const { errorCode } = await client.call(heartbeat, version, membership)
    expect(errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    other.close()
  })

  it.each([
    ['of a group that is not there', { groupId: 'nowhere' }, ErrorCode.UNKNOWN_MEMBER_ID],
    ['of a member nobody knows', { memberId: 'stranger' }, ErrorCode.UNKNOWN_MEMBER_ID],
    ['of the generation before', { generationId: 0 }, ErrorCode.ILLEGAL_GENERATION],
    ['of a generation to come', { generationId: 2 }, ErrorCode.ILLEGAL_GENERATION],
    ['of the empty group id', { groupId: '' }, ErrorCode.INVALID_GROUP_ID],
  ])('%s is refused', async (_what, different, code) => {
    const membership = await joinAlone(client, groupId)
    const { errorCode } = await client.call(heartbeat, version, { ...membership, ...different })
    expect(errorCode).toBe(code)
  })

  it('of a member that has left is UNKNOWN_MEMBER_ID', async () => {
    const membership = await joinAlone(client, groupId)
    await leave(client, membership)
    expect((await client.call(heartbeat, version, membership)).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })
})

describe.each(versionsFrom(heartbeat, 3))('Heartbeat v%i of static members', (version) => {
  it('is NONE with the instance id, FENCED_INSTANCE_ID when another has it', async () => {
    const groupInstanceId = 'one'
    const membership = await joinAlone(client, groupId, { groupInstanceId })
    const before = await client.call(heartbeat, version, { ...membership, groupInstanceId })
    const other = await cluster().client()
    await other.call(joinGroup, 9, joinRequest(9, groupId, { groupInstanceId }))
    const after = await client.call(heartbeat, version, { ...membership, groupInstanceId })
    expect([before.errorCode, after.errorCode]).toEqual([ErrorCode.NONE, ErrorCode.FENCED_INSTANCE_ID])
  })

  it('with an instance id the group does not have is UNKNOWN_MEMBER_ID', async () => {
    const membership = await joinAlone(client, groupId)
    const { errorCode } = await client.call(heartbeat, version, { ...membership, groupInstanceId: 'nobody' })
    expect(errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })
})

describe('Heartbeat that does not come', () => {
  it('ends the membership after the session time-out', async () => {
    const membership = await joinAlone(client, groupId, { sessionTimeoutMs: 200 })
    await until('the session to end', async () => (await stateOf(client, groupId)) === 'Empty')
    expect((await client.call(heartbeat, 4, membership)).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('does not end it while others come in time', async () => {
    const membership = await joinAlone(client, groupId, { sessionTimeoutMs: 1_000 })
    const endMs = performance.now() + 1_500
    await until('more than a session to pass', async () => {
      expect((await client.call(heartbeat, 4, membership)).errorCode).toBe(ErrorCode.NONE)
      return performance.now() > endMs
    })
    expect(await stateOf(client, groupId)).toBe('Stable')
  })
})
