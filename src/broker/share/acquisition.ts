/** Which of the records just read a member gets. */
import { DeliveryState } from './delivery-state.ts'
import { lengthOf, NEVER_DELIVERED } from './in-flight-records.ts'
import type { InFlightRecords, RunState } from './in-flight-records.ts'

export interface OffsetRange {
  readonly firstOffset: number
  readonly lastOffset: number
}

export interface AcquiredRange extends OffsetRange {
  readonly deliveryCount: number
}

export interface AcquisitionLimits {
  readonly maxRecords: number
  /** Ranges end at the first end of a log batch at which they have as many records as this. */
  readonly batchSize: number
  /** True: never more than `maxRecords` (KIP-1206's record limit). False: up to the end of the batch they end in. */
  readonly isStrict: boolean
  /** How many records may be in flight before no new ones are added. */
  readonly maxRecordLocks: number
}

/**
 * Acquires from what was read, in order. Offsets between the batches, and before the first, that are in flight but
 * not in the log (compaction took them) are archived: nobody could ever be given them.
 */
export function acquire(
  records: InFlightRecords,
  read: readonly OffsetRange[],
  limits: AcquisitionLimits,
  holder: Pick<RunState, 'memberId' | 'lockedUntilMs'>,
): AcquiredRange[] {
  const acquired: AcquiredRange[] = []
  let room = limits.maxRecords
  let readTo = records.firstAvailable()?.firstOffset ?? records.nextOffset
  for (const batch of read) {
    if (room <= 0) break
    archiveGap(records, readTo, batch.firstOffset - 1)
    readTo = Math.max(readTo, batch.lastOffset + 1)
    room -= acquireBatch(records, batch, limits.isStrict ? room : Infinity, limits, holder, acquired)
  }
  return acquired
}

/** Returns how many were acquired. */
function acquireBatch(
  records: InFlightRecords,
  batch: OffsetRange,
  room: number,
  { batchSize, maxRecordLocks }: AcquisitionLimits,
  holder: Pick<RunState, 'memberId' | 'lockedUntilMs'>,
  acquired: AcquiredRange[],
): number {
  const firstOffset = Math.max(batch.firstOffset, records.startOffset)
  if (batch.lastOffset >= records.nextOffset && records.size < maxRecordLocks) {
    // Only as many as will be acquired come into flight.
    const before = records.within(firstOffset, records.nextOffset - 1)
    const taken = before.reduce(
      (sum, run) => (run.state === DeliveryState.AVAILABLE ? sum + lengthOf(run) : sum),
      0,
    )
    const newRoom = Math.max(0, room - taken)
    records.extend(Math.min(batch.lastOffset, records.nextOffset + newRoom - 1), NEVER_DELIVERED)
  }
  let count = 0
  for (const run of records.within(firstOffset, batch.lastOffset)) {
    if (run.state !== DeliveryState.AVAILABLE || count >= room) continue
    const lastOffset = Math.min(run.lastOffset, run.firstOffset + (room - count) - 1)
    const range = { firstOffset: run.firstOffset, lastOffset, deliveryCount: run.deliveryCount + 1 }
    const { deliveryCount } = range
    records.set(range.firstOffset, lastOffset, { ...holder, deliveryCount, state: DeliveryState.ACQUIRED })
    add(acquired, range, run.firstOffset === firstOffset ? batchSize : Infinity)
    count += lengthOf(range)
  }
  return count
}

function archiveGap(records: InFlightRecords, firstOffset: number, lastOffset: number): void {
  const archived = { ...NEVER_DELIVERED, state: DeliveryState.ARCHIVED }
  for (const run of records.within(firstOffset, lastOffset)) {
    if (run.state === DeliveryState.AVAILABLE) records.set(run.firstOffset, run.lastOffset, archived)
  }
  records.extend(lastOffset, archived)
}

/** Joins what stands side by side, unless a log batch begins here and the range has its size. */
function add(acquired: AcquiredRange[], range: AcquiredRange, batchSize: number): void {
  const last = acquired.at(-1)
  const isJoined =
    last !== undefined &&
    last.lastOffset + 1 === range.firstOffset &&
    last.deliveryCount === range.deliveryCount &&
    lengthOf(last) < batchSize
  if (isJoined) acquired[acquired.length - 1] = { ...last, lastOffset: range.lastOffset }
  else acquired.push(range)
}
