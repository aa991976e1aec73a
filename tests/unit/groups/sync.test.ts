import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { settle } from '../fake-clock.ts'
import { GROUP, Harness } from './harness.ts'

async function completing(harness: Harness, count: number): Promise<string[]> {
  const joins = Array.from({ length: count }, () => harness.join({ version: 3 }))
  await harness.clock.elapse(0)
  return joins.map((call) => call.value.memberId ?? '')
}

describe('SyncGroup', () => {
  it('makes followers wait for the leader, and gives each its own assignment byte for byte', async () => {
    const harness = await Harness.start()
    const [leader = '', follower = ''] = await completing(harness, 2)
    const waiting = harness.sync(follower, 1)
    await settle()
    expect(waiting.isAnswered).toBe(false)
    const led = harness.sync(leader, 1, { [leader]: 'mine', [follower]: '\0\xff' })
    await settle()
    expect(led.value).toMatchObject({ errorCode: 0, assignment: Buffer.from('mine'), protocolName: 'range' })
    expect(waiting.value).toMatchObject({ assignment: Buffer.from('\0\xff'), protocolType: 'consumer' })
    expect(await harness.state()).toBe('Stable')
  })

  it('answers nobody before the assignment is in the log', async () => {
    const harness = await Harness.start()
    const [leader = '', follower = ''] = await completing(harness, 2)
    harness.log.hold()
    const syncs = [harness.sync(follower, 1), harness.sync(leader, 1, { [follower]: 'x' })]
    await settle()
    const late = harness.sync(follower, 1)
    await settle()
    expect([...syncs, late].map((call) => call.isAnswered)).toEqual([false, false, false])
    harness.log.release()
    await settle()
    expect([...syncs, late].map((call) => call.value.errorCode)).toEqual([0, 0, 0])
  })

  it('answers a follower that asks late with what it was given', async () => {
    const harness = await Harness.start()
    const [leader = '', follower = ''] = await completing(harness, 2)
    harness.sync(leader, 1, { [follower]: 'late' })
    await settle()
    expect((await harness.sync(follower, 1).response).assignment).toEqual(Buffer.from('late'))
  })

  it('gives nothing to a member the leader left out, not what it had before', async () => {
    const harness = await Harness.start()
    const { memberIds, leader, followers } = await harness.stableGroup(2)
    const joins = memberIds.map((memberId) => harness.join({ memberId, protocols: ['range', 'x'] }))
    await settle()
    harness.sync(leader, joins[0]?.value.generationId ?? -1, { [leader]: 'all', stranger: 'none' })
    await settle()
    const { assignment } = await harness.sync(followers[0] ?? '', 2).response
    expect(assignment).toEqual(Buffer.alloc(0))
  })

  it('keeps assignments when the request frame they came in is reused', async () => {
    const harness = await Harness.start()
    const [leader = ''] = await completing(harness, 1)
    const assignment = Buffer.from('mine')
    await harness.coordinator.syncGroup({
      groupId: GROUP,
      generationId: 1,
      memberId: leader,
      groupInstanceId: null,
      protocolType: null,
      protocolName: null,
      assignments: [{ memberId: leader, assignment }],
    })
    assignment.fill('x')
    expect((await harness.sync(leader, 1).response).assignment).toEqual(Buffer.from('mine'))
  })

  it('answers REBALANCE_IN_PROGRESS while members rejoin', async () => {
    const harness = await Harness.start()
    const { leader, followers, generationId } = await harness.stableGroup(2)
    harness.join({ memberId: leader })
    expect((await harness.sync(followers[0] ?? '', generationId).response).errorCode).toBe(27)
  })

  it('answers ILLEGAL_GENERATION to another generation', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(1)
    expect((await harness.sync(leader, 0).response).errorCode).toBe(ErrorCode.ILLEGAL_GENERATION)
    expect((await harness.sync(leader, 2).response).errorCode).toBe(ErrorCode.ILLEGAL_GENERATION)
  })

  it('answers UNKNOWN_MEMBER_ID to strangers and in groups that do not exist', async () => {
    const harness = await Harness.start()
    expect((await harness.sync('x', 1).response).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    await harness.stableGroup(1)
    expect((await harness.sync('x', 1).response).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('answers INCONSISTENT_GROUP_PROTOCOL when the client means another protocol (KIP-559)', async () => {
    const harness = await Harness.start()
    const [leader = ''] = await completing(harness, 1)
    const sync = (protocolType: string, protocolName: string) =>
      harness.coordinator.syncGroup({
        groupId: GROUP,
        generationId: 1,
        memberId: leader,
        groupInstanceId: null,
        protocolType,
        protocolName,
        assignments: [],
      })
    expect((await sync('connect', 'range')).errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    expect((await sync('consumer', 'roundrobin')).errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    expect((await sync('consumer', 'range')).errorCode).toBe(ErrorCode.NONE)
  })

  it('sends waiting members to rejoin when one leaves before the leader has assigned', async () => {
    const harness = await Harness.start()
    const [leader = '', follower = '', leaving = ''] = await completing(harness, 3)
    const waiting = harness.sync(follower, 1)
    expect(await harness.leave(leaving)).toEqual([0])
    expect(waiting.value.errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    expect((await harness.sync(leader, 1, {}).response).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  })

  it('gives members that were sent to rejoin a session to do so, however long they had waited', async () => {
    const harness = await Harness.start()
    const [leader = '', follower = '', leaving = ''] = await completing(harness, 3)
    const waiting = harness.sync(follower, 1)
    for (let beat = 0; beat < 2; beat++) {
      await harness.clock.elapse(9_000)
      await harness.heartbeat(leader, 1)
      await harness.heartbeat(leaving, 1)
    }
    await harness.leave(leaving)
    expect(waiting.value.errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    const rejoined = harness.join({ memberId: leader })
    await harness.clock.elapse(9_999)
    expect(rejoined.isAnswered).toBe(false)
    await harness.clock.elapse(1)
    expect(rejoined.value.members).toHaveLength(1)
  })

  it('gives members a whole session from the answer on, however long they waited for it', async () => {
    const harness = await Harness.start()
    const [leader = '', follower = ''] = await completing(harness, 2)
    const waiting = harness.sync(follower, 1)
    await harness.clock.elapse(9_000)
    harness.sync(leader, 1, { [follower]: 'x' })
    await settle()
    expect(waiting.value.errorCode).toBe(0)
    await harness.clock.elapse(9_999)
    expect((await harness.describe()).members).toHaveLength(2)
    await harness.clock.elapse(1)
    expect(await harness.state()).toBe('Empty')
  })
})
