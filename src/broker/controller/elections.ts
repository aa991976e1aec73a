/**
 * Who leads a partition, and what becomes of its ISR: pure functions with the rules of Kafka's
 * PartitionChangeBuilder.
 */
import type { PartitionImage } from '../metadata/image.ts'
import { NO_LEADER, NO_LEADER_CHANGE, partitionChange } from '../metadata/records.ts'
import type { RecordOf } from '../metadata/records.ts'
import { completedReassignment } from './reassignment.ts'

export const LeaderRecoveryState = { RECOVERED: 0, RECOVERING: 1 } as const

/**
 * `online`: keep the leader if it may lead, else the next in line. `preferred`: the first replica if it may lead.
 * `unclean`: as online, and if nobody may, any replica that is alive.
 */
export type Election = 'online' | 'preferred' | 'unclean'

export interface PartitionChangeRequest {
  readonly partition: PartitionImage
  readonly election: Election
  /** Whether a broker is fit to lead: alive, not leaving. */
  readonly isAcceptableLeader: (brokerId: number) => boolean
  /** What is wanted; left out: as it is. */
  readonly target?: {
    readonly isr?: readonly number[]
    readonly replicas?: readonly number[]
    readonly addingReplicas?: readonly number[]
    readonly removingReplicas?: readonly number[]
    readonly leaderRecoveryState?: number
  }
  /** Replicas that may have lost what they had acknowledged; not eligible any more (KIP-966). */
  readonly uncleanShutdown?: readonly number[]
  /** Eligible leader replicas (KIP-966) with the partition's effective min.insync.replicas; null: switched off. */
  readonly elr: { readonly minIsr: number } | null
}

/** @returns the record that brings the partition there, or null when nothing changes */
export function buildPartitionChange(request: PartitionChangeRequest): RecordOf<'PartitionChange'> | null {
  const { partition, target = {} } = request
  let assignment = {
    replicas: target.replicas ?? partition.replicas,
    isr: target.isr ?? partition.isr,
    addingReplicas: target.addingReplicas ?? partition.addingReplicas,
    removingReplicas: target.removingReplicas ?? partition.removingReplicas,
  }
  const completed = completedReassignment(assignment)
  if (completed !== null) assignment = { ...completed, addingReplicas: [], removingReplicas: [] }

  const eligible = eligibleReplicas(request, assignment.isr)
  const outcome = elect(request, { replicas: assignment.replicas, isr: assignment.isr, elr: eligible })
  const leaderChanges = outcome.leader !== partition.leader
  // A replica that goes has to hear of it by a new leader epoch, even when the leader stays.
  const replicaLeaves = partition.replicas.some((replica) => !assignment.replicas.includes(replica))

  // Without KIP-966 the last member stays in the ISR: nobody else is known to have everything.
  const isr = outcome.isr.length === 0 && request.elr === null ? partition.isr : outcome.isr
  const recoveryState = outcome.unclean
    ? LeaderRecoveryState.RECOVERING
    : (target.leaderRecoveryState ?? partition.leaderRecoveryState)

  return withoutNoOp(
    partitionChange(partition.topicId, partition.partition, {
      leader: leaderChanges || replicaLeaves ? outcome.leader : NO_LEADER_CHANGE,
      isr: ifChanged(isr, partition.isr),
      replicas: ifChanged(assignment.replicas, partition.replicas),
      addingReplicas: ifChanged(assignment.addingReplicas, partition.addingReplicas),
      removingReplicas: ifChanged(assignment.removingReplicas, partition.removingReplicas),
      leaderRecoveryState: recoveryState === partition.leaderRecoveryState ? -1 : recoveryState,
      elr: ifChanged(outcome.unclean || request.elr === null ? [] : outcome.elr, partition.elr),
      lastKnownElr: ifChanged(lastKnownLeader(request, outcome), partition.lastKnownElr),
    }),
  )
}

interface Candidates {
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly elr: readonly number[]
}

interface Outcome {
  readonly leader: number
  readonly unclean: boolean
  readonly isr: readonly number[]
  readonly elr: readonly number[]
}

function elect(request: PartitionChangeRequest, candidates: Candidates): Outcome {
  const { partition } = request
  const { isr, elr } = candidates
  const clean = cleanLeader(request, candidates)
  if (clean !== null) {
    // A leader from the ELR brings the ISR back: it alone.
    return elr.includes(clean)
      ? { leader: clean, unclean: false, isr: [clean], elr: elr.filter((replica) => replica !== clean) }
      : { leader: clean, unclean: false, isr, elr }
  }
  const unclean = lastResort(request, candidates)
  if (unclean === null || unclean === partition.leader) {
    return { leader: unclean ?? NO_LEADER, unclean: false, isr, elr }
  }
  // Whatever the others have beyond the new leader's log is lost, so none of them is in sync.
  return { leader: unclean, unclean: true, isr: [unclean], elr: [] }
}

/** Somebody known to have every committed record; null: there is none. */
function cleanLeader(
  { partition, election, isAcceptableLeader }: PartitionChangeRequest,
  { replicas, isr, elr }: Candidates,
): number | null {
  const mayLead = (replica: number): boolean =>
    (isr.includes(replica) || (isr.length === 0 && elr.includes(replica))) && isAcceptableLeader(replica)
  const order =
    election === 'preferred'
      ? [...replicas.slice(0, 1), partition.leader, ...replicas]
      : [partition.leader, ...replicas]
  return order.find(mayLead) ?? null
}

function lastResort(request: PartitionChangeRequest, candidates: Candidates): number | null {
  const { partition, election, elr, isAcceptableLeader } = request
  const [lastKnown] = partition.lastKnownElr
  if (
    elr !== null &&
    candidates.isr.length === 0 &&
    candidates.elr.length === 0 &&
    partition.lastKnownElr.length === 1 &&
    lastKnown !== undefined &&
    isAcceptableLeader(lastKnown)
  ) {
    return lastKnown
  }
  if (election !== 'unclean') return null
  return candidates.replicas.find(isAcceptableLeader) ?? null
}

/**
 * KIP-966: replicas that left an ISR which is below min.insync.replicas. The high watermark stands still down
 * there, so they still have everything that is committed.
 */
function eligibleReplicas(request: PartitionChangeRequest, isr: readonly number[]): readonly number[] {
  const { partition, elr, uncleanShutdown = [] } = request
  if (elr === null || isr.length >= elr.minIsr) return []
  const candidates = new Set([...partition.elr, ...partition.isr])
  return [...candidates].filter((replica) => !isr.includes(replica) && !uncleanShutdown.includes(replica))
}

/** Kept from the moment the ISR runs empty until there is a leader again. */
function lastKnownLeader(request: PartitionChangeRequest, outcome: Outcome): readonly number[] {
  const { partition, elr } = request
  if (elr === null || outcome.leader !== NO_LEADER) return []
  if (partition.leader === NO_LEADER || outcome.isr.length > 0) return partition.lastKnownElr
  return [partition.leader]
}

function ifChanged(wanted: readonly number[], present: readonly number[]): readonly number[] | null {
  const same = wanted.length === present.length && wanted.every((id, index) => id === present[index])
  return same ? null : wanted
}

function withoutNoOp(record: RecordOf<'PartitionChange'>): RecordOf<'PartitionChange'> | null {
  const { leader, leaderRecoveryState, isr, replicas, addingReplicas, removingReplicas, elr, lastKnownElr } =
    record
  const lists = [isr, replicas, addingReplicas, removingReplicas, elr, lastKnownElr]
  const isNoOp =
    leader === NO_LEADER_CHANGE && leaderRecoveryState === -1 && lists.every((list) => list === null)
  return isNoOp ? null : record
}
