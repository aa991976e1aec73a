import type { RecordRows } from '../../../shared/ipc/browse.ts'
import type { Row } from './rows.ts'
import { rowIn } from './rows.ts'

export const RING_ROWS = 10_000

/** The last records that came, newest first. Older ones fall out at the end. */
export class TailRing {
  /** Newest chunk first; within a chunk the newest record is the last. */
  #chunks: RecordRows[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  push(rows: RecordRows): void {
    if (rows.offset.length === 0) return
    this.#chunks.unshift(rows)
    this.#count += rows.offset.length
    while (this.#count > RING_ROWS) this.#count -= this.#chunks.pop()?.offset.length ?? 0
  }

  /** Puts everything of another ring on top, and leaves that one empty. */
  takeFrom(other: TailRing): void {
    for (const rows of other.#chunks.toReversed()) this.push(rows)
    other.clear()
  }

  clear(): void {
    this.#chunks = []
    this.#count = 0
  }

  row(index: number): Row | null {
    let left = index
    for (const chunk of this.#chunks) {
      const size = chunk.offset.length
      if (left < size) return rowIn(chunk, size - 1 - left)
      left -= size
    }
    return null
  }

  /** What is in it, as offsets of each partition. */
  bounds(): { partition: number; start: number; end: number }[] {
    const bounds = new Map<number, { partition: number; start: number; end: number }>()
    for (const { partition, offset } of this.#chunks) {
      partition.forEach((id, index) => {
        const at = offset[index] ?? 0
        const known = bounds.get(id) ?? { partition: id, start: at, end: at + 1 }
        bounds.set(id, {
          partition: id,
          start: Math.min(known.start, at),
          end: Math.max(known.end, at + 1),
        })
      })
    }
    return [...bounds.values()]
  }
}
