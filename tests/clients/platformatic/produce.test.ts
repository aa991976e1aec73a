import { CompressionAlgorithms, MessagesStreamModes, ProduceAcks } from '@platformatic/kafka'
import type { Message } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { useCluster } from '../cluster.ts'
import { createTopic, newName, openConsumer, openProducer } from './client.ts'

const cluster = useCluster()

type TextMessage = Message<string, string, string, string>

/** The first `count` messages of a topic, read by a group of its own. */
async function readMessages(topic: string, count: number): Promise<TextMessage[]> {
  const consumer = openConsumer(cluster())
  const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST })
  const messages: TextMessage[] = []
  for await (const message of stream) {
    messages.push(message)
    if (messages.length >= count) break
  }
  return messages
}

test.each([
  ['the leader', ProduceAcks.LEADER],
  ['all in-sync replicas', ProduceAcks.ALL],
])('records acknowledged by %s arrive in order', async (_, acks) => {
  const topic = await createTopic(cluster())
  const producer = openProducer(cluster())
  const values = Array.from({ length: 100 }, (_, index) => `value ${index}`)

  const { offsets } = await producer.send({
    acks,
    messages: values.map((value) => ({ topic, partition: 0, key: 'k', value })),
  })

  expect(offsets).toEqual([{ topic, partition: 0, offset: 0n }])
  const messages = await readMessages(topic, values.length)
  expect(messages.map(({ value }) => value)).toEqual(values)
  expect(messages.map(({ offset }) => Number(offset))).toEqual(values.map((_, index) => index))
})

test('records nobody acknowledges arrive too', async () => {
  const topic = await createTopic(cluster())

  await openProducer(cluster()).send({
    acks: ProduceAcks.NO_RESPONSE,
    messages: [{ topic, partition: 0, value: 'unheard' }],
  })

  expect((await readMessages(topic, 1))[0]?.value).toBe('unheard')
})

test.each([CompressionAlgorithms.GZIP, CompressionAlgorithms.SNAPPY, CompressionAlgorithms.LZ4])(
  '%s batches are served as they came',
  async (compression) => {
    const topic = await createTopic(cluster())
    const values = Array.from({ length: 100 }, (_, index) => `a text that repeats itself ${index}`)

    await openProducer(cluster()).send({
      compression,
      messages: values.map((value) => ({ topic, partition: 0, value })),
    })

    expect((await readMessages(topic, values.length)).map(({ value }) => value)).toEqual(values)
  },
)

test('keys, headers and timestamps come back as they were', async () => {
  const topic = await createTopic(cluster())

  await openProducer(cluster()).send({
    messages: [
      {
        topic,
        key: '열쇠',
        value: '값',
        headers: new Map([
          ['a', '1'],
          ['b', ''],
        ]),
        timestamp: 1_700_000_000_123n,
      },
    ],
  })

  const [message] = await readMessages(topic, 1)
  expect(message).toMatchObject({ key: '열쇠', value: '값', timestamp: 1_700_000_000_123n })
  expect(message?.headerEntries).toEqual([
    ['a', '1'],
    ['b', ''],
  ])
})

test('an idempotent producer gets an id, and writes each record once', async () => {
  const topic = await createTopic(cluster())
  const producer = openProducer(cluster(), { idempotent: true })
  const values = Array.from({ length: 30 }, (_, index) => String(index))

  for (const value of values) await producer.send({ messages: [{ topic, partition: 0, value }] })

  expect(producer.producerId).toBeGreaterThanOrEqual(0n)
  expect((await readMessages(topic, values.length)).map(({ value }) => value)).toEqual(values)
})

test('producing to a topic that is not there creates it when asked to', async () => {
  const topic = newName('created')
  const producer = openProducer(cluster(), { autocreateTopics: true })

  await producer.send({ messages: [{ topic, value: 'first' }] })

  expect((await readMessages(topic, 1))[0]?.value).toBe('first')
})
