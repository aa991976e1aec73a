import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CloseConnection } from '../../../src/broker/handlers/handler.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { produce } from '../../../src/broker/protocol/messages/00-produce.ts'
import { BatchAttribute, Compression } from '../../../src/broker/protocol/record-batch.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { LinkDown } from './memory-connection.ts'
import { batch, contentOf, produceTo } from './requests.ts'

let cluster: TestCluster
let topicId: string

beforeEach(() => {
  cluster = new TestCluster({ racks: { 1: 'a', 2: 'b', 3: 'c' } })
  topicId = cluster.controller.createTopic(TOPIC, [[1], [2]])
})

afterEach(() => cluster.close())

const versions = Array.from(
  { length: produce.versions[1] - produce.versions[0] + 1 },
  (_, i) => produce.versions[0] + i,
)

describe('Produce', () => {
  test.each(versions.filter((version) => version < 13))('v%i by name', async (version) => {
    const result = await produceTo(cluster, 1, ['a', 'b'], { version })
    expect(result).toMatchObject({ index: 0, errorCode: ErrorCode.NONE, baseOffset: 0, logAppendTimeMs: -1 })
    expect(contentOf(cluster, 1)).toEqual(['0:0:a', '1:0:b'])
  })

  test('v13 by topic id', async () => {
    const response = await cluster.send(1, produce, 13, {
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ topicId, partitionData: [{ index: 0, records: batch(['a']) }] }],
    })
    expect(response.responses[0]).toMatchObject({
      topicId,
      partitionResponses: [{ errorCode: 0, baseOffset: 0 }],
    })
  })

  test('v13 with an id nobody knows: UNKNOWN_TOPIC_ID', async () => {
    const response = await cluster.send(1, produce, 13, {
      acks: -1,
      timeoutMs: 1_000,
      topicData: [
        { topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitionData: [{ index: 0, records: batch(['a']) }] },
      ],
    })
    expect(response.responses[0]!.partitionResponses[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
  })

  test('LogAppendTime is told, CreateTime is not', async () => {
    cluster.controller.setTopicConfig(TOPIC, 'message.timestamp.type', 'LogAppendTime')
    expect((await produceTo(cluster, 1, ['a'])).logAppendTimeMs).toBe(cluster.clock.now())
  })

  test.each([2, -2, 5])('acks=%i is INVALID_REQUIRED_ACKS', async (acks) => {
    expect(await produceTo(cluster, 1, ['a'], { acks })).toMatchObject({
      errorCode: ErrorCode.INVALID_REQUIRED_ACKS,
      baseOffset: -1,
    })
    expect(cluster.partition(1).log.nextOffset).toBe(0)
  })

  test('acks=0 is not answered', async () => {
    await expect(produceTo(cluster, 1, ['a'], { acks: 0 })).rejects.toThrow(LinkDown)
    expect(cluster.partition(1).log.nextOffset).toBe(1)
  })

  test('acks=0 with any error closes the connection', async () => {
    await expect(produceTo(cluster, 1, ['a'], { acks: 0, partition: 1 })).rejects.toThrow(CloseConnection)
  })

  test('an unknown topic is UNKNOWN_TOPIC_OR_PARTITION, and so is a partition it does not have', async () => {
    expect((await produceTo(cluster, 1, ['a'], { topic: 'nope' })).errorCode).toBe(
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    )
    expect((await produceTo(cluster, 1, ['a'], { partition: 9 })).errorCode).toBe(
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    )
  })

  test('internal topics are for the broker, and for __admin_client', async () => {
    cluster.controller.createTopic('__consumer_offsets', [[1]])
    const body = {
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ name: '__consumer_offsets', partitionData: [{ index: 0, records: batch(['a']) }] }],
    }
    const codeFor = async (clientId: string) => {
      const response = await cluster.client(1, clientId).send(produce, 9, body)
      return response.responses[0]!.partitionResponses[0]!.errorCode
    }
    expect(await codeFor('anybody')).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION)
    expect(await codeFor('__admin_client')).not.toBe(ErrorCode.INVALID_TOPIC_EXCEPTION)
  })

  test('KIP-951: who leads instead, and where', async () => {
    const response = await cluster.send(1, produce, 10, {
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ name: TOPIC, partitionData: [{ index: 1, records: batch(['a']) }] }],
    })
    expect(response.responses[0]!.partitionResponses[0]).toMatchObject({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: 2, leaderEpoch: 0 },
    })
    expect(response.nodeEndpoints).toEqual([{ nodeId: 2, host: '127.0.0.1', port: 9093, rack: 'b' }])
  })

  test('a partition named twice is refused both times, the others are served', async () => {
    const response = await cluster.send(1, produce, 9, {
      acks: -1,
      timeoutMs: 1_000,
      topicData: [
        {
          name: TOPIC,
          partitionData: [
            { index: 0, records: batch(['a']) },
            { index: 0, records: batch(['b']) },
          ],
        },
      ],
    })
    expect(response.responses[0]!.partitionResponses.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.INVALID_REQUEST,
      ErrorCode.INVALID_REQUEST,
    ])
    expect(cluster.partition(1).log.nextOffset).toBe(0)
  })

  test.each([null, Buffer.alloc(0)])('no records (%o) are INVALID_RECORD', async (records) => {
    const response = await cluster.send(1, produce, 9, {
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ name: TOPIC, partitionData: [{ index: 0, records }] }],
    })
    expect(response.responses[0]!.partitionResponses[0]!.errorCode).toBe(ErrorCode.INVALID_RECORD)
  })

  test('a broken batch is CORRUPT_MESSAGE', async () => {
    const records = batch(['a'])
    records.writeUInt8(records.readUInt8(records.length - 1) ^ 1, records.length - 1)
    expect((await produceTo(cluster, 1, [], { records })).errorCode).toBe(ErrorCode.CORRUPT_MESSAGE)
  })

  test('zstd below v7 is UNSUPPORTED_COMPRESSION_TYPE', async () => {
    const records = batch(['a'])
    records.writeInt16BE(Compression.ZSTD, 21)
    const { errorCode } = await produceTo(cluster, 1, [], { records, version: 6 })
    expect(errorCode).toBe(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
  })

  test('gap: a transaction is answered like one its coordinator does not know', async () => {
    const records = batch(['a'], {
      attributes: BatchAttribute.TRANSACTIONAL,
      producerId: 1,
      producerEpoch: 0,
      baseSequence: 0,
    })
    const codeWith = async (transactionalId: string | null) => {
      const response = await cluster.send(1, produce, 9, {
        transactionalId,
        acks: -1,
        timeoutMs: 1_000,
        topicData: [{ name: TOPIC, partitionData: [{ index: 0, records }] }],
      })
      return response.responses[0]!.partitionResponses[0]!.errorCode
    }
    expect(await codeWith('payments')).toBe(ErrorCode.INVALID_PRODUCER_ID_MAPPING)
    expect(await codeWith(null)).toBe(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
  })

  test('record errors name the records (KIP-467)', async () => {
    cluster.controller.setTopicConfig(TOPIC, 'cleanup.policy', 'compact')
    const result = await produceTo(cluster, 1, ['keyless'])
    expect(result.errorCode).toBe(ErrorCode.INVALID_RECORD)
    expect(result.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual([0])
    expect(result.errorMessage).not.toBeNull()
  })

  test('a topic made anew under its name does not take what was meant for the old one', async () => {
    cluster.controller.deleteTopic(TOPIC)
    const young = cluster.controller.createTopic(TOPIC, [[1]])
    expect(young).not.toBe(topicId)
    const response = await cluster.send(1, produce, 13, {
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ topicId, partitionData: [{ index: 0, records: batch(['a']) }] }],
    })
    expect(response.responses[0]!.partitionResponses[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
    expect(cluster.partition(1).log.nextOffset).toBe(0)
  })
})
