import type { Problem } from '../../../shared/ipc/browse.ts'
import type { Batch } from './batch.ts'
import { recordBytes } from './batch.ts'
import type { Matcher } from './matcher.ts'
import { RecordWalker } from './record-walker.ts'

/** Offsets `from` up to and without `to` of a partition, with every batch that has records in them. */
export interface Block {
  from: number
  to: number
  batches: Batch[]
  /** As fetched. */
  bytes: number
}

/** A record that is wanted: where it lies, not what it is. */
export interface Hit {
  partition: number
  offset: number
  timestampMs: number
  bytes: Buffer
  keyStart: number
  keyEnd: number
  valueStart: number
  valueEnd: number
  headersStart: number
  headerCount: number
  recordEnd: number
  /** Set for what stands in the place of records that can't be decoded. */
  broken: { records: number; message: string } | null
}

export interface Found {
  hits: Hit[]
  scanned: number
  skipped: number
  bytes: number
  newestMs: number | null
  oldestMs: number | null
  problems: Problem[]
}

const walker = new RecordWalker()
const NOTHING = Buffer.alloc(0)

/** Goes through a block in the order of its offsets. What can't be decoded is a hit where nothing is searched for. */
export function searchBlock(partition: number, block: Block, matcher: Matcher, isFiltered: boolean): Found {
  const found: Found = {
    hits: [],
    scanned: 0,
    skipped: 0,
    bytes: block.bytes,
    newestMs: null,
    oldestMs: null,
    problems: [],
  }
  for (const batch of block.batches) {
    if (batch.isControl || batch.recordCount === 0) continue
    try {
      searchBatch(partition, block, batch, matcher, found)
    } catch (error) {
      noteBroken(partition, batch, error, isFiltered, found)
    }
  }
  return found
}

function searchBatch(partition: number, block: Block, batch: Batch, matcher: Matcher, found: Found): void {
  const bytes = recordBytes(batch)
  const isWhole = batch.baseOffset >= block.from && batch.lastOffset < block.to
  if (isWhole && matcher.batchMayMatch?.(bytes) === false) {
    found.scanned += batch.recordCount
    seen(found, batch.baseTimestamp, batch.maxTimestamp)
    return
  }
  const before = { hits: found.hits.length, scanned: found.scanned }
  let oldestMs = Infinity
  let newestMs = -Infinity
  try {
    walker.enter(batch, bytes)
    while (walker.next()) {
      if (walker.offset < block.from) continue
      if (walker.offset >= block.to) break
      found.scanned++
      oldestMs = Math.min(oldestMs, walker.timestampMs)
      newestMs = Math.max(newestMs, walker.timestampMs)
      if (isMatch(partition, matcher, found)) found.hits.push(hitHere(partition))
    }
  } catch (error) {
    // One bad record leaves nothing to trust in its batch.
    found.hits.length = before.hits
    found.scanned = before.scanned
    throw error
  }
  if (oldestMs !== Infinity) seen(found, oldestMs, newestMs)
}

function isMatch(partition: number, matcher: Matcher, found: Found): boolean {
  try {
    return matcher.matches(walker)
  } catch (error) {
    found.skipped++
    found.problems.push({ partition, offset: walker.offset, records: 1, message: messageOf(error) })
    return false
  }
}

function hitHere(partition: number): Hit {
  return {
    partition,
    offset: walker.offset,
    timestampMs: walker.timestampMs,
    bytes: walker.bytes,
    keyStart: walker.keyStart,
    keyEnd: walker.keyEnd,
    valueStart: walker.valueStart,
    valueEnd: walker.valueEnd,
    headersStart: walker.headersStart,
    headerCount: walker.headerCount,
    recordEnd: walker.recordEnd,
    broken: null,
  }
}

function noteBroken(
  partition: number,
  batch: Batch,
  error: unknown,
  isFiltered: boolean,
  found: Found,
): void {
  const message = messageOf(error)
  found.skipped += batch.recordCount
  found.problems.push({ partition, offset: batch.baseOffset, records: batch.recordCount, message })
  seen(found, batch.baseTimestamp, batch.maxTimestamp)
  if (isFiltered) return
  found.hits.push({
    partition,
    offset: batch.baseOffset,
    timestampMs: batch.maxTimestamp,
    bytes: NOTHING,
    keyStart: 0,
    keyEnd: -1,
    valueStart: 0,
    valueEnd: -1,
    headersStart: 0,
    headerCount: 0,
    recordEnd: 0,
    broken: { records: batch.recordCount, message },
  })
}

function seen(found: Found, oldestMs: number, newestMs: number): void {
  found.oldestMs = Math.min(found.oldestMs ?? Infinity, oldestMs)
  found.newestMs = Math.max(found.newestMs ?? -Infinity, newestMs)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
