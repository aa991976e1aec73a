import { decodeRecord, encodeRecord } from '../protocol/records/index.ts'
import type { Message } from '../protocol/schema.ts'
import type { CoordinatorRecord } from './log.ts'

/** Of every record of the groups whose assignor runs on the server. */
const VALUE_VERSION = 0

/** A kind of record of `__consumer_offsets`, both ways; a value of null is a tombstone. */
export function recordCodec<Key extends object, KeyIn, Value, ValueIn>(
  keyType: number,
  keySchema: Message<Key, KeyIn>,
  valueSchema: Message<Value, ValueIn>,
) {
  return {
    encode: (key: KeyIn, value: ValueIn | null): CoordinatorRecord => ({
      key: encodeRecord(keySchema, keyType, key),
      value: value === null ? null : encodeRecord(valueSchema, VALUE_VERSION, value),
    }),
    /** Throws DecodeError on damaged bytes. */
    decode: ({ key, value }: CoordinatorRecord): Key & { value: Value | null } => ({
      ...decodeRecord(keySchema, key),
      value: value === null ? null : decodeRecord(valueSchema, value),
    }),
  }
}
