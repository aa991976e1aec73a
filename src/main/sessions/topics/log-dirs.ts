import {
  describeLogDirsV1,
  describeLogDirsV2,
  describeLogDirsV3,
  describeLogDirsV4,
} from '@platformatic/kafka'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'

/** Newest first. */
export const DESCRIBE_LOG_DIRS = [
  describeLogDirsV4,
  describeLogDirsV3,
  describeLogDirsV2,
  describeLogDirsV1,
] as const

/** `broker → partition → bytes`. */
export type ReplicaSizes = ReadonlyMap<number, ReadonlyMap<number, number>>

/** What each replica of a topic takes on its broker's disk; null where the cluster does not tell. */
export async function replicaSizes(
  access: ClusterAccess,
  topic: string,
  brokers: ReadonlyMap<number, readonly number[]>,
): Promise<ReplicaSizes | null> {
  const chosen = await access.find(DESCRIBE_LOG_DIRS)
  if (!chosen) return null
  const sizes = await Promise.all(
    [...brokers].map(async ([broker, partitions]) => {
      const connection = await access.broker(broker)
      const answer = await answered(
        chosen.api.async(connection, [{ name: topic, partitions: [...partitions] }]),
      )
      const described = answer.results.flatMap(({ topics }) => topics).filter(({ name }) => name === topic)
      // While a replica moves to another disk it is there twice; the one that serves counts.
      const serving = described.flatMap((each) => each.partitions).filter(({ isFutureKey }) => !isFutureKey)
      const bytes = new Map(serving.map((each) => [each.partitionIndex, Number(each.partitionSize)]))
      return [broker, bytes] as const
    }),
  )
  return new Map(sizes)
}
