import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { CONTROLLER, ControlPlane, threeBrokers } from './harness.ts'

const SESSION_MS = 9000

describe('§3.2 broker life: registration', () => {
  test('the broker epoch is the offset of the registration, and the broker is fenced at first', () => {
    const plane = new ControlPlane()
    plane.startNode(1)
    const offset = plane.image.offset + 1
    expect(plane.register(1)).toBe(ErrorCode.NONE)
    expect(plane.image.brokers.get(1)).toMatchObject({ epoch: offset, fenced: true, port: 9001 })
  })

  test('a new incarnation gets a new epoch', () => {
    const plane = threeBrokers()
    const before = plane.epoch(2)
    plane.active.brokerDied(2)
    plane.join(2)
    expect(plane.epoch(2)).toBeGreaterThan(before)
  })

  test('the same incarnation registering again keeps its epoch and stays unfenced', () => {
    const plane = threeBrokers()
    const before = plane.epoch(2)
    expect(plane.registerAgain(2)).toBe(ErrorCode.NONE)
    expect(plane.epoch(2)).toBe(before)
    expect(plane.image.brokers.get(2)?.fenced).toBe(false)
  })

  test('another incarnation of a broker that is alive is refused', () => {
    const plane = threeBrokers()
    expect(plane.register(2)).toBe(ErrorCode.DUPLICATE_BROKER_REGISTRATION)
  })

  test('it is let in once the session of the first has ended', () => {
    const plane = threeBrokers()
    plane.pass(SESSION_MS, 2)
    expect(plane.register(2)).toBe(ErrorCode.NONE)
  })

  test('a broker the controller only read of in the log may restart at once', () => {
    const plane = threeBrokers()
    plane.node(CONTROLLER).lease.release()
    plane.startNode(2)
    expect(plane.register(3)).toBe(ErrorCode.NONE)
  })

  test('a broker of another cluster is refused', () => {
    const plane = threeBrokers()
    const answer = plane.active.registerBroker({
      brokerId: 4,
      clusterId: 'c29tZS1vdGhlci1jbHVzdA',
      incarnationId: 'incarnation00000000000',
      listeners: [{ name: 'PLAINTEXT', host: 'localhost', port: 1, securityProtocol: 0 }],
      features: [],
      rack: null,
      isMigratingZkBroker: false,
      logDirs: [],
      previousBrokerEpoch: -1,
    })
    expect(answer.errorCode).toBe(ErrorCode.INCONSISTENT_CLUSTER_ID)
  })

  test('a killed broker that comes back is in no ISR until it has caught up', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1, 2, 3])
    plane.active.brokerDied(1)
    plane.join(1)
    expect(plane.partition('orders')).toMatchObject({ leader: 2, isr: [2, 3] })
  })

  test('a new incarnation leaves the ISRs even if nobody had noticed the end of the last one', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [3, 2, 1])
    plane.node(CONTROLLER).lease.release()
    plane.startNode(2)
    plane.register(3)
    expect(plane.partition('orders')).toMatchObject({ leader: 2, isr: [2, 1] })
  })

  test('after a clean stop nobody noticed it stays in the ISR and only does not lead', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [3, 2, 1])
    const previousBrokerEpoch = plane.epoch(3)
    plane.node(CONTROLLER).lease.release()
    plane.startNode(2)
    plane.register(3, { previousBrokerEpoch })
    expect(plane.partition('orders')).toMatchObject({ leader: 2, isr: [3, 2, 1] })
  })

  test('and leads again what it is the preferred replica of as soon as it is unfenced', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [3, 2, 1])
    const previousBrokerEpoch = plane.epoch(3)
    plane.node(CONTROLLER).lease.release()
    plane.startNode(2)
    plane.register(3, { previousBrokerEpoch })
    plane.heartbeat(3)
    expect(plane.partition('orders')).toMatchObject({ leader: 3, isr: [3, 2, 1], leaderEpoch: 2 })
  })

  test('a whole cluster that is stopped cleanly and started again is as it was', () => {
    const plane = threeBrokers()
    plane.createTopics([{ name: 'orders', numPartitions: 9, replicationFactor: 3 }])
    const before = plane.image.topic('orders')!.partitions.map(({ leader, isr }) => ({ leader, isr }))
    const epochs = new Map([1, 2, 3].map((id) => [id, plane.epoch(id)]))
    plane.node(CONTROLLER).lease.release()
    plane.startNode(2)
    for (const id of [1, 2, 3]) plane.register(id, { previousBrokerEpoch: epochs.get(id)! })
    for (const id of [1, 2, 3]) plane.heartbeat(id)
    const after = plane.image.topic('orders')!.partitions.map(({ leader, isr }) => ({ leader, isr }))
    expect(after).toEqual(before)
  })
})

describe('§3.2 broker life: heartbeats', () => {
  test('unfence a broker that has read up to its own registration', () => {
    const plane = new ControlPlane()
    plane.startNode(1)
    plane.register(1)
    const behind = plane.heartbeat(1, { currentMetadataOffset: plane.epoch(1) - 1 })
    expect(behind).toMatchObject({ errorCode: ErrorCode.NONE, isCaughtUp: false, isFenced: true })
    const caughtUp = plane.heartbeat(1, { currentMetadataOffset: plane.epoch(1) })
    expect(caughtUp).toMatchObject({ isCaughtUp: true, isFenced: false })
    expect(plane.image.aliveBrokers().map(({ id }) => id)).toEqual([1])
  })

  test('not while the broker wants to be fenced', () => {
    const plane = new ControlPlane()
    plane.startNode(1)
    plane.register(1)
    expect(plane.heartbeat(1, { wantFence: true })).toMatchObject({ isCaughtUp: true, isFenced: true })
  })

  test('of a former incarnation are refused', () => {
    const plane = threeBrokers()
    const epoch = plane.epoch(2)
    plane.active.brokerDied(2)
    plane.join(2)
    const answer = plane.active.heartbeat({
      brokerId: 2,
      brokerEpoch: epoch,
      currentMetadataOffset: 0,
      wantFence: false,
      wantShutDown: false,
      offlineLogDirs: [],
      cordonedLogDirs: null,
    })
    expect(answer.errorCode).toBe(ErrorCode.STALE_BROKER_EPOCH)
  })

  test('of a stranger are refused', () => {
    const plane = threeBrokers()
    const answer = plane.active.heartbeat({
      brokerId: 7,
      brokerEpoch: 1,
      currentMetadataOffset: 0,
      wantFence: false,
      wantShutDown: false,
      offlineLogDirs: [],
      cordonedLogDirs: null,
    })
    expect(answer.errorCode).toBe(ErrorCode.STALE_BROKER_EPOCH)
  })

  test('a broker that asks to be fenced is', () => {
    const plane = threeBrokers()
    expect(plane.heartbeat(2, { wantFence: true })).toMatchObject({ isFenced: true })
    expect(plane.image.brokers.get(2)?.fenced).toBe(true)
  })
})

describe('§3.2 broker life: sessions', () => {
  test('a broker silent for the session time-out is fenced: out of ISRs, leaderships moved, epochs bumped', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1, 2, 3])
    plane.createAssigned('payments', [2, 1, 3])
    plane.clock.advance(SESSION_MS / 2)
    plane.heartbeat(2)
    plane.heartbeat(3)
    plane.clock.advance(SESSION_MS / 2)
    expect(plane.image.brokers.get(1)?.fenced).toBe(true)
    expect(plane.partition('orders')).toMatchObject({
      leader: 2,
      isr: [2, 3],
      leaderEpoch: 1,
      partitionEpoch: 1,
    })
    expect(plane.partition('payments')).toMatchObject({
      leader: 2,
      isr: [2, 3],
      leaderEpoch: 0,
      partitionEpoch: 1,
    })
  })

  test('not a millisecond before', () => {
    const plane = threeBrokers()
    plane.clock.advance(SESSION_MS - 1)
    expect(plane.image.aliveBrokers()).toHaveLength(3)
  })

  test('when all are silent the last ISR member stays in the ISR, leaderless', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1, 2, 3])
    plane.clock.advance(2 * SESSION_MS)
    expect(plane.partition('orders')).toMatchObject({ leader: -1, isr: [3] })
  })

  test('a fenced broker whose heartbeat comes again is unfenced, and leads what had no leader', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1, 2, 3])
    plane.clock.advance(2 * SESSION_MS)
    plane.heartbeat(1)
    expect(plane.partition('orders')).toMatchObject({ leader: -1, isr: [3] })
    plane.heartbeat(3)
    expect(plane.partition('orders')).toMatchObject({ leader: 3, isr: [3] })
  })

  test('a new controller gives everybody a whole session', () => {
    const plane = threeBrokers()
    plane.clock.advance(SESSION_MS - 1)
    plane.node(CONTROLLER).lease.release()
    plane.startNode(2)
    plane.clock.advance(SESSION_MS - 1)
    expect(plane.image.aliveBrokers()).toHaveLength(3)
    plane.clock.advance(1)
    expect(plane.image.aliveBrokers()).toHaveLength(0)
  })
})

describe('§3.2 broker life: instant detection', () => {
  test('a death the supervisor saw is acted on at once', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [2, 3, 1])
    plane.active.brokerDied(2)
    expect(plane.image.brokers.get(2)?.fenced).toBe(true)
    expect(plane.partition('orders')).toMatchObject({ leader: 3, isr: [3, 1] })
  })

  test('told twice it is done once', () => {
    const plane = threeBrokers()
    plane.active.brokerDied(2)
    const { offset } = plane.image
    plane.active.brokerDied(2)
    expect(plane.image.offset).toBe(offset)
  })

  test('with session detection it has no effect', () => {
    const plane = threeBrokers({ 'ottla.failure.detection': 'session' })
    plane.active.brokerDied(2)
    expect(plane.image.brokers.get(2)?.fenced).toBe(false)
  })

  test('the death of the controller: another takes over and fences it in the same moment', () => {
    const plane = new ControlPlane()
    plane.startNode(1)
    plane.join(1, 2, 3)
    plane.createAssigned('orders', [1, 2, 3])
    const second = plane.startNode(2)
    plane.node(1).lease.stop()
    second.controller.brokerDied(1)
    expect(second.controller.isActive).toBe(true)
    expect(second.controller.image.partition('orders', 0)).toMatchObject({ leader: 2, isr: [2, 3] })
  })
})

describe('§3.2 broker life: controlled shutdown', () => {
  test('leaderships move first; the broker may stop when the others know', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1, 2, 3])
    const known = plane.image.offset
    expect(plane.heartbeat(1, { wantShutDown: true })).toMatchObject({
      shouldShutDown: false,
      isFenced: false,
    })
    expect(plane.partition('orders')).toMatchObject({ leader: 2, isr: [2, 3] })
    expect(plane.image.brokers.get(1)?.inControlledShutdown).toBe(true)

    plane.heartbeat(2, { currentMetadataOffset: known })
    plane.heartbeat(3, { currentMetadataOffset: plane.image.offset })
    expect(plane.heartbeat(1, { wantShutDown: true })).toMatchObject({ shouldShutDown: false })

    plane.heartbeat(2, { currentMetadataOffset: plane.image.offset })
    expect(plane.heartbeat(1, { wantShutDown: true })).toMatchObject({ shouldShutDown: true, isFenced: true })
    expect(plane.image.brokers.get(1)).toMatchObject({ fenced: true, inControlledShutdown: false })
  })

  test('what the others fetched of the log counts as known', async () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1, 2, 3])
    plane.heartbeat(1, { wantShutDown: true })
    await plane.fetch(plane.image.offset + 1, { brokerId: 2, brokerEpoch: plane.epoch(2) })
    await plane.fetch(plane.image.offset + 1, { brokerId: 3, brokerEpoch: plane.epoch(3) })
    expect(plane.heartbeat(1, { wantShutDown: true })).toMatchObject({ shouldShutDown: true })
  })

  test('a broker that leads nothing may stop at once', () => {
    const plane = threeBrokers()
    expect(plane.heartbeat(3, { wantShutDown: true })).toMatchObject({ shouldShutDown: true })
  })

  test('a fenced broker may stop at once', () => {
    const plane = threeBrokers()
    plane.active.brokerDied(3)
    expect(plane.heartbeat(3, { wantShutDown: true })).toMatchObject({ shouldShutDown: true })
  })

  test('the only replica of a partition may stop, which leaves it leaderless', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [3])
    plane.heartbeat(3, { wantShutDown: true })
    expect(plane.partition('orders')).toMatchObject({ leader: -1, isr: [3] })
  })

  test('a broker that is leaving gets no new leadership', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1, 2, 3])
    plane.createAssigned('payments', [2, 1, 3])
    plane.heartbeat(1, { wantShutDown: true })
    plane.active.brokerDied(2)
    expect(plane.partition('payments').leader).toBe(3)
  })
})

describe('§3.2 broker life: unregistering', () => {
  test('forgets the broker and takes it out of ISRs', () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1, 2, 3])
    expect(plane.active.unregisterBroker({ brokerId: 1 })).toMatchObject({ errorCode: ErrorCode.NONE })
    expect(plane.image.brokers.has(1)).toBe(false)
    expect(plane.partition('orders')).toMatchObject({ leader: 2, isr: [2, 3], replicas: [1, 2, 3] })
  })

  test('of a stranger is BROKER_ID_NOT_REGISTERED', () => {
    const plane = threeBrokers()
    expect(plane.active.unregisterBroker({ brokerId: 9 })).toMatchObject({
      errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED,
    })
  })
})

describe('§3.2 unclean leader election', () => {
  function leaderless(config: Record<string, string> = {}): ControlPlane {
    const plane = threeBrokers(config)
    plane.createAssigned('orders', [1, 2])
    plane.alterPartition('orders', { isr: [1] })
    plane.active.brokerDied(1)
    return plane
  }

  test('is off: the partition waits for its last member', () => {
    const plane = leaderless()
    plane.clock.advance(1)
    expect(plane.partition('orders')).toMatchObject({ leader: -1, isr: [1] })
  })

  test('switched on for the cluster at start: the loss of the last member elects another at once', () => {
    const plane = leaderless({ 'unclean.leader.election.enable': 'true' })
    expect(plane.partition('orders')).toMatchObject({ leader: 2, isr: [2], leaderRecoveryState: 1 })
  })

  test('switched on for the topic while it is leaderless: it gets a leader at once', () => {
    const plane = leaderless()
    plane.setTopicConfig('orders', 'unclean.leader.election.enable', 'true')
    expect(plane.partition('orders')).toMatchObject({ leader: 2, isr: [2], leaderRecoveryState: 1 })
  })
})

test('§3.2 the preferred replica leads again after the check interval', () => {
  const plane = threeBrokers({ 'leader.imbalance.check.interval.seconds': '5' })
  plane.createAssigned('orders', [1, 2, 3])
  plane.active.brokerDied(1)
  plane.join(1)
  plane.alterPartition('orders', { isr: [2, 3, 1] })
  expect(plane.partition('orders').leader).toBe(2)
  plane.clock.advance(5000)
  expect(plane.partition('orders').leader).toBe(1)
})

test('not with auto.leader.rebalance.enable=false', () => {
  const plane = threeBrokers({
    'leader.imbalance.check.interval.seconds': '5',
    'auto.leader.rebalance.enable': 'false',
  })
  plane.createAssigned('orders', [1, 2, 3])
  plane.active.brokerDied(1)
  plane.join(1)
  plane.alterPartition('orders', { isr: [2, 3, 1] })
  plane.clock.advance(5000)
  expect(plane.partition('orders').leader).toBe(2)
})
