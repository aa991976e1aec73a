/** Groups and their coordinators: who is asked wrongly says so, and a group outlives its coordinator. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { joinGroup } from '../../src/broker/protocol/messages/11-join-group.ts'
import { heartbeat } from '../../src/broker/protocol/messages/12-heartbeat.ts'
import { leaveGroup } from '../../src/broker/protocol/messages/13-leave-group.ts'
import { syncGroup } from '../../src/broker/protocol/messages/14-sync-group.ts'
import { describeGroups } from '../../src/broker/protocol/messages/15-describe-groups.ts'
import type { Client } from './client.ts'
import { coordinatorOf, freshGroup, join, joinAlone, joinRequest, subscriptionTo } from './groups.ts'
import { Cluster, useCluster } from './harness.ts'
import { commit, committedOffset } from './offsets.ts'
import { createTopic, freshName } from './topics.ts'
import { until } from './until.ts'
import { since, versionsOf } from './versions.ts'

describe('A broker that does not coordinate the group', () => {
  const cluster = useCluster({ brokers: 2 })
  let groupId: string
  let other: Client

  beforeEach(async () => {
    groupId = freshName('group')
    other = await cluster().client(3 - (await coordinatorOf(cluster(), groupId)))
  })

  it.each(versionsOf(joinGroup))('answers JoinGroup v%i with NOT_COORDINATOR', async (version) => {
    const { errorCode } = await other.call(joinGroup, version, joinRequest(version, groupId))
    expect(errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })

  it.each(versionsOf(syncGroup))('answers SyncGroup v%i with NOT_COORDINATOR', async (version) => {
    const protocol = since(5, version, { protocolType: 'consumer', protocolName: 'range' }, {})
    const request = { groupId, memberId: 'm', generationId: 1, ...protocol, assignments: [] }
    expect((await other.call(syncGroup, version, request)).errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })

  it.each(versionsOf(heartbeat))('answers Heartbeat v%i with NOT_COORDINATOR', async (version) => {
    const request = { groupId, memberId: 'm', generationId: 1 }
    expect((await other.call(heartbeat, version, request)).errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })

  it.each(versionsOf(leaveGroup))('answers LeaveGroup v%i with NOT_COORDINATOR', async (version) => {
    const who = since(3, version, { members: [{ memberId: 'm' }] }, { memberId: 'm' })
    expect((await other.call(leaveGroup, version, { groupId, ...who })).errorCode).toBe(
      ErrorCode.NOT_COORDINATOR,
    )
  })
})

describe('A group whose coordinator goes', () => {
  let cluster: Cluster

  beforeEach(async () => {
    cluster = await Cluster.start({ brokers: 3 })
  })
  afterEach(() => cluster.stop())

  /** The next coordinator, once it has loaded the group. */
  async function nextCoordinator(groupId: string, former: number): Promise<Client> {
    const id = await until('the next coordinator', async () => {
      const found = await coordinatorOf(cluster, groupId)
      return found !== former && found
    })
    const client = await cluster.client(id)
    await until('the group to be loaded', async () => {
      const { groups } = await client.call(describeGroups, 5, { groups: [groupId] })
      return groups[0]!.errorCode === ErrorCode.NONE
    })
    return client
  }

  /** A group on a broker that is not the first, which the harness asks. */
  async function groupElsewhere(): Promise<{ groupId: string; former: number }> {
    return until('a group on another broker', async () => {
      const groupId = await freshGroup(cluster)
      const former = await coordinatorOf(cluster, groupId)
      return former !== 1 && { groupId, former }
    })
  }

  const goes: [what: string, end: (brokerId: number) => Promise<void>][] = [
    ['in good order', (brokerId) => cluster.stopBroker(brokerId)],
    [
      'without a word',
      async (brokerId) => {
        await cluster.silenceBroker(brokerId)
        cluster.brokerDied(brokerId)
      },
    ],
  ]

  it.each(goes)('%s keeps its generation, its assignment and its offsets', async (_what, end) => {
    const topic = await createTopic(cluster, { assignment: [[1]] })
    const { groupId, former } = await groupElsewhere()
    const first = await cluster.client(former)
    const membership = await joinAlone(first, groupId)
    const { memberId, generationId } = membership
    await commit(first, groupId, topic, { 0: 77 }, { memberId, generationIdOrMemberEpoch: generationId })
    await end(former)
    const next = await nextCoordinator(groupId, former)
    expect((await next.call(heartbeat, 4, membership)).errorCode).toBe(ErrorCode.NONE)
    expect(await committedOffset(next, groupId, topic)).toBe(77)
    const { groups } = await next.call(describeGroups, 5, { groups: [groupId] })
    expect(groups[0]).toMatchObject({
      groupState: 'Stable',
      members: [
        {
          memberId,
          memberMetadata: subscriptionTo(['some-topic']),
          memberAssignment: Buffer.from(`assignment of ${memberId}`),
        },
      ],
    })
  })

  it('in good order answers the members that wait', async () => {
    const { groupId, former } = await groupElsewhere()
    const first = await cluster.client(former)
    await joinAlone(first, groupId)
    const second = await cluster.client(former)
    const waiting = join(second, 3, groupId).catch(() => ({ errorCode: ErrorCode.NOT_COORDINATOR }))
    await cluster.stopBroker(former)
    const codes: number[] = [ErrorCode.NOT_COORDINATOR, ErrorCode.COORDINATOR_NOT_AVAILABLE]
    expect(codes).toContain((await waiting).errorCode)
  })
})
