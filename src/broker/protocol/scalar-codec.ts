/** How each scalar type of the schema lies on the wire, in the classic and in the compact (KIP-482) form. */
import { DecodeError } from './reader.ts'
import type { Reader } from './reader.ts'
import type { ScalarKind } from './schema.ts'
import type { Writer } from './writer.ts'

/** What decides the form of a field, besides its type. */
export interface Layout {
  readonly version: number
  readonly flexible: boolean
  readonly nullable: boolean
}

export interface ValueCodec {
  /** The fewest bytes a value can take: bounds the element count of an array before any element is read. */
  readonly minSize: number
  read(reader: Reader): unknown
  write(writer: Writer, value: unknown): void
}

/** Kafka refuses longer strings even where the length is a varint. */
const MAX_STRING = 0x7fff

const fixed: Readonly<Record<Exclude<ScalarKind, 'string' | 'bytes' | 'records'>, ValueCodec>> = {
  int8: { minSize: 1, read: (r) => r.int8(), write: (w, value) => w.int8(value as number) },
  int16: { minSize: 2, read: (r) => r.int16(), write: (w, value) => w.int16(value as number) },
  int32: { minSize: 4, read: (r) => r.int32(), write: (w, value) => w.int32(value as number) },
  int64: { minSize: 8, read: (r) => r.int64(), write: (w, value) => w.int64(value as number) },
  uint16: { minSize: 2, read: (r) => r.uint16(), write: (w, value) => w.uint16(value as number) },
  float64: { minSize: 8, read: (r) => r.float64(), write: (w, value) => w.float64(value as number) },
  bool: { minSize: 1, read: (r) => r.bool(), write: (w, value) => w.bool(value as boolean) },
  uuid: { minSize: 16, read: (r) => r.uuid(), write: (w, value) => w.uuid(value as string) },
}

export function scalarCodec(kind: ScalarKind, layout: Layout): ValueCodec {
  switch (kind) {
    case 'string':
      return stringCodec(layout)
    case 'bytes':
      return bytesCodec(layout)
    case 'records':
      return recordsCodec(layout)
    default:
      return fixed[kind]
  }
}

function stringCodec({ flexible, nullable }: Layout): ValueCodec {
  return {
    minSize: flexible ? 1 : 2,

    read(reader) {
      const length = reader.length(flexible, 2)
      if (length === -1 && nullable) return null
      if (length < 0 || length > MAX_STRING) throw new DecodeError(`string of ${length} bytes`)
      return reader.utf8(length)
    },

    write(writer, value) {
      if (value === null && nullable) return writer.length(flexible, 2, -1)
      if (typeof value !== 'string') throw new TypeError(`not a string: ${String(value)}`)
      const size = Buffer.byteLength(value)
      if (size > MAX_STRING) throw new RangeError(`string of ${size} bytes`)
      writer.length(flexible, 2, size)
      writer.utf8(value, size)
    },
  }
}

function bytesCodec({ flexible, nullable }: Layout): ValueCodec {
  return {
    minSize: flexible ? 1 : 4,
    read: (reader) => readBytes(reader, flexible, nullable),

    write(writer, value) {
      if (value === null && nullable) return writer.length(flexible, 4, -1)
      if (!Buffer.isBuffer(value)) throw new TypeError(`not a Buffer: ${String(value)}`)
      writer.length(flexible, 4, value.length)
      writer.bytes(value)
    },
  }
}

function recordsCodec({ flexible, nullable }: Layout): ValueCodec {
  return {
    minSize: flexible ? 1 : 4,
    read: (reader) => readBytes(reader, flexible, nullable),

    write(writer, value) {
      if (value === null && nullable) return writer.length(flexible, 4, -1)
      // ShareFetch lost its nullable records with version 0: there "no records" is an empty set.
      const chunks: unknown[] = value === null ? [] : Array.isArray(value) ? value : [value]
      if (!chunks.every(Buffer.isBuffer)) throw new TypeError('records are not Buffers')
      writer.length(
        flexible,
        4,
        chunks.reduce((sum, chunk) => sum + chunk.length, 0),
      )
      for (const chunk of chunks) writer.bytes(chunk)
    },
  }
}

function readBytes(reader: Reader, flexible: boolean, nullable: boolean): Buffer | null {
  const length = reader.length(flexible, 4)
  if (length === -1 && nullable) return null
  return reader.bytes(length)
}
