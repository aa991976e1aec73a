import { writeInt64 } from './int64.ts'

/** Buffers from this size on go to the socket as they are; below it a copy costs less than one more chunk. */
const REFERENCE_FROM = 1024
const FIRST_CHUNK = 256
const LAST_CHUNK = 64 * 1024

/**
 * Writes Kafka's primitive types into a list of chunks. A big Buffer becomes a chunk of its own without being
 * copied: it must not be changed before the chunks have left through the socket.
 */
export class Writer {
  private readonly done: Buffer[] = []
  private chunk: Buffer
  /** Where the part of `chunk` that is not in `done` yet begins, and where it ends. */
  private start = 0
  private position = 0
  private doneSize = 0

  constructor(firstChunk = FIRST_CHUNK) {
    this.chunk = Buffer.allocUnsafe(firstChunk)
  }

  /** Bytes written so far. */
  get size(): number {
    return this.doneSize + this.position - this.start
  }

  /** What was written so far, in order. Writing may go on after it. */
  chunks(): Buffer[] {
    this.closeChunk()
    return this.done
  }

  int8(value: number): void {
    const at = this.reserve(1)
    if ((value << 24) >> 24 !== value) outOfRange('int8', value)
    this.chunk[at] = value
  }

  uint8(value: number): void {
    const at = this.reserve(1)
    this.chunk[at] = value
  }

  int16(value: number): void {
    const at = this.reserve(2)
    if ((value << 16) >> 16 !== value) outOfRange('int16', value)
    this.chunk[at] = value >> 8
    this.chunk[at + 1] = value
  }

  uint16(value: number): void {
    const at = this.reserve(2)
    if ((value & 0xffff) !== value) outOfRange('uint16', value)
    this.chunk[at] = value >> 8
    this.chunk[at + 1] = value
  }

  int32(value: number): void {
    const at = this.reserve(4)
    if ((value | 0) !== value) outOfRange('int32', value)
    this.put32(at, value)
  }

  /** Clamped to the int64 range: see `int64` in schema.ts. */
  int64(value: number): void {
    if (!Number.isInteger(value)) outOfRange('int64', value)
    const at = this.reserve(8)
    writeInt64(this.chunk, at, value)
  }

  float64(value: number): void {
    const at = this.reserve(8)
    this.chunk.writeDoubleBE(value, at)
  }

  bool(value: boolean): void {
    this.uint8(value ? 1 : 0)
  }

  uuid(value: string): void {
    const at = this.reserve(16)
    if (value.length !== 22 || this.chunk.write(value, at, 16, 'base64url') !== 16) {
      throw new TypeError(`not a uuid: ${value}`)
    }
  }

  unsignedVarint(value: number): void {
    const at = this.reserve(5)
    let position = at
    let rest = value
    while (rest >= 0x80) {
      this.chunk[position++] = (rest & 0x7f) | 0x80
      rest = Math.floor(rest / 128)
    }
    this.chunk[position++] = rest
    this.position = position
  }

  /** Zigzag, as the fields inside records use it. */
  varint(value: number): void {
    const at = this.reserve(10)
    let position = at
    // Zigzag maps n to 2n or -2n - 1. The sign goes in by itself, so that no bit of a 53-bit number is lost.
    let rest = value < 0 ? -value - 1 : value
    const low = ((rest % 64) << 1) | (value < 0 ? 1 : 0)
    rest = Math.floor(rest / 64)
    this.chunk[position++] = rest > 0 ? low | 0x80 : low
    while (rest > 0) {
      const bits = rest % 128
      rest = Math.floor(rest / 128)
      this.chunk[position++] = rest > 0 ? bits | 0x80 : bits
    }
    this.position = position
  }

  length(compact: boolean, bytesOfLength: 2 | 4, length: number): void {
    if (compact) this.unsignedVarint(length + 1)
    else if (bytesOfLength === 2) this.int16(length)
    else this.int32(length)
  }

  utf8(value: string, size: number): void {
    const at = this.reserve(size)
    this.chunk.write(value, at, size, 'utf8')
  }

  bytes(value: Buffer): void {
    if (value.length < REFERENCE_FROM) {
      const at = this.reserve(value.length)
      value.copy(this.chunk, at)
      return
    }
    this.closeChunk()
    this.done.push(value)
    this.doneSize += value.length
  }

  /** Everything another writer has collected. */
  append(other: Writer): void {
    for (const chunk of other.chunks()) this.bytes(chunk)
  }

  /** Room for `size` bytes in one piece; returns where they go. */
  private reserve(size: number): number {
    if (this.position + size > this.chunk.length) {
      this.closeChunk()
      const grown = Math.min(LAST_CHUNK, this.chunk.length * 4)
      this.chunk = Buffer.allocUnsafe(Math.max(grown, size))
      this.start = 0
      this.position = 0
    }
    const at = this.position
    this.position = at + size
    return at
  }

  private put32(at: number, value: number): void {
    this.chunk[at] = value >>> 24
    this.chunk[at + 1] = value >>> 16
    this.chunk[at + 2] = value >>> 8
    this.chunk[at + 3] = value
  }

  private closeChunk(): void {
    if (this.position === this.start) return
    this.done.push(this.chunk.subarray(this.start, this.position))
    this.doneSize += this.position - this.start
    this.start = this.position
  }
}

function outOfRange(type: string, value: unknown): never {
  throw new RangeError(`not an ${type}: ${String(value)}`)
}
