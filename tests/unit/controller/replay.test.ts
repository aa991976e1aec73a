import { describe, expect, test } from 'vitest'
import { Controller } from '../../../src/broker/controller/controller.ts'
import { MetadataImage } from '../../../src/broker/metadata/image.ts'
import { decodeMetadataRecord, encodeMetadataRecord } from '../../../src/broker/metadata/records.ts'
import { contentOf, CONTROLLER, threeBrokers, CLUSTER_ID } from './harness.ts'
import type { ControlPlane } from './harness.ts'
import { pick } from './seeded.ts'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
const NAMES = ['orders', 'payments', 'mail', 'audit', 'clicks', 'scores']
const STEPS = 150

type Command = (plane: ControlPlane) => void

const anyTopic = (plane: ControlPlane): string => pick(plane.random, NAMES)
const anyBroker = (plane: ControlPlane): number => pick(plane.random, [1, 2, 3])

const commands: Command[] = [
  (plane) =>
    plane.createTopics([
      {
        name: anyTopic(plane),
        numPartitions: 1 + Math.floor(plane.random() * 4),
        replicationFactor: 1 + Math.floor(plane.random() * 3),
        configs: [{ name: 'retention.ms', value: String(Math.floor(plane.random() * 1000)) }],
      },
    ]),
  (plane) => plane.active.deleteTopics({ topicNames: [anyTopic(plane)], topics: [], timeoutMs: 0 }, 5),
  (plane) =>
    plane.active.createPartitions({
      topics: [{ name: anyTopic(plane), count: 1 + Math.floor(plane.random() * 7), assignments: null }],
      timeoutMs: 0,
      validateOnly: false,
    }),
  (plane) => plane.setTopicConfig(anyTopic(plane), 'segment.ms', String(1 + Math.floor(plane.random() * 99))),
  (plane) =>
    plane.alterConfig(2, anyTopic(plane), [{ name: 'retention.ms', configOperation: 1, value: null }]),
  (plane) =>
    plane.alterConfig(4, pick(plane.random, ['', '1', '2']), [
      { name: 'log.retention.ms', configOperation: 0, value: String(Math.floor(plane.random() * 9)) },
    ]),
  (plane) => plane.active.brokerDied(anyBroker(plane)),
  (plane) => plane.join(anyBroker(plane)),
  (plane) => plane.heartbeat(anyBroker(plane), { wantShutDown: true }),
  (plane) => plane.active.electLeaders({ electionType: 0, topicPartitions: null, timeoutMs: 0 }),
  (plane) => plane.active.electLeaders({ electionType: 1, topicPartitions: null, timeoutMs: 0 }),
  (plane) => plane.active.allocateProducerIds({ brokerId: 1, brokerEpoch: plane.epoch(1) }),
  (plane) => plane.pass(3000, anyBroker(plane)),
  ...[0, 1, 2].map((): Command => (plane) => reassign(plane, pick(plane.random, TARGETS))),
  ...[0, 1].map((): Command => (plane) => reassign(plane, null)),
  ...[0, 1, 2].map((): Command => (plane) => {
    // Leaders let in whoever is alive.
    const partitions = [...plane.image.partitions()].filter(
      ({ partition, leader }) => partition === 0 && leader > 0,
    )
    for (const { topic, replicas, leader } of partitions.slice(0, 2)) {
      const isr = replicas.filter((id) => id === leader || plane.image.isActive(id))
      plane.alterPartition(topic, { isr })
    }
  }),
]

const TARGETS = [[1], [3], [2, 1], [3, 1], [2, 3], [1, 2, 3], [3, 2, 1]]

/** The first partition of any topic; null calls back what is under way. */
function reassign(plane: ControlPlane, replicas: number[] | null): void {
  plane.active.alterPartitionReassignments({
    timeoutMs: 0,
    allowReplicationFactorChange: true,
    topics: [{ name: anyTopic(plane), partitions: [{ partitionIndex: 0, replicas }] }],
  })
}

/** A cluster's life of so many random steps, snapshots included. */
function life(seed: number): ControlPlane {
  const plane = threeBrokers({ 'ottla.metadata.log.max.records.between.snapshots': '60' }, seed)
  for (let step = 0; step < STEPS; step++) pick(plane.random, commands)(plane)
  return plane
}

describe.each(SEEDS)('after a random life (seed %i)', (seed) => {
  test('what the next controller reads from the store is the image of the last one', () => {
    const plane = life(seed)
    const before = contentOf(plane.image)
    plane.node(CONTROLLER).lease.release()
    const { controller } = plane.startNode(1)
    expect(contentOf(controller.image)).toEqual({
      ...before,
      offset: before.offset + 1,
      controllerId: 1,
      controllerEpoch: before.controllerEpoch + 1,
    })
  })

  test('a snapshot through its bytes is the image', () => {
    const { image } = life(seed)
    const copy = new MetadataImage(CLUSTER_ID)
    for (const record of image.snapshot()) {
      copy.apply(image.offset, decodeMetadataRecord(encodeMetadataRecord(record)))
    }
    expect(contentOf(copy)).toEqual(contentOf(image))
  })

  test('a follower that looks in now and then has the controller’s image', async () => {
    const plane = threeBrokers({ 'ottla.metadata.log.max.records.between.snapshots': '20' }, seed)
    const eager = plane.newCache()
    const lazy = plane.newCache()
    for (let step = 0; step < STEPS; step++) {
      pick(plane.random, commands)(plane)
      await plane.follow(eager)
    }
    await plane.follow(lazy)
    expect(contentOf(eager.image)).toEqual(contentOf(plane.image))
    expect(contentOf(lazy.image)).toEqual(contentOf(plane.image))
  })

  test('the rules hold for every partition', () => {
    const { image } = life(seed)
    const broken = [...image.partitions()].filter(
      ({ leader, isr, replicas }) =>
        isr.length === 0 ||
        !isr.every((id) => replicas.includes(id)) ||
        (leader !== -1 && !(isr.includes(leader) && image.isActive(leader))) ||
        // The last member stays though it is gone; nobody else does.
        (isr.length > 1 && isr.some((id) => image.brokers.get(id)?.fenced)),
    )
    expect(broken).toEqual([])
  })
})

test('§3.2 reassignment: its rules hold at every step of a random life', () => {
  const seen = { begun: 0, completed: 0, cancelled: 0 }
  for (const seed of [...SEEDS, 9, 10, 11, 12]) {
    const plane = threeBrokers({}, seed)
    for (let step = 0; step < STEPS; step++) {
      pick(plane.random, commands)(plane)
      const broken = [...plane.image.partitions()].filter(
        ({ replicas, addingReplicas, removingReplicas }) =>
          new Set(replicas).size !== replicas.length ||
          ![...addingReplicas, ...removingReplicas].every((id) => replicas.includes(id)) ||
          addingReplicas.some((id) => removingReplicas.includes(id)) ||
          removingReplicas.length >= replicas.length,
      )
      expect(broken).toEqual([])
    }
    const count = (kind: string) => plane.events.filter((event) => event.kind === kind).length
    seen.begun += count('reassignment-started')
    seen.completed += count('reassignment-completed')
    seen.cancelled += count('reassignment-cancelled')
  }
  // The lives were no idle ones.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(5)
})

test('the log stays bounded', () => {
  const plane = threeBrokers({ 'ottla.metadata.log.max.records.between.snapshots': '30' })
  for (let count = 0; count < 300; count++) plane.setTopicConfig('orders', 'retention.ms', String(count))
  plane.createTopics([{ name: 'orders' }])
  for (let count = 0; count < 300; count++) plane.setTopicConfig('orders', 'retention.ms', String(count))
  const { records, endOffset } = plane.node(CONTROLLER).store.load()
  expect(endOffset).toBeGreaterThan(300)
  expect(records.length).toBeLessThanOrEqual(45)
  expect(plane.active).toBeInstanceOf(Controller)
})
