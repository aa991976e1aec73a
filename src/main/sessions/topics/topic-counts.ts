import type { TopicCount } from '../../../shared/ipc/topics.ts'
import type { ClusterAccess, TopicMetadata } from '../cluster-access.ts'
import { CONSUMER, EARLIEST, LATEST, listOffsets } from './offsets.ts'

/** How many records topics hold, by their offsets. */
export async function countRecords(access: ClusterAccess, topics: readonly string[]): Promise<TopicCount[]> {
  const metadata = await access.metadata(topics)
  return Promise.all(
    metadata.topics.map(async (topic) => ({ topic: topic.name, records: await recordsOf(access, topic) })),
  )
}

/** Null as soon as one partition can't be told of: half a count is worse than none. */
async function recordsOf(access: ClusterAccess, { name, partitions }: TopicMetadata): Promise<number | null> {
  if (partitions.length === 0 || partitions.some(({ leader }) => leader === null)) return null
  const leaders = [...new Set(partitions.map(({ leader }) => leader))].filter((leader) => leader !== null)
  const counts = await Promise.all(
    leaders.map(async (leader) => {
      const led = partitions.filter((each) => each.leader === leader).map(({ partition }) => partition)
      return recordsLed(access, name, leader, led).catch(() => null)
    }),
  )
  return counts.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0)
}

async function recordsLed(
  access: ClusterAccess,
  topic: string,
  leader: number,
  partitions: number[],
): Promise<number | null> {
  const connection = await access.broker(leader)
  const ask = (timestamp: bigint) =>
    listOffsets(access, connection, { topic, partitions, timestamp, replica: CONSUMER })
  const [starts, ends] = await Promise.all([ask(EARLIEST), ask(LATEST)])
  if (starts.size < partitions.length || ends.size < partitions.length) return null
  return partitions.reduce((sum, each) => sum + (ends.get(each) ?? 0) - (starts.get(each) ?? 0), 0)
}
