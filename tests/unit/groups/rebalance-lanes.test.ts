/** What a rebalance tells of each of its members. */
import { describe, expect, it } from 'vitest'
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  encodeRecord,
} from '../../../src/broker/protocol/records/index.ts'
import type { GroupEvent, MemberLane } from '../../../src/broker/groups/events.ts'
import { settle } from '../fake-clock.ts'
import { GROUP, Harness } from './harness.ts'

const SESSION = { sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 30_000 }

type Completed = Extract<GroupEvent, { type: 'rebalanceCompleted' }>

function lastCompleted(harness: Harness): Completed {
  return harness.events.filter((event): event is Completed => event.type === 'rebalanceCompleted').at(-1)!
}

function laneOf(lanes: readonly MemberLane[], memberId: string): MemberLane {
  return lanes.find((lane) => lane.memberId === memberId)!
}

function lastCause(harness: Harness) {
  const started = harness.events.filter((event) => event.type === 'rebalanceStarted').at(-1)
  return started?.type === 'rebalanceStarted' ? started.cause : null
}

const assigned = (partitions: readonly number[]) =>
  encodeRecord(consumerProtocolAssignment, 1, {
    assignedPartitions: [{ topic: 't', partitions: [...partitions] }],
    userData: null,
  })

const subscribed = (topics: readonly string[], owned: readonly number[] = []) => [
  {
    name: 'range',
    metadata: encodeRecord(consumerProtocolSubscription, 1, {
      topics: [...topics],
      userData: null,
      ownedPartitions: owned.length === 0 ? [] : [{ topic: 't', partitions: [...owned] }],
    }),
  },
]

/** Syncs everybody at this moment, each with its partitions of `t`. */
async function share(harness: Harness, generationId: number, shares: Record<string, number[]>) {
  const assignments = Object.entries(shares).map(([memberId, partitions]) => ({
    memberId,
    assignment: assigned(partitions),
  }))
  for (const memberId of Object.keys(shares)) {
    void harness.coordinator.syncGroup({
      groupId: GROUP,
      generationId,
      memberId,
      groupInstanceId: null,
      protocolType: null,
      protocolName: null,
      assignments,
    })
  }
  await settle()
}

/** Two members with two partitions of `t` each. */
async function pair(harness: Harness) {
  const { leader, followers } = await harness.stableGroup(2, { ...SESSION, topics: ['t'] })
  const follower = followers[0]!
  const joins = [leader, follower].map((memberId) => harness.join({ ...SESSION, memberId, topics: ['t'] }))
  await settle()
  const { generationId } = joins[0]!.value
  await share(harness, generationId!, { [leader]: [0, 1], [follower]: [2, 3] })
  return { leader, follower, generationId: generationId! }
}

describe('the lanes of a rebalance', () => {
  it('have every moment of a member: told, rejoined, joined, synced; and what it had and has', async () => {
    const harness = await Harness.start()
    const { leader, follower, generationId } = await pair(harness)
    const beginMs = harness.clock.now()
    await harness.leave(follower)
    await harness.clock.elapse(2_000)
    await harness.heartbeat(leader, generationId)
    await harness.clock.elapse(500)
    const joined = harness.join({ ...SESSION, memberId: leader, topics: ['t'] })
    await settle()
    await harness.clock.elapse(100)
    await share(harness, joined.value.generationId!, { [leader]: [0, 1, 2, 3] })
    const told = lastCompleted(harness)
    expect(told).toMatchObject({
      startedMs: beginMs,
      generationBefore: generationId,
      generationId: generationId + 1,
      stopTheWorldMs: 600,
      stickiness: { kept: 2, before: 4 },
      isSettled: true,
    })
    expect(laneOf(told.lanes, leader)).toMatchObject({
      isLeader: true,
      isNew: false,
      toldAtMs: beginMs + 2_000,
      rejoinedAtMs: beginMs + 2_500,
      joinAnsweredAtMs: beginMs + 2_500,
      syncSentAtMs: beginMs + 2_600,
      syncAnsweredAtMs: beginMs + 2_600,
      stoppedMs: 600,
      before: { topics: [{ topic: 't', partitions: [0, 1] }] },
      after: { topics: [{ topic: 't', partitions: [0, 1, 2, 3] }] },
    })
    expect(laneOf(told.lanes, follower)).toMatchObject({
      goneAtMs: beginMs,
      goneBecause: 'left',
      before: { topics: [{ topic: 't', partitions: [2, 3] }] },
      after: null,
    })
  })

  it('are told again when the last member has asked for its assignment', async () => {
    const harness = await Harness.start()
    const { leader, follower } = await pair(harness)
    const joins = [leader, follower].map((memberId) => harness.join({ ...SESSION, memberId, topics: ['t'] }))
    await settle()
    const { generationId = -1 } = joins[0]!.value
    await harness.sync(leader, generationId, {}).response
    expect(lastCompleted(harness)).toMatchObject({ isSettled: false })
    await harness.clock.elapse(700)
    await harness.sync(follower, generationId).response
    const settled = harness.events.at(-1)
    expect(settled).toMatchObject({ type: 'rebalanceSettled', generationId, stopTheWorldMs: 700 })
  })

  it('show the bytes of assignments that are not a consumer’s', async () => {
    const harness = await Harness.start()
    const { memberId } = await harness.enter()
    await harness.clock.elapse(0)
    await harness.sync(memberId, 1, { [memberId]: '\u007f\u007fjson' }).response
    expect(lastCompleted(harness)).toMatchObject({
      stickiness: null,
      lanes: [{ after: { bytes: 6, base64: Buffer.from('\u007f\u007fjson').toString('base64') } }],
    })
  })

  it('name what else happened while the members rejoined', async () => {
    const harness = await Harness.start()
    const { leader, follower } = await pair(harness)
    const joined = harness.join({ ...SESSION, memberId: leader, topics: ['t'] })
    await harness.clock.elapse(1_000)
    await harness.leave(follower)
    await share(harness, joined.value.generationId!, { [leader]: [0, 1, 2, 3] })
    expect(lastCompleted(harness).causes.map(({ cause }) => cause.kind)).toEqual([
      'leaderRejoined',
      'memberLeft',
    ])
  })
})

describe('a cause is told apart', () => {
  it('poll time-out from a goodbye, with how fine the heartbeat was', async () => {
    const harness = await Harness.start()
    const { follower, generationId } = await pair(harness)
    await harness.clock.elapse(5_000)
    await harness.heartbeat(follower, generationId)
    await harness.clock.elapse(300)
    await harness.coordinator.leaveGroup({
      groupId: GROUP,
      members: [{ memberId: follower, groupInstanceId: null, reason: 'consumer poll timeout has expired.' }],
    })
    expect(lastCause(harness)).toMatchObject({
      kind: 'pollTimeout',
      values: { client: 'c', heartbeatMs: 300 },
    })
  })

  it('an administrator’s hand from a goodbye', async () => {
    const harness = await Harness.start()
    const { follower } = await pair(harness)
    await harness.coordinator.leaveGroup({
      groupId: GROUP,
      members: [{ memberId: follower, groupInstanceId: null, reason: 'member was removed by an admin: x' }],
    })
    expect(lastCause(harness)).toMatchObject({ kind: 'memberRemoved' })
  })

  it('grown partitions from a leader that just rejoined', async () => {
    const harness = await Harness.start()
    const { leader } = await pair(harness)
    harness.deleteTopic('t', 6)
    harness.join({ ...SESSION, memberId: leader, topics: ['t'] })
    await settle()
    expect(lastCause(harness)).toMatchObject({
      kind: 'partitionsGrown',
      values: { client: 'c', topic: 't', from: 4, to: 6 },
    })
  })

  it('another subscription, and partitions given up, from other changed metadata', async () => {
    const harness = await Harness.start()
    const { leader, follower } = await pair(harness)
    harness.join({ ...SESSION, memberId: follower, protocols: subscribed(['t', 'u']) })
    await settle()
    expect(lastCause(harness)).toMatchObject({
      kind: 'subscriptionChanged',
      values: { added: ['u'], removed: [] },
    })
    const rejoined = harness.join({ ...SESSION, memberId: leader, protocols: subscribed(['t'], [0, 1]) })
    await settle()
    await share(harness, rejoined.value.generationId!, { [leader]: [0], [follower]: [2, 3] })
    harness.join({ ...SESSION, memberId: leader, protocols: subscribed(['t'], [0]) })
    await settle()
    expect(lastCause(harness)).toMatchObject({ kind: 'partitionsRevoked', values: { kept: 1 } })
  })

  it('a coordinator that took over tells so, of groups with members', async () => {
    const harness = await Harness.start()
    const { generationId } = await pair(harness)
    await harness.failOver()
    expect(harness.events.at(-1)).toMatchObject({ type: 'coordinatorLoaded', generationId, members: 2 })
  })
})
