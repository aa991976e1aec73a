/** What the share coordinator knows of one share partition, and how its records change that. */
import type { Infer } from '../../protocol/schema.ts'
import type { shareSnapshotValue, shareUpdateValue } from '../../protocol/records/index.ts'
import type { StateBatch } from '../delivery-state.ts'
import { mergeStateBatches } from './state-batches.ts'

export type ShareSnapshotValue = Infer<typeof shareSnapshotValue>
export type ShareUpdateValue = Infer<typeof shareUpdateValue>

/** No group has begun with the partition, or where it begins is still to be found (`share.auto.offset.reset`). */
export const UNINITIALIZED_OFFSET = -1
export const UNKNOWN_COUNT = -1

/** Replaced by every record, never mutated. */
export interface ShareState {
  readonly snapshotEpoch: number
  readonly stateEpoch: number
  readonly leaderEpoch: number
  readonly startOffset: number
  readonly deliveryCompleteCount: number
  readonly createTimestamp: number
  readonly writeTimestamp: number
  readonly stateBatches: readonly StateBatch[]
  /** Since the last snapshot. */
  readonly updates: number
}

export function stateOfSnapshot(value: ShareSnapshotValue): ShareState {
  return { ...value, updates: 0 }
}

export function snapshotOf({ updates: _, stateBatches, ...state }: ShareState): ShareSnapshotValue {
  return { ...state, stateBatches: [...stateBatches] }
}

/** The state after an update; one that belongs to another snapshot says nothing about this state. */
export function updatedState(state: ShareState, update: ShareUpdateValue): ShareState {
  if (update.snapshotEpoch !== state.snapshotEpoch) return state
  const startOffset = update.startOffset === UNINITIALIZED_OFFSET ? state.startOffset : update.startOffset
  return {
    ...state,
    startOffset,
    leaderEpoch: update.leaderEpoch,
    deliveryCompleteCount: update.deliveryCompleteCount,
    stateBatches: mergeStateBatches(state.stateBatches, update.stateBatches, startOffset),
    updates: state.updates + 1,
  }
}
