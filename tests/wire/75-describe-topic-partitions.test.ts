import { describe, expect, it } from 'vitest'
import type { RequestInput } from '../../src/broker/protocol/api.ts'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { describeTopicPartitions } from '../../src/broker/protocol/messages/75-describe-topic-partitions.ts'
import { useCluster } from './harness.ts'
import { createTopic, freshName, partitionOf } from './topics.ts'
import { until } from './until.ts'

type Request = RequestInput<typeof describeTopicPartitions>

describe('DescribeTopicPartitions v0', () => {
  const cluster = useCluster({ brokers: 2, config: { 'max.request.partition.size.limit': '5' } })

  async function ask(request: Request) {
    const client = await cluster().client(1)
    const answer = await client.call(describeTopicPartitions, 0, request)
    client.close()
    expect(answer.throttleTimeMs).toBe(0)
    return answer
  }

  /** Names and partition indexes of an answer, and where to go on. */
  async function pageOf(request: Request) {
    const { topics, nextCursor } = await ask(request)
    const partitions = topics.map(({ name, partitions: of }) => [name, of.map((each) => each.partitionIndex)])
    return { partitions, nextCursor }
  }

  it('says of a partition what Metadata says, and who else may lead it', async () => {
    const topic = await createTopic(cluster(), {
      assignment: [
        [2, 1],
        [1, 2],
      ],
    })
    const { topics, nextCursor } = await ask({ topics: [{ name: topic.name }] })
    const inSync = { eligibleLeaderReplicas: [], lastKnownElr: [], offlineReplicas: [], leaderEpoch: 0 }
    expect(topics).toEqual([
      {
        errorCode: ErrorCode.NONE,
        name: topic.name,
        topicId: topic.id,
        isInternal: false,
        partitions: [
          { errorCode: 0, partitionIndex: 0, leaderId: 2, replicaNodes: [2, 1], isrNodes: [2, 1], ...inSync },
          { errorCode: 0, partitionIndex: 1, leaderId: 1, replicaNodes: [1, 2], isrNodes: [1, 2], ...inSync },
        ],
        topicAuthorizedOperations: 0xdf8,
      },
    ])
    expect(nextCursor).toBeNull()
  })

  it('pages by the limit of the request, within and between topics, sorted by name', async () => {
    const prefix = freshName('page')
    const [first, second] = [`${prefix}-a`, `${prefix}-b`]
    await createTopic(cluster(), { name: second, partitions: 2 })
    await createTopic(cluster(), { name: first, partitions: 3 })
    const topics = [{ name: second }, { name: first }]
    expect(await pageOf({ topics, responsePartitionLimit: 2 })).toEqual({
      partitions: [[first, [0, 1]]],
      nextCursor: { topicName: first, partitionIndex: 2 },
    })
    const cursor = { topicName: first, partitionIndex: 2 }
    expect(await pageOf({ topics, responsePartitionLimit: 2, cursor })).toEqual({
      partitions: [
        [first, [2]],
        [second, [0]],
      ],
      nextCursor: { topicName: second, partitionIndex: 1 },
    })
    // A page that ends with a topic's last partition points at the next topic's first.
    expect(await pageOf({ topics, responsePartitionLimit: 3 })).toEqual({
      partitions: [[first, [0, 1, 2]]],
      nextCursor: { topicName: second, partitionIndex: 0 },
    })
    const last = { topicName: second, partitionIndex: 1 }
    expect(await pageOf({ topics, responsePartitionLimit: 2, cursor: last })).toEqual({
      partitions: [[second, [1]]],
      nextCursor: null,
    })
  })

  it('never tells more than max.request.partition.size.limit, and always at least one', async () => {
    const topic = await createTopic(cluster(), { partitions: 7 })
    const topics = [{ name: topic.name }]
    for (const limit of [2000, 2 ** 31 - 1, 5]) {
      const { partitions, nextCursor } = await pageOf({ topics, responsePartitionLimit: limit })
      expect([partitions, nextCursor]).toEqual([
        [[topic.name, [0, 1, 2, 3, 4]]],
        { topicName: topic.name, partitionIndex: 5 },
      ])
    }
    for (const limit of [0, -1, 1]) {
      const { partitions } = await pageOf({ topics, responsePartitionLimit: limit })
      expect(partitions).toEqual([[topic.name, [0]]])
    }
  })

  it('an empty list asks for all topics, page by page', async () => {
    const topic = await createTopic(cluster(), { partitions: 7 })
    const seen = new Map<string | null, number>()
    let cursor: Request['cursor'] = null
    do {
      const { topics, nextCursor } = await ask({ topics: [], cursor })
      for (const { name, partitions } of topics) seen.set(name, (seen.get(name) ?? 0) + partitions.length)
      cursor = nextCursor
    } while (cursor !== null)
    expect(seen.get(topic.name)).toBe(7)
  })

  it('topics that do not exist, and names that cannot', async () => {
    const { topics } = await ask({ topics: [{ name: 'nowhere' }, { name: 'not a name' }, { name: '' }] })
    expect(topics.map(({ name, errorCode, partitions }) => [name, errorCode, partitions])).toEqual([
      ['', ErrorCode.INVALID_TOPIC_EXCEPTION, []],
      ['not a name', ErrorCode.INVALID_TOPIC_EXCEPTION, []],
      ['nowhere', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, []],
    ])
  })

  it('a cursor to a topic that is gone goes on behind it', async () => {
    const topic = await createTopic(cluster(), { name: freshName('zzz') })
    const cursor = { topicName: 'zz-gone', partitionIndex: 3 }
    const { topics } = await ask({ topics: [], cursor })
    expect(topics.map(({ name }) => name)).toEqual([topic.name])
  })

  it.each([
    ['before the first partition', { partitionIndex: -1 }],
    ['in a topic that is not in the list', { topicName: 'another' }],
  ])('a cursor %s: INVALID_REQUEST for each topic', async (_, wrong) => {
    const topic = await createTopic(cluster())
    const cursor = { topicName: topic.name, partitionIndex: 0, ...wrong }
    const answer = await ask({ topics: [{ name: topic.name }], cursor })
    expect(answer.topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      [topic.name, ErrorCode.INVALID_REQUEST],
    ])
  })
})

describe('DescribeTopicPartitions while a broker is away', () => {
  const cluster = useCluster({ brokers: 2, config: { 'ottla.eligible.leader.replicas.enable': 'true' } })

  it('offline replicas, no leader, and who is eligible (KIP-966)', async () => {
    const configs = { 'min.insync.replicas': '2' }
    const both = await createTopic(cluster(), { name: freshName('a'), assignment: [[2, 1]], configs })
    const alone = await createTopic(cluster(), { name: freshName('b'), assignment: [[2]] })
    const client = await cluster().client(1)
    await cluster().stopBroker(2)
    await until('broker 2 to be gone', async () => (await partitionOf(alone, client)).leaderId === -1)
    const names = [{ name: both.name }, { name: alone.name }]
    const { topics } = await client.call(describeTopicPartitions, 0, { topics: names })
    expect(topics.map(({ partitions }) => partitions[0])).toMatchObject([
      { errorCode: 0, leaderId: 1, isrNodes: [1], eligibleLeaderReplicas: [2], offlineReplicas: [2] },
      { errorCode: 0, leaderId: -1, isrNodes: [], eligibleLeaderReplicas: [2], offlineReplicas: [2] },
    ])
  })
})
