import { ProduceAcks } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { readRecords } from '../../../src/main/sessions/browse/read.ts'
import { useCluster } from '../cluster.ts'
import { createTopic, openProducer } from '../platformatic/client.ts'
import { browsed, placesOf, readingOf } from './session.ts'

const cluster = useCluster()

test('a reading goes on where it was after a leader was killed, with no record lost or twice', async () => {
  const topic = await createTopic(cluster(), { partitions: 3 })
  const messages = Array.from({ length: 3_000 }, (_, index) => ({
    topic,
    partition: index % 3,
    value: `value ${index}`,
    timestamp: BigInt(1_700_000_000_000 + index),
  }))
  const producer = openProducer(cluster())
  for (let at = 0; at < 3_000; at += 50) {
    await producer.send({ acks: ProduceAcks.ALL, messages: messages.slice(at, at + 50) })
  }
  const browse = browsed(cluster())
  const reading = await readingOf(browse, { topic })
  const places: string[] = []
  const stream = readRecords(browse, { ...reading, pageRows: 100 }, new AbortController().signal)
  const first = await stream.next()
  places.push(...placesOf(first.value!.rows))
  expect((await cluster().ottla('broker', 'kill', '2')).code).toBe(0)
  for await (const { rows } of stream) places.push(...placesOf(rows))
  expect(places).toHaveLength(3_000)
  expect(new Set(places).size).toBe(3_000)
})
