import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { joinGroup } from '../../src/broker/protocol/messages/11-join-group.ts'
import { leaveGroup } from '../../src/broker/protocol/messages/13-leave-group.ts'
import type { Client } from './client.ts'
import { freshGroup, join, joinAlone, joinRequest, stateOf } from './groups.ts'
import { useCluster } from './harness.ts'
import { until } from './until.ts'
import { versionsBefore, versionsFrom, versionsOf } from './versions.ts'

const cluster = useCluster()
let client: Client
let groupId: string

beforeAll(async () => {
  client = await cluster().client()
})
beforeEach(async () => {
  groupId = await freshGroup(cluster())
})

describe.each(versionsBefore(leaveGroup, 3))('LeaveGroup v%i', (version) => {
  it('of a member ends its membership', async () => {
    const { memberId } = await joinAlone(client, groupId)
    const answer = await client.call(leaveGroup, version, { groupId, memberId })
    expect(answer).toEqual({ throttleTimeMs: 0, errorCode: ErrorCode.NONE, members: [] })
    expect(await stateOf(client, groupId)).toBe('Empty')
  })

  it.each(['stranger', ''])('of the member %j, whom nobody knows, is UNKNOWN_MEMBER_ID', async (memberId) => {
    await joinAlone(client, groupId)
    const { errorCode } = await client.call(leaveGroup, version, { groupId, memberId })
    expect(errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })
})

describe.each(versionsFrom(leaveGroup, 3))('LeaveGroup v%i', (version) => {
  it('of several members has a code for each', async () => {
    const { memberId } = await joinAlone(client, groupId)
    const request = { groupId, members: [{ memberId }, { memberId: 'stranger' }] }
    expect(await client.call(leaveGroup, version, request)).toEqual({
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      members: [
        { memberId, groupInstanceId: null, errorCode: ErrorCode.NONE },
        { memberId: 'stranger', groupInstanceId: null, errorCode: ErrorCode.UNKNOWN_MEMBER_ID },
      ],
    })
    expect(await stateOf(client, groupId)).toBe('Empty')
  })

  it('of a static member by its instance id alone', async () => {
    await joinAlone(client, groupId, { groupInstanceId: 'one' })
    const { members } = await client.call(leaveGroup, version, {
      groupId,
      members: [{ memberId: '', groupInstanceId: 'one' }],
    })
    expect(members).toEqual([{ memberId: '', groupInstanceId: 'one', errorCode: ErrorCode.NONE }])
    expect(await stateOf(client, groupId)).toBe('Empty')
  })

  it('of a static member by a former member id is FENCED_INSTANCE_ID', async () => {
    const { memberId } = await joinAlone(client, groupId, { groupInstanceId: 'one' })
    const other = await cluster().client()
    await other.call(joinGroup, 9, joinRequest(9, groupId, { groupInstanceId: 'one' }))
    const { members } = await client.call(leaveGroup, version, {
      groupId,
      members: [{ memberId, groupInstanceId: 'one' }],
    })
    expect(members[0]!.errorCode).toBe(ErrorCode.FENCED_INSTANCE_ID)
  })

  it('of an instance nobody knows is UNKNOWN_MEMBER_ID', async () => {
    await joinAlone(client, groupId)
    const members = [{ memberId: '', groupInstanceId: 'nobody' }]
    const answer = await client.call(leaveGroup, version, { groupId, members })
    expect(answer.members[0]!.errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('of nobody is NONE', async () => {
    const answer = await client.call(leaveGroup, version, { groupId, members: [] })
    expect(answer).toEqual({ throttleTimeMs: 0, errorCode: ErrorCode.NONE, members: [] })
  })
})

describe('LeaveGroup', () => {
  it.each(versionsOf(leaveGroup))('v%i: of the empty group id is INVALID_GROUP_ID', async (version) => {
    expect((await client.call(leaveGroup, version, { groupId: '' })).errorCode).toBe(
      ErrorCode.INVALID_GROUP_ID,
    )
  })

  it('starts a rebalance for those who stay, without waiting for their time-outs', async () => {
    const first = await joinAlone(client, groupId)
    const second = await cluster().client()
    const joining = join(second, 3, groupId)
    await until('the rebalance', async () => (await stateOf(client, groupId)) === 'PreparingRebalance')
    // The one who was asked to rejoin leaves instead: the other is alone then.
    await client.call(leaveGroup, 5, { groupId, members: [{ memberId: first.memberId, reason: 'enough' }] })
    const joined = await joining
    expect(joined.members.map(({ memberId }) => memberId)).toEqual([joined.memberId])
    expect(joined.leader).toBe(joined.memberId)
  })

  it('of a member id that was given and not used takes it back', async () => {
    const { memberId } = await client.call(joinGroup, 9, joinRequest(9, groupId))
    const { members } = await client.call(leaveGroup, 5, { groupId, members: [{ memberId }] })
    expect(members[0]!.errorCode).toBe(ErrorCode.NONE)
    const late = await client.call(joinGroup, 9, joinRequest(9, groupId, { memberId }))
    expect(late.errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })
})
