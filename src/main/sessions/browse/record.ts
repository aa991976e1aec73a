import { FailureError } from '../../../shared/channel/failure.ts'
import type { FullRecord } from '../../../shared/ipc/browse.ts'
import { ErrorCode } from '../error-codes.ts'
import type { Batch } from './batch.ts'
import { batchDetails, batchesIn, recordBytes } from './batch.ts'
import type { Cluster } from './cluster.ts'
import { refusal } from './kafka-error.ts'
import { NULL, RecordWalker } from './record-walker.ts'
import { TopicSource } from './topic-source.ts'

const FETCH_BYTES = 64 * 1024
const EMPTY_LIMIT = 10

export interface RecordPlace {
  topic: string
  partition: number
  offset: number
}

/** One record as a whole. */
export async function readRecord(cluster: Cluster, place: RecordPlace): Promise<FullRecord> {
  const { topic, partition, offset } = place
  const source = new TopicSource(cluster, topic, 'read_uncommitted', new AbortController().signal)
  try {
    await source.connect()
    for (let empty = 0; empty < EMPTY_LIMIT; empty++) {
      // A batch comes as a whole, however large, where it is the first of the answer.
      const fetched = await source.fetch(partition, offset, FETCH_BYTES)
      if (fetched.errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) throw gone(place)
      if (fetched.errorCode !== 0) throw refusal(fetched.errorCode, `Partition ${partition} can’t be read`)
      const batch = batchesIn(fetched.records).find(({ lastOffset }) => lastOffset >= offset)
      if (batch) return recordIn(batch, place)
    }
    throw gone(place)
  } finally {
    source.close()
  }
}

function recordIn(batch: Batch, place: RecordPlace): FullRecord {
  const walker = new RecordWalker()
  walker.enter(batch, bytesOf(batch, place))
  while (walker.next()) if (walker.offset === place.offset) return fullRecord(walker, batch, place.partition)
  throw gone(place)
}

function bytesOf(batch: Batch, { partition }: RecordPlace): Buffer {
  try {
    return recordBytes(batch)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new FailureError(
      {
        code: 'UNDECODABLE',
        message: `The batch at offset ${batch.baseOffset} of partition ${partition} can’t be decoded: ${why}`,
      },
      error,
    )
  }
}

function fullRecord(walker: RecordWalker, batch: Batch, partition: number): FullRecord {
  const { bytes } = walker
  const headers: FullRecord['headers'] = []
  walker.headers((nameStart, nameEnd, valueStart, valueEnd) =>
    headers.push({
      name: bytes.toString('utf8', nameStart, nameEnd),
      value: copied(bytes, valueStart, valueEnd),
    }),
  )
  return {
    partition,
    offset: walker.offset,
    timestampMs: walker.timestampMs,
    timestampType: batch.isLogAppendTime ? 'LogAppendTime' : 'CreateTime',
    key: copied(bytes, walker.keyStart, walker.keyEnd),
    value: copied(bytes, walker.valueStart, walker.valueEnd),
    headers,
    batch: batchDetails(batch),
  }
}

/** Sent to another thread, a part of a buffer would take all of it along. */
function copied(bytes: Buffer, start: number, end: number): Uint8Array | null {
  return end === NULL ? null : Uint8Array.prototype.slice.call(bytes, start, end)
}

function gone({ topic, partition, offset }: RecordPlace): FailureError {
  return new FailureError({
    code: 'RECORD_GONE',
    message: `Partition ${partition} of ${topic} has no record at offset ${offset} any more.`,
    remedy: 'Retention or compaction may have removed it. Read the topic again.',
  })
}
