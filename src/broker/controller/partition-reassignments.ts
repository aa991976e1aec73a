/**
 * AlterPartitionReassignments and ListPartitionReassignments (KIP-455, KIP-860; ReplicationControlManager in Kafka):
 * a partition moves by first having its old and its new replicas at once. Once the new ones are in sync, the
 * AlterPartition that says so drops the old ones (see `completedReassignment`).
 */
import type { PartitionImage, TopicImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { alterPartitionReassignments } from '../protocol/messages/45-alter-partition-reassignments.ts'
import type { listPartitionReassignments } from '../protocol/messages/46-list-partition-reassignments.ts'
import { checkAssignment } from './assignments.ts'
import { allowsUncleanElection, checkRecordCount, itemError, NO_ERROR } from './decision.ts'
import type { ControllerState, Decision } from './decision.ts'
import { buildPartitionChange } from './elections.ts'
import { electionRequest } from './partition-updates.ts'
import { isReassigning, revertedAssignment } from './reassignment.ts'

type AlterRequest = RequestOf<typeof alterPartitionReassignments>
type AlterResponse = ResponseInput<typeof alterPartitionReassignments>
type ListRequest = RequestOf<typeof listPartitionReassignments>
type ListResponse = ResponseInput<typeof listPartitionReassignments>

/** @throws KafkaError POLICY_VIOLATION */
export function decideAlterPartitionReassignments(
  state: ControllerState,
  { topics, allowReplicationFactorChange }: AlterRequest,
): Decision<AlterResponse> {
  const records: MetadataRecord[] = []
  // A partition named twice is decided on what the first mention makes of it only in the log; here both see the same.
  const responses = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, replicas }) => {
      try {
        const partition = partitionNamed(state, name, partitionIndex)
        const record =
          replicas === null
            ? cancel(state, partition)
            : reassign(state, partition, replicas, allowReplicationFactorChange)
        if (record !== null) records.push(record)
        return { partitionIndex, ...NO_ERROR }
      } catch (error) {
        return { partitionIndex, ...itemError(error) }
      }
    }),
  }))
  checkRecordCount(records)
  return { records, response: { allowReplicationFactorChange, ...NO_ERROR, responses } }
}

function partitionNamed({ image }: ControllerState, topic: string, index: number): PartitionImage {
  if (!image.topicsByName.has(topic)) {
    throw new KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `Unable to find a topic named ${topic}.`)
  }
  const partition = image.partition(topic, index)
  if (partition !== undefined) return partition
  throw new KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `Unable to find partition ${topic}:${index}.`)
}

function reassign(
  state: ControllerState,
  partition: PartitionImage,
  target: readonly number[],
  allowReplicationFactorChange: boolean,
): MetadataRecord | null {
  checkAssignment(state, target, null)
  if (!allowReplicationFactorChange) checkReplicationFactor(partition, target)
  const present = partition.replicas
  // What a former move was to add stays to be added, so that a cancel still leads back to before it. Kafka keeps
  // it even where the new move drops it, and then waits for it for ever.
  const original = without(present, partition.addingReplicas)
  return buildPartitionChange({
    ...electionRequest(state, partition, 'online'),
    target: {
      replicas: [...target, ...without(present, target).toSorted(byId)],
      addingReplicas: without(target, original).toSorted(byId),
      removingReplicas: without(present, target).toSorted(byId),
    },
  })
}

/** During a move the replication factor is that of its target. */
function checkReplicationFactor(
  { replicas, removingReplicas }: PartitionImage,
  target: readonly number[],
): void {
  const present = without(replicas, removingReplicas).length
  if (present === target.length) return
  throw new KafkaError(
    ErrorCode.INVALID_REPLICATION_FACTOR,
    `The replication factor is changed from ${present} to ${target.length}`,
  )
}

function cancel(state: ControllerState, partition: PartitionImage): MetadataRecord | null {
  const { topic } = partition
  if (!isReassigning(partition)) {
    throw new KafkaError(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, 'No partition reassignment is in progress.')
  }
  const { replicas, isr, unclean } = revertedAssignment(partition)
  const allowsUnclean = allowsUncleanElection(state, topic)
  if (unclean && !allowsUnclean) {
    throw new KafkaError(
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      `Unable to revert partition assignment for ${topic}:${partition.partition} because it would require an ` +
        'unclean leader election.',
    )
  }
  return buildPartitionChange({
    ...electionRequest(state, partition, allowsUnclean ? 'unclean' : 'online'),
    target: { replicas, isr, addingReplicas: [], removingReplicas: [] },
  })
}

/** Topics and partitions nobody knows, and those that do not move, are left out. */
export function listReassignments(
  topicsByName: ReadonlyMap<string, TopicImage>,
  { topics }: ListRequest,
): ListResponse {
  const asked =
    topics ??
    [...topicsByName.values()].map(({ name, partitions }) => ({
      name,
      partitionIndexes: partitions.map(({ partition }) => partition),
    }))
  const listed = asked.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.flatMap((partitionIndex) => {
      const partition = topicsByName.get(name)?.partitions[partitionIndex]
      if (partition === undefined || !isReassigning(partition)) return []
      const { replicas, addingReplicas, removingReplicas } = partition
      return [
        {
          partitionIndex,
          replicas: [...replicas],
          addingReplicas: [...addingReplicas],
          removingReplicas: [...removingReplicas],
        },
      ]
    }),
  }))
  return { ...NO_ERROR, topics: listed.filter(({ partitions }) => partitions.length > 0) }
}

function without(ids: readonly number[], others: readonly number[]): number[] {
  return ids.filter((id) => !others.includes(id))
}

function byId(a: number, b: number): number {
  return a - b
}
