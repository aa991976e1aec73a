import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { alterPartitionReassignments } from '../../src/broker/protocol/messages/45-alter-partition-reassignments.ts'
import { listPartitionReassignments } from '../../src/broker/protocol/messages/46-list-partition-reassignments.ts'
import { Cluster } from './harness.ts'
import { createTopic } from './topics.ts'
import { until } from './until.ts'

let cluster: Cluster

beforeEach(async () => {
  cluster = await Cluster.start({ brokers: 3 })
})
afterEach(() => cluster.stop())

describe('ListPartitionReassignments v0', () => {
  it('nothing moves: an empty answer, whatever is asked for', async () => {
    const topic = await createTopic(cluster, { assignment: [[1, 2]] })
    for (const id of cluster.brokerIds) {
      const client = await cluster.client(id)
      const named = [{ name: topic.name, partitionIndexes: [0, 7] }]
      for (const topics of [null, [], named, [{ name: 'nowhere', partitionIndexes: [0] }]]) {
        expect(await client.call(listPartitionReassignments, 0, { topics })).toEqual({
          throttleTimeMs: 0,
          errorCode: ErrorCode.NONE,
          errorMessage: null,
          topics: [],
        })
      }
    }
  })

  it('tells adding and removing replicas for as long as the move lasts', async () => {
    const topic = await createTopic(cluster, { assignment: [[1], [2]] })
    const controllerId = await cluster.controllerId()
    const away = [2, 3].find((id) => id !== controllerId)!
    const client = await cluster.client(1)
    await cluster.stopBroker(away)
    await client.call(alterPartitionReassignments, 1, {
      topics: [{ name: topic.name, partitions: [{ partitionIndex: 0, replicas: [away] }] }],
    })
    const moving = {
      name: topic.name,
      partitions: [{ partitionIndex: 0, replicas: [away, 1], addingReplicas: [away], removingReplicas: [1] }],
    }
    const ask = async (topics: { name: string; partitionIndexes: number[] }[] | null) =>
      (await client.call(listPartitionReassignments, 0, { topics })).topics
    expect(await ask(null)).toEqual([moving])
    expect(await ask([{ name: topic.name, partitionIndexes: [1, 0] }])).toEqual([moving])
    expect(await ask([{ name: topic.name, partitionIndexes: [1] }])).toEqual([])
    await cluster.restartBroker(away)
    await until('the move to be over', async () => (await ask(null)).length === 0)
  })
})
