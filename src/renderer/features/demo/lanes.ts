import type { DemoMember, DemoMemberState, DemoProtocol } from '../../../shared/ipc/demo.ts'
import type { GroupSample } from '../../../shared/ipc/groups.ts'

/** `expiring`: its thread is gone and the group still waits for it. */
export type LaneState = DemoMemberState | 'expiring' | 'foreign'

/** One member of the group, as the cluster and the member itself tell of it. */
export interface Lane {
  name: string
  memberId: string | null
  /** Null for a member that is none of the demo's. */
  protocol: DemoProtocol | null
  state: LaneState
  sinceMs: number | null
  /** What the cluster says it is assigned. */
  partitions: number[]
  generation: number | null
  /** Null for a member that is none of the demo's. */
  recordsPerSecond: number | null
}

/**
 * All lanes: the demo's members, and whoever else the cluster counts among the group. Who has which partition is the
 * cluster's word. A crashed member stays for as long as the cluster keeps it, and goes with its session.
 */
export function lanesOf(members: readonly DemoMember[], sample: GroupSample | null, topic: string): Lane[] {
  const assigned = new Map((sample?.members ?? []).map((each) => [each.memberId, each]))
  const partitionsOf = (memberId: string | null) =>
    (assigned.get(memberId ?? '')?.partitions ?? [])
      .filter((each) => each.topic === topic)
      .map(({ partition }) => partition)
      .sort((one, other) => one - other)
  const own = members.flatMap((member): Lane[] => {
    const { name, memberId, protocol, generation, recordsPerSecond, sinceMs } = member
    const partitions = partitionsOf(memberId)
    const lane = { name, memberId, protocol, sinceMs, partitions, generation, recordsPerSecond }
    if (member.state !== 'crashed') return [{ ...lane, state: member.state }]
    // A look from before the crash can't know of its end.
    const isKept = sample === null || sample.atMs < sinceMs || assigned.has(memberId ?? '')
    return isKept ? [{ ...lane, state: 'expiring' }] : []
  })
  const named = new Set(members.map(({ memberId }) => memberId))
  const others = [...assigned.values()]
    .filter(({ memberId }) => !named.has(memberId))
    .map(({ memberId, clientId }): Lane => ({
      name: clientId,
      memberId,
      protocol: null,
      state: 'foreign',
      sinceMs: null,
      partitions: partitionsOf(memberId),
      generation: null,
      recordsPerSecond: null,
    }))
  return [...own, ...others]
}

/** Partitions nobody is assigned: nobody reads them. */
export function unowned(partitions: number, lanes: readonly Lane[]): number[] {
  const owned = new Set(lanes.flatMap((lane) => lane.partitions))
  return Array.from({ length: partitions }, (_, index) => index).filter((each) => !owned.has(each))
}
