import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { settle } from '../fake-clock.ts'
import { GROUP, Harness, subscription } from './harness.ts'

describe('JoinGroup', () => {
  it('tells a dynamic member from v4 on to join again with the id it gets (KIP-394)', async () => {
    const harness = await Harness.start()
    const first = await harness.join({ clientId: 'app' }).response
    expect(first).toMatchObject({
      errorCode: ErrorCode.MEMBER_ID_REQUIRED,
      memberId: 'app-uuid-1',
      generationId: -1,
    })
    const second = harness.join({ memberId: 'app-uuid-1' })
    await harness.clock.elapse(0)
    expect(second.value).toMatchObject({ errorCode: ErrorCode.NONE, memberId: 'app-uuid-1', generationId: 1 })
  })

  it('lets a member before v4 in at once under an id of the coordinator', async () => {
    const harness = await Harness.start()
    const joined = harness.join({ version: 3, clientId: 'old' })
    await harness.clock.elapse(0)
    expect(joined.value).toMatchObject({ errorCode: 0, memberId: 'old-uuid-1', leader: 'old-uuid-1' })
  })

  it('lets a static member in at once: its instance id is what it is known by', async () => {
    const harness = await Harness.start()
    const joined = harness.join({ instanceId: 'a' })
    await harness.clock.elapse(0)
    expect(joined.value).toMatchObject({ errorCode: 0, memberId: 'a-uuid-1' })
  })

  it('gives only the leader the metadata of all, byte for byte and under the chosen protocol', async () => {
    const harness = await Harness.start()
    const metadata = Buffer.from([0, 1, 255, 254, 0])
    const protocols = [{ name: 'range', metadata }]
    const a = await harness.join({ protocols }).response
    const b = await harness.join({ protocols }).response
    const joins = [a, b].map(({ memberId = '' }) => harness.join({ memberId, protocols }))
    await harness.clock.elapse(0)
    const [leader, follower] = joins.map((call) => call.value)
    expect(leader?.members).toEqual([
      { memberId: a.memberId, groupInstanceId: null, metadata },
      { memberId: b.memberId, groupInstanceId: null, metadata },
    ])
    expect(follower).toMatchObject({
      members: [],
      leader: a.memberId,
      protocolName: 'range',
      protocolType: 'consumer',
    })
  })

  it('takes the first of a protocol that is named twice', async () => {
    const harness = await Harness.start()
    const protocols = ['first', 'second'].map((text) => ({ name: 'range', metadata: Buffer.from(text) }))
    const { joined } = await harness.enter({ protocols })
    await harness.clock.elapse(0)
    expect(joined.value.members?.map(({ metadata }) => metadata)).toEqual([Buffer.from('first')])
  })

  it('keeps the metadata when the request frame it came in is reused', async () => {
    const harness = await Harness.start()
    const frame = Buffer.from(subscription(['t']))
    const protocols = [{ name: 'range', metadata: frame }]
    const { memberId, joined } = await harness.enter({ protocols })
    frame.fill(0xee)
    await harness.clock.elapse(0)
    expect(joined.value.members).toEqual([{ memberId, groupInstanceId: null, metadata: subscription(['t']) }])
  })

  it('refuses a session time-out outside the bounds, and takes both bounds', async () => {
    const harness = await Harness.start()
    const codeFor = async (sessionTimeoutMs: number) =>
      (await harness.join({ sessionTimeoutMs }).response).errorCode
    expect(await codeFor(5_999)).toBe(ErrorCode.INVALID_SESSION_TIMEOUT)
    expect(await codeFor(1_800_001)).toBe(ErrorCode.INVALID_SESSION_TIMEOUT)
    expect(await codeFor(6_000)).toBe(ErrorCode.MEMBER_ID_REQUIRED)
    expect(await codeFor(1_800_000)).toBe(ErrorCode.MEMBER_ID_REQUIRED)
  })

  it('answers UNKNOWN_MEMBER_ID to an id of a group that does not exist, and founds none', async () => {
    const harness = await Harness.start()
    const { errorCode, memberId } = await harness.join({ memberId: 'x' }).response
    expect([errorCode, memberId]).toEqual([ErrorCode.UNKNOWN_MEMBER_ID, 'x'])
    expect(await harness.state()).toBe('Dead')
  })

  it('answers UNKNOWN_MEMBER_ID to an id the group never gave', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1)
    expect((await harness.join({ memberId: 'x' }).response).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('refuses a member without protocols or protocol type, and founds no group for it', async () => {
    const harness = await Harness.start()
    expect((await harness.join({ protocols: [] }).response).errorCode).toBe(
      ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
    )
    expect((await harness.join({ protocolType: '' }).response).errorCode).toBe(
      ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
    )
    expect(await harness.state()).toBe('Dead')
    expect(harness.log.records()).toEqual([])
  })

  it('refuses a member that has no protocol in common with the others (INCONSISTENT_GROUP_PROTOCOL)', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(2, { protocols: ['range', 'roundrobin'] })
    const codeOf = async (options: object) => (await harness.join(options).response).errorCode
    expect(await codeOf({ protocols: ['sticky'] })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    expect(await codeOf({ protocolType: 'connect' })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    expect(await codeOf({ protocols: ['sticky', 'roundrobin'] })).toBe(ErrorCode.MEMBER_ID_REQUIRED)
  })

  it('lets each member vote for its first protocol among those all have; the most votes win', async () => {
    const harness = await Harness.start()
    const choices = [
      ['cooperative-sticky', 'range', 'roundrobin'],
      ['roundrobin', 'range'],
      ['roundrobin', 'range', 'cooperative-sticky'],
    ]
    const joins = choices.map((protocols) => harness.join({ protocols, version: 3 }))
    await harness.clock.elapse(0)
    expect(joins.map((call) => call.value.protocolName)).toEqual(['roundrobin', 'roundrobin', 'roundrobin'])
  })

  it('answers GROUP_MAX_SIZE_REACHED to one too many, and keeps the others', async () => {
    const harness = await Harness.start({ config: { groupMaxSize: 2 } })
    const { memberIds } = await harness.stableGroup(2)
    const { errorCode, memberId } = await harness.join().response
    expect([errorCode, memberId]).toEqual([ErrorCode.GROUP_MAX_SIZE_REACHED, ''])
    const rejoins = memberIds.map((id) => harness.join({ memberId: id, protocols: ['range', 'x'] }))
    await settle()
    expect(rejoins.map((call) => call.value.errorCode)).toEqual([0, 0])
  })

  it('loses the slowest members of a group that became too large', async () => {
    const harness = await Harness.start()
    const { memberIds } = await harness.stableGroup(3)
    harness.config = { ...harness.config, groupMaxSize: 2 }
    await harness.reload()
    expect(await harness.state()).toBe('PreparingRebalance')
    const rejoins = memberIds.map((memberId) => harness.join({ memberId }))
    await settle()
    expect(rejoins.map((call) => call.value.errorCode)).toEqual([0, 0, ErrorCode.GROUP_MAX_SIZE_REACHED])
  })

  it('answers REBALANCE_IN_PROGRESS to a JoinGroup whose client has sent another one since', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(2)
    const abandoned = harness.join({ memberId: leader })
    const retried = harness.join({ memberId: leader })
    await settle()
    expect(abandoned.value.errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    expect(retried.isAnswered).toBe(false)
  })

  it('makes the session time-out the rebalance time-out of a v0 member', async () => {
    const harness = await Harness.start()
    const first = harness.join({ version: 0, sessionTimeoutMs: 7_000, rebalanceTimeoutMs: -1 })
    await harness.clock.elapse(0)
    harness.sync(first.value.memberId ?? '', 1, {})
    harness.join({ version: 0, sessionTimeoutMs: 7_000, rebalanceTimeoutMs: -1 })
    await harness.clock.elapse(6_999)
    expect((await harness.describe()).members).toHaveLength(2)
    await harness.clock.elapse(1)
    expect((await harness.describe()).members).toHaveLength(1)
  })

  it('refuses an empty group id (INVALID_GROUP_ID)', async () => {
    const harness = await Harness.start()
    const context = { apiVersion: 9, clientId: null, clientAddress: '' }
    const { errorCode } = await harness.coordinator.joinGroup(context, {
      groupId: '',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId: '',
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
      reason: null,
    })
    expect(errorCode).toBe(ErrorCode.INVALID_GROUP_ID)
  })

  it('shows a member by client id and host as Java writes it', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1, { clientId: 'app' })
    const { members } = await harness.describe(GROUP)
    expect(members).toMatchObject([{ clientId: 'app', clientHost: '/127.0.0.1' }])
  })
})
