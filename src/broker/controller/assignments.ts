/** The partitions a topic is created with, or grows by. */
import type { MetadataRecord } from '../metadata/records.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { ControllerState } from './decision.ts'
import { placeReplicas } from './placement.ts'
import type { UsableBroker } from './placement.ts'

/** Kafka's bound on the records of one request (QuorumController.MAX_RECORDS_PER_USER_OP). */
const MAX_NEW_PARTITIONS = 10_000

/** Registered brokers that are not about to leave; fenced ones may get replicas but not lead. */
export function usableBrokers({ image }: ControllerState): UsableBroker[] {
  return [...image.brokers.values()].filter(({ inControlledShutdown }) => !inControlledShutdown)
}

/** @throws KafkaError INVALID_REPLICATION_FACTOR, POLICY_VIOLATION */
export function automaticAssignments(
  state: ControllerState,
  partitionCount: number,
  replicationFactor: number,
): number[][] {
  if (partitionCount > MAX_NEW_PARTITIONS) {
    throw new KafkaError(
      ErrorCode.POLICY_VIOLATION,
      `Excessively large number of partitions per request: ${partitionCount}, at most ${MAX_NEW_PARTITIONS}.`,
    )
  }
  return placeReplicas(partitionCount, replicationFactor, usableBrokers(state), state.random)
}

/** @throws KafkaError INVALID_REPLICA_ASSIGNMENT */
export function checkAssignment(
  { image }: ControllerState,
  brokerIds: readonly number[],
  replicationFactor: number | null,
): void {
  const refuse = (message: string): never => {
    throw new KafkaError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message)
  }
  if (brokerIds.length === 0) refuse('The manual partition assignment includes an empty replica list.')
  const stranger = brokerIds.find((id) => !image.brokers.has(id))
  if (stranger !== undefined) {
    refuse(`The manual partition assignment includes broker ${stranger}, but no such broker is registered.`)
  }
  const twice = brokerIds.find((id, index) => brokerIds.indexOf(id) !== index)
  if (twice !== undefined) {
    refuse(`The manual partition assignment includes the broker ${twice} more than once.`)
  }
  if (replicationFactor !== null && brokerIds.length !== replicationFactor) {
    refuse(
      `The manual partition assignment includes a partition with ${brokerIds.length} replica(s), but this is ` +
        `not consistent with previous partitions, which have ${replicationFactor} replica(s).`,
    )
  }
}

/**
 * A new partition begins with every live replica in its ISR; the first of them leads.
 * @throws KafkaError `errorCode` when no replica is alive
 */
export function newPartition(
  { image }: ControllerState,
  topicId: string,
  partition: number,
  replicas: readonly number[],
  errorCode: number,
): MetadataRecord {
  const isr = replicas.filter((id) => image.isActive(id))
  const [leader] = isr
  if (leader === undefined) {
    throw new KafkaError(
      errorCode,
      `All brokers of partition ${partition} (${replicas.join(', ')}) are fenced or in controlled shutdown.`,
    )
  }
  return {
    type: 'Partition',
    topicId,
    partition,
    replicas,
    isr,
    leader,
    removingReplicas: [],
    addingReplicas: [],
    leaderRecoveryState: 0,
    leaderEpoch: 0,
    partitionEpoch: 0,
    elr: [],
    lastKnownElr: [],
  }
}
