import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { offsetForLeaderEpoch } from '../../src/broker/protocol/messages/23-offset-for-leader-epoch.ts'
import type { Client } from './client.ts'
import { append } from './data.ts'
import { Cluster } from './harness.ts'
import { batchOf } from './records.ts'
import { createTopic, partitionOf, type Topic } from './topics.ts'
import { until } from './until.ts'
import { versionsOf } from './versions.ts'

let cluster: Cluster
let client: Client
/** Epoch 0 has offsets 0 and 1, the present epoch 2. */
let topic: Topic
let epoch: number

beforeAll(async () => {
  cluster = await Cluster.start({ brokers: 2 })
  client = await cluster.client(1)
  topic = await createTopic(cluster, { assignment: [[2, 1]] })
  await append(await cluster.client(2), topic, batchOf(['a', 'b']))
  await cluster.stopBroker(2)
  await until('the next leader', async () => (await partitionOf(topic, client)).leaderId === 1)
  epoch = (await partitionOf(topic, client)).leaderEpoch
  await append(client, topic, batchOf(['c']))
})
afterAll(() => cluster.stop())

describe.each(versionsOf(offsetForLeaderEpoch))('OffsetForLeaderEpoch v%i', (version) => {
  const ask = async (
    leaderEpoch: number,
    { currentLeaderEpoch = -1, partition = 0, name = topic.name } = {},
  ) => {
    const topics = [{ topic: name, partitions: [{ partition, currentLeaderEpoch, leaderEpoch }] }]
    const answer = await client.call(offsetForLeaderEpoch, version, { topics })
    expect(answer.throttleTimeMs).toBe(0)
    expect(answer.topics[0]!.topic).toBe(name)
    return answer.topics[0]!.partitions[0]!
  }
  const unknown = { leaderEpoch: -1, endOffset: -1 }

  it('of the present epoch is the end of the log', async () => {
    expect(await ask(epoch)).toEqual({
      partition: 0,
      errorCode: ErrorCode.NONE,
      leaderEpoch: epoch,
      endOffset: 3,
    })
  })

  it('of a former epoch is where the next began', async () => {
    expect(await ask(0)).toEqual({ partition: 0, errorCode: ErrorCode.NONE, leaderEpoch: 0, endOffset: 2 })
  })

  it('of an epoch from the future is nothing, without an error', async () => {
    expect(await ask(epoch + 1)).toEqual({ partition: 0, errorCode: ErrorCode.NONE, ...unknown })
  })

  it('of no epoch is nothing', async () => {
    expect(await ask(-1)).toEqual({ partition: 0, errorCode: ErrorCode.NONE, ...unknown })
  })

  it('from a client of a former epoch is FENCED_LEADER_EPOCH', async () => {
    expect(await ask(0, { currentLeaderEpoch: 0 })).toMatchObject({
      errorCode: ErrorCode.FENCED_LEADER_EPOCH,
      ...unknown,
    })
  })

  it('from a client of an epoch to come is UNKNOWN_LEADER_EPOCH', async () => {
    const answer = await ask(0, { currentLeaderEpoch: epoch + 1 })
    expect(answer).toMatchObject({ errorCode: ErrorCode.UNKNOWN_LEADER_EPOCH, ...unknown })
  })

  it('from a client of the present epoch is answered', async () => {
    expect(await ask(0, { currentLeaderEpoch: epoch })).toMatchObject({
      errorCode: ErrorCode.NONE,
      endOffset: 2,
    })
  })

  it('of a partition or topic that does not exist is UNKNOWN_TOPIC_OR_PARTITION', async () => {
    const codes = [(await ask(0, { partition: 5 })).errorCode, (await ask(0, { name: 'nowhere' })).errorCode]
    expect(codes).toEqual([ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION])
  })
})

describe('OffsetForLeaderEpoch at a follower', () => {
  let own: Cluster

  beforeAll(async () => {
    own = await Cluster.start({ brokers: 2 })
  })
  afterAll(() => own.stop())

  it.each(versionsOf(offsetForLeaderEpoch))('v%i: is NOT_LEADER_OR_FOLLOWER', async (version) => {
    const { name } = await createTopic(own, { assignment: [[2, 1]] })
    const follower = await own.client(1)
    const partitions = [{ partition: 0, currentLeaderEpoch: -1, leaderEpoch: 0 }]
    const { topics } = await follower.call(offsetForLeaderEpoch, version, {
      topics: [{ topic: name, partitions }],
    })
    expect(topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  })
})
