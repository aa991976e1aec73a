/**
 * ListOffsets v1-11: offsets by timestamp, from the leader.
 *
 * - Timestamp ≥ 0: the first record at or after it, else offset −1. −1 the end (high watermark, or last stable offset
 *   for read_committed), −2 the start, −3 the record with the largest timestamp (v7), −4 the local start (v8, the
 *   same as −2 here), −5 and −6 (v9, v11) about tiered storage, of which there is none: offset −1. Any other
 *   negative one, or one too new for the version: UNSUPPORTED_VERSION. Consumers never see beyond their end.
 * - A leader just elected, whose high watermark has not reached the start of its epoch, cannot tell the end:
 *   OFFSET_NOT_AVAILABLE, below v5 LEADER_NOT_AVAILABLE (KIP-207). The start is always told.
 * - Followers ask with their replica id and see to the log's end; replica id −2 may ask any replica.
 * - v2: isolation level. v4: leader epochs, both ways (KIP-320). v10: timeoutMs, for tiered storage only.
 * - A partition named twice: INVALID_REQUEST, once.
 */
import type { RequestOf } from '../protocol/api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { listOffsets } from '../protocol/messages/02-list-offsets.ts'
import type { FetchIsolation } from '../replication/fetch-params.ts'
import { listingFailure, ListOffsetsTimestamp } from '../replication/list-offsets.ts'
import type { ListedOffset } from '../replication/list-offsets.ts'
import { handler } from './handler.ts'
import type { BrokerServices } from './services.ts'

type ListOffsetsRequest = RequestOf<typeof listOffsets>
type RequestedTopic = ListOffsetsRequest['topics'][number]
type RequestedPartition = RequestedTopic['partitions'][number]

const FIRST_VERSION_WITH_LEADER_EPOCHS = 4
const FIRST_VERSION_WITH_OFFSET_NOT_AVAILABLE = 5

const FIRST_VERSION_OF: ReadonlyMap<number, number> = new Map([
  [ListOffsetsTimestamp.LATEST, 1],
  [ListOffsetsTimestamp.EARLIEST, 1],
  [ListOffsetsTimestamp.MAX_TIMESTAMP, 7],
  [ListOffsetsTimestamp.EARLIEST_LOCAL, 8],
  [ListOffsetsTimestamp.LATEST_TIERED, 9],
  [ListOffsetsTimestamp.EARLIEST_PENDING_UPLOAD, 11],
])

export const listOffsetsHandler = handler(listOffsets, (request, { apiVersion }, broker) => {
  const repeated = repeatedPartitions(request)
  const isolation: FetchIsolation = request.isolationLevel === 1 ? 'txnCommitted' : 'highWatermark'
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: withoutRepeated(partitions).map((partition) => {
        const listed = repeated.has(`${name}/${partition.partitionIndex}`)
          ? listingFailure(ErrorCode.INVALID_REQUEST)
          : list(name, partition, request.replicaId, isolation, apiVersion, broker)
        return respond(partition.partitionIndex, listed, apiVersion)
      }),
    })),
  }
})

function list(
  topic: string,
  { partitionIndex, timestamp, currentLeaderEpoch }: RequestedPartition,
  replicaId: number,
  isolation: FetchIsolation,
  version: number,
  broker: BrokerServices,
): ListedOffset {
  const firstVersion = FIRST_VERSION_OF.get(timestamp) ?? (timestamp < 0 ? Infinity : 0)
  if (version < firstVersion) return listingFailure(ErrorCode.UNSUPPORTED_VERSION)
  return broker.replicas.listOffset({
    topic,
    partition: partitionIndex,
    timestamp,
    currentLeaderEpoch,
    isolation,
    replicaId,
  })
}

function respond(partitionIndex: number, listed: ListedOffset, version: number) {
  const isTooOld =
    version < FIRST_VERSION_WITH_OFFSET_NOT_AVAILABLE && listed.errorCode === ErrorCode.OFFSET_NOT_AVAILABLE
  return {
    partitionIndex,
    errorCode: isTooOld ? ErrorCode.LEADER_NOT_AVAILABLE : listed.errorCode,
    timestamp: listed.timestamp,
    offset: listed.offset,
    leaderEpoch: version >= FIRST_VERSION_WITH_LEADER_EPOCHS ? listed.leaderEpoch : -1,
  }
}

function withoutRepeated(partitions: readonly RequestedPartition[]): RequestedPartition[] {
  return [...new Map(partitions.map((partition) => [partition.partitionIndex, partition])).values()]
}

function repeatedPartitions({ topics }: ListOffsetsRequest): Set<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const { name, partitions } of topics) {
    for (const { partitionIndex } of partitions) {
      const key = `${name}/${partitionIndex}`
      if (seen.has(key)) repeated.add(key)
      seen.add(key)
    }
  }
  return repeated
}
