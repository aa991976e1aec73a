/** What happens in a consumer group (KIP-848), for people to look at; part of the union in `../events.ts`. */

/** Why a group began a new epoch. */
export interface ConsumerEpochCause {
  readonly kind:
    | 'memberJoined'
    | 'memberLeft'
    | 'sessionExpired'
    | 'rebalanceTimeout'
    | 'syncMissing'
    | 'staticMemberReturned'
    | 'subscriptionChanged'
    | 'assignorChanged'
    | 'partitionsChanged'
    | 'protocolChanged'
    /** A person asked for it. */
    | 'askedFor'
    | 'offsetsReset'
  /** In words. */
  readonly sentence: string
  /** The members it is about. */
  readonly memberIds: readonly string[]
  /** What the sentence is made of, for those who say it in another language. Names end in their unit. */
  readonly values?: Readonly<Record<string, unknown>>
}

export interface AssignedTopic {
  readonly topic: string
  readonly partitions: readonly number[]
}

export interface AssignedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly assigned: readonly AssignedTopic[]
}

interface OfGroup {
  readonly groupId: string
  readonly atMs: number
  readonly groupEpoch: number
}

/** A new group epoch: the rebalance begins, or begins anew. */
export interface ConsumerEpochBegan extends OfGroup {
  readonly type: 'consumerEpochBegan'
  readonly cause: ConsumerEpochCause
  readonly memberCount: number
}

/** The coordinator decided who shall have what. */
export interface ConsumerTargetComputed extends OfGroup {
  readonly type: 'consumerTargetComputed'
  readonly assignor: string
  /** Targets of the assignment before. */
  readonly before: readonly AssignedMember[]
  readonly after: readonly AssignedMember[]
}

/**
 * A member's next step:
 *
 * - revoking: it was told to give partitions up, and has until its rebalance time-out.
 * - waiting: it is at the new epoch, and others have not given up yet what it shall have.
 * - stable: it has all it shall have.
 */
export interface ConsumerMemberStepped extends OfGroup {
  readonly type: 'consumerMemberStepped'
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly memberEpoch: number
  readonly phase: 'revoking' | 'waiting' | 'stable'
  readonly assigned: readonly AssignedTopic[]
  readonly revoking: readonly AssignedTopic[]
}

/** Every member has what it shall have, or the group is empty. */
export interface ConsumerGroupSettled extends OfGroup {
  readonly type: 'consumerGroupSettled'
  readonly durationMs: number
  readonly members: readonly AssignedMember[]
}

/** A static member left to come back: it keeps its partitions until its session is over. */
export interface ConsumerStaticMemberAway extends OfGroup {
  readonly type: 'consumerStaticMemberAway'
  readonly memberId: string
  readonly groupInstanceId: string
  readonly sessionTimeoutMs: number
}

/** It came back, as another member, to what it had: the group need not do anything. */
export interface ConsumerStaticMemberReturned extends OfGroup {
  readonly type: 'consumerStaticMemberReturned'
  readonly memberId: string
  readonly formerMemberId: string
  readonly groupInstanceId: string
  readonly sentence: string
}

/** This coordinator took the group over from the log. */
export interface ConsumerGroupLoaded extends OfGroup {
  readonly type: 'consumerGroupLoaded'
  readonly state: string
  readonly members: readonly AssignedMember[]
}

export type ConsumerGroupEvent =
  | ConsumerEpochBegan
  | ConsumerTargetComputed
  | ConsumerMemberStepped
  | ConsumerGroupSettled
  | ConsumerStaticMemberAway
  | ConsumerStaticMemberReturned
  | ConsumerGroupLoaded
