/** Int64 fields of a batch as numbers; `int64` in schema.ts says why. */

export function readInt64(buffer: Buffer, position: number): number {
  return buffer.readInt32BE(position) * 2 ** 32 + buffer.readUInt32BE(position + 4)
}

export function writeInt64(buffer: Buffer, position: number, value: number): void {
  if (value >= 2 ** 63) {
    buffer.writeInt32BE(0x7fffffff, position)
    buffer.writeUInt32BE(0xffffffff, position + 4)
    return
  }
  const clamped = Math.max(value, -(2 ** 63))
  const high = Math.floor(clamped / 2 ** 32)
  buffer.writeInt32BE(high, position)
  buffer.writeUInt32BE(clamped - high * 2 ** 32, position + 4)
}
