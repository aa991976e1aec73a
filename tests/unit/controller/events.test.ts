import { expect, test } from 'vitest'
import { CONTROLLER, threeBrokers } from './harness.ts'
import type { ControlPlane } from './harness.ts'

/** The events since `from`, without the brokers' arrival. */
function told(plane: ControlPlane, from: number) {
  return plane.events
    .slice(from)
    .map(({ kind, brokerId, cause, details }) => ({ kind, brokerId, cause, details }))
}

test('an election says from whom to whom, and why', () => {
  const plane = threeBrokers()
  plane.createAssigned('orders', [1, 2, 3])
  const from = plane.events.length
  plane.active.brokerDied(1)
  const whole = { replicas: [1, 2, 3], addingReplicas: [], removingReplicas: [] }
  const where = {
    topic: 'orders',
    topicId: plane.image.topic('orders')?.id,
    partition: 0,
    ...whole,
    leader: 2,
    leaderEpoch: 1,
    partitionEpoch: 1,
    isr: [2, 3],
    before: { ...whole, leader: 1, leaderEpoch: 0, partitionEpoch: 0, isr: [1, 2, 3] },
  }
  expect(told(plane, from)).toEqual([
    {
      kind: 'broker-fenced',
      brokerId: 1,
      cause: 'broker 1 died',
      details: { brokerEpoch: plane.epoch(1) },
    },
    {
      kind: 'leader-elected',
      brokerId: 2,
      cause: 'broker 1 died',
      details: { ...where, from: 1, to: 2, unclean: false },
    },
    {
      kind: 'isr-shrunk',
      brokerId: 2,
      cause: 'broker 1 died',
      details: { ...where, from: [1, 2, 3], to: [2, 3], added: [], removed: [1] },
    },
  ])
})

test('a lost leadership says whose it was', () => {
  const plane = threeBrokers()
  plane.createAssigned('orders', [1])
  plane.active.brokerDied(1)
  expect(plane.events.at(-1)).toMatchObject({
    kind: 'leader-lost',
    brokerId: 1,
    details: { from: 1, to: -1 },
  })
})

test('an unclean election is called so', () => {
  const plane = threeBrokers({ 'unclean.leader.election.enable': 'true' })
  plane.createAssigned('orders', [1, 2])
  plane.alterPartition('orders', { isr: [1] })
  plane.active.brokerDied(1)
  expect(plane.events.filter(({ kind }) => kind === 'leader-elected').at(-1)).toMatchObject({
    details: { unclean: true, to: 2, isr: [2] },
  })
})

test('a grown ISR, a created, a grown and a deleted topic, a changed config', () => {
  const plane = threeBrokers()
  plane.createAssigned('orders', [1, 2])
  plane.alterPartition('orders', { isr: [1] })
  plane.alterPartition('orders', { isr: [1, 2] })
  plane.active.createPartitions({
    topics: [{ name: 'orders', count: 3, assignments: null }],
    timeoutMs: 0,
    validateOnly: false,
  })
  plane.setTopicConfig('orders', 'retention.ms', '5')
  plane.active.deleteTopics({ topicNames: ['orders'], topics: [], timeoutMs: 0 }, 5)
  expect(plane.events.slice(-6).map(({ kind, details }) => [kind, details])).toEqual([
    ['topic-created', expect.objectContaining({ topic: 'orders', partitions: 1 })],
    ['isr-shrunk', expect.objectContaining({ removed: [2] })],
    ['isr-expanded', expect.objectContaining({ added: [2] })],
    ['partitions-added', expect.objectContaining({ topic: 'orders', added: 2 })],
    ['config-changed', { resourceType: 2, resourceName: 'orders', name: 'retention.ms', value: '5' }],
    ['topic-deleted', expect.objectContaining({ topic: 'orders', partitions: 3 })],
  ])
})

test('a broker’s life and a controller’s term, with the time', () => {
  const plane = threeBrokers()
  plane.clock.advance(1234)
  plane.heartbeat(3, { wantShutDown: true })
  plane.node(CONTROLLER).lease.release()
  expect(plane.events.map(({ kind, brokerId }) => `${kind} ${brokerId}`)).toEqual([
    'controller-elected 0',
    'metadata-snapshot 0',
    'broker-registered 1',
    'broker-unfenced 1',
    'broker-registered 2',
    'broker-unfenced 2',
    'broker-registered 3',
    'broker-unfenced 3',
    'broker-fenced 3',
    'controller-resigned 0',
  ])
  expect(plane.events.at(-1)!.atMs - plane.events[0]!.atMs).toBe(1234)
})
