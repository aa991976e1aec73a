import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { DESCRIBE_LOG_DIRS } from '../topics/log-dirs.ts'
import type { Counters } from './growth.ts'
import type { LedPartition } from './led-partitions.ts'
import { byLeader } from './led-partitions.ts'

/**
 * What every leader's log takes on disk; null where the cluster does not tell. The leader is part of the key: another
 * broker's log of the same partition has another size, and the difference between the two came from no client.
 */
export async function leaderLogSizes(
  access: ClusterAccess,
  partitions: readonly LedPartition[],
): Promise<Counters | null> {
  const chosen = await access.find(DESCRIBE_LOG_DIRS)
  if (!chosen) return null
  const sizes = await Promise.all(
    [...byLeader(partitions)].map(async ([leader, topics]) => {
      const request = [...topics].map(([name, ids]) => ({ name, partitions: [...ids] }))
      const { results } = await answered(chosen.api.async(await access.broker(leader), request))
      return results
        .flatMap((dir) => dir.topics)
        .flatMap(({ name, partitions: told }) =>
          // While a replica moves to another disk it is there twice; the one that serves counts.
          told
            .filter(({ isFutureKey }) => !isFutureKey)
            .map(
              ({ partitionIndex, partitionSize }) =>
                [`${leader} ${name}/${partitionIndex}`, Number(partitionSize)] as const,
            ),
        )
    }),
  )
  return new Map(sizes.flat())
}
