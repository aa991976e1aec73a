import type { CurrentMemberAssignmentValue, MemberMetadataValue } from './records.ts'
import type { HeldPartitions } from './partitions.ts'
import { heldFromRecord, heldToRecord, NO_PARTITIONS } from './partitions.ts'

/** A member that left to come back (KIP-848's static leave) has this epoch; a leaving one sends -1. */
export const LEAVE_GROUP_STATIC_MEMBER_EPOCH = -2
export const LEAVE_GROUP_MEMBER_EPOCH = -1

/**
 * Where a member stands on its way to its target assignment:
 *
 * - STABLE: it has what it should have at its epoch.
 * - UNREVOKED_PARTITIONS: it has to give partitions up and has not said yet that it did.
 * - UNRELEASED_PARTITIONS: others still hold partitions it waits for.
 * - UNKNOWN: a state of a newer coordinator.
 */
export type MemberState = 'STABLE' | 'UNREVOKED_PARTITIONS' | 'UNRELEASED_PARTITIONS' | 'UNKNOWN'

const STATE_CODES: Readonly<Record<MemberState, number>> = {
  STABLE: 0,
  UNREVOKED_PARTITIONS: 1,
  UNRELEASED_PARTITIONS: 2,
  UNKNOWN: 127,
}

/** Of a member that speaks the classic protocol: its protocols in its order, which it gets an answer under. */
export type ClassicMemberMetadata = NonNullable<MemberMetadataValue['classicMemberMetadata']>

/** Never changed: a record makes a new one. */
export interface ConsumerMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  /** `/127.0.0.1`, in Java's notation. */
  readonly clientHost: string
  readonly subscribedTopicNames: readonly string[]
  readonly subscribedTopicRegex: string | null
  readonly rebalanceTimeoutMs: number
  /** The assignor it asks for; the one most members ask for is used. */
  readonly serverAssignor: string | null
  /** Null: it speaks the consumer protocol. */
  readonly classic: ClassicMemberMetadata | null
  readonly memberEpoch: number
  readonly previousMemberEpoch: number
  readonly state: MemberState
  readonly assigned: HeldPartitions
  readonly pendingRevocation: HeldPartitions
}

/** What its owner called it, as far as it was called anything. */
export function nameOf({ memberId, instanceId, clientId }: ConsumerMember): string {
  return instanceId ?? (clientId === '' ? memberId : clientId)
}

export function newMember(memberId: string): ConsumerMember {
  return {
    memberId,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    subscribedTopicNames: [],
    subscribedTopicRegex: null,
    rebalanceTimeoutMs: -1,
    serverAssignor: null,
    classic: null,
    memberEpoch: 0,
    previousMemberEpoch: -1,
    state: 'STABLE',
    assigned: NO_PARTITIONS,
    pendingRevocation: NO_PARTITIONS,
  }
}

export function isReconciledTo({ state, memberEpoch }: ConsumerMember, epoch: number): boolean {
  return state === 'STABLE' && memberEpoch === epoch
}

export function withMetadata(member: ConsumerMember, value: MemberMetadataValue): ConsumerMember {
  const { classicMemberMetadata, ...metadata } = value
  return { ...member, ...metadata, classic: classicMemberMetadata && copied(classicMemberMetadata) }
}

export function metadataRecord(member: ConsumerMember): MemberMetadataValue {
  return {
    instanceId: member.instanceId,
    rackId: member.rackId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: [...member.subscribedTopicNames],
    subscribedTopicRegex: member.subscribedTopicRegex,
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    serverAssignor: member.serverAssignor,
    classicMemberMetadata: member.classic,
  }
}

export function withCurrentAssignment(
  member: ConsumerMember,
  value: CurrentMemberAssignmentValue,
): ConsumerMember {
  const { memberEpoch, previousMemberEpoch, state } = value
  return {
    ...member,
    memberEpoch,
    previousMemberEpoch,
    state: stateOf(state),
    assigned: heldFromRecord(value.assignedPartitions, memberEpoch),
    pendingRevocation: heldFromRecord(value.partitionsPendingRevocation, memberEpoch),
  }
}

/** The member's record is gone but the member is not yet: its partitions are free. */
export function withoutAssignment(member: ConsumerMember): ConsumerMember {
  return {
    ...member,
    memberEpoch: LEAVE_GROUP_MEMBER_EPOCH,
    previousMemberEpoch: LEAVE_GROUP_MEMBER_EPOCH,
    assigned: NO_PARTITIONS,
    pendingRevocation: NO_PARTITIONS,
  }
}

export function currentAssignmentRecord(member: ConsumerMember): CurrentMemberAssignmentValue {
  return {
    memberEpoch: member.memberEpoch,
    previousMemberEpoch: member.previousMemberEpoch,
    state: STATE_CODES[member.state],
    assignedPartitions: heldToRecord(member.assigned),
    partitionsPendingRevocation: heldToRecord(member.pendingRevocation),
  }
}

/** Whether the members' MemberMetadata records would be the same. */
export function hasSameMetadata(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a.instanceId === b.instanceId &&
    a.rackId === b.rackId &&
    a.clientId === b.clientId &&
    a.clientHost === b.clientHost &&
    hasSameTopicNames(a, b) &&
    a.subscribedTopicRegex === b.subscribedTopicRegex &&
    a.rebalanceTimeoutMs === b.rebalanceTimeoutMs &&
    a.serverAssignor === b.serverAssignor &&
    hasSameProtocols(a.classic, b.classic)
  )
}

export function hasSameTopicNames(a: ConsumerMember, b: ConsumerMember): boolean {
  const names = new Set(a.subscribedTopicNames)
  const others = new Set(b.subscribedTopicNames)
  return names.size === others.size && [...names].every((name) => others.has(name))
}

function hasSameProtocols(a: ClassicMemberMetadata | null, b: ClassicMemberMetadata | null): boolean {
  if (a === null || b === null) return a === b
  return (
    a.sessionTimeoutMs === b.sessionTimeoutMs &&
    a.supportedProtocols.length === b.supportedProtocols.length &&
    a.supportedProtocols.every(({ name, metadata }, index) => {
      const other = b.supportedProtocols[index]
      return other?.name === name && other.metadata.equals(metadata)
    })
  )
}

function stateOf(code: number): MemberState {
  const known: readonly MemberState[] = ['STABLE', 'UNREVOKED_PARTITIONS', 'UNRELEASED_PARTITIONS']
  return known.find((state) => STATE_CODES[state] === code) ?? 'UNKNOWN'
}

/** Decoded bytes are a view of the whole frame or batch, which would live as long as the member. */
function copied({ sessionTimeoutMs, supportedProtocols }: ClassicMemberMetadata): ClassicMemberMetadata {
  return {
    sessionTimeoutMs,
    supportedProtocols: supportedProtocols.map(({ name, metadata }) => ({
      name,
      metadata: Buffer.from(metadata),
    })),
  }
}
