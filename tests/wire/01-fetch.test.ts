import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { fetch } from '../../src/broker/protocol/messages/01-fetch.ts'
import { ZERO_UUID } from '../../src/broker/protocol/schema.ts'
import type { Client } from './client.ts'
import { append, fetchFrom, fetchRequest } from './data.ts'
import { useCluster } from './harness.ts'
import { batchCount, batchOf, batchOfSize, valuesIn } from './records.ts'
import { createTopic, type Topic } from './topics.ts'
import { since, versionsBefore, versionsFrom, versionsOf } from './versions.ts'

const cluster = useCluster()
const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'

let client: Client
/** Three batches: a b, c, d e f. */
let topic: Topic

beforeAll(async () => {
  client = await cluster().client()
  topic = await createTopic(cluster())
  await append(client, topic, batchOf(['a', 'b']))
  await append(client, topic, batchOf(['c']))
  await append(client, topic, batchOf(['d', 'e', 'f']))
})

describe.each(versionsOf(fetch))('Fetch v%i', (version) => {
  it('gives whole batches from the offset on, with the offsets of the log', async () => {
    const answer = await client.call(fetch, version, fetchRequest(topic, { offset: 2 }))
    expect(answer).toEqual({
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      sessionId: 0,
      responses: [
        {
          topic: since(13, version, '', topic.name),
          topicId: since(13, version, topic.id, ZERO_UUID),
          partitions: [
            {
              partitionIndex: 0,
              errorCode: ErrorCode.NONE,
              highWatermark: 6,
              lastStableOffset: 6,
              logStartOffset: since(5, version, 0, -1),
              divergingEpoch: { epoch: -1, endOffset: -1 },
              currentLeader: { leaderId: -1, leaderEpoch: -1 },
              snapshotId: { epoch: -1, endOffset: -1 },
              abortedTransactions: null,
              preferredReadReplica: -1,
              records: expect.any(Buffer),
            },
          ],
        },
      ],
      nodeEndpoints: [],
    })
    expect(valuesIn(answer.responses[0]!.partitions[0]!.records)).toEqual(['c', 'd', 'e', 'f'])
  })

  it('an offset inside a batch gives that whole batch', async () => {
    const { records } = await fetchFrom(client, topic, { version, offset: 4 })
    expect(valuesIn(records)).toEqual(['d', 'e', 'f'])
  })

  it('the end of the log gives nothing and no error', async () => {
    const { errorCode, highWatermark, records } = await fetchFrom(client, topic, { version, offset: 6 })
    expect([errorCode, highWatermark, records?.length]).toEqual([ErrorCode.NONE, 6, 0])
  })

  it.each([7, 1_000_000, -1, -100])('the offset %i is OFFSET_OUT_OF_RANGE', async (offset) => {
    const answer = await fetchFrom(client, topic, { version, offset })
    expect([answer.errorCode, answer.highWatermark]).toEqual([ErrorCode.OFFSET_OUT_OF_RANGE, -1])
  })

  it('a partition that does not exist is UNKNOWN_TOPIC_OR_PARTITION', async () => {
    const { errorCode } = await fetchFrom(client, topic, { version, index: 9 })
    expect(errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })

  it('read_committed lists the aborted transactions, of which there are none', async () => {
    const request = { ...fetchRequest(topic), isolationLevel: 1 }
    const { responses } = await client.call(fetch, version, request)
    expect(responses[0]!.partitions[0]!.abortedTransactions).toEqual([])
    expect(valuesIn(responses[0]!.partitions[0]!.records)).toHaveLength(6)
  })
})

describe('Fetch topics', () => {
  it.each(versionsBefore(fetch, 13))(
    'v%i: an unknown name is UNKNOWN_TOPIC_OR_PARTITION',
    async (version) => {
      const { errorCode } = await fetchFrom(client, { name: 'nowhere', id: ZERO_UUID }, { version })
      expect(errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    },
  )

  it.each(versionsFrom(fetch, 13))('v%i: an unknown id is UNKNOWN_TOPIC_ID', async (version) => {
    const answer = await client.call(fetch, version, fetchRequest({ name: '', id: UNKNOWN_ID }))
    expect(answer.responses[0]!.topicId).toBe(UNKNOWN_ID)
    expect(answer.responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
  })

  it.each(versionsBefore(fetch, 10))('v%i: a zstd topic is UNSUPPORTED_COMPRESSION_TYPE', async (version) => {
    const zstd = await createTopic(cluster(), { configs: { 'compression.type': 'zstd' } })
    const { errorCode } = await fetchFrom(client, zstd, { version })
    expect(errorCode).toBe(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
  })

  it.each(versionsFrom(fetch, 10))('v%i: a zstd topic is served', async (version) => {
    const zstd = await createTopic(cluster(), { configs: { 'compression.type': 'zstd' } })
    const { errorCode } = await fetchFrom(client, zstd, { version })
    expect(errorCode).toBe(ErrorCode.NONE)
  })

  it('a request for nothing is answered with nothing, at once', async () => {
    const { responses } = await client.call(fetch, 12, { maxWaitMs: 60_000, minBytes: 1, topics: [] })
    expect(responses).toEqual([])
  })
})

describe('Fetch limits', () => {
  let large: Topic

  beforeAll(async () => {
    large = await createTopic(cluster(), { partitions: 2 })
    for (const index of [0, 1]) {
      for (const _ of [1, 2, 3]) await append(client, large, batchOfSize(10_000), index)
    }
  })

  it('the first batch is returned whatever the limits say', async () => {
    const { records } = await fetchFrom(client, large, { maxBytes: 1, partitionMaxBytes: 1 })
    expect(batchCount(records)).toBe(1)
  })

  it('as many whole batches are returned as the partition may have', async () => {
    const { records } = await fetchFrom(client, large, { partitionMaxBytes: 25_000 })
    expect(batchCount(records)).toBe(2)
  })

  it('maxBytes counts over all partitions, and only one batch of all may exceed it', async () => {
    const partitions = [0, 1].map((partition) => ({ partition, fetchOffset: 0, partitionMaxBytes: 1 << 20 }))
    const topics = [{ topic: large.name, partitions }]
    const { responses } = await client.call(fetch, 12, { maxWaitMs: 0, minBytes: 1, maxBytes: 5_000, topics })
    const counts = responses[0]!.partitions.map(({ partitionIndex, records }) => [
      partitionIndex,
      batchCount(records),
    ])
    expect(counts).toEqual([
      [0, 1],
      [1, 0],
    ])
  })

  it.each([0, -1, -(2 ** 31)])('limits of %i give the first batch and do no harm', async (limit) => {
    const { errorCode, records } = await fetchFrom(client, large, {
      maxBytes: limit,
      partitionMaxBytes: limit,
    })
    expect([errorCode, batchCount(records)]).toEqual([ErrorCode.NONE, 1])
  })
})

describe('Fetch long poll', () => {
  it('ends when data arrives', async () => {
    const own = await createTopic(cluster())
    const waiting = fetchFrom(client, own, { maxWaitMs: 60_000 })
    const producer = await cluster().client()
    await append(producer, own, batchOf(['news']))
    expect(valuesIn((await waiting).records)).toEqual(['news'])
  })

  it('ends only when minBytes are there', async () => {
    const own = await createTopic(cluster())
    const waiting = fetchFrom(client, own, { maxWaitMs: 60_000, minBytes: 2_500 })
    const producer = await cluster().client()
    for (const _ of [1, 2, 3]) await append(producer, own, batchOfSize(1_000))
    expect(batchCount((await waiting).records)).toBe(3)
  })

  it('ends after maxWaitMs with nothing', async () => {
    const own = await createTopic(cluster())
    const startedMs = performance.now()
    const { errorCode, records } = await fetchFrom(client, own, { maxWaitMs: 250 })
    expect([errorCode, records?.length]).toEqual([ErrorCode.NONE, 0])
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(245)
  })

  it('is no wait at all when a partition has an error', async () => {
    const { errorCode } = await fetchFrom(client, topic, { maxWaitMs: 60_000, index: 9 })
    expect(errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })

  it('holds up nothing on other connections', async () => {
    const own = await createTopic(cluster())
    const waiting = await cluster().client()
    waiting.send(fetch, 12, fetchRequest(own, { maxWaitMs: 60_000 }))
    expect((await fetchFrom(client, topic)).errorCode).toBe(ErrorCode.NONE)
    waiting.close()
  })
})

describe.each(versionsFrom(fetch, 9))('Fetch v%i leader epochs', (version) => {
  it('the current one is served', async () => {
    const { errorCode } = await fetchFrom(client, topic, { version, currentLeaderEpoch: 0 })
    expect(errorCode).toBe(ErrorCode.NONE)
  })

  it('one from the future is UNKNOWN_LEADER_EPOCH', async () => {
    const { errorCode } = await fetchFrom(client, topic, { version, currentLeaderEpoch: 1 })
    expect(errorCode).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH)
  })
})

describe.each(versionsFrom(fetch, 12))('Fetch v%i last fetched epoch', (version) => {
  const withLastEpoch = async (fetchOffset: number, lastFetchedEpoch: number) => {
    const partition = { partition: 0, fetchOffset, lastFetchedEpoch, partitionMaxBytes: 1 << 20 }
    const topics = [{ topic: topic.name, topicId: topic.id, partitions: [partition] }]
    const { responses } = await client.call(fetch, version, { maxWaitMs: 60_000, minBytes: 1, topics })
    return responses[0]!.partitions[0]!
  }

  it('that agrees with the log is served', async () => {
    const { errorCode, divergingEpoch, records } = await withLastEpoch(2, 0)
    expect([errorCode, divergingEpoch.epoch, valuesIn(records).length]).toEqual([ErrorCode.NONE, -1, 4])
  })

  it('that goes beyond the log is told where the log diverged, without records and at once', async () => {
    const { errorCode, divergingEpoch, records } = await withLastEpoch(9, 0)
    expect([errorCode, divergingEpoch, records?.length]).toEqual([
      ErrorCode.NONE,
      { epoch: 0, endOffset: 6 },
      0,
    ])
  })

  it('that the log has never had is OFFSET_OUT_OF_RANGE', async () => {
    const { errorCode } = await withLastEpoch(2, 5)
    expect(errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
  })
})
