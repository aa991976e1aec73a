import { CompressionTypes } from 'kafkajs'
import { expect, test } from 'vitest'
import { useCluster } from '../cluster.ts'
import { connectedAdmin, connectedProducer, createTopic, newTopic, readMessages } from './client.ts'

const cluster = useCluster()

test.each([
  ['none', 0],
  ['the leader', 1],
  ['all in-sync replicas', -1],
])('records acknowledged by %s arrive in order', async (_, acks) => {
  const topic = await createTopic(cluster())
  const producer = await connectedProducer(cluster())
  const values = Array.from({ length: 50 }, (_, index) => `value ${index}`)

  await producer.send({ topic, acks, messages: values.map((value) => ({ value })) })

  const messages = await readMessages(cluster(), topic, values.length)
  expect(messages.map(({ value }) => value?.toString())).toEqual(values)
  expect(messages.map(({ offset }) => offset)).toEqual(values.map((_, index) => String(index)))
})

test('the offset of the first record is told', async () => {
  const topic = await createTopic(cluster())
  const producer = await connectedProducer(cluster())

  const first = await producer.send({ topic, messages: [{ value: 'a' }, { value: 'b' }] })
  const second = await producer.send({ topic, messages: [{ value: 'c' }] })

  expect(first).toMatchObject([{ topicName: topic, partition: 0, errorCode: 0, baseOffset: '0' }])
  expect(second).toMatchObject([{ topicName: topic, partition: 0, errorCode: 0, baseOffset: '2' }])
})

test('keys, headers, timestamps, nulls and empty bytes come back as they were', async () => {
  const topic = await createTopic(cluster())
  const producer = await connectedProducer(cluster())
  const binary = Buffer.from([0, 255, 10, 13, 128])

  await producer.send({
    topic,
    messages: [
      { key: 'key', value: 'value', headers: { h: 'one', many: ['x', 'y'] }, timestamp: '1700000000123' },
      { key: null, value: null },
      { key: '', value: '' },
      { key: binary, value: binary, headers: { binary, empty: '' } },
      { key: '열쇠', value: '값 🗝️', headers: { 머리: '글' } },
    ],
  })

  const [plain, nulls, empty, bytes, korean] = await readMessages(cluster(), topic, 5)
  expect(plain).toMatchObject({
    key: Buffer.from('key'),
    value: Buffer.from('value'),
    timestamp: '1700000000123',
  })
  expect(plain?.headers).toEqual({ h: Buffer.from('one'), many: [Buffer.from('x'), Buffer.from('y')] })
  expect(nulls).toMatchObject({ key: null, value: null, headers: {} })
  expect(empty).toMatchObject({ key: Buffer.alloc(0), value: Buffer.alloc(0) })
  expect(bytes).toMatchObject({ key: binary, value: binary, headers: { binary, empty: Buffer.alloc(0) } })
  expect(korean).toMatchObject({ key: Buffer.from('열쇠'), value: Buffer.from('값 🗝️') })
  expect(korean?.headers).toEqual({ 머리: Buffer.from('글') })
})

test('gzip batches are served as they came', async () => {
  const topic = await createTopic(cluster())
  const producer = await connectedProducer(cluster())
  const values = Array.from({ length: 200 }, (_, index) => `a text that repeats itself ${index}`)

  await producer.send({
    topic,
    compression: CompressionTypes.GZIP,
    messages: values.map((value) => ({ value })),
  })

  const messages = await readMessages(cluster(), topic, values.length)
  expect(messages.map(({ value }) => value?.toString())).toEqual(values)
})

test('a batch that exceeds max.message.bytes is refused, and nothing of it is kept', async () => {
  const topic = await createTopic(cluster())
  const producer = await connectedProducer(cluster())

  await expect(producer.send({ topic, messages: [{ value: Buffer.alloc(1_100_000) }] })).rejects.toEqual(
    expect.objectContaining({ type: 'MESSAGE_TOO_LARGE' }),
  )

  const admin = await connectedAdmin(cluster())
  expect(await admin.fetchTopicOffsets(topic)).toMatchObject([{ high: '0' }])
})

test('a topic can be given a limit of 10 MB, with records of nearly that size', async () => {
  const topic = await createTopic(cluster(), { config: { 'max.message.bytes': '10485760' } })
  const producer = await connectedProducer(cluster())
  const value = Buffer.alloc(10_400_000, 'ten megabytes')

  await producer.send({ topic, acks: -1, messages: [{ value }] })
  await expect(producer.send({ topic, messages: [{ value: Buffer.alloc(10_485_760) }] })).rejects.toEqual(
    expect.objectContaining({ type: 'MESSAGE_TOO_LARGE' }),
  )

  const [message] = await readMessages(cluster(), topic, 1)
  expect(message?.value?.equals(value)).toBe(true)
})

test('records with the same key go to the same partition, in order', async () => {
  const topic = await createTopic(cluster(), { partitions: 4 })
  const producer = await connectedProducer(cluster())
  const sent = Array.from({ length: 120 }, (_, index) => ({ key: `key ${index % 12}`, value: String(index) }))

  await producer.send({ topic, messages: sent })

  const messages = await readMessages(cluster(), topic, sent.length)
  const valuesOf = (key: string) => messages.filter((each) => each.key?.toString() === key)
  for (const key of new Set(sent.map((each) => each.key))) {
    expect(new Set(valuesOf(key).map(({ partition }) => partition)).size).toBe(1)
    expect(valuesOf(key).map(({ value }) => value?.toString())).toEqual(
      sent.filter((each) => each.key === key).map(({ value }) => value),
    )
  }
})

test('an idempotent producer writes each record once', async () => {
  const topic = await createTopic(cluster(), { partitions: 2 })
  const producer = await connectedProducer(cluster(), { idempotent: true, maxInFlightRequests: 1 })
  const values = Array.from({ length: 40 }, (_, index) => String(index))

  for (const value of values) await producer.send({ topic, messages: [{ key: value, value }] })

  const messages = await readMessages(cluster(), topic, values.length)
  expect(messages.map(({ value }) => Number(value)).toSorted((a, b) => a - b)).toEqual(values.map(Number))
})

test('producing to a topic that is not there creates it', async () => {
  const producer = await connectedProducer(cluster())
  const topic = newTopic('created')

  await producer.send({ topic, messages: [{ value: 'first' }] })

  const [message] = await readMessages(cluster(), topic, 1)
  expect(message?.value?.toString()).toBe('first')
})

test('several producers write to one partition at once', async () => {
  const topic = await createTopic(cluster())
  const producers = await Promise.all([1, 2, 3].map(() => connectedProducer(cluster())))

  await Promise.all(
    producers.flatMap((producer, index) =>
      Array.from({ length: 20 }, (_, count) =>
        producer.send({ topic, acks: -1, messages: [{ value: `${index}-${count}` }] }),
      ),
    ),
  )

  const messages = await readMessages(cluster(), topic, 60)
  expect(new Set(messages.map(({ value }) => value?.toString())).size).toBe(60)
  expect(messages.map(({ offset }) => Number(offset))).toEqual(
    Array.from({ length: 60 }, (_, index) => index),
  )
})
