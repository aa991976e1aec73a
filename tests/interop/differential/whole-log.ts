import { batchesIn } from '../../../src/broker/protocol/record-batch.ts'
import type { Client } from '../../wire/client.ts'
import { fetchFrom } from '../../wire/data.ts'
import type { Topic } from '../../wire/topics.ts'

/** Every batch a consumer gets from a partition's leader. One answer may end where Kafka began a new segment. */
export async function wholeLog(client: Client, topic: Topic, index = 0) {
  const records: Buffer[] = []
  for (let offset = 0; ;) {
    const answer = await fetchFrom(client, topic, { index, offset, version: topic.id === '' ? 12 : 18 })
    const batches = [...batchesIn(answer.records ?? Buffer.alloc(0))]
    const last = batches.at(-1)
    if (last === undefined) {
      const { errorCode, highWatermark, logStartOffset } = answer
      return { errorCode, highWatermark, logStartOffset, records: Buffer.concat(records) }
    }
    // The last batch of an answer may be cut short.
    records.push(answer.records!.subarray(0, last.position + last.header.sizeInBytes))
    offset = last.header.lastOffset + 1
  }
}
