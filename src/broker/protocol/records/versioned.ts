/**
 * The records of Kafka's internal topics, and the blobs consumers send each other through a group: an int16
 * that says the layout, then the fields. In the key of a coordinator record that number is the record's type.
 */
import { decode, DecodeError, encode, Reader, Writer } from '../codec.ts'
import type { Infer, Input, Message } from '../schema.ts'

export function encodeRecord<M extends Message>(schema: M, version: number, value: Input<M>): Buffer {
  const writer = new Writer()
  writer.int16(version)
  encode(schema, version, value, writer)
  const chunks = writer.chunks()
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

export function decodeRecord<M extends Message>(schema: M, buffer: Buffer): Infer<M> {
  const reader = new Reader(buffer)
  const version = reader.int16()
  const value = decode(schema, version, reader)
  if (reader.remaining > 0) {
    throw new DecodeError(`${schema.name} v${version}: ${reader.remaining} bytes left over`)
  }
  return value
}

/** The type of a coordinator record, from its key: which schema to read key and value with. */
export function coordinatorKeyType(key: Buffer): number {
  return new Reader(key).int16()
}
