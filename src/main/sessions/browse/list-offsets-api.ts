import type { Connection, Reader } from '@platformatic/kafka'
import { Writer } from '@platformatic/kafka'
import type { Isolation } from '../../../shared/ipc/browse.ts'
import { ByteReader } from './bytes.ts'

export const LIST_OFFSETS_KEY = 2
/** From Kafka 0.11 to today; what later versions add is not asked here. */
export const LIST_OFFSETS_VERSIONS = { oldest: 2, newest: 5 }

/** Kafka's timestamps that are none. */
export const LATEST = -1
export const EARLIEST = -2

const HAS_LEADER_EPOCH = 4
const CONSUMER = -1
const NO_EPOCH = -1

export interface ListedOffset {
  partition: number
  errorCode: number
  /** -1 when no record is that young. */
  offset: number
}

export function listOffsets(
  connection: Connection,
  version: number,
  request: { topic: string; isolation: Isolation; partitions: { partition: number; timestamp: number }[] },
): Promise<ListedOffset[]> {
  return new Promise((resolve, reject) => {
    connection.send<ListedOffset[]>(
      LIST_OFFSETS_KEY,
      version,
      () => {
        const writer = Writer.create()
          .appendInt32(CONSUMER)
          .appendInt8(request.isolation === 'read_committed' ? 1 : 0)
          .appendInt32(1)
          .appendString(request.topic, false)
          .appendInt32(request.partitions.length)
        for (const { partition, timestamp } of request.partitions) {
          writer.appendInt32(partition)
          if (version >= HAS_LEADER_EPOCH) writer.appendInt32(NO_EPOCH)
          writer.appendInt64(BigInt(timestamp))
        }
        return writer
      },
      (_correlationId, _key, _version, reader) => parse(reader, version),
      false,
      false,
      (error, listed) => (error ? reject(error) : resolve(listed ?? [])),
    )
  })
}

function parse(received: Reader, version: number): ListedOffset[] {
  const reader = new ByteReader(received.buffer.slice(received.position))
  reader.int32() // throttled for so long already
  const topics = reader.array(() => {
    reader.string()
    return reader.array(() => {
      const partition = reader.int32()
      const errorCode = reader.int16()
      reader.int64() // the found record's timestamp
      const offset = reader.int64()
      if (version >= HAS_LEADER_EPOCH) reader.int32()
      return { partition, errorCode, offset }
    })
  })
  return topics.flat()
}
