/** Elections on request (ElectLeaders) and by the clock: preferred leaders back in place, unclean ones where allowed. */
import type { PartitionImage } from '../metadata/image.ts'
import { NO_LEADER } from '../metadata/records.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode, errorName, KafkaError } from '../protocol/errors.ts'
import type { electLeaders } from '../protocol/messages/43-elect-leaders.ts'
import { allowsUncleanElection, checkRecordCount, effectiveMinIsr, NO_ERROR } from './decision.ts'
import type { ControllerState, Decision, ItemError } from './decision.ts'
import { buildPartitionChange } from './elections.ts'
import { electionRequest, partitionsWhere } from './partition-updates.ts'

/** ElectLeaders' election types. */
export const ElectionType = { PREFERRED: 0, UNCLEAN: 1 } as const

/** Kafka's bound on one sweep; the next one does the rest. */
const MAX_ELECTIONS_PER_SWEEP = 1000

type Request = RequestOf<typeof electLeaders>
type Response = ResponseInput<typeof electLeaders>
type Outcome = ItemError & { readonly record: MetadataRecord | null }

/** @throws KafkaError INVALID_REQUEST for an election type nobody knows, POLICY_VIOLATION */
export function decideElectLeaders(state: ControllerState, request: Request): Decision<Response> {
  const { electionType, topicPartitions } = request
  if (electionType !== ElectionType.PREFERRED && electionType !== ElectionType.UNCLEAN) {
    throw new KafkaError(ErrorCode.INVALID_REQUEST, `Unknown election type ${electionType}`)
  }
  const everything = topicPartitions === null
  const asked =
    topicPartitions ??
    [...state.image.topicsByName.values()].map(({ name, partitions }) => ({
      topic: name,
      partitions: partitions.map(({ partition }) => partition),
    }))
  const records: MetadataRecord[] = []
  const replicaElectionResults = asked.map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions.flatMap((partitionId) => {
      const { record, errorCode, errorMessage } = electOne(state, topic, partitionId, electionType)
      if (record !== null) records.push(record)
      // Asked for everything, only what was not in order is worth a line.
      if (everything && errorCode === ErrorCode.ELECTION_NOT_NEEDED) return []
      return [{ partitionId, errorCode, errorMessage }]
    }),
  }))
  checkRecordCount(records)
  return { records, response: { errorCode: ErrorCode.NONE, replicaElectionResults } }
}

function electOne(state: ControllerState, topic: string, index: number, electionType: number): Outcome {
  const partition = state.image.partition(topic, index)
  if (partition === undefined) {
    return refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `No such partition as ${topic}-${index}`)
  }
  const unclean = electionType === ElectionType.UNCLEAN
  const needed = unclean ? partition.leader === NO_LEADER : !hasPreferredLeader(partition)
  if (!needed) return refused(ErrorCode.ELECTION_NOT_NEEDED)
  const record = buildPartitionChange(electionRequest(state, partition, unclean ? 'unclean' : 'preferred'))
  if (record !== null) return { record, ...NO_ERROR }
  return refused(
    unclean ? ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE : ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
  )
}

function refused(errorCode: number, errorMessage: string = errorName(errorCode)): Outcome {
  return { record: null, errorCode, errorMessage }
}

function hasPreferredLeader({ leader, replicas }: PartitionImage): boolean {
  return leader === replicas[0]
}

/** Preferred replicas that are fit to lead get their leadership back. */
export function decidePreferredSweep(state: ControllerState): MetadataRecord[] {
  return sweep(
    state,
    partitionsWhere(state, (partition) => !hasPreferredLeader(partition)),
    'preferred',
  )
}

/** Leaderless partitions of topics that allow it get whatever replica is alive. */
export function decideUncleanSweep(state: ControllerState): MetadataRecord[] {
  const leaderless = partitionsWhere(
    state,
    ({ leader, topic }) => leader === NO_LEADER && allowsUncleanElection(state, topic),
  )
  return sweep(state, leaderless, 'unclean')
}

/**
 * A lower min.insync.replicas makes an ISR large enough, and its eligible leader replicas pointless (KIP-966).
 */
export function decideElrCleanup(state: ControllerState): MetadataRecord[] {
  if (!state.config.eligibleLeaderReplicasEnable) return []
  const settled = partitionsWhere(
    state,
    ({ topic, isr, elr, replicas }) =>
      elr.length > 0 && isr.length >= effectiveMinIsr(state, topic, replicas.length),
  )
  return sweep(state, settled, 'online')
}

function sweep(
  state: ControllerState,
  partitions: Iterable<PartitionImage>,
  election: 'preferred' | 'unclean' | 'online',
): MetadataRecord[] {
  const records: MetadataRecord[] = []
  for (const partition of partitions) {
    if (records.length === MAX_ELECTIONS_PER_SWEEP) break
    const record = buildPartitionChange(electionRequest(state, partition, election))
    if (record !== null) records.push(record)
  }
  return records
}
