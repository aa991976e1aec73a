import { describe, expect, it } from 'vitest'

import type { ConsumerGroupEvent } from '../../../../src/broker/groups/consumer/events.ts'
import type { GroupEvent } from '../../../../src/broker/groups/events.ts'
import { Harness } from '../harness.ts'
import { Consumer, inRequest, settleGroup } from './consumer.ts'

function eventsOf<Type extends ConsumerGroupEvent['type']>(
  { events }: Harness,
  type: Type,
): Extract<ConsumerGroupEvent, { type: Type }>[] {
  return events.filter(
    (event: GroupEvent): event is Extract<ConsumerGroupEvent, { type: Type }> => event.type === type,
  )
}

/** Kind and sentence of each epoch's cause, oldest first. */
function causes(harness: Harness): string[] {
  return eventsOf(harness, 'consumerEpochBegan').map(({ cause }) => `${cause.kind}: ${cause.sentence}`)
}

/** What the sentence of the last epoch's cause is made of. */
function lastValues(harness: Harness): unknown {
  return eventsOf(harness, 'consumerEpochBegan').at(-1)?.cause.values
}

describe('the cause of a new group epoch', () => {
  it('is a member that joined, and one that left', async () => {
    const harness = await Harness.start()
    await (await Consumer.join(harness, 'm1')).leave()
    expect(causes(harness)).toEqual(['memberJoined: m1 joined', 'memberLeft: m1 left'])
  })

  it('is a session that expired, with the time of the last heartbeat', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    await harness.clock.elapse(3_000)
    await consumer.beat()
    await harness.clock.elapse(45_000)
    expect(causes(harness).at(-1)).toBe(
      'sessionExpired: the session of m1 expired, its last heartbeat was 45.0 s ago',
    )
    expect(lastValues(harness)).toMatchObject({ silentMs: 45_000, sessionTimeoutMs: 45_000 })
  })

  it('is a member that did not give its partitions up in time', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1', { rebalanceTimeoutMs: 9_000 })
    await Consumer.join(harness, 'm2')
    await first.beatSilently()
    await harness.clock.elapse(9_000)
    expect(causes(harness).at(-1)).toBe(
      'rebalanceTimeout: m1 did not give its partitions up within its rebalance time-out of 9000 ms',
    )
    expect(lastValues(harness)).toMatchObject({ rebalanceTimeoutMs: 9_000 })
  })

  it('is a topic that grew, appeared or was deleted', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1', { topics: ['t', 'u', 'x'] })
    harness.growTopic('t', 6)
    await consumer.catchUp()
    expect(lastValues(harness)).toEqual({ changes: [{ change: 'grown', topic: 't', from: 4, to: 6 }] })
    harness.addTopics({ x: 1 })
    await consumer.catchUp()
    harness.deleteTopic('u')
    await consumer.catchUp()
    expect(causes(harness).slice(1)).toEqual([
      'partitionsChanged: partitions of t grew from 4 to 6',
      'partitionsChanged: topic x appeared with 1 partition',
      'partitionsChanged: topic u was deleted',
    ])
  })

  it('is a member that subscribes to something else', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    await consumer.send({ subscribedTopicNames: ['u', 't'], subscribedTopicRegex: 'x.*' })
    expect(causes(harness).at(-1)).toBe('subscriptionChanged: m1 subscribes to t, u, /x.*/ instead of t')
    expect(lastValues(harness)).toMatchObject({ now: 't, u, /x.*/', before: 't' })
  })

  it('is a member that wants another assignor', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    await consumer.send({ serverAssignor: 'range' })
    expect(causes(harness).at(-1)).toBe(
      'assignorChanged: the assignor is range instead of uniform, as m1 asks',
    )
    expect(lastValues(harness)).toMatchObject({ now: 'range', before: 'uniform' })
  })
})

describe('a rebalance', () => {
  it('is told step by step, each member with its phases and their times', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    const startMs = harness.clock.now()
    await harness.clock.elapse(1_000)
    await first.beatSilently()
    await harness.clock.elapse(500)
    await first.send({ topicPartitions: inRequest(['t:0', 't:1']) })
    await harness.clock.elapse(250)
    await second.beat()
    const steps = eventsOf(harness, 'consumerMemberStepped').slice(1)
    expect(
      steps.map(({ memberId, phase, memberEpoch, atMs }) => [memberId, phase, memberEpoch, atMs - startMs]),
    ).toEqual([
      ['m2', 'waiting', 2, 0],
      ['m1', 'revoking', 1, 1_000],
      ['m1', 'stable', 2, 1_500],
      ['m2', 'stable', 2, 1_750],
    ])
    expect(steps[1]).toMatchObject({
      assigned: [{ topic: 't', partitions: [0, 1] }],
      revoking: [{ topic: 't', partitions: [2, 3] }],
    })
    expect(eventsOf(harness, 'consumerGroupSettled').at(-1)).toMatchObject({
      groupEpoch: 2,
      durationMs: 1_750,
      members: [
        { memberId: 'm1', assigned: [{ topic: 't', partitions: [0, 1] }] },
        { memberId: 'm2', assigned: [{ topic: 't', partitions: [2, 3] }] },
      ],
    })
  })

  it('shows who should have what before and after', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1')
    await Consumer.join(harness, 'm2')
    expect(eventsOf(harness, 'consumerTargetComputed').at(-1)).toMatchObject({
      groupEpoch: 2,
      assignor: 'uniform',
      before: [
        { memberId: 'm1', assigned: [{ topic: 't', partitions: [0, 1, 2, 3] }] },
        { memberId: 'm2', assigned: [] },
      ],
      after: [
        { memberId: 'm1', assigned: [{ topic: 't', partitions: [0, 1] }] },
        { memberId: 'm2', assigned: [{ topic: 't', partitions: [2, 3] }] },
      ],
    })
  })

  it('is not one when a static member goes away and returns', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1', { instanceId: 'i1' })
    await first.leave()
    await Consumer.join(harness, 'm2', { instanceId: 'i1' })
    expect(causes(harness)).toEqual(['memberJoined: m1 joined'])
    expect(eventsOf(harness, 'consumerStaticMemberAway')).toMatchObject([
      { memberId: 'm1', sessionTimeoutMs: 45_000 },
    ])
    expect(eventsOf(harness, 'consumerStaticMemberReturned')).toMatchObject([
      { memberId: 'm2', formerMemberId: 'm1', groupInstanceId: 'i1' },
    ])
  })

  it('goes on under the next coordinator, which says that it took over', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    await harness.failOver()
    expect(eventsOf(harness, 'consumerGroupLoaded')).toMatchObject([{ groupEpoch: 2, state: 'Reconciling' }])
    await settleGroup(first, second)
    expect(eventsOf(harness, 'consumerGroupSettled').at(-1)).toMatchObject({ groupEpoch: 2 })
  })

  it('is not told of when it could not be written', async () => {
    const harness = await Harness.start()
    harness.log.refuseNext(7)
    await Consumer.join(harness, 'm1')
    expect(harness.events).toEqual([])
  })
})
