import { fill, newTopic } from '../../bench/_fill.ts'

export interface LongTopic {
  topic: string
  partitions: number
  records: number
  /** One in so many has `"rare": true`. */
  rareEvery: number
}

/**
 * A topic with numbered records a millisecond apart, the newest of now: `{"id": 7, "name": "item-7"}`. Written in large
 * batches over the wire, for a client's own producer would take minutes.
 */
export async function longTopic(servers: string, { topic, partitions, records, rareEvery }: LongTopic) {
  const bootstrapPort = Number(servers.split(',')[0]?.split(':')[1])
  const leaders = await newTopic({ bootstrapPort, topic, partitions, replicas: 1 })
  const begunMs = Date.now() - records
  const rare = ['', ', "rare": true']
  await fill({
    topic,
    leaders,
    records,
    record: (id) => ({
      timestamp: begunMs + id,
      key: Buffer.from(`key-${id}`),
      value: Buffer.from(`{"id": ${id}, "name": "item-${id}"${rare[Number(id % rareEvery === 0)]}}`),
    }),
  })
}
