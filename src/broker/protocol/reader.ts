import { readInt64 } from './int64.ts'

/** The bytes are not what they claim to be. Whoever sent them gets its connection closed. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}

/**
 * Reads Kafka's primitive types from a Buffer. Every read checks the bounds first, so that nothing a peer sends
 * can read outside its own frame or make us allocate for bytes that are not there.
 */
export class Reader {
  readonly buffer: Buffer
  position: number
  /** Reading stops here; moved inwards while a tagged field is read. */
  end: number

  constructor(buffer: Buffer, position = 0, end = buffer.length) {
    this.buffer = buffer
    this.position = position
    this.end = end
  }

  get remaining(): number {
    return this.end - this.position
  }

  /** Moves past `size` bytes and returns where they began. */
  skip(size: number): number {
    const start = this.position
    if (size < 0 || size > this.end - start) {
      throw new DecodeError(`${size} bytes wanted at ${start}, ${this.end - start} there`)
    }
    this.position = start + size
    return start
  }

  int8(): number {
    return this.buffer.readInt8(this.skip(1))
  }

  uint8(): number {
    return this.buffer[this.skip(1)]!
  }

  int16(): number {
    return this.buffer.readInt16BE(this.skip(2))
  }

  uint16(): number {
    return this.buffer.readUInt16BE(this.skip(2))
  }

  int32(): number {
    return this.buffer.readInt32BE(this.skip(4))
  }

  /** See `int64` in schema.ts for why this is a number. */
  int64(): number {
    return readInt64(this.buffer, this.skip(8))
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.skip(8))
  }

  bool(): boolean {
    return this.uint8() !== 0
  }

  uuid(): string {
    const at = this.skip(16)
    return this.buffer.toString('base64url', at, at + 16)
  }

  /** At most 32 bits in at most 5 bytes (KIP-482); anything longer is not a length. */
  unsignedVarint(): number {
    let value = 0
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.uint8()
      // From the fifth byte only four bits fit; shifting more would wrap to a negative number.
      if (shift === 28 && byte > 0x0f) break
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new DecodeError(`varint longer than 32 bits at ${this.position}`)
  }

  /** Zigzag, as the fields inside records use it; read as 64 bits, exact to 2^53. */
  varint(): number {
    let byte = this.uint8()
    const negative = (byte & 1) === 1
    let value = (byte & 0x7f) >>> 1
    let unit = 64
    for (let bytes = 1; byte >= 0x80; bytes++) {
      if (bytes === 10) throw new DecodeError(`varint longer than 64 bits at ${this.position}`)
      byte = this.uint8()
      value += (byte & 0x7f) * unit
      unit *= 128
    }
    return negative ? -value - 1 : value
  }

  /** -1 (compact: 0) means null, which not every field may be. */
  length(compact: boolean, bytesOfLength: 2 | 4): number {
    if (compact) return this.unsignedVarint() - 1
    return bytesOfLength === 2 ? this.int16() : this.int32()
  }

  utf8(length: number): string {
    const at = this.skip(length)
    return this.buffer.toString('utf8', at, at + length)
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const at = this.skip(length)
    return this.buffer.subarray(at, at + length)
  }

  /** Steps over a tag buffer whose fields mean nothing here. */
  skipTags(): void {
    const count = this.unsignedVarint()
    for (let i = 0; i < count; i++) {
      this.unsignedVarint()
      this.skip(this.unsignedVarint())
    }
  }
}
