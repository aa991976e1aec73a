import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { describeCluster } from '../../src/broker/protocol/messages/60-describe-cluster.ts'
import { brokerRegistration } from '../../src/broker/protocol/messages/62-broker-registration.ts'
import { brokerHeartbeat } from '../../src/broker/protocol/messages/63-broker-heartbeat.ts'
import type { Client } from './client.ts'
import { CLUSTER_ID, useCluster } from './harness.ts'
import { createTopic, partitionOf } from './topics.ts'
import { until } from './until.ts'
import { since, versionsOf } from './versions.ts'

/** A broker played by the test; the cluster has no other of this id. */
const PLAYED = 50

/** The real brokers beat often enough for such short sessions. */
const config = { 'broker.session.timeout.ms': '2000', 'broker.heartbeat.interval.ms': '200' }

const cluster = useCluster({ brokers: 2, config })
let controller: Client
let other: Client
let brokerEpoch: number
let life = 0

beforeAll(async () => {
  const controllerId = await cluster().controllerId()
  controller = await cluster().client(controllerId)
  other = await cluster().client(3 - controllerId)
})
beforeEach(async () => {
  life += 1
  const answer = await controller.call(brokerRegistration, 4, {
    brokerId: PLAYED,
    clusterId: CLUSTER_ID,
    incarnationId: Buffer.alloc(16, life).toString('base64url'),
    listeners: [{ name: 'PLAINTEXT', host: '127.0.0.1', port: 19_092, securityProtocol: 0 }],
    features: [],
    rack: null,
  })
  expect(answer.errorCode).toBe(ErrorCode.NONE)
  brokerEpoch = answer.brokerEpoch
})

describe.each(versionsOf(brokerHeartbeat))('BrokerHeartbeat v%i', (version) => {
  const beat = (different: Record<string, unknown> = {}) =>
    controller.call(brokerHeartbeat, version, {
      brokerId: PLAYED,
      brokerEpoch,
      currentMetadataOffset: brokerEpoch,
      wantFence: false,
      wantShutDown: false,
      ...since(1, version, { offlineLogDirs: [] }, {}),
      ...different,
    })
  const answer = (isCaughtUp: boolean, isFenced: boolean, shouldShutDown: boolean) => ({
    throttleTimeMs: 0,
    errorCode: ErrorCode.NONE,
    isCaughtUp,
    isFenced,
    shouldShutDown,
  })
  const shutDown = async () => {
    await until('it to be let go', async () => (await beat({ wantShutDown: true })).shouldShutDown)
  }

  it('keeps a broker fenced until it has read up to its own registration', async () => {
    expect(await beat({ currentMetadataOffset: brokerEpoch - 1 })).toEqual(answer(false, true, false))
    expect(await beat()).toEqual(answer(true, false, false))
    await until('others to see it', async () => {
      const { brokers } = await other.call(describeCluster, 2, {})
      return brokers.some(({ brokerId }) => brokerId === PLAYED)
    })
    await shutDown()
  })

  it('fences a broker that wants it, and lets it in again', async () => {
    await beat()
    expect(await beat({ wantFence: true })).toEqual(answer(true, true, false))
    expect(await beat()).toEqual(answer(true, false, false))
    await shutDown()
  })

  it('lets a broker go that leads nothing', async () => {
    await beat()
    expect(await beat({ wantShutDown: true })).toEqual(answer(true, true, true))
  })

  it('lets a broker go only when its leaderships have moved and the others know', async () => {
    await beat()
    const controllerId = await cluster().controllerId()
    const topic = await createTopic(cluster(), { assignment: [[PLAYED, controllerId]] })
    expect(await partitionOf(topic, controller)).toMatchObject({ leaderId: PLAYED })
    await shutDown()
    expect(await partitionOf(topic, controller)).toMatchObject({
      leaderId: controllerId,
      isrNodes: [controllerId],
    })
  })

  it('of another life is STALE_BROKER_EPOCH', async () => {
    for (const epoch of [brokerEpoch - 1, brokerEpoch + 1, -1]) {
      expect(await beat({ brokerEpoch: epoch })).toMatchObject({
        errorCode: ErrorCode.STALE_BROKER_EPOCH,
        isFenced: true,
      })
    }
  })

  it('of a broker nobody knows is STALE_BROKER_EPOCH', async () => {
    expect((await beat({ brokerId: 999 })).errorCode).toBe(ErrorCode.STALE_BROKER_EPOCH)
  })

  it('to a broker that is not the controller is NOT_CONTROLLER', async () => {
    const request = { brokerId: PLAYED, brokerEpoch, currentMetadataOffset: 0 }
    expect((await other.call(brokerHeartbeat, version, request)).errorCode).toBe(ErrorCode.NOT_CONTROLLER)
  })
})

describe('BrokerHeartbeat that does not come', () => {
  it('fences the broker after broker.session.timeout.ms', async () => {
    const request = { brokerId: PLAYED, brokerEpoch, currentMetadataOffset: brokerEpoch }
    expect((await controller.call(brokerHeartbeat, 0, request)).isFenced).toBe(false)
    await until('the fence', async () => {
      const { brokers } = await controller.call(describeCluster, 2, { includeFencedBrokers: true })
      return brokers.find(({ brokerId }) => brokerId === PLAYED)?.isFenced === true
    })
  })
})
