import type { GroupPartitionName } from '../../../shared/ipc/groups.ts'

/** A partition and the broker to ask about it; partitions without a leader are not among these. */
export interface LedPartition extends GroupPartitionName {
  leader: number
}

/** `leader → topic → partitions`: one question for each broker. */
export function byLeader(
  partitions: readonly LedPartition[],
): ReadonlyMap<number, ReadonlyMap<string, readonly number[]>> {
  const leaders = new Map<number, Map<string, number[]>>()
  for (const { leader, topic, partition } of partitions) {
    const topics = leaders.get(leader) ?? new Map<string, number[]>()
    leaders.set(leader, topics)
    const ids = topics.get(topic)
    if (ids) ids.push(partition)
    else topics.set(topic, [partition])
  }
  return leaders
}
