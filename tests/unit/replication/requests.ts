/** Requests as a client would send them, with everything a test does not care about filled in. */
import type { RequestInput, ResponseOf } from '../../../src/broker/protocol/api.ts'
import { fetch } from '../../../src/broker/protocol/messages/01-fetch.ts'
import { listOffsets } from '../../../src/broker/protocol/messages/02-list-offsets.ts'
import { produce } from '../../../src/broker/protocol/messages/00-produce.ts'
import { batchesIn, decodeRecords, encodeBatch } from '../../../src/broker/protocol/record-batch.ts'
import type { BatchInput } from '../../../src/broker/protocol/record-batch.ts'
import { TOPIC } from './harness.ts'
import type { TestCluster } from './harness.ts'

export type ProduceResult = ResponseOf<typeof produce>['responses'][number]['partitionResponses'][number]
export type FetchResult = ResponseOf<typeof fetch>['responses'][number]['partitions'][number]
export type ListResult = ResponseOf<typeof listOffsets>['topics'][number]['partitions'][number]

const PRODUCE_VERSION = 12
const FETCH_VERSION = 12

/** A batch of records with these values. */
export function batch(
  values: readonly string[],
  options: Partial<BatchInput> & { timestamp?: number } = {},
): Buffer {
  const { timestamp = 1_700_000_000_000, ...rest } = options
  return encodeBatch({
    ...rest,
    records: values.map((value) => ({ timestamp, key: null, value: Buffer.from(value) })),
  })
}

export interface ProduceOptions {
  acks?: number
  timeoutMs?: number
  topic?: string
  partition?: number
  records?: Buffer
  version?: number
}

/** Produces one batch; resolves with its partition's part of the answer. */
export async function produceTo(
  cluster: TestCluster,
  brokerId: number,
  values: readonly string[],
  options: ProduceOptions = {},
): Promise<ProduceResult> {
  const { acks = -1, timeoutMs = 1_000, topic = TOPIC, partition = 0, version = PRODUCE_VERSION } = options
  const records = options.records ?? batch(values)
  const response = await cluster.send(brokerId, produce, version, {
    acks,
    timeoutMs,
    topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
  })
  return response.responses[0]!.partitionResponses[0]!
}

type FetchedPartition = NonNullable<
  NonNullable<RequestInput<typeof fetch>['topics']>[number]['partitions']
>[number]

export interface FetchOptions extends Partial<FetchedPartition> {
  topic?: string
  maxWaitMs?: number
  minBytes?: number
  maxBytes?: number
  isolationLevel?: number
  version?: number
}

/** Fetches one partition as a consumer. */
export async function fetchFrom(
  cluster: TestCluster,
  brokerId: number,
  options: FetchOptions = {},
): Promise<FetchResult> {
  const {
    topic = TOPIC,
    maxWaitMs = 0,
    minBytes = 1,
    maxBytes = 1 << 20,
    isolationLevel = 0,
    version = FETCH_VERSION,
    ...partition
  } = options
  const response = await cluster.send(brokerId, fetch, version, {
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel,
    topics: [
      { topic, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20, ...partition }] },
    ],
  })
  return response.responses[0]!.partitions[0]!
}

/** The values of the records in an answer. */
export function valuesOf({ records }: FetchResult): string[] {
  return recordsIn(records ?? Buffer.alloc(0)).map(({ value }) => String(value))
}

function recordsIn(buffer: Buffer) {
  return [...batchesIn(buffer)].flatMap(({ position }) => decodeRecords(buffer, position))
}

/** Everything a replica has, committed or not: `offset:epoch:value`. */
export function contentOf(cluster: TestCluster, brokerId: number, topic = TOPIC, index = 0): string[] {
  const { log } = cluster.partition(brokerId, topic, index)
  const { batches } = log.read(log.logStartOffset, Infinity, log.logEndOffset, true)
  return batches.flatMap((buffer) =>
    [...batchesIn(buffer)].flatMap(({ position, header }) =>
      decodeRecords(buffer, position).map(
        ({ offset, value }) => `${offset}:${header.partitionLeaderEpoch}:${String(value)}`,
      ),
    ),
  )
}

export async function listFrom(
  cluster: TestCluster,
  brokerId: number,
  timestamp: number,
  options: {
    version?: number
    replicaId?: number
    isolationLevel?: number
    currentLeaderEpoch?: number
  } = {},
): Promise<ListResult> {
  const { version = 11, replicaId = -1, isolationLevel = 0, ...rest } = options
  const response = await cluster.send(brokerId, listOffsets, version, {
    replicaId,
    isolationLevel,
    topics: [{ name: TOPIC, partitions: [{ partitionIndex: 0, timestamp, ...rest }] }],
  })
  return response.topics[0]!.partitions[0]!
}
