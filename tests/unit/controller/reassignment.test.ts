import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { threeBrokers } from './harness.ts'
import type { ControlPlane } from './harness.ts'

function sixBrokers(config: Readonly<Record<string, string>> = {}): ControlPlane {
  const plane = threeBrokers(config)
  plane.join(4, 5, 6)
  plane.createAssigned('orders', [1, 2, 3])
  return plane
}

function alter(
  plane: ControlPlane,
  replicas: readonly number[] | null,
  options: { topic?: string; partitionIndex?: number; allowReplicationFactorChange?: boolean } = {},
): number {
  const { topic = 'orders', partitionIndex = 0, allowReplicationFactorChange = true } = options
  const answer = plane.active.alterPartitionReassignments({
    timeoutMs: 0,
    allowReplicationFactorChange,
    topics: [
      { name: topic, partitions: [{ partitionIndex, replicas: replicas === null ? null : [...replicas] }] },
    ],
  })
  expect(answer.errorCode).toBe(ErrorCode.NONE)
  return answer.responses![0]!.partitions![0]!.errorCode!
}

function list(plane: ControlPlane, topics: { name: string; partitionIndexes: number[] }[] | null = null) {
  return plane.active.listPartitionReassignments({ timeoutMs: 0, topics }).topics
}

describe('§3.2 reassignment begins', () => {
  test('replicas are the target and what is removed; adding and removing are recorded', () => {
    const plane = sixBrokers()
    expect(alter(plane, [5, 2, 4])).toBe(ErrorCode.NONE)
    expect(plane.partition('orders')).toMatchObject({
      replicas: [5, 2, 4, 1, 3],
      addingReplicas: [4, 5],
      removingReplicas: [1, 3],
      isr: [1, 2, 3],
      leader: 1,
      leaderEpoch: 0,
      partitionEpoch: 1,
    })
  })

  test('another order only is done at once', () => {
    const plane = sixBrokers()
    expect(alter(plane, [3, 2, 1])).toBe(ErrorCode.NONE)
    expect(plane.partition('orders')).toMatchObject({ replicas: [3, 2, 1], addingReplicas: [], leader: 1 })
    expect(list(plane)).toEqual([])
  })

  test('fewer replicas that are all in sync are done at once, with a new leader where the old one goes', () => {
    const plane = sixBrokers()
    expect(alter(plane, [3, 2])).toBe(ErrorCode.NONE)
    expect(plane.partition('orders')).toMatchObject({
      replicas: [3, 2],
      isr: [2, 3],
      removingReplicas: [],
      leader: 3,
      leaderEpoch: 1,
    })
  })

  test('the present replicas change nothing', () => {
    const plane = sixBrokers()
    expect(alter(plane, [1, 2, 3])).toBe(ErrorCode.NONE)
    expect(plane.partition('orders').partitionEpoch).toBe(0)
  })
})

describe('§3.2 reassignment completes', () => {
  test('as soon as the ISR has every added replica: the removed ones go, leader and epochs follow', () => {
    const plane = sixBrokers()
    alter(plane, [4, 5, 6])
    plane.alterPartition('orders', { isr: [1, 2, 3, 4, 5] })
    expect(plane.partition('orders')).toMatchObject({ replicas: [4, 5, 6, 1, 2, 3], leader: 1 })
    const { topics } = plane.alterPartition('orders', { isr: [1, 2, 3, 4, 5, 6] })
    expect(topics![0]!.partitions![0]!.errorCode).toBe(ErrorCode.NEW_LEADER_ELECTED)
    expect(plane.partition('orders')).toMatchObject({
      replicas: [4, 5, 6],
      isr: [4, 5, 6],
      addingReplicas: [],
      removingReplicas: [],
      leader: 4,
      leaderEpoch: 1,
    })
  })

  test('the leader stays where it is one of the new replicas, in a new epoch', () => {
    const plane = sixBrokers()
    alter(plane, [1, 2, 4])
    const { topics } = plane.alterPartition('orders', { isr: [1, 2, 3, 4] })
    expect(topics![0]!.partitions![0]!.errorCode).toBe(ErrorCode.NONE)
    expect(plane.partition('orders')).toMatchObject({
      replicas: [1, 2, 4],
      isr: [1, 2, 4],
      leader: 1,
      leaderEpoch: 1,
    })
  })

  test('with fewer replicas than before only when all that stay are in sync', () => {
    const plane = sixBrokers()
    plane.alterPartition('orders', { isr: [1, 3] })
    alter(plane, [1, 2])
    expect(plane.partition('orders')).toMatchObject({ replicas: [1, 2, 3], removingReplicas: [3] })
    plane.alterPartition('orders', { isr: [1, 2, 3] })
    expect(plane.partition('orders')).toMatchObject({ replicas: [1, 2], removingReplicas: [] })
  })

  test('the death of the last broker being removed does not stop it', () => {
    const plane = sixBrokers()
    alter(plane, [4, 2, 3])
    plane.active.brokerDied(1)
    expect(plane.partition('orders')).toMatchObject({ leader: 2, isr: [2, 3] })
    plane.alterPartition('orders', { isr: [2, 3, 4] })
    expect(plane.partition('orders')).toMatchObject({ replicas: [4, 2, 3], isr: [2, 3, 4], leader: 2 })
  })
})

describe('§3.2 reassignment is cancelled', () => {
  test('after another goal was set that keeps what is being added: back to before the first', () => {
    const plane = sixBrokers()
    alter(plane, [4, 2, 3])
    expect(alter(plane, [2, 4, 3])).toBe(ErrorCode.NONE)
    expect(plane.partition('orders')).toMatchObject({
      replicas: [2, 4, 3, 1],
      addingReplicas: [4],
      removingReplicas: [1],
    })
    expect(alter(plane, null)).toBe(ErrorCode.NONE)
    expect(plane.partition('orders')).toMatchObject({
      replicas: [2, 3, 1],
      addingReplicas: [],
      removingReplicas: [],
    })
  })

  test('after a goal that adds nothing any more it is not waited for', () => {
    const plane = sixBrokers()
    alter(plane, [4, 2, 3])
    alter(plane, [3, 2, 1])
    expect(plane.partition('orders')).toMatchObject({ replicas: [3, 2, 1], addingReplicas: [] })
    expect(list(plane)).toEqual([])
  })

  test('back to the replicas of before', () => {
    const plane = sixBrokers()
    alter(plane, [4, 5, 6])
    plane.alterPartition('orders', { isr: [1, 2, 3, 4] })
    expect(alter(plane, null)).toBe(ErrorCode.NONE)
    expect(plane.partition('orders')).toMatchObject({
      replicas: [1, 2, 3],
      isr: [1, 2, 3],
      addingReplicas: [],
      removingReplicas: [],
      leader: 1,
    })
    expect(list(plane)).toEqual([])
  })

  test('with nothing under way: NO_REASSIGNMENT_IN_PROGRESS', () => {
    expect(alter(sixBrokers(), null)).toBe(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS)
  })

  /** Only an added replica is in sync, so that nobody of before may lead. */
  function onlyNewInSync(): ControlPlane {
    const plane = sixBrokers()
    alter(plane, [4, 5, 6])
    plane.alterPartition('orders', { isr: [1, 4] })
    plane.active.brokerDied(1)
    plane.join(1)
    return plane
  }

  test('where it would need an unclean leader: INVALID_REPLICA_ASSIGNMENT', () => {
    const plane = onlyNewInSync()
    expect(plane.partition('orders')).toMatchObject({ isr: [4], leader: 4 })
    expect(alter(plane, null)).toBe(ErrorCode.INVALID_REPLICA_ASSIGNMENT)
    expect(plane.partition('orders')).toMatchObject({ isr: [4], leader: 4, addingReplicas: [4, 5, 6] })
  })

  test('but not where the topic allows an unclean leader', () => {
    const plane = onlyNewInSync()
    plane.setTopicConfig('orders', 'unclean.leader.election.enable', 'true')
    expect(alter(plane, null)).toBe(ErrorCode.NONE)
    expect(plane.partition('orders')).toMatchObject({ replicas: [1, 2, 3], isr: [1], leader: 1 })
  })
})

describe('§3.2 reassignment replaced by another', () => {
  test('what was on its way and is not wanted any more is removed', () => {
    const plane = sixBrokers()
    alter(plane, [4, 2, 3])
    expect(alter(plane, [5, 2, 3])).toBe(ErrorCode.NONE)
    expect(plane.partition('orders')).toMatchObject({
      replicas: [5, 2, 3, 1, 4],
      addingReplicas: [5],
      removingReplicas: [1, 4],
    })
    plane.alterPartition('orders', { isr: [1, 2, 3, 5] })
    expect(plane.partition('orders')).toMatchObject({ replicas: [5, 2, 3], isr: [2, 3, 5] })
  })

  test('back to the old replicas it ends at once', () => {
    const plane = sixBrokers()
    alter(plane, [4, 2, 3])
    expect(alter(plane, [1, 2, 3])).toBe(ErrorCode.NONE)
    expect(plane.partition('orders')).toMatchObject({
      replicas: [1, 2, 3],
      addingReplicas: [],
      removingReplicas: [],
      isr: [1, 2, 3],
    })
  })
})

describe('§3.2 reassignment refusals', () => {
  test.each<[string, number[], number]>([
    ['nobody', [], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['an unregistered broker', [1, 9], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['a negative id', [1, -1], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['a broker twice', [1, 1], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
  ])('%s', (_, replicas, code) => {
    const plane = sixBrokers()
    expect(alter(plane, replicas)).toBe(code)
    expect(plane.partition('orders').partitionEpoch).toBe(0)
  })

  test.each([
    ['an unknown topic', { topic: 'nothing' }],
    ['an unknown partition', { partitionIndex: 7 }],
    ['a negative partition', { partitionIndex: -1 }],
  ])('%s: UNKNOWN_TOPIC_OR_PARTITION, to reassign and to cancel', (_, where) => {
    const plane = sixBrokers()
    expect(alter(plane, [4], where)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(alter(plane, null, where)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })

  test('KIP-860: another number of replicas than asked to keep', () => {
    const plane = sixBrokers()
    const keep = { allowReplicationFactorChange: false }
    expect(alter(plane, [4, 5], keep)).toBe(ErrorCode.INVALID_REPLICATION_FACTOR)
    expect(alter(plane, [4, 5, 6], keep)).toBe(ErrorCode.NONE)
    // While a move runs, the number is that of its target, not of all that are there for now.
    expect(alter(plane, [1, 2, 3, 4, 5, 6], keep)).toBe(ErrorCode.INVALID_REPLICATION_FACTOR)
    expect(alter(plane, [3, 2, 5], keep)).toBe(ErrorCode.NONE)
  })

  test('one refused partition does not hold up the others', () => {
    const plane = sixBrokers()
    plane.createAssigned('payments', [1], [2])
    const { responses } = plane.active.alterPartitionReassignments({
      timeoutMs: 0,
      allowReplicationFactorChange: true,
      topics: [
        {
          name: 'payments',
          partitions: [
            { partitionIndex: 0, replicas: [9] },
            { partitionIndex: 1, replicas: [3] },
          ],
        },
      ],
    })
    expect(responses![0]!.partitions!.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      ErrorCode.NONE,
    ])
    expect(plane.partition('payments', 1).replicas).toEqual([3, 2])
  })
})

describe('§3.2 reassignments listed', () => {
  test('all of them, or those asked for; what does not move is left out', () => {
    const plane = sixBrokers()
    plane.createAssigned('payments', [1], [2])
    alter(plane, [4, 2, 3])
    alter(plane, [5], { topic: 'payments', partitionIndex: 1 })
    const orders = {
      name: 'orders',
      partitions: [{ partitionIndex: 0, replicas: [4, 2, 3, 1], addingReplicas: [4], removingReplicas: [1] }],
    }
    const payments = {
      name: 'payments',
      partitions: [{ partitionIndex: 1, replicas: [5, 2], addingReplicas: [5], removingReplicas: [2] }],
    }
    expect(list(plane)).toEqual([orders, payments])
    expect(list(plane, [{ name: 'payments', partitionIndexes: [0, 1, 7] }])).toEqual([payments])
    expect(list(plane, [{ name: 'payments', partitionIndexes: [0] }])).toEqual([])
    expect(list(plane, [{ name: 'nothing', partitionIndexes: [0] }])).toEqual([])
    expect(list(plane, [])).toEqual([])
  })
})

test('what a reassignment does is in the events', () => {
  const plane = sixBrokers()
  plane.events.length = 0
  alter(plane, [4, 2, 3])
  alter(plane, null)
  alter(plane, [1, 2, 4])
  plane.alterPartition('orders', { isr: [1, 2, 3, 4] })
  expect(plane.events.map(({ kind }) => kind).filter((kind) => kind.startsWith('reassignment'))).toEqual([
    'reassignment-started',
    'reassignment-cancelled',
    'reassignment-started',
    'reassignment-completed',
  ])
})

test('a new controller goes on with what its predecessor began', () => {
  const plane = sixBrokers()
  alter(plane, [4, 2, 3])
  const before = list(plane)
  plane.node(0).lease.release()
  plane.startNode(1)
  plane.clock.advance(60_000)
  expect(list(plane)).toEqual(before)
  expect(before).toHaveLength(1)
})
