import type { StateBatch } from '../delivery-state.ts'

/**
 * The state of each offset from `startOffset` on: what a newer batch says holds against an older one, and neighbours
 * that say the same become one batch.
 */
export function mergeStateBatches(
  known: readonly StateBatch[],
  newer: readonly StateBatch[],
  startOffset: number,
): StateBatch[] {
  let batches = [...known]
  for (const batch of newer) {
    batches = batches.flatMap((older) => partsOutside(older, batch))
    batches.push(batch)
  }
  const kept = batches
    .filter(({ lastOffset }) => lastOffset >= startOffset)
    .map((batch) => ({ ...batch, firstOffset: Math.max(batch.firstOffset, startOffset) }))
    .sort((a, b) => a.firstOffset - b.firstOffset)
  const merged: StateBatch[] = []
  for (const batch of kept) {
    const last = merged.at(-1)
    if (last !== undefined && isContinuation(last, batch)) {
      merged[merged.length - 1] = { ...last, lastOffset: batch.lastOffset }
    } else {
      merged.push(batch)
    }
  }
  return merged
}

function partsOutside(batch: StateBatch, { firstOffset, lastOffset }: StateBatch): StateBatch[] {
  if (batch.lastOffset < firstOffset || batch.firstOffset > lastOffset) return [batch]
  const parts: StateBatch[] = []
  if (batch.firstOffset < firstOffset) parts.push({ ...batch, lastOffset: firstOffset - 1 })
  if (batch.lastOffset > lastOffset) parts.push({ ...batch, firstOffset: lastOffset + 1 })
  return parts
}

function isContinuation(before: StateBatch, batch: StateBatch): boolean {
  return (
    before.lastOffset + 1 === batch.firstOffset &&
    before.deliveryState === batch.deliveryState &&
    before.deliveryCount === batch.deliveryCount
  )
}
