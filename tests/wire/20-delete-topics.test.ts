import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { fetch } from '../../src/broker/protocol/messages/01-fetch.ts'
import { deleteTopics } from '../../src/broker/protocol/messages/20-delete-topics.ts'
import { ZERO_UUID } from '../../src/broker/protocol/schema.ts'
import type { Client } from './client.ts'
import { append, fetchFrom, fetchRequest, produceRequest, valuesOf } from './data.ts'
import { useCluster } from './harness.ts'
import { batchOf } from './records.ts'
import { createTopic, gone, partitionOf } from './topics.ts'
import { since, versionsBefore, versionsOf } from './versions.ts'

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'

describe('DeleteTopics', () => {
  const cluster = useCluster({ brokers: 3 })
  let client: Client

  beforeAll(async () => {
    // One that has to pass the request on.
    client = await cluster().clientOfFollower()
  })

  describe.each(versionsBefore(deleteTopics, 6))('v%i', (version) => {
    it('takes topics away by name, and has a code for each', async () => {
      const [first, second] = [await createTopic(cluster()), await createTopic(cluster())]
      const topicNames = [first.name, 'nowhere', second.name]
      const { responses } = await client.call(deleteTopics, version, { topicNames, timeoutMs: 5_000 })
      const answer = (name: string, errorCode: number) =>
        expect.objectContaining({ name, errorCode, topicId: ZERO_UUID })
      expect(responses).toHaveLength(3)
      expect(responses).toEqual(
        expect.arrayContaining([
          answer(first.name, ErrorCode.NONE),
          answer(second.name, ErrorCode.NONE),
          answer('nowhere', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        ]),
      )
      const refused = responses.find(({ name }) => name === 'nowhere')
      expect(refused!.errorMessage !== null).toBe(since(5, version, true, false))
      await gone(cluster(), first)
      await gone(cluster(), second)
    })

    it('a name given twice is INVALID_REQUEST, once, and the topic stays', async () => {
      const topic = await createTopic(cluster())
      const topicNames = [topic.name, topic.name]
      const { responses } = await client.call(deleteTopics, version, { topicNames, timeoutMs: 5_000 })
      expect(responses).toMatchObject([{ name: topic.name, errorCode: ErrorCode.INVALID_REQUEST }])
      expect(await partitionOf(topic, client)).toMatchObject({ errorCode: ErrorCode.NONE })
    })
  })

  describe('v6', () => {
    const ask = async (...topics: { name?: string | null; topicId?: string }[]) =>
      (await client.call(deleteTopics, 6, { topics, timeoutMs: 5_000 })).responses

    it('takes a topic away by name', async () => {
      const { name, id } = await createTopic(cluster())
      expect(await ask({ name })).toEqual([
        { name, topicId: id, errorCode: ErrorCode.NONE, errorMessage: null },
      ])
      await gone(cluster(), { name, id })
    })

    it('takes a topic away by id', async () => {
      const { name, id } = await createTopic(cluster())
      expect(await ask({ topicId: id, name: null })).toMatchObject([
        { name, topicId: id, errorCode: ErrorCode.NONE },
      ])
      await gone(cluster(), { name, id })
    })

    it('an unknown name is UNKNOWN_TOPIC_OR_PARTITION, an unknown id UNKNOWN_TOPIC_ID', async () => {
      const responses = await ask({ name: 'nowhere' }, { topicId: UNKNOWN_ID, name: null })
      const codes = responses.map(({ name, topicId, errorCode }) => [name, topicId, errorCode])
      expect(codes).toEqual([
        ['nowhere', ZERO_UUID, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
        [null, UNKNOWN_ID, ErrorCode.UNKNOWN_TOPIC_ID],
      ])
    })

    it('neither name nor id, or both, is INVALID_REQUEST', async () => {
      const { name, id } = await createTopic(cluster())
      const responses = await ask({ name: null, topicId: ZERO_UUID }, { name, topicId: id })
      expect(responses.map(({ errorCode }) => errorCode)).toEqual([
        ErrorCode.INVALID_REQUEST,
        ErrorCode.INVALID_REQUEST,
      ])
    })

    it('a topic named by name and by id is INVALID_REQUEST and stays', async () => {
      const { name, id } = await createTopic(cluster())
      const responses = await ask({ name }, { name: null, topicId: id })
      expect(responses.map(({ errorCode }) => errorCode)).not.toContain(ErrorCode.NONE)
      expect(await ask({ name })).toMatchObject([{ errorCode: ErrorCode.NONE }])
    })

    it('no topics are no answer', async () => {
      expect(await ask()).toEqual([])
    })
  })

  it('twice: the second is UNKNOWN_TOPIC_OR_PARTITION', async () => {
    const { name } = await createTopic(cluster())
    const request = { topicNames: [name], timeoutMs: 5_000 }
    await client.call(deleteTopics, 5, request)
    const { responses } = await client.call(deleteTopics, 5, request)
    expect(responses[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })

  it('and created again is another topic: new id, no records, and nothing by the old id', async () => {
    const leader = await cluster().client(2)
    const before = await createTopic(cluster(), { assignment: [[2, 1]] })
    await append(leader, before, batchOf(['old']))
    await client.call(deleteTopics, 5, { topicNames: [before.name], timeoutMs: 5_000 })
    await gone(cluster(), before)
    const after = await createTopic(cluster(), { name: before.name, assignment: [[2, 1]] })
    expect(after.id).not.toBe(before.id)
    expect(await append(leader, after, batchOf(['new']))).toBe(0)
    expect(await valuesOf(leader, after)).toEqual(['new'])
    const fetched = await leader.call(fetch, 18, fetchRequest(before))
    const produced = await leader.call(produce, 13, produceRequest(before, batchOf(['late'])))
    expect(fetched.responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
    expect(produced.responses[0]!.partitionResponses[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
  })

  it('answers a consumer that waits for the topic', async () => {
    const leader = await cluster().client(2)
    const topic = await createTopic(cluster(), { assignment: [[2]] })
    const waiting = fetchFrom(leader, topic, { maxWaitMs: 60_000 })
    await client.call(deleteTopics, 5, { topicNames: [topic.name], timeoutMs: 5_000 })
    expect([ErrorCode.UNKNOWN_TOPIC_ID, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]).toContain(
      (await waiting).errorCode,
    )
  })
})

describe('DeleteTopics with delete.topic.enable=false', () => {
  const cluster = useCluster({ config: { 'delete.topic.enable': 'false' } })

  it.each(versionsOf(deleteTopics))(
    'v%i: is TOPIC_DELETION_DISABLED, INVALID_REQUEST before v3',
    async (version) => {
      const client = await cluster().client()
      const { name } = await createTopic(cluster())
      const names = since(6, version, { topics: [{ name }] }, { topicNames: [name] })
      const { responses } = await client.call(deleteTopics, version, { ...names, timeoutMs: 5_000 })
      const code = since(3, version, ErrorCode.TOPIC_DELETION_DISABLED, ErrorCode.INVALID_REQUEST)
      expect(responses).toMatchObject([{ errorCode: code }])
    },
  )
})
