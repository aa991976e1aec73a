import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { partitionChange } from '../../../src/broker/metadata/records.ts'
import { MetadataStore } from '../../../src/broker/storage/metadata-store.ts'
import { encodeMetadataRecord } from '../../../src/broker/metadata/records.ts'
import { CLUSTER_ID, CONTROLLER, threeBrokers } from './harness.ts'
import type { ControlPlane } from './harness.ts'

function withTopic(): ControlPlane {
  const plane = threeBrokers()
  plane.createAssigned('orders', [1, 2, 3])
  return plane
}

const only = (answer: ReturnType<ControlPlane['alterPartition']>) => answer.topics![0]!.partitions![0]!

test('the leader shrinks the ISR: a new partition epoch, the same leader epoch', () => {
  const plane = withTopic()
  expect(only(plane.alterPartition('orders', { isr: [1, 2] }))).toEqual({
    partitionIndex: 0,
    errorCode: ErrorCode.NONE,
    leaderId: 1,
    leaderEpoch: 0,
    isr: [1, 2],
    leaderRecoveryState: 0,
    partitionEpoch: 1,
  })
  expect(plane.partition('orders')).toMatchObject({ isr: [1, 2], partitionEpoch: 1, leaderEpoch: 0 })
})

test('and expands it', () => {
  const plane = withTopic()
  plane.alterPartition('orders', { isr: [1] })
  plane.alterPartition('orders', { isr: [1, 3] })
  expect(plane.partition('orders')).toMatchObject({ isr: [1, 3], partitionEpoch: 2 })
})

test('what is already so is confirmed without a new epoch', () => {
  const plane = withTopic()
  expect(only(plane.alterPartition('orders', { isr: [1, 2, 3] }))).toMatchObject({
    errorCode: ErrorCode.NONE,
    partitionEpoch: 0,
  })
})

test('a recovering leader says it has recovered', () => {
  const plane = threeBrokers({ 'unclean.leader.election.enable': 'true' })
  plane.createAssigned('orders', [1, 2])
  plane.alterPartition('orders', { isr: [1] })
  plane.active.brokerDied(1)
  expect(plane.partition('orders').leaderRecoveryState).toBe(1)
  plane.alterPartition('orders', { isr: [2] })
  expect(plane.partition('orders').leaderRecoveryState).toBe(0)
})

describe('§3.2 AlterPartition refusals', () => {
  type Change = Parameters<ControlPlane['alterPartition']>[1]
  const cases: [rule: string, change: Change, code: number][] = [
    [
      'a leader epoch above the controller’s: it is not the controller any more',
      { isr: [1], leaderEpoch: 1 },
      ErrorCode.NOT_CONTROLLER,
    ],
    ['a partition epoch above the controller’s', { isr: [1], partitionEpoch: 2 }, ErrorCode.NOT_CONTROLLER],
    ['a leader epoch below', { isr: [1], leaderEpoch: -1 }, ErrorCode.FENCED_LEADER_EPOCH],
    ['a partition epoch below', { isr: [1], partitionEpoch: 0 }, ErrorCode.INVALID_UPDATE_VERSION],
    ['a sender that does not lead', { isr: [1, 2], sender: 2 }, ErrorCode.INVALID_REQUEST],
    ['an ISR without the leader', { isr: [2, 3] }, ErrorCode.INVALID_REQUEST],
    ['an empty ISR', { isr: [] }, ErrorCode.INVALID_REQUEST],
    ['a member that is no replica', { isr: [1, 4], isrEpochs: [-1, -1] }, ErrorCode.INVALID_REQUEST],
    ['a member twice', { isr: [1, 2, 2] }, ErrorCode.INVALID_REQUEST],
    [
      'recovering with more than one member',
      { isr: [1, 2], leaderRecoveryState: 1 },
      ErrorCode.INVALID_REQUEST,
    ],
    ['from recovered back to recovering', { isr: [1], leaderRecoveryState: 1 }, ErrorCode.INVALID_REQUEST],
    ['a member of an old incarnation', { isr: [1, 2], isrEpochs: [-1, 0] }, ErrorCode.INELIGIBLE_REPLICA],
    ['an unknown topic', { isr: [1], topicId: 'bm90aGluZy1vZi10aGF0LQ' }, ErrorCode.UNKNOWN_TOPIC_ID],
    ['an unknown partition', { isr: [1], partitionIndex: 7 }, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
  ]

  test.each(cases)('%s', (_, change, code) => {
    const plane = withTopic()
    plane.alterPartition('orders', { isr: [1, 2] })
    const before = plane.partition('orders')
    expect(only(plane.alterPartition('orders', change)).errorCode).toBe(code)
    expect(plane.partition('orders')).toBe(before)
  })

  test('a member that is fenced', () => {
    const plane = withTopic()
    plane.active.brokerDied(3)
    expect(only(plane.alterPartition('orders', { isr: [1, 2, 3] })).errorCode).toBe(
      ErrorCode.INELIGIBLE_REPLICA,
    )
  })

  test('a member that is leaving', () => {
    const plane = withTopic()
    plane.createAssigned('payments', [3, 1])
    plane.heartbeat(3, { wantShutDown: true })
    expect(only(plane.alterPartition('orders', { isr: [1, 2, 3] })).errorCode).toBe(
      ErrorCode.INELIGIBLE_REPLICA,
    )
  })

  test('a sender of an old incarnation: the whole request', () => {
    const plane = withTopic()
    expect(plane.alterPartition('orders', { isr: [1], senderEpoch: 0 })).toEqual({
      errorCode: ErrorCode.STALE_BROKER_EPOCH,
      topics: [],
    })
  })
})

test('an ISR that completes a reassignment away from the leader: NEW_LEADER_ELECTED, and the change stands', () => {
  const plane = withTopic()
  const { topicId } = plane.partition('orders')
  const { lease } = plane.node(CONTROLLER)
  // Reassignments begin by an API of their own; here the record that begins one is written directly.
  const reassignment = partitionChange(topicId, 0, { removingReplicas: [1] })
  const store = new MetadataStore(plane.file, { clusterId: CLUSTER_ID })
  store.append(lease.title!, plane.image.offset + 1, [encodeMetadataRecord(reassignment)], 0)
  store.close()
  lease.release()
  plane.startNode(CONTROLLER)
  expect(only(plane.alterPartition('orders', { sender: 1, isr: [1, 2, 3] })).errorCode).toBe(
    ErrorCode.NEW_LEADER_ELECTED,
  )
  expect(plane.partition('orders')).toMatchObject({
    replicas: [2, 3],
    isr: [2, 3],
    leader: 2,
    removingReplicas: [],
    leaderEpoch: 1,
  })
})
