import { alterPartitionReassignmentsV0, alterPartitionReassignmentsV1 } from '@platformatic/kafka'
import type { PartitionName, RefusedPartition } from '../../../shared/ipc/board.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refusalOf, refuse } from '../refusals.ts'

const ALTER = [alterPartitionReassignmentsV1, alterPartitionReassignmentsV0] as const
const TIMEOUT_MS = 15_000
/** What a cancelled partition has when it has arrived meanwhile: there is nothing left to call off. */
const NO_REASSIGNMENT_IN_PROGRESS = 85

/** Asks for other replicas; null calls off what is under way. Tells which partitions the cluster refused. */
export async function alterReassignments(
  access: ClusterAccess,
  wanted: readonly (PartitionName & { replicas: number[] | null })[],
): Promise<RefusedPartition[]> {
  const { api } = await access.choose(ALTER)
  const topics = new Map<string, { partitionIndex: number; replicas: number[] | null }[]>()
  for (const { topic, partition, replicas } of wanted) {
    const partitions = topics.get(topic) ?? []
    topics.set(topic, [...partitions, { partitionIndex: partition, replicas }])
  }
  const asked = [...topics].map(([name, partitions]) => ({ name, partitions }))
  const answer = await answered(api.async(await access.controller(), TIMEOUT_MS, true, asked))
  refuse(answer.errorCode, answer.errorMessage)
  return answer.responses.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ errorCode }) => errorCode !== 0 && errorCode !== NO_REASSIGNMENT_IN_PROGRESS)
      .map(({ partitionIndex, errorCode, errorMessage }) => ({
        topic: name,
        partition: partitionIndex,
        failure: refusalOf(errorCode, errorMessage),
      })),
  )
}
