import type { RecordRows } from '../../../shared/ipc/browse.ts'
import { rowFlags } from '../../../shared/ipc/browse.ts'

/** One record as a list shows it. */
export interface Row {
  partition: number
  offset: number
  timestampMs: number
  key: Field
  value: Field
  headers: number
  /** How many records could not be decoded, for a row that stands for them; `value` says why. */
  brokenRecords: number | null
}

export interface Field {
  text: string | null
  bytes: number
  isBinary: boolean
  isCut: boolean
}

/** Where the rows of a grid come from: pages read on demand, or the ring of a live tail. */
export interface RowSource {
  readonly count: number
  /** Null while it is being fetched. */
  row: (index: number) => Row | null
  /** Called with what is in sight whenever that changes. */
  show: (from: number, to: number) => void
}

/** Whether two rows of one list show the same: a record never changes. */
export function isSameRecord(one: Row, other: Row): boolean {
  return one.partition === other.partition && one.offset === other.offset
}

export function rowIn(rows: RecordRows, index: number): Row {
  const flags = rows.flags[index] ?? 0
  const has = (flag: number) => (flags & flag) !== 0
  const isBroken = has(rowFlags.broken)
  return {
    partition: rows.partition[index] ?? 0,
    offset: rows.offset[index] ?? 0,
    timestampMs: rows.timestampMs[index] ?? 0,
    headers: rows.headers[index] ?? 0,
    key: {
      text: rows.key[index] ?? null,
      bytes: rows.keyBytes[index] ?? 0,
      isBinary: has(rowFlags.keyBinary),
      isCut: has(rowFlags.keyCut),
    },
    value: {
      text: rows.value[index] ?? null,
      bytes: rows.valueBytes[index] ?? 0,
      isBinary: has(rowFlags.valueBinary),
      isCut: has(rowFlags.valueCut),
    },
    brokenRecords: isBroken ? (rows.valueBytes[index] ?? 0) : null,
  }
}
