import type { MovingPartition } from '../../../shared/ipc/board.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { attempt } from '../topics/attempt.ts'
import { DESCRIBE_LOG_DIRS } from '../topics/log-dirs.ts'
import type { ListedReassignment } from './shape.ts'
import { keyOf } from './shape.ts'

interface Told {
  bytes: number
  lag: number
}

/** How far reassignments have come: what the new replicas have, of what their leaders have. */
export async function movingPartitions(
  access: ClusterAccess,
  listed: readonly ListedReassignment[],
): Promise<MovingPartition[]> {
  if (listed.length === 0) return []
  const { topics } = await access.metadata([...new Set(listed.map(({ topic }) => topic))])
  const leaders = new Map(
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partition, leader }) => [keyOf(name, partition), leader] as const),
    ),
  )
  const leaderOf = ({ topic, partition }: ListedReassignment) => leaders.get(keyOf(topic, partition)) ?? null
  const asked = new Map<number, ListedReassignment[]>()
  for (const each of listed) {
    const leader = leaderOf(each)
    for (const broker of new Set([...each.adding, ...(leader === null ? [] : [leader])])) {
      asked.set(broker, [...(asked.get(broker) ?? []), each])
    }
  }
  const told = new Map(
    await Promise.all(
      [...asked].map(async ([broker, partitions]) => {
        const sizes = await attempt(() => sizesAt(access, broker, partitions))
        return [broker, sizes.ok ? sizes.value : new Map<string, Told>()] as const
      }),
    ),
  )
  return listed.map((each) => {
    const key = keyOf(each.topic, each.partition)
    const leader = leaderOf(each)
    const whole = leader === null ? undefined : told.get(leader)?.get(key)
    // A replica that has not begun is not there yet: it has nothing.
    const added = each.adding.map((broker) => told.get(broker)?.get(key) ?? null)
    const lags = added.map((replica) => replica?.lag ?? null)
    return {
      ...each,
      copiedBytes: whole ? added.reduce((sum, replica) => sum + (replica?.bytes ?? 0), 0) : null,
      totalBytes: whole ? whole.bytes * each.adding.length : null,
      lag: lags.reduce((sum, lag) => (sum === null || lag === null ? null : sum + lag), 0),
    }
  })
}

async function sizesAt(
  access: ClusterAccess,
  broker: number,
  partitions: readonly ListedReassignment[],
): Promise<Map<string, Told>> {
  const chosen = await access.find(DESCRIBE_LOG_DIRS)
  if (!chosen) return new Map()
  const names = [...new Set(partitions.map(({ topic }) => topic))]
  const request = names.map((name) => ({
    name,
    partitions: partitions.filter(({ topic }) => topic === name).map(({ partition }) => partition),
  }))
  const { results } = await answered(chosen.api.async(await access.broker(broker), request))
  return new Map(
    results
      .flatMap(({ topics }) => topics)
      .flatMap(({ name, partitions: told }) =>
        // While a replica moves to another disk it is there twice; the one that serves counts.
        told
          .filter(({ isFutureKey }) => !isFutureKey)
          .map(
            ({ partitionIndex, partitionSize, offsetLag }) =>
              [
                keyOf(name, partitionIndex),
                { bytes: Number(partitionSize), lag: Number(offsetLag) },
              ] as const,
          ),
      ),
  )
}
