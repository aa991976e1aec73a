import type { ResponseOf } from '../protocol/api.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { listOffsets } from '../protocol/messages/02-list-offsets.ts'
import type { BrokerConnection } from '../network/broker-connection.ts'
import { ListOffsetsTimestamp } from './list-offsets.ts'
import type { Partition } from './partition.ts'

export interface ResetRequest {
  partition: Partition
  leaderEpoch: number
  brokerId: number
  connection: BrokerConnection
  /** Whether the partition is still followed in this epoch; asked after every wait. */
  isCurrent(): boolean
}

const LIST_OFFSETS_VERSION = listOffsets.versions[1]

/**
 * The leader does not have the follower's position (OFFSET_OUT_OF_RANGE):
 * - its log ends before ours: it was elected uncleanly, and what we have beyond its end is lost;
 * - its log starts after ours ends: we were away for so long that nothing we have is of use.
 * Otherwise both logs overlap and the same position will do. True if the log was cut. Throws KafkaError with the
 * leader's code, or the connection's error.
 */
export async function resetFetchOffset(request: ResetRequest): Promise<boolean> {
  const { log } = request.partition
  const leaderEnd = await leaderOffset(request, ListOffsetsTimestamp.LATEST)
  if (!request.isCurrent()) return false
  if (leaderEnd < log.nextOffset) {
    log.truncateTo(leaderEnd)
    return true
  }
  const leaderStart = await leaderOffset(request, ListOffsetsTimestamp.EARLIEST)
  if (!request.isCurrent() || leaderStart <= log.nextOffset) return false
  log.truncateFullyAndStartAt(leaderStart)
  return true
}

async function leaderOffset(request: ResetRequest, timestamp: number): Promise<number> {
  const { topic, partition: partitionIndex } = request.partition
  const response: ResponseOf<typeof listOffsets> = await request.connection.send(
    listOffsets,
    LIST_OFFSETS_VERSION,
    {
      replicaId: request.brokerId,
      topics: [
        { name: topic, partitions: [{ partitionIndex, currentLeaderEpoch: request.leaderEpoch, timestamp }] },
      ],
    },
  )
  const answer = response.topics[0]?.partitions[0]
  const errorCode = answer?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR
  if (answer === undefined || errorCode !== ErrorCode.NONE) throw new KafkaError(errorCode)
  return answer.offset
}
