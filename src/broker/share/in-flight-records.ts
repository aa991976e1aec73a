/**
 * The records of a share partition between its start offset (SPSO) and its end offset (SPEO), without a gap: runs of
 * records in one state, in the order of their offsets. What is before is done with, what is after was never delivered.
 *
 * Kafka keeps a batch for what was acquired together and splits it when its records part ways; runs that split and
 * join again need no second form.
 */
import { DeliveryState, isTerminal } from './delivery-state.ts'
import type { StateBatch } from './delivery-state.ts'

export interface Run {
  readonly firstOffset: number
  readonly lastOffset: number
  readonly state: DeliveryState
  readonly deliveryCount: number
  /** Who has acquired it, and until when; null and 0 unless acquired. */
  readonly memberId: string | null
  readonly lockedUntilMs: number
}

export type RunState = Omit<Run, 'firstOffset' | 'lastOffset'>

export const NEVER_DELIVERED: RunState = {
  state: DeliveryState.AVAILABLE,
  deliveryCount: 0,
  memberId: null,
  lockedUntilMs: 0,
}

const KNOWN_STATES: ReadonlySet<number> = new Set(Object.values(DeliveryState))

export class InFlightRecords {
  #startOffset: number
  #runs: Run[] = []

  /** @param batches as the share coordinator gave them: whoever held a record then has lost it. */
  constructor(startOffset: number, batches: readonly StateBatch[]) {
    this.#startOffset = startOffset
    for (const batch of [...batches].sort((a, b) => a.firstOffset - b.firstOffset)) {
      const firstOffset = Math.max(batch.firstOffset, this.nextOffset)
      if (batch.lastOffset < firstOffset) continue
      if (firstOffset > this.nextOffset) this.extend(firstOffset - 1, NEVER_DELIVERED)
      this.extend(batch.lastOffset, {
        state: restoredState(batch.deliveryState),
        deliveryCount: batch.deliveryCount,
        memberId: null,
        lockedUntilMs: 0,
      })
    }
    this.advanceStart()
  }

  get startOffset(): number {
    return this.#startOffset
  }

  /** The offset after the last record that is in flight: the SPEO plus one. */
  get nextOffset(): number {
    return (this.#runs.at(-1)?.lastOffset ?? this.#startOffset - 1) + 1
  }

  /** How many records are in flight, those included that are done with but stand behind others that are not. */
  get size(): number {
    return this.nextOffset - this.#startOffset
  }

  /** Records done with behind the start offset (KIP-1226: they are no part of the lag). */
  get deliveryCompleteCount(): number {
    return this.#runs.reduce((sum, run) => (isTerminal(run.state) ? sum + lengthOf(run) : sum), 0)
  }

  get runs(): readonly Run[] {
    return this.#runs
  }

  firstAvailable(): Run | undefined {
    return this.#runs.find(({ state }) => state === DeliveryState.AVAILABLE)
  }

  /** The runs within these offsets, cut to them. */
  within(firstOffset: number, lastOffset: number): Run[] {
    if (firstOffset > lastOffset) return []
    return this.#runs
      .filter((run) => run.firstOffset <= lastOffset && run.lastOffset >= firstOffset)
      .map((run) => ({
        ...run,
        firstOffset: Math.max(run.firstOffset, firstOffset),
        lastOffset: Math.min(run.lastOffset, lastOffset),
      }))
  }

  /** Puts the records in flight up to `lastOffset` that were not. */
  extend(lastOffset: number, state: RunState): void {
    const firstOffset = this.nextOffset
    if (lastOffset >= firstOffset) this.#push(this.#runs, { firstOffset, lastOffset, ...state })
  }

  /** Gives records that are in flight another state. */
  set(firstOffset: number, lastOffset: number, state: RunState): void {
    const runs: Run[] = []
    for (const run of this.#runs) {
      const first = Math.max(run.firstOffset, firstOffset)
      const last = Math.min(run.lastOffset, lastOffset)
      if (first > last) {
        this.#push(runs, run)
        continue
      }
      if (run.firstOffset < first) this.#push(runs, { ...run, lastOffset: first - 1 })
      this.#push(runs, { firstOffset: first, lastOffset: last, ...state })
      if (run.lastOffset > last) this.#push(runs, { ...run, firstOffset: last + 1 })
    }
    this.#runs = runs
  }

  /** Leaves the records behind that are done with, as far as they stand in front. */
  advanceStart(): void {
    while (this.#runs[0] !== undefined && isTerminal(this.#runs[0].state)) {
      this.#startOffset = this.#runs.shift()!.lastOffset + 1
    }
  }

  /** Leaves everything before `offset` behind, whatever its state. */
  startAt(offset: number): void {
    if (offset <= this.#startOffset) return
    this.#runs = this.within(offset, Number.MAX_SAFE_INTEGER)
    this.#startOffset = offset
    this.advanceStart()
  }

  #push(runs: Run[], run: Run): void {
    const last = runs.at(-1)
    if (last !== undefined && isSame(last, run)) {
      runs[runs.length - 1] = { ...last, lastOffset: run.lastOffset }
    } else {
      runs.push(run)
    }
  }
}

export function lengthOf({ firstOffset, lastOffset }: Pick<Run, 'firstOffset' | 'lastOffset'>): number {
  return lastOffset - firstOffset + 1
}

function isSame(a: Run, b: Run): boolean {
  return (
    a.state === b.state &&
    a.deliveryCount === b.deliveryCount &&
    a.memberId === b.memberId &&
    a.lockedUntilMs === b.lockedUntilMs
  )
}

function restoredState(state: number): DeliveryState {
  if (state === DeliveryState.ACQUIRED || !KNOWN_STATES.has(state)) return DeliveryState.AVAILABLE
  return state as DeliveryState
}
