import { FailureError } from '../../../shared/channel/failure.ts'
import type { FullRecord } from '../../../shared/ipc/browse.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { TopicProducer } from '../produce/producer.ts'

/** Writes a record's key, value and headers once more, to the partition it came from, byte by byte. */
export async function produceAgain(
  access: ClusterAccess,
  topic: string,
  { partition, key, value, headers }: FullRecord,
): Promise<{ partition: number; offset: number }> {
  const record = {
    key: bufferOf(key),
    value: bufferOf(value),
    headers: headers.map((header) => ({ name: header.name, value: bufferOf(header.value) })),
    partition,
  }
  const [outcome] = await new TopicProducer(access, topic, 'all', 'sticky').send([record])
  if (!outcome) throw new Error('A record that was sent has no outcome')
  if ('failure' in outcome) throw new FailureError(outcome.failure)
  return { partition: outcome.partition, offset: outcome.offset ?? -1 }
}

function bufferOf(bytes: Uint8Array | null): Buffer | null {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
