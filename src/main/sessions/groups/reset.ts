import { deleteGroupsV2, offsetCommitV8, offsetCommitV9 } from '@platformatic/kafka'
import type { GroupPartitionName, ResetRow, ResetTarget } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'
import { EARLIEST, LATEST } from '../topics/offsets.ts'
import { keyOf, offsetsAt } from './bounds.ts'
import { committedOffsets } from './committed.ts'
import { coordinatorOf } from './coordinator.ts'

const OFFSET_COMMIT = [offsetCommitV9, offsetCommitV8] as const
/** An admin is no member; the coordinator takes its word only while the group has none. */
const NO_GENERATION = -1
const NO_MEMBER = ''
const NO_EPOCH = -1

/** Old and new offset of each partition, the new one within what the log has. */
export async function previewReset(
  access: ClusterAccess,
  groupId: string,
  partitions: readonly GroupPartitionName[],
  target: ResetTarget,
): Promise<ResetRow[]> {
  const { connection } = await coordinatorOf(access, groupId)
  const [committed, starts, ends, timed] = await Promise.all([
    committedOffsets(access, connection, groupId),
    offsetsAt(access, partitions, EARLIEST),
    offsetsAt(access, partitions, LATEST),
    target.to === 'timestamp'
      ? offsetsAt(access, partitions, BigInt(target.timestampMs))
      : new Map<string, number>(),
  ])
  const before = new Map(committed.map((each) => [keyOf(each), each.offset]))
  return partitions.flatMap(({ topic, partition }) => {
    const key = keyOf({ topic, partition })
    const [start, end] = [starts.get(key), ends.get(key)]
    // Without a leader nobody knows what the log has; such a partition is left as it is.
    if (start === undefined || end === undefined) return []
    const from = before.get(key) ?? null
    const wanted = {
      earliest: () => start,
      latest: () => end,
      offset: () => (target.to === 'offset' ? target.offset : start),
      // No record is that young: the group goes on with the next one to come.
      timestamp: () => timed.get(key) ?? end,
      shift: () => (from ?? start) + (target.to === 'shift' ? target.by : 0),
    }[target.to]()
    const to = Math.min(Math.max(wanted, start), end)
    return [{ topic, partition, from, to, readAgain: from === null ? null : from - to }]
  })
}

export async function resetOffsets(
  access: ClusterAccess,
  groupId: string,
  offsets: readonly (GroupPartitionName & { offset: number })[],
): Promise<void> {
  const { connection } = await coordinatorOf(access, groupId)
  const { api } = await access.choose(OFFSET_COMMIT)
  const topics = [...new Set(offsets.map(({ topic }) => topic))].map((name) => ({
    name,
    partitions: offsets
      .filter(({ topic }) => topic === name)
      .map(({ partition, offset }) => ({
        partitionIndex: partition,
        committedOffset: BigInt(offset),
        committedLeaderEpoch: NO_EPOCH,
        committedMetadata: null,
      })),
  }))
  const answer = await answered(api.async(connection, groupId, NO_GENERATION, NO_MEMBER, null, topics))
  for (const { errorCode } of answer.topics.flatMap(({ partitions }) => partitions)) refuse(errorCode)
}

export async function deleteGroup(access: ClusterAccess, groupId: string): Promise<void> {
  const { connection } = await coordinatorOf(access, groupId)
  const { api } = await access.choose([deleteGroupsV2])
  const { results } = await answered(api.async(connection, [groupId]))
  for (const { errorCode } of results) refuse(errorCode)
}
