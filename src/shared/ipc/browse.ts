import { call, of, stream } from '../channel/declare.ts'
import { z } from '../channel/zod.ts'

// Reading records. Offsets and timestamps (milliseconds) are exact as numbers: no log comes near 2^53.

const cluster = z.string().max(300)
const topic = z.string().min(1).max(249)
const partition = z.number().int().min(0)
const offset = z.number().int().min(0)

/** Part of a partition: offsets from `start` up to and without `end`. */
const bound = z.object({ partition, start: offset, end: offset })

const isolation = z.enum(['read_uncommitted', 'read_committed'])

/** Where reading begins, and with it the direction: newest reads backwards, everything else forwards. */
const beginning = z.discriminatedUnion('at', [
  z.object({ at: z.literal('newest') }),
  z.object({ at: z.literal('oldest') }),
  z.object({ at: z.literal('offset'), offset }),
  z.object({ at: z.literal('timestamp'), timestampMs: z.number().int() }),
])

/** What a record must contain to be shown. Without `regex`, a text anywhere in one of the fields. */
const textFilter = z.object({
  text: z.string().min(1).max(1_000),
  regex: z.boolean(),
  matchCase: z.boolean(),
  fields: z.object({ key: z.boolean(), value: z.boolean(), headers: z.boolean() }),
})

const target = z.object({ cluster, topic, isolation })

/** Asks for the records within `bounds`, in one direction. */
const reading = target.extend({
  direction: z.enum(['backward', 'forward']),
  bounds: z.array(bound).max(10_000),
  filter: textFilter.nullable(),
})

const place = z.object({ cluster, topic, partition, offset })

export type Bound = z.output<typeof bound>
export type Beginning = z.output<typeof beginning>
export type TextFilter = z.output<typeof textFilter>
export type Isolation = z.output<typeof isolation>
export type Direction = 'backward' | 'forward'
export type Reading = z.output<typeof reading>
export type Place = z.output<typeof place>

/** Where a topic's records lie now. */
export interface TopicRange {
  partitions: { partition: number; logStart: number; logEnd: number }[]
  /** Partitions without a leader: nothing can be read from them. */
  leaderless: number[]
  /** What a reading from the asked beginning covers; partitions with nothing in it are left out. */
  bounds: Bound[]
  direction: Direction
}

/** Bits of `RecordRows.flags`. */
export const rowFlags = {
  keyBinary: 1,
  valueBinary: 2,
  keyCut: 4,
  valueCut: 8,
  /** Stands for `valueBytes` records that could not be decoded; `value` says why. */
  broken: 16,
} as const

/** Records as columns: a few arrays cross a process boundary much faster than an object for each. */
export interface RecordRows {
  partition: Int32Array
  offset: Float64Array
  timestampMs: Float64Array
  /** The first PREVIEW_BYTES, as text, or as hex digits where they are not UTF-8; null where Kafka has null. */
  key: (string | null)[]
  value: (string | null)[]
  /** -1 for null. */
  keyBytes: Int32Array
  valueBytes: Int32Array
  headers: Int32Array
  flags: Uint8Array
}

export const PREVIEW_BYTES = 2_048
/** Rows in one chunk at most: each costs its way through three threads, whatever is in it. */
export const CHUNK_ROWS = 1_024
/** Rows in the first chunk at most, for which someone waits. */
export const FIRST_CHUNK_ROWS = 256

/** A record or a batch that a filter could not look at. */
export interface Problem {
  partition: number
  offset: number
  records: number
  message: string
}

export interface ReadProgress {
  /** Records looked at, matching records among them, records that could not be looked at. */
  scanned: number
  matched: number
  skipped: number
  /** Offsets done, of offsets asked for; compaction leaves gaps, so there may be fewer records. */
  done: number
  total: number
  bytes: number
  elapsedMs: number
  /** Timestamps of the newest and oldest record looked at. */
  newestMs: number | null
  oldestMs: number | null
}

export interface ReadChunk {
  rows: RecordRows
  /** What is left of the asked bounds after these rows; empty at the end. */
  rest: Bound[]
  progress: ReadProgress
  /** At most PROBLEM_LIMIT in all; more are counted in `skipped` only. */
  problems: Problem[]
}

export const PROBLEM_LIMIT = 100

export interface TailChunk {
  rows: RecordRows
  /** Records that came since the last chunk, those among them that match, and those left out to keep up. */
  arrived: number
  matched: number
  omitted: number
  elapsedMs: number
  /** Why nothing comes just now; it is tried again. */
  trouble: string | null
}

export interface FullRecord {
  partition: number
  offset: number
  timestampMs: number
  timestampType: 'CreateTime' | 'LogAppendTime'
  key: Uint8Array | null
  value: Uint8Array | null
  headers: { name: string; value: Uint8Array | null }[]
  batch: {
    baseOffset: number
    records: number
    sizeInBytes: number
    compression: string
    leaderEpoch: number
    /** As text, for it has 64 bits. */
    producerId: string
    producerEpoch: number
    baseSequence: number
    isTransactional: boolean
  }
}

/** JSON laid out over lines with every token as it was, so that a 64-bit integer keeps its digits. */
export type FormattedJson = { ok: true; text: Uint8Array } | { ok: false; reason: string; position: number }

const exporting = reading.extend({
  format: z.enum(['ndjson', 'csv']),
  /** Ends after so many records; null for all within the bounds. */
  limit: z.number().int().min(1).nullable(),
})

export type ExportFormat = z.output<typeof exporting>['format']

export interface ExportProgress {
  state: 'choosing' | 'writing' | 'done' | 'dismissed'
  file: string | null
  written: number
  fileBytes: number
  done: number
  total: number
  elapsedMs: number
}

/** What windows ask; main passes everything on to the cluster's session. */
export const browse = {
  /** Topics there are to browse. */
  topics: call({
    input: z.object({ cluster }),
    output: of<{ name: string; partitions: number; isInternal: boolean }[]>(),
  }),
  range: call({
    input: target.extend({ partitions: z.array(partition).max(10_000).nullable(), beginning }),
    output: of<TopicRange>(),
  }),
  read: stream({
    input: reading.extend({ pageRows: z.number().int().min(1).max(CHUNK_ROWS).default(CHUNK_ROWS) }),
    chunk: of<ReadChunk>(),
  }),
  /** Records from now on, at most ten chunks a second. */
  tail: stream({
    input: target.extend({
      partitions: z.array(partition).max(10_000).nullable(),
      filter: textFilter.nullable(),
    }),
    chunk: of<TailChunk>(),
  }),
  record: call({ input: place, output: of<FullRecord>() }),
  formatJson: call({ input: place.extend({ part: z.enum(['key', 'value']) }), output: of<FormattedJson>() }),
  /** Writes a record's key, value and headers to the same partition once more. */
  produceAgain: call({ input: place, output: of<{ partition: number; offset: number }>() }),
  /** Main asks the user for the file first. Leaving the stream cancels, and removes what was written. */
  export: stream({ input: exporting, chunk: of<ExportProgress>() }),
}

/** The same as asked of the session, which knows the file. */
export const sessionBrowse = {
  ...browse,
  export: stream({ input: exporting.extend({ file: z.string() }), chunk: of<ExportProgress>() }),
}
