import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RequestInput } from '../../src/broker/protocol/api.ts'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { describeLogDirs } from '../../src/broker/protocol/messages/35-describe-log-dirs.ts'
import { alterPartitionReassignments } from '../../src/broker/protocol/messages/45-alter-partition-reassignments.ts'
import { listPartitionReassignments } from '../../src/broker/protocol/messages/46-list-partition-reassignments.ts'
import { describeTopicPartitions } from '../../src/broker/protocol/messages/75-describe-topic-partitions.ts'
import type { Client } from './client.ts'
import { append, produceTo, valuesOf } from './data.ts'
import { Cluster } from './harness.ts'
import { batchOf } from './records.ts'
import { createTopic, everywhere, partitionOf, type Topic } from './topics.ts'
import { until } from './until.ts'
import { since, versionsFrom, versionsOf } from './versions.ts'

let cluster: Cluster
let client: Client

beforeEach(async () => {
  cluster = await Cluster.start({ brokers: 4 })
  // One that has to pass the request on.
  client = await cluster.clientOfFollower()
})
afterEach(() => cluster.stop())

type Topics = NonNullable<RequestInput<typeof alterPartitionReassignments>['topics']>

async function ask(version: number, topics: Topics, allowReplicationFactorChange = true) {
  const answer = await client.call(alterPartitionReassignments, version, {
    topics,
    timeoutMs: 5_000,
    ...since(1, version, { allowReplicationFactorChange }, {}),
  })
  expect([answer.throttleTimeMs, answer.errorCode, answer.errorMessage]).toEqual([0, ErrorCode.NONE, null])
  expect(answer.allowReplicationFactorChange).toBe(since(1, version, allowReplicationFactorChange, true))
  return answer.responses.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, errorCode }) => [name, partitionIndex, errorCode]),
  )
}

function move(version: number, { name }: Topic, replicas: number[] | null, partitionIndex = 0) {
  return ask(version, [{ name, partitions: [{ partitionIndex, replicas }] }])
}

async function reassignments(): Promise<number> {
  const { topics } = await client.call(listPartitionReassignments, 0, { topics: null })
  return topics.length
}

/** The replicas of a topic this broker stores. */
async function stored(brokerId: number, { name }: Topic): Promise<number> {
  const broker = await cluster.client(brokerId)
  const { results } = await broker.call(describeLogDirs, 4, { topics: null })
  broker.close()
  return results[0]!.topics.find((topic) => topic.name === name)?.partitions.length ?? 0
}

describe('AlterPartitionReassignments', () => {
  it.each(versionsOf(alterPartitionReassignments))(
    'v%i: moves a partition with its records; the old replicas are gone from their disks',
    async (version) => {
      const topic = await createTopic(cluster, { assignment: [[1, 2]] })
      await append(await cluster.client(1), topic, batchOf(['a', 'b']))
      expect(await move(version, topic, [3, 4])).toEqual([[topic.name, 0, ErrorCode.NONE]])
      await everywhere(cluster, async (broker) => {
        const { leaderId, replicaNodes, isrNodes } = await partitionOf(topic, broker)
        return leaderId === 3 && replicaNodes.join() === '3,4' && isrNodes.length === 2
      })
      expect(await reassignments()).toBe(0)
      const leader = await cluster.client(3)
      await until('the records', async () => (await valuesOf(leader, topic)).length === 2)
      expect(await valuesOf(leader, topic)).toEqual(['a', 'b'])
      expect(await append(leader, topic, batchOf(['c']))).toBe(2)
      expect(await Promise.all([1, 2, 3, 4].map((id) => stored(id, topic)))).toEqual([0, 0, 1, 1])
    },
  )

  it('a new replica that is away: both sets of replicas are told until it has come, and writes go on', async () => {
    const topic = await createTopic(cluster, { assignment: [[1, 2]] })
    const controllerId = await cluster.controllerId()
    const away = [3, 4].find((id) => id !== controllerId)!
    client = await cluster.client(1)
    await cluster.stopBroker(away)
    expect(await move(1, topic, [away, 2])).toEqual([[topic.name, 0, ErrorCode.NONE]])
    expect(await partitionOf(topic, client)).toMatchObject({
      leaderId: 1,
      replicaNodes: [away, 2, 1],
      isrNodes: [1, 2],
      offlineReplicas: [away],
    })
    const { topics } = await client.call(describeTopicPartitions, 0, { topics: [{ name: topic.name }] })
    expect(topics[0]!.partitions[0]).toMatchObject({ replicaNodes: [away, 2, 1], isrNodes: [1, 2] })
    const { errorCode } = await produceTo(client, topic, batchOf(['meanwhile']))
    expect(errorCode).toBe(ErrorCode.NONE)

    await cluster.restartBroker(away)
    await everywhere(cluster, async (broker) => {
      const { replicaNodes, isrNodes, leaderId } = await partitionOf(topic, broker)
      return replicaNodes.join() === `${away},2` && isrNodes.length === 2 && leaderId !== 1
    })
    const { leaderId } = await partitionOf(topic, client)
    const leader = await cluster.client(leaderId)
    await until('the record', async () => (await valuesOf(leader, topic)).length === 1)
    expect(await valuesOf(leader, topic)).toEqual(['meanwhile'])
    const old = await produceTo(client, topic, batchOf(['to the old leader']))
    expect(old.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    expect(old.currentLeader.leaderId).toBe(leaderId)
  })

  it('null replicas cancel: the partition is where it was, and what was copied is gone', async () => {
    const topic = await createTopic(cluster, { assignment: [[1]] })
    const controllerId = await cluster.controllerId()
    const away = [2, 3, 4].find((id) => id !== controllerId)!
    client = await cluster.client(1)
    await cluster.stopBroker(away)
    await move(1, topic, [away])
    expect(await reassignments()).toBe(1)
    for (const version of versionsOf(alterPartitionReassignments)) {
      // The second finds nothing left to cancel.
      const expected = since(1, version, ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, ErrorCode.NONE)
      expect(await move(version, topic, null)).toEqual([[topic.name, 0, expected]])
    }
    await cluster.restartBroker(away)
    expect(await partitionOf(topic, client)).toMatchObject({ leaderId: 1, replicaNodes: [1], isrNodes: [1] })
    expect([await reassignments(), await stored(away, topic)]).toEqual([0, 0])
  })

  it.each(versionsOf(alterPartitionReassignments))(
    'v%i: each partition has its own error',
    async (version) => {
      const topic = await createTopic(cluster, { assignment: [[1], [2]] })
      const of = (partitionIndex: number, replicas: number[] | null) => ({ partitionIndex, replicas })
      const answers = await ask(version, [
        { name: topic.name, partitions: [of(0, []), of(0, [9]), of(0, [1, 1]), of(0, null), of(7, [1])] },
        { name: 'nowhere', partitions: [of(0, [1]), of(0, null)] },
        { name: topic.name, partitions: [of(1, [2])] },
      ])
      expect(answers.map(([, , code]) => code)).toEqual([
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        ErrorCode.NO_REASSIGNMENT_IN_PROGRESS,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.NONE,
      ])
      expect(await ask(version, [])).toEqual([])
    },
  )

  it.each(versionsFrom(alterPartitionReassignments, 1))(
    'v%i: another number of replicas can be forbidden: INVALID_REPLICATION_FACTOR',
    async (version) => {
      const topic = await createTopic(cluster, { assignment: [[1, 2]] })
      const topics = [{ name: topic.name, partitions: [{ partitionIndex: 0, replicas: [1, 2, 3] }] }]
      expect(await ask(version, topics, false)).toEqual([
        [topic.name, 0, ErrorCode.INVALID_REPLICATION_FACTOR],
      ])
      expect(await ask(version, topics, true)).toEqual([[topic.name, 0, ErrorCode.NONE]])
      await until('three in sync', async () => (await partitionOf(topic, client)).isrNodes.length === 3)
    },
  )

  it('while records stream in nothing acknowledged is lost and nothing comes twice', async () => {
    const topic = await createTopic(cluster, {
      assignment: [[1, 2, 3]],
      configs: { 'min.insync.replicas': '2' },
    })
    const leaders = new Map<number, Client>()
    for (const id of cluster.brokerIds) leaders.set(id, await cluster.client(id))
    const acknowledged: string[] = []
    let done = false
    const producing = (async () => {
      for (let count = 0; !done || count < 50; count++) {
        const { leaderId } = await partitionOf(topic, client)
        const answer = await produceTo(leaders.get(leaderId) ?? client, topic, batchOf([`record ${count}`]))
        const wasTaken = answer.errorCode === ErrorCode.NONE
        acknowledged.push(...[`record ${count}`].filter(() => wasTaken))
      }
    })()
    for (const target of [
      [4, 2, 3],
      [1, 4],
      [3, 1, 2],
    ]) {
      await move(1, topic, target)
      await everywhere(cluster, async (broker) => {
        const { replicaNodes, isrNodes } = await partitionOf(topic, broker)
        return replicaNodes.join() === target.join() && isrNodes.length === target.length
      })
    }
    done = true
    await producing
    const { leaderId } = await partitionOf(topic, client)
    const values = await until('all of them', async () => {
      const read = await valuesOf(leaders.get(leaderId)!, topic)
      return read.length >= acknowledged.length && read
    })
    // A produce that failed may have been stored all the same; what was acknowledged is there once and in order.
    expect(values.filter((value) => acknowledged.includes(value))).toEqual(acknowledged)
    expect(acknowledged.length).toBeGreaterThan(40)
  })
})
