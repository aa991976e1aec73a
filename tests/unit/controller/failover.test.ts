import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import type { KafkaError } from '../../../src/broker/protocol/errors.ts'
import { openDatabase } from '../../../src/broker/storage/database.ts'
import { ControlPlane } from './harness.ts'

const LEASE_MS = 3000

/** Controllers on brokers 1 and 2, three members; 1 is active. */
function pair(config: Record<string, string> = {}): ControlPlane {
  const plane = new ControlPlane(config)
  plane.startNode(1)
  plane.startNode(2)
  plane.join(1, 2, 3)
  return plane
}

/** Stops the clockwork of a node, as a frozen thread does, and lets the other take over. */
function freezeFirst(plane: ControlPlane): void {
  plane.node(1).lease.stop()
  plane.clock.advance(LEASE_MS + 500)
}

const topic = {
  topics: [{ name: 'late', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
  timeoutMs: 0,
  validateOnly: false,
}

const notController = expect.objectContaining({ code: ErrorCode.NOT_CONTROLLER }) as KafkaError

describe('takeover', () => {
  test('the next controller knows everything the last one committed', () => {
    const plane = pair()
    const topicId = plane.createAssigned('orders', [1, 2, 3])
    plane.node(1).lease.release()
    plane.node(2).lease.tryNow()
    const { controller } = plane.node(2)
    expect(controller.isActive).toBe(true)
    expect(controller.image.topicsById.get(topicId)?.name).toBe('orders')
    expect(controller.image).toMatchObject({ controllerId: 2, controllerEpoch: 2 })
  })

  test('only one controller is active', () => {
    const plane = pair()
    plane.clock.advance(2 * LEASE_MS - 1)
    expect([plane.node(1), plane.node(2)].map(({ controller }) => controller.isActive)).toEqual([true, false])
  })

  test('everybody knows who it is', () => {
    const plane = pair()
    freezeFirst(plane)
    expect(plane.node(2).controller).toMatchObject({ controllerId: 2, controllerEpoch: 2 })
  })

  test('producer ids given out by one controller are not given out by the next', () => {
    const plane = pair()
    const take = (brokerId: number) =>
      plane.active.allocateProducerIds({ brokerId, brokerEpoch: plane.epoch(brokerId) })
    expect(take(1)).toMatchObject({ producerIdStart: 0, producerIdLen: 1000 })
    expect(take(2)).toMatchObject({ producerIdStart: 1000 })
    plane.node(1).lease.release()
    plane.node(2).lease.tryNow()
    expect(take(3)).toMatchObject({ producerIdStart: 2000 })
  })

  test('producer ids are not for a former incarnation', () => {
    const plane = pair()
    expect(plane.active.allocateProducerIds({ brokerId: 1, brokerEpoch: 0 })).toMatchObject({
      errorCode: ErrorCode.STALE_BROKER_EPOCH,
    })
  })
})

describe('a controller that froze and woke', () => {
  test('cannot write: the request is refused and it resigns', () => {
    const plane = pair()
    const frozen = plane.node(1).controller
    freezeFirst(plane)
    expect(frozen.isActive).toBe(true)
    expect(() => frozen.createTopics(topic)).toThrow(notController)
    expect(frozen.isActive).toBe(false)
    expect(plane.node(2).store.load().endOffset).toBe(plane.node(2).controller.image.offset + 1)
    expect(plane.node(2).controller.image.topic('late')).toBeUndefined()
  })

  test('answers brokers with NOT_CONTROLLER', () => {
    const plane = pair()
    const frozen = plane.node(1).controller
    freezeFirst(plane)
    const answer = frozen.registerBroker({
      brokerId: 4,
      clusterId: plane.node(1).store.clusterId,
      incarnationId: 'incarnation00000000000',
      listeners: [{ name: 'PLAINTEXT', host: 'localhost', port: 1, securityProtocol: 0 }],
      features: [],
      rack: null,
      isMigratingZkBroker: false,
      logDirs: [],
      previousBrokerEpoch: -1,
    })
    expect(answer).toEqual({ errorCode: ErrorCode.NOT_CONTROLLER, brokerEpoch: -1 })
  })

  test('fences nobody by its stale idea of who was silent', () => {
    const plane = pair()
    freezeFirst(plane)
    plane.node(1).controller.brokerDied(3)
    expect(plane.node(2).controller.image.brokers.get(3)?.fenced).toBe(false)
  })

  test('its epoch tells followers to ignore it', async () => {
    const plane = pair()
    const frozen = plane.node(1).controller
    const cache = plane.newCache()
    freezeFirst(plane)
    cache.applyFetched(await plane.fetch(0, { from: plane.node(2).controller }))
    const { offset } = cache.image
    const stale = await plane.fetch(0, { from: frozen })
    expect(stale.errorCode).toBe(ErrorCode.NONE)
    expect(cache.applyFetched({ ...stale, snapshot: true })).toBeNull()
    expect(cache.image.offset).toBe(offset)
  })
})

describe('a controller nobody can reach', () => {
  /** Heartbeats of these brokers arrive for so long. */
  function beat(plane: ControlPlane, brokerIds: number[], forMs: number): void {
    for (let passed = 0; passed < forMs; passed += 1000) {
      plane.clock.advance(1000)
      for (const id of brokerIds) plane.heartbeat(id)
    }
  }

  test('gives way to one that can be reached', () => {
    const plane = pair()
    beat(plane, [1, 2, 3], 4000)
    beat(plane, [1], 7000)
    plane.clock.advance(2000)
    expect(plane.node(1).controller.isActive).toBe(false)
    expect(plane.node(2).controller.isActive).toBe(true)
  })

  test('goes on while it hears most of the brokers', () => {
    const plane = pair()
    beat(plane, [1, 2, 3], 4000)
    beat(plane, [1, 2], 14_000)
    expect(plane.node(1).controller.isActive).toBe(true)
  })

  test('takes the role again when there is nobody else, and fences the silent', () => {
    const plane = new ControlPlane()
    plane.startNode(1)
    plane.join(1, 2, 3)
    beat(plane, [1, 2, 3], 4000)
    plane.clock.advance(30_000)
    expect(plane.active.controllerId).toBe(1)
    expect(plane.image.brokers.get(2)?.fenced).toBe(true)
    expect(plane.image.brokers.get(3)?.fenced).toBe(true)
  })
})

describe('a store that fails', () => {
  test('the change is refused with KAFKA_STORAGE_ERROR, and nothing has changed', () => {
    const plane = pair()
    const { controller } = plane.node(1)
    const { offset } = controller.image
    const stranger = openDatabase(plane.file)
    stranger.exec('BEGIN IMMEDIATE')
    const refused = controller.createTopics(topic).topics![0]!
    stranger.exec('ROLLBACK')
    stranger.close()
    expect(refused.errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    expect(refused.errorMessage).toContain('locked')
    expect(controller.image.offset).toBe(offset)
    expect(controller.createTopics(topic).topics![0]!.errorCode).toBe(ErrorCode.NONE)
  })

  test('in an unforeseen way: the controller gives way rather than go on with what it is not sure of', () => {
    const plane = pair()
    plane.node(1).store.close()
    expect(() => plane.node(1).controller.createTopics(topic)).toThrow(TypeError)
    expect(plane.node(1).controller.isActive).toBe(false)
  })
})
