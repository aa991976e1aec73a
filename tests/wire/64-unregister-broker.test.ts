import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { describeCluster } from '../../src/broker/protocol/messages/60-describe-cluster.ts'
import { unregisterBroker } from '../../src/broker/protocol/messages/64-unregister-broker.ts'
import type { Client } from './client.ts'
import { Cluster } from './harness.ts'
import { createTopic, partitionOf } from './topics.ts'
import { until } from './until.ts'

let cluster: Cluster
let client: Client

beforeEach(async () => {
  cluster = await Cluster.start({ brokers: 3 })
  // One that has to pass the request on.
  client = await cluster.clientOfFollower()
})
afterEach(() => cluster.stop())

async function brokerIds(): Promise<number[]> {
  const { brokers } = await client.call(describeCluster, 2, { includeFencedBrokers: true })
  return brokers.map(({ brokerId }) => brokerId).toSorted()
}

describe('UnregisterBroker v0', () => {
  it.each([9, -1, 2 ** 31 - 1])('of %i, whom nobody knows, is BROKER_ID_NOT_REGISTERED', async (brokerId) => {
    const answer = await client.call(unregisterBroker, 0, { brokerId })
    expect(answer).toMatchObject({ throttleTimeMs: 0, errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED })
    expect(answer.errorMessage).toMatch(/\w/)
  })

  it('of a broker that is gone makes the cluster forget it; its partitions go on naming it', async () => {
    const topic = await createTopic(cluster, { assignment: [[3, 1]] })
    await cluster.stopBroker(3)
    const answer = await client.call(unregisterBroker, 0, { brokerId: 3 })
    expect(answer).toEqual({ throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: null })
    await until('it to be forgotten', async () => (await brokerIds()).length === 2)
    expect(await brokerIds()).toEqual([1, 2])
    expect(await partitionOf(topic, client)).toMatchObject({
      leaderId: 1,
      replicaNodes: [3, 1],
      offlineReplicas: [3],
    })
    const again = await client.call(unregisterBroker, 0, { brokerId: 3 })
    expect(again.errorCode).toBe(ErrorCode.BROKER_ID_NOT_REGISTERED)
  })

  it('of a broker that is alive does not keep it out: it registers anew', async () => {
    const { errorCode } = await client.call(unregisterBroker, 0, { brokerId: 3 })
    expect(errorCode).toBe(ErrorCode.NONE)
    await until('it to be back', async () => (await brokerIds()).length === 3)
  })
})
