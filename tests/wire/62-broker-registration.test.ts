import { beforeAll, describe, expect, it } from 'vitest'
import type { RequestInput } from '../../src/broker/protocol/api.ts'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { describeCluster } from '../../src/broker/protocol/messages/60-describe-cluster.ts'
import { brokerRegistration } from '../../src/broker/protocol/messages/62-broker-registration.ts'
import { brokerHeartbeat } from '../../src/broker/protocol/messages/63-broker-heartbeat.ts'
import type { Client } from './client.ts'
import { CLUSTER_ID, useCluster } from './harness.ts'
import { until } from './until.ts'
import { versionsOf } from './versions.ts'

const cluster = useCluster({ brokers: 2 })
let controller: Client
let other: Client

beforeAll(async () => {
  const controllerId = await cluster().controllerId()
  controller = await cluster().client(controllerId)
  other = await cluster().client(3 - controllerId)
})

/** Every number stands for one life of a broker. */
const incarnation = (life: number) => Buffer.alloc(16, life).toString('base64url')
const listener = { name: 'PLAINTEXT', host: '127.0.0.1', port: 19_092, securityProtocol: 0 }

function registration(
  brokerId: number,
  life: number,
  different: Partial<RequestInput<typeof brokerRegistration>> = {},
): RequestInput<typeof brokerRegistration> {
  return {
    brokerId,
    clusterId: CLUSTER_ID,
    incarnationId: incarnation(life),
    listeners: [listener],
    features: [],
    rack: 'somewhere',
    ...different,
  }
}

async function brokerAs(brokerId: number) {
  const { brokers } = await controller.call(describeCluster, 2, { includeFencedBrokers: true })
  return brokers.find((broker) => broker.brokerId === brokerId)
}

describe.each(versionsOf(brokerRegistration))('BrokerRegistration v%i', (version) => {
  const ask = (brokerId: number, life: number, different = {}) =>
    controller.call(brokerRegistration, version, registration(brokerId, life, different))
  const brokerId = 100 + version

  it('lets a broker in, fenced at first, and gives it an epoch', async () => {
    const answer = await ask(brokerId, 1)
    expect(answer).toEqual({ throttleTimeMs: 0, errorCode: ErrorCode.NONE, brokerEpoch: expect.any(Number) })
    expect(answer.brokerEpoch).toBeGreaterThan(0)
    const broker = await until('it to be known', () => brokerAs(brokerId))
    const { host, port } = listener
    expect(broker).toEqual({ brokerId, host, port, rack: 'somewhere', isFenced: true })
  })

  it('gives the same life the same epoch again, and another life another', async () => {
    const [first, again, next] = [await ask(brokerId, 2), await ask(brokerId, 2), await ask(brokerId, 3)]
    expect(again.brokerEpoch).toBe(first.brokerEpoch)
    expect(next.brokerEpoch).toBeGreaterThan(first.brokerEpoch)
  })

  it('of another life while one is alive is DUPLICATE_BROKER_REGISTRATION', async () => {
    const { brokerEpoch } = await ask(brokerId, 4)
    const beat = {
      brokerId,
      brokerEpoch,
      currentMetadataOffset: brokerEpoch,
      wantFence: false,
      wantShutDown: false,
    }
    expect((await controller.call(brokerHeartbeat, 0, beat)).isFenced).toBe(false)
    expect(await ask(brokerId, 5)).toMatchObject({
      errorCode: ErrorCode.DUPLICATE_BROKER_REGISTRATION,
      brokerEpoch: -1,
    })
    expect((await controller.call(brokerHeartbeat, 0, { ...beat, wantFence: true })).isFenced).toBe(true)
    expect((await ask(brokerId, 5)).errorCode).toBe(ErrorCode.NONE)
  })

  it('into another cluster is INCONSISTENT_CLUSTER_ID', async () => {
    const answer = await ask(brokerId, 1, { clusterId: 'another-cluster' })
    expect(answer).toMatchObject({ errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID, brokerEpoch: -1 })
  })

  it('without a listener is INVALID_REGISTRATION', async () => {
    expect((await ask(200, 1, { listeners: [] })).errorCode).toBe(ErrorCode.INVALID_REGISTRATION)
    expect(await brokerAs(200)).toBeUndefined()
  })

  it('with a broker that is not the controller is NOT_CONTROLLER', async () => {
    const { errorCode } = await other.call(brokerRegistration, version, registration(brokerId, 1))
    expect(errorCode).toBe(ErrorCode.NOT_CONTROLLER)
  })
})
