import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { createPartitions } from '../../src/broker/protocol/messages/37-create-partitions.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import type { Client } from './client.ts'
import { append, valuesOf } from './data.ts'
import { useCluster } from './harness.ts'
import { batchOf } from './records.ts'
import { createTopic, everywhere, type Topic } from './topics.ts'
import { versionsOf } from './versions.ts'

const cluster = useCluster({ brokers: 3 })
let client: Client

beforeAll(async () => {
  // One that has to pass the request on.
  client = await cluster().clientOfFollower()
})

async function partitionsOf({ name }: Topic, broker = client) {
  const { topics } = await broker.call(metadata, 12, { topics: [{ name }] })
  return topics[0]!.partitions
}

type Assignments = { brokerIds: number[] }[] | null

describe.each(versionsOf(createPartitions))('CreatePartitions v%i', (version) => {
  const ask = async (name: string, count: number, assignments: Assignments = null, validateOnly = false) => {
    const topics = [{ name, count, assignments }]
    const answer = await client.call(createPartitions, version, { topics, timeoutMs: 5_000, validateOnly })
    expect(answer.throttleTimeMs).toBe(0)
    return answer.results
  }

  it('lets a topic grow, which keeps what it has', async () => {
    const topic = await createTopic(cluster(), { assignment: [[1, 2]] })
    const leader = await cluster().client(1)
    await append(leader, topic, batchOf(['kept']))
    expect(await ask(topic.name, 4)).toEqual([
      { name: topic.name, errorCode: ErrorCode.NONE, errorMessage: null },
    ])
    await everywhere(cluster(), async (broker) => (await partitionsOf(topic, broker)).length === 4)
    const partitions = await partitionsOf(topic)
    expect(partitions.map(({ replicaNodes }) => replicaNodes.length)).toEqual([2, 2, 2, 2])
    expect(partitions.filter(({ leaderId }) => leaderId < 1)).toEqual([])
    expect(await valuesOf(leader, topic)).toEqual(['kept'])
    const newLeader = await cluster().client(partitions[3]!.leaderId)
    expect(await append(newLeader, topic, batchOf(['x']), 3)).toBe(0)
  })

  it('puts the new replicas where the request says', async () => {
    const topic = await createTopic(cluster(), { assignment: [[1, 2]] })
    const assignments = [{ brokerIds: [3, 1] }, { brokerIds: [2, 3] }]
    expect(await ask(topic.name, 3, assignments)).toMatchObject([{ errorCode: ErrorCode.NONE }])
    await everywhere(cluster(), async (broker) => (await partitionsOf(topic, broker)).length === 3)
    const placed = (await partitionsOf(topic)).map(({ leaderId, replicaNodes }) => [leaderId, replicaNodes])
    expect(placed).toEqual([
      [1, [1, 2]],
      [3, [3, 1]],
      [2, [2, 3]],
    ])
  })

  it('validateOnly answers as if, and creates nothing', async () => {
    const topic = await createTopic(cluster())
    expect(await ask(topic.name, 4, null, true)).toMatchObject([{ errorCode: ErrorCode.NONE }])
    expect(await ask(topic.name, 1, null, true)).toMatchObject([{ errorCode: ErrorCode.INVALID_PARTITIONS }])
    expect(await partitionsOf(topic)).toHaveLength(1)
  })

  it.each<[string, number, Assignments, number]>([
    ['as many as there are', 2, null, ErrorCode.INVALID_PARTITIONS],
    ['fewer than there are', 1, null, ErrorCode.INVALID_PARTITIONS],
    ['none', 0, null, ErrorCode.INVALID_PARTITIONS],
    ['a negative number', -1, null, ErrorCode.INVALID_PARTITIONS],
    ['more than one request may ask for', 10_003, null, ErrorCode.POLICY_VIOLATION],
    ['absurdly many', 2 ** 31 - 1, null, ErrorCode.POLICY_VIOLATION],
    ['replicas for too few', 4, [{ brokerIds: [1] }], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    [
      'replicas for too many',
      3,
      [{ brokerIds: [1] }, { brokerIds: [2] }],
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
    ],
    ['more replicas than the others have', 3, [{ brokerIds: [1, 2] }], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['no replicas', 3, [{ brokerIds: [] }], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['a broker nobody knows', 3, [{ brokerIds: [77] }], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
  ])('%s is refused with a message', async (_what, count, assignments, code) => {
    const topic = await createTopic(cluster(), { partitions: 2 })
    const [refused] = await ask(topic.name, count, assignments)
    expect([refused!.name, refused!.errorCode]).toEqual([topic.name, code])
    expect(refused!.errorMessage).toMatch(/\w/)
    expect(await partitionsOf(topic)).toHaveLength(2)
  })

  it('a topic that does not exist is UNKNOWN_TOPIC_OR_PARTITION', async () => {
    expect(await ask('nowhere', 3)).toMatchObject([
      { name: 'nowhere', errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION },
    ])
  })

  it('a topic named twice is INVALID_REQUEST, once; others grow', async () => {
    const [twice, once] = [await createTopic(cluster()), await createTopic(cluster())]
    const topics = [twice, once, twice].map(({ name }) => ({ name, count: 2, assignments: null }))
    const { results } = await client.call(createPartitions, version, { topics, timeoutMs: 5_000 })
    const codes = new Map(results.map(({ name, errorCode }) => [name, errorCode]))
    expect(results).toHaveLength(2)
    expect(codes.get(twice.name)).toBe(ErrorCode.INVALID_REQUEST)
    expect(codes.get(once.name)).toBe(ErrorCode.NONE)
  })
})
