import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { threeBrokers } from './harness.ts'
import type { ControlPlane } from './harness.ts'

const [PREFERRED, UNCLEAN] = [0, 1]

function elect(
  plane: ControlPlane,
  electionType: number,
  topicPartitions: { topic: string; partitions: number[] }[] | null,
) {
  const { replicaElectionResults, errorCode } = plane.active.electLeaders({
    electionType,
    topicPartitions,
    timeoutMs: 0,
  })
  return {
    errorCode,
    results: replicaElectionResults!.flatMap(({ topic, partitionResult }) =>
      partitionResult!.map((result) => [topic, result.partitionId, result.errorCode]),
    ),
  }
}

/** Led by its second replica, the first back in the ISR. */
function displaced(): ControlPlane {
  const plane = threeBrokers()
  plane.createAssigned('orders', [1, 2, 3])
  plane.createAssigned('payments', [2, 3])
  plane.active.brokerDied(1)
  plane.join(1)
  plane.alterPartition('orders', { isr: [2, 3, 1] })
  return plane
}

const orders = [{ topic: 'orders', partitions: [0] }]

describe('§3.2 ElectLeaders: preferred', () => {
  test('the first replica leads again', () => {
    const plane = displaced()
    expect(elect(plane, PREFERRED!, orders).results).toEqual([['orders', 0, ErrorCode.NONE]])
    expect(plane.partition('orders')).toMatchObject({ leader: 1, leaderEpoch: 2 })
  })

  test('is not needed where it leads', () => {
    const plane = displaced()
    const results = elect(plane, PREFERRED!, [{ topic: 'payments', partitions: [0] }]).results
    expect(results).toEqual([['payments', 0, ErrorCode.ELECTION_NOT_NEEDED]])
  })

  test('is not possible while it is outside the ISR', () => {
    const plane = displaced()
    plane.alterPartition('orders', { isr: [2, 3] })
    expect(elect(plane, PREFERRED!, orders).results).toEqual([
      ['orders', 0, ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE],
    ])
  })

  test('for null topics all partitions, without those in order', () => {
    expect(elect(displaced(), PREFERRED!, null).results).toEqual([['orders', 0, ErrorCode.NONE]])
  })
})

describe('§3.2 ElectLeaders: unclean', () => {
  function leaderless(): ControlPlane {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1, 2])
    plane.alterPartition('orders', { isr: [1] })
    plane.active.brokerDied(1)
    return plane
  }

  test('any replica that is alive leads, though the topic does not allow it by itself', () => {
    const plane = leaderless()
    expect(elect(plane, UNCLEAN!, orders).results).toEqual([['orders', 0, ErrorCode.NONE]])
    expect(plane.partition('orders')).toMatchObject({ leader: 2, isr: [2], leaderRecoveryState: 1 })
  })

  test('is not needed where there is a leader', () => {
    expect(elect(displaced(), UNCLEAN!, orders).results).toEqual([
      ['orders', 0, ErrorCode.ELECTION_NOT_NEEDED],
    ])
  })

  test('is not possible with nobody alive', () => {
    const plane = leaderless()
    plane.active.brokerDied(2)
    expect(elect(plane, UNCLEAN!, orders).results).toEqual([
      ['orders', 0, ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE],
    ])
  })
})

test('a partition nobody knows', () => {
  const asked = [{ topic: 'nothing', partitions: [0] }]
  expect(elect(displaced(), PREFERRED!, asked).results).toEqual([
    ['nothing', 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
  ])
})

test('an election type nobody knows', () => {
  const code = ErrorCode.INVALID_REQUEST
  expect(elect(displaced(), 7, orders)).toEqual({ errorCode: code, results: [['orders', 0, code]] })
  expect(elect(displaced(), 7, null)).toEqual({ errorCode: code, results: [] })
})
