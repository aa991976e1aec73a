/** Reads Kafka's fixed-size fields one after the other, from bytes that lie in one piece. */
export class ByteReader {
  readonly bytes: Buffer
  position: number

  constructor(bytes: Buffer, position = 0) {
    this.bytes = bytes
    this.position = position
  }

  int16(): number {
    this.position += 2
    return this.bytes.readInt16BE(this.position - 2)
  }

  int32(): number {
    this.position += 4
    return this.bytes.readInt32BE(this.position - 4)
  }

  int64(): number {
    this.position += 8
    return readInt64(this.bytes, this.position - 8)
  }

  string(): string {
    const length = this.int16()
    this.position += length
    return this.bytes.toString('utf8', this.position - length, this.position)
  }

  /** Empty for null: nobody here tells one from the other. */
  blob(): Buffer {
    const length = Math.max(0, this.int32())
    this.position += length
    return this.bytes.subarray(this.position - length, this.position)
  }

  array<T>(read: () => T): T[] {
    const length = Math.max(0, this.int32())
    return Array.from({ length }, read)
  }
}

/** As a number: offsets, timestamps and producer ids stay below 2^53. */
export function readInt64(bytes: Buffer, position: number): number {
  return bytes.readInt32BE(position) * 0x1_0000_0000 + bytes.readUInt32BE(position + 4)
}
