import type { ControllerEvent } from '../controller/events.ts'
import type { GroupEvent } from '../groups/events.ts'

/** Something that happened in the cluster, with its cause: an election, an ISR change, a rebalance, a broker's death. */
export interface HistoryEntry {
  atMs: number
  brokerId: number | null
  kind: string
  cause: string
  details: Record<string, unknown>
}

export function historyOfController(event: ControllerEvent): HistoryEntry {
  const { atMs, brokerId, kind, cause, because, details } = event
  return { atMs, brokerId, kind, cause, details: { ...details, cause: because.kind, values: because.values } }
}

const KINDS = {
  rebalanceStarted: 'rebalance-started',
  rebalanceJoined: 'rebalance-joined',
  rebalanceCompleted: 'rebalance-completed',
  rebalanceSettled: 'rebalance-settled',
  staticMemberReturned: 'static-member-returned',
  coordinatorLoaded: 'group-coordinator-loaded',
  consumerEpochBegan: 'group-epoch-began',
  consumerTargetComputed: 'group-target-computed',
  consumerMemberStepped: 'group-member-stepped',
  consumerGroupSettled: 'group-settled',
  consumerStaticMemberAway: 'static-member-away',
  consumerStaticMemberReturned: 'static-member-returned',
  consumerGroupLoaded: 'group-coordinator-loaded',
} as const satisfies Record<GroupEvent['type'], string>

/** @param brokerId the group's coordinator */
export function historyOfGroup(brokerId: number, event: GroupEvent): HistoryEntry {
  const { type, atMs, ...details } = event
  return { atMs, brokerId, kind: KINDS[type], cause: sentenceOf(event), details: plain(event, details) }
}

function sentenceOf(event: GroupEvent): string {
  switch (event.type) {
    case 'rebalanceStarted':
      return event.cause.sentence
    case 'rebalanceJoined':
      return 'everybody who is still there has rejoined'
    case 'rebalanceCompleted':
      return event.causes.map(({ cause }) => cause.sentence).join('; ')
    case 'rebalanceSettled':
      return 'the last members have their assignment'
    case 'staticMemberReturned':
      return `static member ${event.groupInstanceId} returned within its session: no rebalance`
    case 'consumerEpochBegan':
      return event.cause.sentence
    case 'consumerTargetComputed':
      return `the assignor ${event.assignor} decided who shall have what`
    case 'consumerMemberStepped':
      return `${event.memberId} is ${event.phase} at epoch ${event.memberEpoch}`
    case 'consumerGroupSettled':
      return 'every member has what it shall have'
    case 'consumerStaticMemberAway':
      return `static member ${event.groupInstanceId} left to come back within ${event.sessionTimeoutMs} ms`
    case 'consumerStaticMemberReturned':
      return event.sentence
    case 'consumerGroupLoaded':
    case 'coordinatorLoaded':
      return 'this broker read the state of the group: its members’ sessions begin anew'
  }
}

/** A cause is a word in the details, beside what its sentence is made of. */
function plain(event: GroupEvent, details: object): Record<string, unknown> {
  if (!('cause' in event)) return { ...details }
  const { kind, memberIds } = event.cause
  const values = 'values' in event.cause ? (event.cause.values ?? {}) : {}
  return { ...details, cause: kind, memberIds, values }
}
