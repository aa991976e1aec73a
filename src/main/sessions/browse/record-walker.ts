import type { Batch } from './batch.ts'

/** Where a null key or value ends. */
export const NULL = -1

/**
 * Goes from record to record in the bytes of a batch. It makes no object for a record: a search looks at hundreds
 * of thousands a second, of which a handful is wanted.
 */
export class RecordWalker {
  bytes: Buffer = Buffer.alloc(0)
  offset = 0
  timestampMs = 0
  keyStart = 0
  keyEnd = NULL
  valueStart = 0
  valueEnd = NULL
  headersStart = 0
  headerCount = 0
  recordEnd = 0
  #batch: Batch | null = null
  #left = 0
  #position = 0

  enter(batch: Batch, bytes: Buffer): void {
    this.#batch = batch
    this.#left = batch.recordCount
    this.#position = 0
    this.bytes = bytes
  }

  /** False after the last record; throws for bytes that are no record. */
  next(): boolean {
    const batch = this.#batch
    if (!batch || this.#left === 0) return false
    this.#left--
    const length = this.#varint()
    const end = this.#position + length
    if (length < 1 || end > this.bytes.length) throw new Error('A record reaches beyond its batch.')
    this.#position++ // attributes, of which there are none yet
    const timestampDelta = this.#varlong()
    this.timestampMs = batch.isLogAppendTime ? batch.maxTimestamp : batch.baseTimestamp + timestampDelta
    this.offset = batch.baseOffset + this.#varint()
    const keyLength = this.#varint()
    this.keyStart = this.#position
    this.keyEnd = keyLength < 0 ? NULL : (this.#position += keyLength)
    const valueLength = this.#varint()
    this.valueStart = this.#position
    this.valueEnd = valueLength < 0 ? NULL : (this.#position += valueLength)
    this.headerCount = this.#varint()
    this.headersStart = this.#position
    if (this.#position > end) throw new Error('A record’s fields reach beyond it.')
    this.recordEnd = end
    this.#position = end
    return true
  }

  /** Calls with where name and value of each header lie; a null value ends at NULL. */
  headers(visit: (nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => void): void {
    const after = this.#position
    this.#position = this.headersStart
    for (let index = 0; index < this.headerCount; index++) {
      const nameLength = this.#varint()
      const nameStart = this.#position
      const nameEnd = (this.#position += nameLength)
      const valueLength = this.#varint()
      const valueStart = this.#position
      const valueEnd = valueLength < 0 ? NULL : (this.#position += valueLength)
      visit(nameStart, nameEnd, valueStart, valueEnd)
    }
    this.#position = after
  }

  /** Zigzag of 32 bits. */
  #varint(): number {
    const bytes = this.bytes
    let value = 0
    let shift = 0
    for (;;) {
      const byte = bytes[this.#position++]
      if (byte === undefined) throw new Error('A record ends in the middle of a number.')
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) break
      shift += 7
    }
    return (value >>> 1) ^ -(value & 1)
  }

  /** Zigzag of 64 bits, by multiplication: shifts have 32. */
  #varlong(): number {
    const bytes = this.bytes
    let value = 0
    let factor = 1
    for (;;) {
      const byte = bytes[this.#position++]
      if (byte === undefined) throw new Error('A record ends in the middle of a number.')
      value += (byte & 0x7f) * factor
      if (byte < 0x80) break
      factor *= 128
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
}
