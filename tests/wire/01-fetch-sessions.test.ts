/** Incremental fetch sessions (KIP-227). */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { fetch } from '../../src/broker/protocol/messages/01-fetch.ts'
import { deleteTopics } from '../../src/broker/protocol/messages/20-delete-topics.ts'
import type { Client } from './client.ts'
import { append } from './data.ts'
import { useCluster } from './harness.ts'
import { batchOf, valuesIn } from './records.ts'
import { createTopic, gone, type Topic } from './topics.ts'
import { versionsFrom } from './versions.ts'

const cluster = useCluster({ config: { 'max.incremental.fetch.session.cache.slots': '200' } })
let client: Client

beforeAll(async () => {
  client = await cluster().client()
})

describe.each(versionsFrom(fetch, 7))('Fetch v%i session', (version) => {
  let topic: Topic

  beforeEach(async () => {
    topic = await createTopic(cluster(), { partitions: 2 })
    await append(client, topic, batchOf(['zero']), 0)
    await append(client, topic, batchOf(['one']), 1)
  })

  const ask = (
    sessionId: number,
    sessionEpoch: number,
    offsets: Record<number, number>,
    forgotten: number[] = [],
  ) => {
    const partitions = Object.entries(offsets).map(([partition, fetchOffset]) => ({
      partition: Number(partition),
      fetchOffset,
      partitionMaxBytes: 1 << 20,
    }))
    const named = { topic: topic.name, topicId: topic.id }
    const topics = [{ ...named, partitions }]
    const forgottenTopicsData = [{ ...named, partitions: forgotten }]
    return client.call(fetch, version, {
      maxWaitMs: 0,
      minBytes: 1,
      sessionId,
      sessionEpoch,
      topics,
      forgottenTopicsData,
    })
  }

  const answered = ({ responses }: Awaited<ReturnType<typeof ask>>) =>
    responses.flatMap(({ partitions }) =>
      partitions.map(({ partitionIndex, records }) => [partitionIndex, valuesIn(records)]),
    )

  it('begins with epoch 0 and the whole answer, and then tells only what is new', async () => {
    const first = await ask(0, 0, { 0: 0, 1: 0 })
    expect(first.sessionId).toBeGreaterThan(0)
    expect(answered(first)).toEqual([
      [0, ['zero']],
      [1, ['one']],
    ])
    const second = await ask(first.sessionId, 1, { 0: 1, 1: 1 })
    expect([second.errorCode, second.sessionId, answered(second)]).toEqual([
      ErrorCode.NONE,
      first.sessionId,
      [],
    ])
    await append(client, topic, batchOf(['news']), 1)
    const third = await ask(first.sessionId, 2, {})
    expect(answered(third)).toEqual([[1, ['news']]])
  })

  it('epoch -1 asks for none, and ends the one that is named', async () => {
    const { sessionId } = await ask(0, 0, { 0: 0 })
    const final = await ask(sessionId, -1, { 0: 0 })
    expect([final.errorCode, final.sessionId, answered(final)]).toEqual([ErrorCode.NONE, 0, [[0, ['zero']]]])
    const { errorCode } = await ask(sessionId, 1, {})
    expect(errorCode).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
  })

  it('an unknown id is FETCH_SESSION_ID_NOT_FOUND', async () => {
    const { errorCode, sessionId, responses } = await ask(123_456_789, 1, { 0: 0 })
    expect([errorCode, sessionId, responses]).toEqual([ErrorCode.FETCH_SESSION_ID_NOT_FOUND, 0, []])
  })

  it.each([2, 5, 2 ** 31 - 1])(
    'epoch %i where 1 is expected is INVALID_FETCH_SESSION_EPOCH',
    async (epoch) => {
      const { sessionId } = await ask(0, 0, { 0: 0 })
      const { errorCode, responses } = await ask(sessionId, epoch, {})
      expect([errorCode, responses]).toEqual([ErrorCode.INVALID_FETCH_SESSION_EPOCH, []])
      // The session is not harmed by that.
      expect((await ask(sessionId, 1, {})).errorCode).toBe(ErrorCode.NONE)
    },
  )

  it('epoch 0 with an id replaces that session', async () => {
    const { sessionId } = await ask(0, 0, { 0: 0 })
    const anew = await ask(sessionId, 0, { 1: 0 })
    expect(anew.sessionId).not.toBe(sessionId)
    expect((await ask(sessionId, 1, {})).errorCode).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
  })

  it('a partition that is forgotten is told of no more', async () => {
    const { sessionId } = await ask(0, 0, { 0: 1, 1: 1 })
    await ask(sessionId, 1, {}, [1])
    await append(client, topic, batchOf(['x']), 0)
    await append(client, topic, batchOf(['y']), 1)
    expect(answered(await ask(sessionId, 2, {}))).toEqual([[0, ['x']]])
  })

  it('a partition may be added later', async () => {
    const { sessionId } = await ask(0, 0, { 0: 1 })
    expect(answered(await ask(sessionId, 1, { 1: 0 }))).toEqual([[1, ['one']]])
  })

  it('a partition that fails is told of each time', async () => {
    const { sessionId } = await ask(0, 0, { 0: 99 })
    const { responses } = await ask(sessionId, 1, {})
    expect(responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
  })

  it('a session nothing is left in ends', async () => {
    const { sessionId } = await ask(0, 0, { 0: 0 })
    const last = await ask(sessionId, 1, {}, [0])
    expect([last.errorCode, last.sessionId, last.responses]).toEqual([ErrorCode.NONE, 0, []])
  })

  it('the long poll of a session ends when one of its partitions has news', async () => {
    const { sessionId } = await ask(0, 0, { 0: 1, 1: 1 })
    const waiting = client.call(fetch, version, {
      maxWaitMs: 60_000,
      minBytes: 1,
      sessionId,
      sessionEpoch: 1,
      topics: [],
    })
    const producer = await cluster().client()
    await append(producer, topic, batchOf(['late']), 1)
    expect(answered(await waiting)).toEqual([[1, ['late']]])
  })
})

describe('Fetch sessions', () => {
  it('of names and of ids do not mix: FETCH_SESSION_TOPIC_ID_ERROR', async () => {
    const topic = await createTopic(cluster())
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }]
    const base = { maxWaitMs: 0, minBytes: 1, topics: [] }
    const named = await client.call(fetch, 12, {
      ...base,
      sessionEpoch: 0,
      topics: [{ topic: topic.name, partitions }],
    })
    const byId = await client.call(fetch, 13, { ...base, sessionId: named.sessionId, sessionEpoch: 1 })
    expect(byId.errorCode).toBe(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
  })

  it('tell that a topic is gone, and that another has its name now', async () => {
    const topic = await createTopic(cluster())
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }]
    const base = { maxWaitMs: 0, minBytes: 1 }
    const topics = [{ topicId: topic.id, partitions }]
    const { sessionId } = await client.call(fetch, 18, { ...base, sessionEpoch: 0, topics })
    const next = async (sessionEpoch: number) => {
      const { responses } = await client.call(fetch, 18, { ...base, sessionId, sessionEpoch, topics: [] })
      return responses[0]!.partitions[0]!.errorCode
    }
    await client.call(deleteTopics, 5, { topicNames: [topic.name], timeoutMs: 5_000 })
    await gone(cluster(), topic)
    // The session remembers the name, and by that it is UNKNOWN_TOPIC_OR_PARTITION, not UNKNOWN_TOPIC_ID.
    expect(await next(1)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    await createTopic(cluster(), { name: topic.name })
    expect(await next(2)).toBe(ErrorCode.INCONSISTENT_TOPIC_ID)
  })

  it('are refused silently (id 0) when the cache is full of young ones', async () => {
    const topic = await createTopic(cluster())
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }]
    const request = {
      maxWaitMs: 0,
      minBytes: 1,
      sessionEpoch: 0,
      topics: [{ topicId: topic.id, partitions }],
    }
    for (let session = 0; session < 200; session++) await client.call(fetch, 18, request)
    const { errorCode, sessionId, responses } = await client.call(fetch, 18, request)
    expect([errorCode, sessionId, responses.length]).toEqual([ErrorCode.NONE, 0, 1])
  })
})
