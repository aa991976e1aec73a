import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { decodeResponse } from '../../src/broker/protocol/frame.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { ZERO_UUID } from '../../src/broker/protocol/schema.ts'
import type { Client } from './client.ts'
import { Cluster, CLUSTER_ID, useCluster } from './harness.ts'
import { createTopic, freshName, type Topic } from './topics.ts'
import { until } from './until.ts'
import { since, versionsFrom, versionsOf } from './versions.ts'

const NOT_ASKED_FOR = -(2 ** 31)
const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'

describe('Metadata of three brokers', () => {
  const cluster = useCluster({ brokers: 3, rack: (brokerId) => `rack-${brokerId}` })
  let client: Client
  let topic: Topic

  beforeAll(async () => {
    client = await cluster().client()
    topic = await createTopic(cluster(), {
      assignment: [
        [2, 3],
        [3, 1],
      ],
    })
  })

  const partition = (version: number, partitionIndex: number, leaderId: number, replicaNodes: number[]) => ({
    errorCode: ErrorCode.NONE,
    partitionIndex,
    leaderId,
    leaderEpoch: since(7, version, 0, -1),
    replicaNodes,
    isrNodes: expect.arrayContaining(replicaNodes) as number[],
    offlineReplicas: [],
  })

  it.each(versionsOf(metadata))('v%i: a topic by name, and the brokers', async (version) => {
    const answer = await client.call(metadata, version, { topics: [{ name: topic.name }] })
    const brokers = [1, 2, 3].map((nodeId) => ({
      nodeId,
      ...cluster().address(nodeId),
      rack: since(1, version, `rack-${nodeId}`, null),
    }))
    expect(answer).toEqual({
      throttleTimeMs: 0,
      brokers: expect.arrayContaining(brokers),
      clusterId: since(2, version, CLUSTER_ID, null),
      controllerId: since(
        1,
        version,
        expect.toSatisfy((id: number) => [1, 2, 3].includes(id)),
        -1,
      ),
      topics: [
        {
          errorCode: ErrorCode.NONE,
          name: topic.name,
          topicId: since(10, version, topic.id, ZERO_UUID),
          isInternal: false,
          partitions: [partition(version, 0, 2, [2, 3]), partition(version, 1, 3, [3, 1])],
          topicAuthorizedOperations: NOT_ASKED_FOR,
        },
      ],
      clusterAuthorizedOperations: NOT_ASKED_FOR,
      errorCode: ErrorCode.NONE,
    })
    expect(answer.brokers).toHaveLength(3)
  })

  it('every broker tells the same', async () => {
    const answers = []
    for (const id of cluster().brokerIds) {
      const { brokers, topics, controllerId } = await (
        await cluster().client(id)
      ).call(metadata, 13, {
        topics: [{ name: topic.name }],
      })
      answers.push({ brokers: brokers.toSorted((a, b) => a.nodeId - b.nodeId), topics, controllerId })
    }
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })
})

describe('Metadata of one broker', () => {
  const cluster = useCluster()
  let client: Client
  let topic: Topic
  let other: Topic

  beforeAll(async () => {
    client = await cluster().client()
    topic = await createTopic(cluster())
    other = await createTopic(cluster(), { partitions: 2 })
  })

  it('v0: an empty list asks for all topics', async () => {
    const { topics } = await client.call(metadata, 0, { topics: [] })
    expect(topics.map(({ name }) => name)).toEqual(expect.arrayContaining([topic.name, other.name]))
  })

  it.each(versionsFrom(metadata, 1))('v%i: an empty list asks for none, null for all', async (version) => {
    const none = await client.call(metadata, version, { topics: [] })
    const all = await client.call(metadata, version, { topics: null })
    expect(none.topics).toEqual([])
    expect(none.brokers).toHaveLength(1)
    expect(all.topics.map(({ name }) => name)).toEqual(expect.arrayContaining([topic.name, other.name]))
  })

  it.each(versionsOf(metadata))('v%i: a topic asked for twice is told once', async (version) => {
    const twice = [{ name: topic.name }, { name: topic.name }]
    const { topics } = await client.call(metadata, version, { topics: twice })
    expect(topics.map(({ name }) => name)).toEqual([topic.name])
  })

  it.each(versionsFrom(metadata, 8))('v%i: what may be done with a topic, on demand', async (version) => {
    const topics = [{ name: topic.name }]
    const quiet = await client.call(metadata, version, { topics })
    expect(quiet.topics[0]!.topicAuthorizedOperations).toBe(-(2 ** 31))
    const answer = await client.call(metadata, version, { topics, includeTopicAuthorizedOperations: true })
    // Read, write, create, delete, alter, describe, and both for configs.
    expect(answer.topics[0]!.topicAuthorizedOperations).toBe(0b1101_1111_1000)
  })

  it.each(versionsOf(metadata))('v%i: topics are answered in the order of the request', async (version) => {
    const { topics } = await client.call(metadata, version, {
      topics: [{ name: other.name }, { name: topic.name }],
    })
    expect(topics.map(({ name, partitions }) => [name, partitions.length])).toEqual([
      [other.name, 2],
      [topic.name, 1],
    ])
  })

  it.each(versionsFrom(metadata, 4))(
    'v%i: a missing topic is UNKNOWN_TOPIC_OR_PARTITION and stays missing when creation is not allowed',
    async (version) => {
      const name = freshName('missing')
      const request = { topics: [{ name }], allowAutoTopicCreation: false }
      for (const _ of [1, 2]) {
        const { topics } = await client.call(metadata, version, request)
        expect(topics).toMatchObject([
          { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, name, partitions: [] },
        ])
      }
    },
  )

  it.each(versionsOf(metadata))(
    'v%i: a missing topic is created and there soon when creation is allowed',
    async (version) => {
      const request = { topics: [{ name: freshName('automatic') }] }
      const first = await client.call(metadata, version, request)
      const pending = [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.LEADER_NOT_AVAILABLE]
      expect(pending).toContain(first.topics[0]!.errorCode)
      const created = await until('the topic', async () => {
        const { topics } = await client.call(metadata, version, request)
        return topics[0]!.errorCode === ErrorCode.NONE && topics[0]
      })
      expect(created.partitions).toMatchObject([{ partitionIndex: 0, leaderId: 1, replicaNodes: [1] }])
    },
  )

  it.each(['', '.', '..', 'a b', 'a/b', 'ä', 'x'.repeat(250)])(
    'the impossible name %j is INVALID_TOPIC_EXCEPTION',
    async (name) => {
      const refused = { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, name, partitions: [] }
      for (const version of versionsOf(metadata)) {
        const { topics } = await client.call(metadata, version, { topics: [{ name }] })
        expect(topics).toMatchObject([refused])
      }
      for (const version of versionsFrom(metadata, 4)) {
        const { topics } = await client.call(metadata, version, {
          topics: [{ name }],
          allowAutoTopicCreation: false,
        })
        expect(topics).toMatchObject([refused])
      }
    },
  )

  it.each([10, 11])('v%i: has room for an id in the question, but it is INVALID_REQUEST', async (version) => {
    const byId = await client.call(metadata, version, { topics: [{ topicId: topic.id, name: null }] })
    const byBoth = await client.call(metadata, version, { topics: [{ topicId: topic.id, name: topic.name }] })
    expect(byId.topics[0]!.errorCode).toBe(ErrorCode.INVALID_REQUEST)
    expect(byBoth.topics[0]!.errorCode).toBe(ErrorCode.INVALID_REQUEST)
  })

  it.each(versionsFrom(metadata, 12))('v%i: a topic by id', async (version) => {
    const { topics } = await client.call(metadata, version, { topics: [{ topicId: topic.id, name: null }] })
    expect(topics).toMatchObject([{ errorCode: ErrorCode.NONE, name: topic.name, topicId: topic.id }])
  })

  it.each(versionsFrom(metadata, 12))('v%i: an unknown id is UNKNOWN_TOPIC_ID', async (version) => {
    const { topics } = await client.call(metadata, version, { topics: [{ topicId: UNKNOWN_ID, name: null }] })
    expect(topics).toMatchObject([
      { errorCode: ErrorCode.UNKNOWN_TOPIC_ID, topicId: UNKNOWN_ID, partitions: [] },
    ])
  })

  it('internal topics say so', async () => {
    await createTopic(cluster(), { name: '__consumer_offsets', partitions: 2 })
    for (const version of versionsFrom(metadata, 1)) {
      const { topics } = await client.call(metadata, version, { topics: [{ name: '__consumer_offsets' }] })
      expect(topics[0]!.isInternal).toBe(true)
    }
  })
})

describe('Metadata where topics are not created automatically', () => {
  const cluster = useCluster({ config: { 'auto.create.topics.enable': 'false' } })

  it.each(versionsOf(metadata))('v%i: a missing topic stays missing', async (version) => {
    const client = await cluster().client()
    const name = freshName('missing')
    for (const _ of [1, 2]) {
      const { topics } = await client.call(metadata, version, { topics: [{ name }] })
      expect(topics[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    }
  })
})

describe('Metadata for librdkafka 2.12, which asks for all topics with three bytes too many', () => {
  const cluster = useCluster({ brokers: 1 })
  const askForAll = '0003000d00000003' + '000772646b61666b6100' + '00000000' + '010000'

  it('tells all topics, as Kafka does, and goes on', async () => {
    const { name } = await createTopic(cluster(), { assignment: [[1]] })
    const client = await cluster().client()
    client.sendBytes(Buffer.from('00000019' + askForAll, 'hex'))
    const { correlationId, body } = decodeResponse(metadata, 13, await client.take())
    expect(correlationId).toBe(3)
    expect(body.topics.map((topic) => topic.name)).toContain(name)
    expect((await client.call(metadata, 13, { topics: [{ name }] })).topics).toHaveLength(1)
  })
})

describe('Metadata of topics that lost a broker', () => {
  let cluster: Cluster

  beforeEach(async () => {
    cluster = await Cluster.start({ brokers: 3 })
  })
  afterEach(() => cluster.stop())

  it('tells offline replicas from v5 on, and LEADER_NOT_AVAILABLE where nobody is left to lead', async () => {
    const replicated = await createTopic(cluster, { assignment: [[3, 1]] })
    const single = await createTopic(cluster, { assignment: [[3]] })
    await cluster.silenceBroker(3)
    cluster.brokerDied(3)
    const client = await cluster.client(1)
    const ask = (version: number) =>
      client.call(metadata, version, { topics: [{ name: replicated.name }, { name: single.name }] })
    await until('the death to be known', async () => (await ask(12)).brokers.length === 2)
    for (const version of versionsFrom(metadata, 1)) {
      const { topics } = await ask(version)
      const offlineReplicas = since(5, version, [3], [])
      expect(topics.map(({ partitions }) => partitions[0])).toMatchObject([
        { errorCode: ErrorCode.NONE, leaderId: 1, replicaNodes: [3, 1], isrNodes: [1], offlineReplicas },
        { errorCode: ErrorCode.LEADER_NOT_AVAILABLE, leaderId: -1, replicaNodes: [3], offlineReplicas },
      ])
    }
    // v0 clients look every replica up among the brokers.
    const { topics } = await ask(0)
    expect(topics.map(({ partitions }) => partitions[0])).toMatchObject([
      { errorCode: ErrorCode.REPLICA_NOT_AVAILABLE, leaderId: 1, replicaNodes: [1], isrNodes: [1] },
      { errorCode: ErrorCode.LEADER_NOT_AVAILABLE, leaderId: -1, replicaNodes: [], isrNodes: [] },
    ])
  })
})
