import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { offsetDelete } from '../../src/broker/protocol/messages/47-offset-delete.ts'
import type { Client } from './client.ts'
import { coordinatorOf, freshGroup, joinAlone, leave, subscriptionTo } from './groups.ts'
import { useCluster } from './harness.ts'
import { commit, committedOffset } from './offsets.ts'
import { createTopic, freshName, type Topic } from './topics.ts'

describe('OffsetDelete v0', () => {
  const cluster = useCluster()
  let client: Client
  let topic: Topic
  let other: Topic
  let groupId: string

  beforeAll(async () => {
    client = await cluster().client()
    topic = await createTopic(cluster(), { partitions: 2 })
    other = await createTopic(cluster())
  })
  beforeEach(async () => {
    groupId = await freshGroup(cluster())
  })

  const ask = (name: string, indexes: readonly number[]) =>
    client.call(offsetDelete, 0, {
      groupId,
      topics: [{ name, partitions: indexes.map((partitionIndex) => ({ partitionIndex })) }],
    })

  it('takes offsets away, whether there are any or not', async () => {
    await commit(client, groupId, topic, { 0: 5 })
    expect(await ask(topic.name, [0, 1])).toEqual({
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      topics: [
        {
          name: topic.name,
          partitions: [
            { partitionIndex: 0, errorCode: ErrorCode.NONE },
            { partitionIndex: 1, errorCode: ErrorCode.NONE },
          ],
        },
      ],
    })
    expect(await committedOffset(client, groupId, topic)).toBe(-1)
  })

  it('of a topic a member subscribes to is GROUP_SUBSCRIBED_TO_TOPIC, of another it is done', async () => {
    await commit(client, groupId, topic, { 0: 5 })
    await commit(client, groupId, other, { 0: 6 })
    await joinAlone(client, groupId, {
      protocols: [{ name: 'range', metadata: subscriptionTo([topic.name]) }],
    })
    const subscribed = await ask(topic.name, [0])
    const free = await ask(other.name, [0])
    expect(subscribed.topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC)
    expect(free.topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.NONE)
    expect(await committedOffset(client, groupId, topic)).toBe(5)
    expect(await committedOffset(client, groupId, other)).toBe(-1)
  })

  it('of a topic or partition that does not exist is UNKNOWN_TOPIC_OR_PARTITION', async () => {
    await commit(client, groupId, topic, { 0: 5 })
    const codes = []
    for (const [name, index] of [
      ['nowhere', 0],
      [topic.name, 9],
    ] as const) {
      codes.push((await ask(name, [index])).topics[0]!.partitions[0]!.errorCode)
    }
    expect(codes).toEqual([ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION])
  })

  it('of a group that is not there is GROUP_ID_NOT_FOUND', async () => {
    expect(await ask(topic.name, [0])).toEqual({
      throttleTimeMs: 0,
      errorCode: ErrorCode.GROUP_ID_NOT_FOUND,
      topics: [],
    })
  })

  it('of a group with members of another kind is NON_EMPTY_GROUP, until they have left', async () => {
    await commit(client, groupId, topic, { 0: 5 })
    const membership = await joinAlone(client, groupId, { protocolType: 'connect' })
    expect((await ask(topic.name, [0])).errorCode).toBe(ErrorCode.NON_EMPTY_GROUP)
    await leave(client, membership)
    expect((await ask(topic.name, [0])).errorCode).toBe(ErrorCode.NONE)
  })

  it('of the empty group id is INVALID_GROUP_ID', async () => {
    groupId = ''
    expect((await ask(topic.name, [0])).errorCode).toBe(ErrorCode.INVALID_GROUP_ID)
  })
})

describe('OffsetDelete at a broker that does not coordinate', () => {
  const cluster = useCluster({ brokers: 2 })

  it('is NOT_COORDINATOR', async () => {
    const groupId = freshName('group')
    const other = await cluster().client(3 - (await coordinatorOf(cluster(), groupId)))
    const topic = await createTopic(cluster())
    const topics = [{ name: topic.name, partitions: [{ partitionIndex: 0 }] }]
    const { errorCode } = await other.call(offsetDelete, 0, { groupId, topics })
    expect(errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })
})
