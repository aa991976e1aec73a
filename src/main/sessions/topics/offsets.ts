import type { Connection } from '@platformatic/kafka'
import {
  listOffsetsV2,
  listOffsetsV3,
  listOffsetsV4,
  listOffsetsV5,
  listOffsetsV6,
  listOffsetsV7,
  listOffsetsV8,
  listOffsetsV9,
} from '@platformatic/kafka'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'

/** Newest first. */
export const LIST_OFFSETS = [
  listOffsetsV9,
  listOffsetsV8,
  listOffsetsV7,
  listOffsetsV6,
  listOffsetsV5,
  listOffsetsV4,
  listOffsetsV3,
  listOffsetsV2,
] as const

export const LATEST = -1n
export const EARLIEST = -2n

/** An ordinary consumer: sees up to the high watermark, and asks leaders only. */
export const CONSUMER = -1
/** Kafka's debugging client: sees up to the end of the log, and may ask any replica for its own. */
export const DEBUGGER = -2

/** As an epoch: whatever the leader's is. */
export const NO_EPOCH = -1
export const READ_UNCOMMITTED = 0

/** One offset of each partition of one topic, from one broker; partitions it can't tell of are left out. */
export async function listOffsets(
  access: ClusterAccess,
  connection: Connection,
  request: { topic: string; partitions: readonly number[]; timestamp: bigint; replica: number },
): Promise<Map<number, number>> {
  const { topic, partitions, timestamp, replica } = request
  if (partitions.length === 0) return new Map()
  const { api } = await access.choose(LIST_OFFSETS)
  const asked = partitions.map((partitionIndex) => ({
    partitionIndex,
    currentLeaderEpoch: NO_EPOCH,
    timestamp,
  }))
  const answer = await answered(
    api.async(connection, replica, READ_UNCOMMITTED, [{ name: topic, partitions: asked }]),
  )
  const listed = answer.topics.flatMap((each) => each.partitions)
  const told = listed.filter(({ errorCode, offset }) => errorCode === 0 && offset >= 0n)
  return new Map(told.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)]))
}
