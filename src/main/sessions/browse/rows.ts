import { isUtf8 } from 'node:buffer'
import type { RecordRows } from '../../../shared/ipc/browse.ts'
import { PREVIEW_BYTES, rowFlags } from '../../../shared/ipc/browse.ts'
import type { Hit } from './block.ts'

const NULL = -1
/** Bytes that make up the rest of one character at most. */
const CONTINUATION_LIMIT = 3
/** Hex has two digits a byte, and nobody reads more of it in a list. */
const HEX_PREVIEW_BYTES = 256

/** What a list shows of records. */
export function rowsOf(hits: readonly Hit[]): RecordRows {
  const count = hits.length
  const rows: RecordRows = {
    partition: new Int32Array(count),
    offset: new Float64Array(count),
    timestampMs: new Float64Array(count),
    key: new Array<string | null>(count),
    value: new Array<string | null>(count),
    keyBytes: new Int32Array(count),
    valueBytes: new Int32Array(count),
    headers: new Int32Array(count),
    flags: new Uint8Array(count),
  }
  hits.forEach((hit, index) => setRow(rows, index, hit))
  return rows
}

function setRow(rows: RecordRows, index: number, hit: Hit): void {
  rows.partition[index] = hit.partition
  rows.offset[index] = hit.offset
  rows.timestampMs[index] = hit.timestampMs
  rows.headers[index] = hit.headerCount
  if (hit.broken) {
    rows.key[index] = null
    rows.keyBytes[index] = NULL
    rows.value[index] = hit.broken.message
    rows.valueBytes[index] = hit.broken.records
    rows.flags[index] = rowFlags.broken
    return
  }
  const key = preview(hit.bytes, hit.keyStart, hit.keyEnd)
  const value = preview(hit.bytes, hit.valueStart, hit.valueEnd)
  rows.key[index] = key.text
  rows.keyBytes[index] = key.bytes
  rows.value[index] = value.text
  rows.valueBytes[index] = value.bytes
  rows.flags[index] =
    (key.isBinary ? rowFlags.keyBinary : 0) |
    (value.isBinary ? rowFlags.valueBinary : 0) |
    (key.isCut ? rowFlags.keyCut : 0) |
    (value.isCut ? rowFlags.valueCut : 0)
}

interface Preview {
  text: string | null
  bytes: number
  isBinary: boolean
  isCut: boolean
}

const NOTHING: Preview = { text: null, bytes: NULL, isBinary: false, isCut: false }

/** The first bytes of a field as text, or as hex where they are no text. */
function preview(bytes: Buffer, start: number, end: number): Preview {
  if (end === NULL) return NOTHING
  const size = end - start
  const isCut = size > PREVIEW_BYTES
  const shown = bytes.subarray(start, isCut ? characterEnd(bytes, start + PREVIEW_BYTES) : end)
  if (isText(shown)) return { text: shown.toString('utf8'), bytes: size, isBinary: false, isCut }
  const hex = shown.subarray(0, HEX_PREVIEW_BYTES).toString('hex')
  return { text: hex, bytes: size, isBinary: true, isCut: size > HEX_PREVIEW_BYTES }
}

/** UTF-8 without the control characters that no text has: a serialized integer may well be valid UTF-8. */
function isText(bytes: Buffer): boolean {
  if (!isUtf8(bytes)) return false
  for (const byte of bytes) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27) return false
  }
  return true
}

/** `end`, or before the character that it would cut. */
function characterEnd(bytes: Buffer, end: number): number {
  let cut = end
  while (end - cut < CONTINUATION_LIMIT && (bytes[cut]! & 0xc0) === 0x80) cut--
  return cut
}
