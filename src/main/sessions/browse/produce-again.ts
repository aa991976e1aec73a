import { Producer, ProduceAcks } from '@platformatic/kafka'
import type { Message } from '@platformatic/kafka'
import type { FullRecord } from '../../../shared/ipc/browse.ts'
import type { Cluster } from './cluster.ts'

/** Writes a record's key, value and headers once more, to the partition it came from, byte by byte. */
export async function produceAgain(
  { options }: Cluster,
  topic: string,
  record: FullRecord,
): Promise<{ partition: number; offset: number }> {
  const producer = new Producer({
    clientId: options.clientId,
    bootstrapBrokers: options.bootstrap,
    ...options.connection,
  })
  try {
    const { offsets } = await producer.send({
      acks: ProduceAcks.ALL,
      autocreateTopics: false,
      messages: [messageOf(topic, record)],
    })
    return { partition: record.partition, offset: Number(offsets?.[0]?.offset ?? -1) }
  } finally {
    await producer.close()
  }
}

function messageOf(topic: string, record: FullRecord): Message<Buffer, Buffer, Buffer, Buffer> {
  const { partition, key, value, headers } = record
  return {
    topic,
    partition,
    ...(key === null ? {} : { key: Buffer.from(key) }),
    ...(value === null ? {} : { value: Buffer.from(value) }),
    headers: new Map(headers.map((header) => [Buffer.from(header.name), Buffer.from(header.value ?? [])])),
  } as Message<Buffer, Buffer, Buffer, Buffer>
}
