/** Producing and fetching where it is not what a test is about: the newest version, one partition, no surprises. */
import { ErrorCode, errorName } from '../../src/broker/protocol/errors.ts'
import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { fetch } from '../../src/broker/protocol/messages/01-fetch.ts'
import type { RequestInput } from '../../src/broker/protocol/api.ts'
import type { Client } from './client.ts'
import { valuesIn } from './records.ts'
import type { Topic } from './topics.ts'

export type ProduceRequest = RequestInput<typeof produce>
export type FetchRequest = RequestInput<typeof fetch>

/** A produce request for one partition, which names its topic both ways: each version takes what it knows. */
export function produceRequest(
  topic: Topic,
  records: Buffer | null,
  { acks = -1, index = 0, timeoutMs = 5_000 }: { acks?: number; index?: number; timeoutMs?: number } = {},
): ProduceRequest {
  return {
    acks,
    timeoutMs,
    topicData: [{ name: topic.name, topicId: topic.id, partitionData: [{ index, records }] }],
  }
}

/** Produces one batch. @returns what the broker says of it */
export async function produceTo(
  client: Client,
  topic: Topic,
  records: Buffer | null,
  options: { acks?: number; index?: number; timeoutMs?: number; version?: number } = {},
) {
  const { version = 13, ...rest } = options
  const { responses } = await client.call(produce, version, produceRequest(topic, records, rest))
  return responses[0]!.partitionResponses[0]!
}

/** Produces one batch, which must be taken. @returns its base offset */
export async function append(client: Client, topic: Topic, records: Buffer, index = 0): Promise<number> {
  const { errorCode, errorMessage, baseOffset } = await produceTo(client, topic, records, { index })
  if (errorCode === ErrorCode.NONE) return baseOffset
  throw new Error(`${errorName(errorCode)}: ${errorMessage}`)
}

export interface FetchOptions {
  index?: number
  offset?: number
  maxWaitMs?: number
  minBytes?: number
  maxBytes?: number
  partitionMaxBytes?: number
  currentLeaderEpoch?: number
}

/** A sessionless fetch request for one partition, which names its topic both ways. */
export function fetchRequest(topic: Topic, options: FetchOptions = {}): FetchRequest {
  const { index = 0, offset = 0, maxWaitMs = 0, minBytes = 1, maxBytes = 1 << 20 } = options
  const { partitionMaxBytes = 1 << 20, currentLeaderEpoch = -1 } = options
  return {
    maxWaitMs,
    minBytes,
    maxBytes,
    topics: [
      {
        topic: topic.name,
        topicId: topic.id,
        partitions: [{ partition: index, fetchOffset: offset, partitionMaxBytes, currentLeaderEpoch }],
      },
    ],
  }
}

/** Fetches from one partition. @returns what the broker says of it */
export async function fetchFrom(
  client: Client,
  topic: Topic,
  options: FetchOptions & { version?: number } = {},
) {
  const { version = 18, ...rest } = options
  const { responses } = await client.call(fetch, version, fetchRequest(topic, rest))
  return responses[0]!.partitions[0]!
}

/** Every value of a partition, as a consumer sees it. */
export async function valuesOf(client: Client, topic: Topic, index = 0): Promise<string[]> {
  return valuesIn((await fetchFrom(client, topic, { index })).records)
}
