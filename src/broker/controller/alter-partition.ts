/** AlterPartition: a leader wants another ISR (KIP-497, KIP-704, KIP-841, KIP-903). */
import { changedPartition } from '../metadata/apply.ts'
import type { PartitionImage, TopicImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { alterPartition } from '../protocol/messages/56-alter-partition.ts'
import { checkBrokerEpoch } from './decision.ts'
import type { ControllerState, Decision } from './decision.ts'
import { buildPartitionChange, LeaderRecoveryState } from './elections.ts'
import { electionRequest } from './partition-updates.ts'

type Request = RequestOf<typeof alterPartition>
type PartitionData = Request['topics'][number]['partitions'][number]
type Response = ResponseInput<typeof alterPartition>
type PartitionAnswer = NonNullable<NonNullable<Response['topics']>[number]['partitions']>[number]
type IsrMember = { readonly brokerId: number; readonly brokerEpoch: number }

/** Of a member whose epoch the leader does not know: not checked. */
const ANY_EPOCH = -1

/** @throws KafkaError STALE_BROKER_EPOCH: the whole request is from a former incarnation */
export function decideAlterPartition(state: ControllerState, request: Request): Decision<Response> {
  checkBrokerEpoch(state.image, request.brokerId, request.brokerEpoch)
  const records: MetadataRecord[] = []
  const topics = request.topics.map(({ topicId, partitions }) => {
    const topic = state.image.topicsById.get(topicId)
    const answers = partitions.map((data) => alterOne(state, request.brokerId, topic, data, records))
    return { topicId, partitions: answers }
  })
  return { records, response: { errorCode: ErrorCode.NONE, topics } }
}

function alterOne(
  state: ControllerState,
  senderId: number,
  topic: TopicImage | undefined,
  data: PartitionData,
  records: MetadataRecord[],
): PartitionAnswer {
  const { partitionIndex } = data
  if (topic === undefined) return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_ID }
  const partition = topic.partitions[partitionIndex]
  if (partition === undefined) return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }
  const members = isrOf(data)
  const errorCode = refusal(state, senderId, partition, data, members)
  if (errorCode !== ErrorCode.NONE) return { partitionIndex, errorCode }

  const record = buildPartitionChange({
    ...electionRequest(state, partition),
    target: {
      isr: members.map(({ brokerId }) => brokerId),
      leaderRecoveryState: data.leaderRecoveryState,
    },
  })
  if (record !== null) records.push(record)
  const after = record === null ? partition : changedPartition(partition, record)
  // The new ISR completed a reassignment that moves the leadership: the change stands, but the sender must read
  // the metadata before it does anything more.
  if (after.leader !== senderId) return { partitionIndex, errorCode: ErrorCode.NEW_LEADER_ELECTED }
  const { leader, leaderEpoch, isr, leaderRecoveryState, partitionEpoch } = after
  return {
    partitionIndex,
    errorCode: ErrorCode.NONE,
    leaderId: leader,
    leaderEpoch,
    isr,
    leaderRecoveryState,
    partitionEpoch,
  }
}

/** Version 3 says the members with their broker epochs (KIP-903), version 2 only their ids. */
function isrOf({ newIsr, newIsrWithEpochs }: PartitionData): readonly IsrMember[] {
  if (newIsrWithEpochs.length > 0) return newIsrWithEpochs
  return newIsr.map((brokerId) => ({ brokerId, brokerEpoch: ANY_EPOCH }))
}

function refusal(
  state: ControllerState,
  senderId: number,
  partition: PartitionImage,
  data: PartitionData,
  members: readonly IsrMember[],
): number {
  // Who knows more than this controller has heard of a newer one.
  if (data.leaderEpoch > partition.leaderEpoch) return ErrorCode.NOT_CONTROLLER
  if (data.partitionEpoch > partition.partitionEpoch) return ErrorCode.NOT_CONTROLLER
  if (data.leaderEpoch < partition.leaderEpoch) return ErrorCode.FENCED_LEADER_EPOCH
  if (senderId !== partition.leader) return ErrorCode.INVALID_REQUEST
  if (data.partitionEpoch < partition.partitionEpoch) return ErrorCode.INVALID_UPDATE_VERSION
  if (!isPossibleIsr(partition, members)) return ErrorCode.INVALID_REQUEST
  const recovering = data.leaderRecoveryState === LeaderRecoveryState.RECOVERING
  if (recovering && members.length > 1) return ErrorCode.INVALID_REQUEST
  if (recovering && partition.leaderRecoveryState === LeaderRecoveryState.RECOVERED) {
    return ErrorCode.INVALID_REQUEST
  }
  if (!members.every((member) => isEligible(state, member))) return ErrorCode.INELIGIBLE_REPLICA
  return ErrorCode.NONE
}

function isPossibleIsr({ replicas, leader }: PartitionImage, members: readonly IsrMember[]): boolean {
  const ids = members.map(({ brokerId }) => brokerId)
  return ids.includes(leader) && new Set(ids).size === ids.length && ids.every((id) => replicas.includes(id))
}

/** A broker that restarted since the leader looked at it may have lost records: its old epoch does not count. */
function isEligible({ image }: ControllerState, { brokerId, brokerEpoch }: IsrMember): boolean {
  const epoch = image.brokers.get(brokerId)?.epoch
  return image.isActive(brokerId) && (brokerEpoch === ANY_EPOCH || brokerEpoch === epoch)
}
