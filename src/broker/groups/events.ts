/** Why a group began to rebalance. */
export interface RebalanceCause {
  readonly kind:
    | 'memberJoined'
    | 'memberLeft'
    | 'sessionExpired'
    | 'metadataChanged'
    | 'leaderRejoined'
    | 'staticMemberReturned'
    | 'syncMissing'
    | 'groupTooLarge'
  /** In words, with the client's own reason where it gave one (KIP-800). */
  readonly sentence: string
  /** The members it is about. */
  readonly memberIds: readonly string[]
}

export interface RebalanceStarted {
  readonly type: 'rebalanceStarted'
  readonly groupId: string
  readonly atMs: number
  /** The generation that ends. */
  readonly generationId: number
  readonly cause: RebalanceCause
}

export interface RebalanceCompleted {
  readonly type: 'rebalanceCompleted'
  readonly groupId: string
  readonly atMs: number
  readonly generationId: number
  /** From the first cause until the new assignment was in the log, or the group was empty. */
  readonly durationMs: number
  readonly protocolName: string | null
  readonly leaderId: string | null
  readonly members: readonly { memberId: string; groupInstanceId: string | null; clientId: string }[]
  /** Members that did not rejoin in time and were removed. */
  readonly evictedMemberIds: readonly string[]
}

/** What happens in groups, for people to look at. Told once it is in the log, so never about something reverted. */
export type GroupEvent = RebalanceStarted | RebalanceCompleted
