/** What happens in groups, for people to look at: enough of it to answer "why is my group rebalancing?". */
import type { ConsumerGroupEvent } from './consumer/events.ts'

export type RebalanceCauseKind =
  | 'memberJoined'
  | 'memberLeft'
  /** It left because its application did not poll in time (`max.poll.interval.ms`): its heartbeat was fine. */
  | 'pollTimeout'
  /** An administrator, or a person at the window, took it out. */
  | 'memberRemoved'
  | 'sessionExpired'
  /** A member rejoined with other metadata, nobody knows what is different in it. */
  | 'metadataChanged'
  | 'subscriptionChanged'
  /** The second step of a cooperative rebalance: a member gave partitions up and rejoined. */
  | 'partitionsRevoked'
  /** A topic has more partitions than when they were assigned; the leader saw it and rejoined. */
  | 'partitionsGrown'
  | 'leaderRejoined'
  | 'staticMemberReturned'
  | 'syncMissing'
  | 'groupTooLarge'
  /** Somebody asked for it. */
  | 'askedFor'
  /** Its offsets were set while it had members: they have to join again. */
  | 'offsetsReset'

/** Why a group began to rebalance. */
export interface RebalanceCause {
  readonly kind: RebalanceCauseKind
  /** In words, with the client's own reason where it gave one (KIP-800). */
  readonly sentence: string
  /** The members it is about. */
  readonly memberIds: readonly string[]
  /** What the sentence is made of, for who says it in other words. */
  readonly values?: Readonly<Record<string, string | number | readonly string[]>>
}

/** A member's part of an assignment. Bytes of another protocol are only their client's to understand. */
export type SeenAssignment =
  | { readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[] }
  | { readonly bytes: number; readonly base64: string }

export type GoneBecause =
  | 'left'
  | 'pollTimeout'
  | 'removed'
  | 'sessionExpired'
  /** It did not rejoin within the rebalance time-out. */
  | 'rebalanceTimeout'
  /** It took part, and never asked for its assignment. */
  | 'syncTimeout'
  /** A static member came back under a new member id: this is the old one. */
  | 'replaced'
  | 'groupTooLarge'
  | 'offsetsReset'

/** One member through one rebalance: null is "not yet", and "never" once the rebalance is over. */
export interface MemberLane {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly isLeader: boolean
  /** It was not in the generation before. */
  readonly isNew: boolean
  /** It was first told to rejoin: a heartbeat answered with REBALANCE_IN_PROGRESS. */
  readonly toldAtMs: number | null
  readonly rejoinedAtMs: number | null
  readonly joinAnsweredAtMs: number | null
  readonly syncSentAtMs: number | null
  readonly syncAnsweredAtMs: number | null
  readonly goneAtMs: number | null
  readonly goneBecause: GoneBecause | null
  readonly before: SeenAssignment | null
  readonly after: SeenAssignment | null
  /** From being told (or from its join) until it had its assignment. */
  readonly stoppedMs: number | null
}

interface OfRebalance {
  readonly groupId: string
  readonly atMs: number
  /** When it began: with the group's id, what ties its events together. */
  readonly startedMs: number
  readonly lanes: readonly MemberLane[]
}

export interface RebalanceStarted extends OfRebalance {
  readonly type: 'rebalanceStarted'
  /** The generation that ends. */
  readonly generationId: number
  readonly cause: RebalanceCause
}

/** Everybody who is still there has rejoined; the leader assigns now. */
export interface RebalanceJoined extends OfRebalance {
  readonly type: 'rebalanceJoined'
  readonly generationId: number
  readonly protocolName: string | null
  readonly leaderId: string | null
}

export interface RebalanceCompleted extends OfRebalance {
  readonly type: 'rebalanceCompleted'
  readonly generationId: number
  readonly generationBefore: number
  /** From the first cause until the new assignment was in the log, or the group was empty. */
  readonly durationMs: number
  readonly protocolName: string | null
  readonly leaderId: string | null
  readonly members: readonly { memberId: string; groupInstanceId: string | null; clientId: string }[]
  /** Members that did not rejoin in time and were removed. */
  readonly evictedMemberIds: readonly string[]
  /** The first one began it, the others came while it ran. */
  readonly causes: readonly { readonly atMs: number; readonly cause: RebalanceCause }[]
  /** From the first member told to stop until the last one had its assignment, as far as that has come. */
  readonly stopTheWorldMs: number
  /** Of the partitions that were assigned before: how many stayed with their member. Null: nobody can tell. */
  readonly stickiness: { readonly kept: number; readonly before: number } | null
  /** Every member has its assignment; otherwise a `rebalanceSettled` follows. */
  readonly isSettled: boolean
}

/** After a `rebalanceCompleted` that was not settled: the last members have their assignment, or never will. */
export interface RebalanceSettled extends OfRebalance {
  readonly type: 'rebalanceSettled'
  readonly generationId: number
  readonly stopTheWorldMs: number
}

/** A static member came back within its session, and nobody had to rebalance for it (KIP-345). */
export interface StaticMemberReturned {
  readonly type: 'staticMemberReturned'
  readonly groupId: string
  readonly atMs: number
  readonly generationId: number
  readonly groupInstanceId: string
  readonly memberId: string
}

/** The group's coordinator is another broker now, or read its state again: sessions begin anew. */
export interface CoordinatorLoaded {
  readonly type: 'coordinatorLoaded'
  readonly groupId: string
  readonly atMs: number
  readonly generationId: number
  readonly members: number
}

export type ClassicGroupEvent =
  | RebalanceStarted
  | RebalanceJoined
  | RebalanceCompleted
  | RebalanceSettled
  | StaticMemberReturned
  | CoordinatorLoaded

/** Told once it is in the log, so never about something reverted. */
export type GroupEvent = ClassicGroupEvent | ConsumerGroupEvent
