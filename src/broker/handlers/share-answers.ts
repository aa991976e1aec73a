/** What ShareFetch and ShareAcknowledge have in common: reading acknowledgements, and telling of failed partitions. */
import type { MetadataImage } from '../metadata/image.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { LeaderHints } from '../replication/leader-hints.ts'
import { readAcknowledgements } from '../share/acknowledgements.ts'
import type { AcknowledgementBatch } from '../share/acknowledgements.ts'
import { NO_FAILURE } from '../share/share-manager.ts'
import type { ShareManager, ShareResult } from '../share/share-manager.ts'
import type { SharePartitionName } from '../share/share-sessions.ts'

export interface MemberRequest {
  readonly groupId: string | null
  readonly memberId: string | null
  readonly isRenewAck: boolean
}

export interface AcknowledgedPartition extends SharePartitionName {
  readonly acknowledgementBatches: readonly AcknowledgementBatch[]
}

export function isAnonymous({ groupId, memberId }: MemberRequest): boolean {
  return groupId === null || groupId === '' || memberId === null || memberId === ''
}

/** The partitions of a request; one that is named twice counts as it is named last. */
export function partitionsOf<P extends { readonly partitionIndex: number }>(
  topics: readonly { readonly topicId: string; readonly partitions: readonly P[] }[],
): (P & SharePartitionName)[] {
  const named = new Map<string, P & SharePartitionName>()
  for (const { topicId, partitions } of topics) {
    for (const each of partitions) {
      named.set(`${topicId}:${each.partitionIndex}`, { ...each, topicId, partition: each.partitionIndex })
    }
  }
  return [...named.values()]
}

/** Applied before it returns; resolves when it is kept. Never rejects. */
export async function acknowledge(
  request: MemberRequest,
  partition: AcknowledgedPartition,
  shares: ShareManager,
): Promise<ShareResult> {
  const { acknowledgementBatches } = partition
  if (acknowledgementBatches.length === 0) return NO_FAILURE
  try {
    const acknowledgements = readAcknowledgements(acknowledgementBatches, request.isRenewAck)
    return await shares.acknowledge(
      request.groupId ?? '',
      request.memberId ?? '',
      partition,
      acknowledgements,
    )
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return { errorCode: error.code, errorMessage: error.message }
  }
}

/** The leader a client should go to instead (KIP-951); nothing for other failures. */
export function leaderInstead(
  errorCode: number,
  { topicId, partition }: SharePartitionName,
  image: MetadataImage,
  hints: LeaderHints,
) {
  const topic = image.topicsById.get(topicId)
  const isElsewhere =
    errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER || errorCode === ErrorCode.FENCED_LEADER_EPOCH
  if (!isElsewhere || topic === undefined) return {}
  const currentLeader = hints.leaderOf(topic.name, partition)
  return currentLeader === undefined ? {} : { currentLeader }
}

/** In the form of the answers: partitions under their topics. */
export function byTopic<P>(results: readonly { readonly topicId: string; readonly answer: P }[]) {
  const topics = new Map<string, P[]>()
  for (const { topicId, answer } of results) {
    const partitions = topics.get(topicId)
    if (partitions === undefined) topics.set(topicId, [answer])
    else partitions.push(answer)
  }
  return [...topics].map(([topicId, partitions]) => ({ topicId, partitions }))
}
