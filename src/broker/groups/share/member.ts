import type { TopicPartitions } from './partitions.ts'
import { NO_PARTITIONS } from './partitions.ts'

/** Replaced by every record, never mutated. */
export interface ShareMember {
  readonly memberId: string
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** In ascending order, each once. */
  readonly subscribedTopicNames: readonly string[]
  readonly memberEpoch: number
  /** A member whose last answer was lost still has this one. */
  readonly previousMemberEpoch: number
  readonly assigned: TopicPartitions
}

export function newShareMember(memberId: string): ShareMember {
  return {
    memberId,
    rackId: null,
    clientId: '',
    clientHost: '',
    subscribedTopicNames: [],
    memberEpoch: 0,
    previousMemberEpoch: -1,
    assigned: NO_PARTITIONS,
  }
}

export function hasSameTopics(a: ShareMember, b: ShareMember): boolean {
  return a.subscribedTopicNames.join('\0') === b.subscribedTopicNames.join('\0')
}

export function hasSameMetadata(a: ShareMember, b: ShareMember): boolean {
  return (
    a.rackId === b.rackId && a.clientId === b.clientId && a.clientHost === b.clientHost && hasSameTopics(a, b)
  )
}
