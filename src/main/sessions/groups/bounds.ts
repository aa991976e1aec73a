import type { GroupPartitionName } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { CONSUMER, listOffsets } from '../topics/offsets.ts'

/** One offset per partition, keyed by `keyOf`. */
export type Offsets = ReadonlyMap<string, number>

export function keyOf({ topic, partition }: GroupPartitionName): string {
  return `${topic}/${partition}`
}

/** The offsets of a time (or LATEST, EARLIEST) in partitions of any topics; partitions that can't tell are left out. */
export async function offsetsAt(
  access: ClusterAccess,
  partitions: readonly GroupPartitionName[],
  timestamp: bigint,
): Promise<Offsets> {
  const topics = [...new Set(partitions.map(({ topic }) => topic))]
  if (topics.length === 0) return new Map()
  const metadata = await access.metadata(topics)
  const wanted = new Set(partitions.map(keyOf))
  const asked = metadata.topics.flatMap(({ name, partitions: all }) => {
    const led = all.filter(({ partition }) => wanted.has(keyOf({ topic: name, partition })))
    const leaders = new Set(led.flatMap(({ leader }) => leader ?? []))
    return [...leaders].map((leader) => {
      const own = led.filter((each) => each.leader === leader)
      return listed(
        access,
        leader,
        name,
        own.map(({ partition }) => partition),
        timestamp,
      )
    })
  })
  return new Map((await Promise.all(asked)).flat())
}

async function listed(
  access: ClusterAccess,
  leader: number,
  topic: string,
  partitions: readonly number[],
  timestamp: bigint,
): Promise<[string, number][]> {
  const connection = await access.broker(leader)
  const offsets = await listOffsets(access, connection, { topic, partitions, timestamp, replica: CONSUMER })
  return [...offsets].map(([partition, offset]) => [keyOf({ topic, partition }), offset])
}
