import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { settle } from '../fake-clock.ts'
import { Harness } from './harness.ts'

/** Kind and words of every rebalance that began. */
function causes(harness: Harness): string[][] {
  return harness.events.flatMap((event) =>
    event.type === 'rebalanceStarted' ? [[event.cause.kind, event.cause.sentence]] : [],
  )
}

describe('the event feed', () => {
  it('tells a rebalance from its cause to the assignment, with members and duration', async () => {
    const harness = await Harness.start({ config: { groupInitialRebalanceDelayMs: 3_000 } })
    const startedMs = harness.clock.now()
    const { memberId } = await harness.enter({ clientId: 'app', reason: 'first start' })
    await harness.clock.elapse(3_500)
    await harness.sync(memberId, 1, {}).response
    const member = {
      memberId: 'app-uuid-1',
      groupInstanceId: null,
      clientId: 'app',
      clientHost: '/127.0.0.1',
      isLeader: true,
      isNew: true,
      toldAtMs: null,
      rejoinedAtMs: startedMs,
      joinAnsweredAtMs: null,
      syncSentAtMs: null,
      syncAnsweredAtMs: null,
      goneAtMs: null,
      goneBecause: null,
      before: null,
      after: null,
      stoppedMs: null,
    }
    const cause = {
      kind: 'memberJoined',
      sentence: 'app-uuid-1 joined: first start',
      memberIds: ['app-uuid-1'],
      values: { client: 'app', reason: 'first start' },
    }
    const joined = { ...member, joinAnsweredAtMs: startedMs + 3_000 }
    const of = { groupId: 'g', startedMs }
    const { protocolName, leaderId } = { protocolName: 'range', leaderId: 'app-uuid-1' }
    expect(harness.events).toEqual([
      { ...of, type: 'rebalanceStarted', atMs: startedMs, generationId: 0, cause, lanes: [member] },
      {
        ...of,
        type: 'rebalanceJoined',
        atMs: startedMs + 3_000,
        generationId: 1,
        protocolName,
        leaderId,
        lanes: [joined],
      },
      {
        ...of,
        type: 'rebalanceCompleted',
        atMs: startedMs + 3_500,
        generationId: 1,
        generationBefore: 0,
        durationMs: 3_500,
        protocolName,
        leaderId,
        members: [{ memberId: 'app-uuid-1', groupInstanceId: null, clientId: 'app' }],
        evictedMemberIds: [],
        causes: [{ atMs: startedMs, cause }],
        stopTheWorldMs: 3_500,
        stickiness: { kept: 0, before: 0 },
        isSettled: true,
        lanes: [
          {
            ...joined,
            syncSentAtMs: startedMs + 3_500,
            syncAnsweredAtMs: startedMs + 3_500,
            after: { topics: [] },
            stoppedMs: 3_500,
          },
        ],
      },
    ])
  })

  it('says why: left, session expired and how long ago it was heard of, metadata, leader, static return', async () => {
    const harness = await Harness.start()
    const { leader, followers } = await harness.stableGroup(3, { sessionTimeoutMs: 10_000 })
    const [first = '', second = ''] = followers
    await harness.leave(first)
    expect(causes(harness).at(-1)).toEqual(['memberLeft', `${first} left: closing`])
    const joins = [leader, second].map((memberId) => harness.join({ memberId, sessionTimeoutMs: 10_000 }))
    await settle()
    const group = await harness.finish([leader, second], joins)
    await harness.clock.elapse(4_000)
    await harness.heartbeat(leader, group.generationId)
    await harness.heartbeat(second, group.generationId)
    await harness.clock.elapse(6_000)
    await harness.heartbeat(leader, group.generationId)
    await harness.clock.elapse(4_000)
    expect(causes(harness).at(-1)).toEqual([
      'sessionExpired',
      `the session of ${second} expired, its last sign of life was 10000 ms ago`,
    ])
    const alone = await harness.finish([leader], [await joinedAlone(harness, leader)])
    harness.join({ memberId: leader, reason: 'new partitions' })
    await settle()
    expect(causes(harness).at(-1)).toEqual([
      'leaderRejoined',
      `the leader ${leader} rejoined: new partitions`,
    ])
    expect(alone.memberIds).toEqual([leader])
  })

  it('names the members that did not rejoin in time', async () => {
    const harness = await Harness.start()
    const { leader, followers } = await harness.stableGroup(2, {
      rebalanceTimeoutMs: 7_000,
      sessionTimeoutMs: 60_000,
    })
    const rejoined = harness.join({ memberId: leader, rebalanceTimeoutMs: 7_000, sessionTimeoutMs: 60_000 })
    await harness.clock.elapse(7_000)
    await harness.finish([leader], [rejoined])
    expect(harness.events.at(-1)).toMatchObject({
      type: 'rebalanceCompleted',
      durationMs: 7_000,
      evictedMemberIds: followers,
      members: [{ memberId: leader }],
    })
  })

  it('tells of a group that became empty', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(1)
    await harness.leave(leader)
    expect(harness.events.at(-1)).toMatchObject({ type: 'rebalanceCompleted', members: [], generationId: 2 })
  })

  it('tells of a static member that returned only if there is a rebalance', async () => {
    const harness = await Harness.start()
    const joins = [harness.join({ instanceId: 'a', protocols: ['range', 'x'] })]
    await harness.clock.elapse(0)
    await harness.finish([joins[0]?.value.memberId ?? ''], joins)
    const { length } = harness.events
    await harness.join({ instanceId: 'a', protocols: ['range', 'x'] }).response
    expect(harness.events.slice(length)).toEqual([
      {
        type: 'staticMemberReturned',
        groupId: 'g',
        atMs: harness.clock.now(),
        generationId: 1,
        groupInstanceId: 'a',
        memberId: 'a-uuid-2',
      },
    ])
    harness.join({ instanceId: 'a', protocols: ['x'], reason: 'update' })
    await settle()
    expect(causes(harness).at(-1)).toEqual([
      'staticMemberReturned',
      'static member a returned as a-uuid-3: update',
    ])
  })

  it('tells nothing that is not in the log', async () => {
    const harness = await Harness.start()
    const { memberId } = await harness.enter()
    await harness.clock.elapse(0)
    harness.log.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS)
    await harness.sync(memberId, 1, {}).response
    expect(harness.events.map(({ type }) => type)).toEqual(['rebalanceStarted', 'rebalanceJoined'])
  })

  it('goes on when a listener fails, and stops for one that had enough', async () => {
    const harness = await Harness.start()
    const heard: string[] = []
    harness.coordinator.onEvent(() => {
      throw new Error('listener')
    })
    const stop = harness.coordinator.onEvent(({ type }) => heard.push(type))
    await harness.stableGroup(1)
    stop()
    await harness.reload()
    await harness.clock.elapse(60_000)
    expect(heard).toEqual(['rebalanceStarted', 'rebalanceJoined', 'rebalanceCompleted'])
  })
})

async function joinedAlone(harness: Harness, memberId: string) {
  const joined = harness.join({ memberId, sessionTimeoutMs: 10_000 })
  await settle()
  return joined
}
