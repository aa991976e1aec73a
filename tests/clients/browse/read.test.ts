import { CompressionAlgorithms, ProduceAcks } from '@platformatic/kafka'
import type { CompressionAlgorithmValue } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { readRecords } from '../../../src/main/sessions/browse/read.ts'
import { readRecord } from '../../../src/main/sessions/browse/record.ts'
import { tailRecords } from '../../../src/main/sessions/browse/tail.ts'
import { useCluster } from '../cluster.ts'
import { connectedProducer } from '../kafkajs/client.ts'
import { createTopic, openAdmin, openProducer } from '../platformatic/client.ts'
import { browsed, filterOf, placesOf, readAll, readingOf } from './session.ts'

const cluster = useCluster()

interface Sent {
  partition?: number
  key?: string
  value?: string
  timestamp?: bigint
  headers?: Map<string, string>
}

/** A null value is nothing the other client can send. */
async function produceNull(topic: string): Promise<void> {
  const producer = await connectedProducer(cluster())
  await producer.send({ topic, acks: -1, messages: [{ partition: 0, key: null, value: null }] })
}

async function produce(
  topic: string,
  messages: Sent[],
  compression: CompressionAlgorithmValue = CompressionAlgorithms.NONE,
): Promise<void> {
  await openProducer(cluster()).send({
    acks: ProduceAcks.ALL,
    compression,
    messages: messages.map((message) => ({ topic, ...message })),
  })
}

/** Records whose timestamps go round the partitions, as a load over all of them would have it. */
async function fillRoundRobin(
  topic: string,
  partitions: number,
  count: number,
  perSend: number,
): Promise<void> {
  const all = Array.from({ length: count }, (_, index) => ({
    partition: index % partitions,
    key: `key ${index}`,
    value: `value ${index}`,
    timestamp: BigInt(1_700_000_000_000 + index),
  }))
  for (let at = 0; at < count; at += perSend) await produce(topic, all.slice(at, at + perSend))
}

const newestFirst = (count: number) =>
  Array.from({ length: count }, (_, index) => `value ${count - 1 - index}`)

test('newest first: partitions are merged by timestamp, every record once', async () => {
  const topic = await createTopic(cluster(), { partitions: 4 })
  await fillRoundRobin(topic, 4, 2_000, 100)
  const browse = browsed(cluster())
  const { values, chunks, last } = await readAll(browse, await readingOf(browse, { topic }), 200)
  expect(values).toEqual(newestFirst(2_000))
  expect(chunks[0]?.rows.offset).toHaveLength(200)
  expect(last.rest).toEqual([])
  expect(last.progress).toMatchObject({ scanned: 2_000, matched: 2_000, done: 2_000, total: 2_000 })
})

test('the first page of a long topic reads a few blocks, not the topic', async () => {
  const topic = await createTopic(cluster(), { partitions: 3 })
  await fillRoundRobin(topic, 3, 9_000, 150)
  const browse = browsed(cluster())
  const reading = await readingOf(browse, { topic })
  const stream = readRecords(browse, { ...reading, pageRows: 100 }, new AbortController().signal)
  const first = await stream.next()
  await stream.return()
  expect(first.value).toMatchObject({ progress: { matched: 100 } })
  expect(first.value?.progress.scanned).toBeLessThan(1_000)
})

test('records of one time keep one order: partition, then offset', async () => {
  const topic = await createTopic(cluster(), { partitions: 3 })
  const timestamp = 1_700_000_000_000n
  const same = Array.from({ length: 90 }, (_, index) => ({ partition: index % 3, value: 'same', timestamp }))
  await produce(topic, same)
  const browse = browsed(cluster())
  const forward = await readAll(browse, await readingOf(browse, { topic, beginning: { at: 'oldest' } }))
  const backward = await readAll(browse, await readingOf(browse, { topic }), 7)
  const expected = [0, 1, 2].flatMap((id) => Array.from({ length: 30 }, (_, offset) => `${id}/${offset}`))
  expect(forward.places).toEqual(expected)
  expect(backward.places).toEqual(expected.toReversed())
})

test('what lies between two pages is read again as exactly that page', async () => {
  const topic = await createTopic(cluster(), { partitions: 3 })
  await fillRoundRobin(topic, 3, 900, 90)
  const browse = browsed(cluster())
  const reading = await readingOf(browse, { topic })
  const { chunks } = await readAll(browse, reading, 100)
  const [before, page] = [chunks[3]!, chunks[4]!]
  const after = new Map(page.rest.map((bound) => [bound.partition, bound.end]))
  const bounds = before.rest.map((bound) => ({ ...bound, start: after.get(bound.partition) ?? bound.start }))
  const again = await readAll(browse, { ...reading, bounds })
  expect(again.places).toEqual(placesOf(page.rows))
})

test('reading begins at an offset, at a time, and in the partitions that are asked for', async () => {
  const topic = await createTopic(cluster(), { partitions: 2 })
  await fillRoundRobin(topic, 2, 200, 50)
  const browse = browsed(cluster())
  const at = async (beginning: Parameters<typeof readingOf>[1]['beginning'], partitions: number[]) => {
    const { values } = await readAll(
      browse,
      await readingOf(browse, { topic, beginning: beginning!, partitions }),
    )
    return [values.length, values[0]]
  }
  expect(await at({ at: 'offset', offset: 90 }, [1])).toEqual([10, 'value 181'])
  expect(await at({ at: 'timestamp', timestampMs: 1_700_000_000_150 }, [0, 1])).toEqual([50, 'value 150'])
  expect(await at({ at: 'timestamp', timestampMs: 1_900_000_000_000 }, [0, 1])).toEqual([0, undefined])
  expect(await at({ at: 'oldest' }, [0])).toEqual([100, 'value 0'])
})

test.each([
  ['no case by default', { text: 'NEEDLE' }, 3],
  ['case on demand', { text: 'needle', matchCase: true }, 2],
  ['keys only', { text: 'needle', fields: { key: true, value: false, headers: false } }, 1],
  ['headers', { text: 'needle', fields: { key: false, value: false, headers: true } }, 1],
  ['an expression', { text: 'n[e]{2}dle \\d', regex: true }, 1],
  ['letters beyond ASCII in either case', { text: 'ÉCOLE' }, 1],
])('a search looks at the whole range, newest first: %s', async (_, filter, found) => {
  const topic = await createTopic(cluster(), { partitions: 2 })
  await fillRoundRobin(topic, 2, 1_000, 250)
  await produce(topic, [
    { partition: 0, key: 'a Needle', value: 'x' },
    { partition: 1, value: 'the needle 7' },
    { partition: 0, value: 'école', headers: new Map([['trace', 'needle']]) },
  ])
  await fillRoundRobin(topic, 2, 500, 250)
  const browse = browsed(cluster())
  const { last, values } = await readAll(browse, await readingOf(browse, { topic, filter }))
  expect(values).toHaveLength(found)
  expect(last.progress).toMatchObject({
    scanned: 1_503,
    matched: found,
    skipped: 0,
    done: 1_503,
    total: 1_503,
  })
})

test.each([CompressionAlgorithms.GZIP, CompressionAlgorithms.SNAPPY, CompressionAlgorithms.LZ4])(
  '%s batches are read and searched',
  async (compression) => {
    const topic = await createTopic(cluster())
    const messages = Array.from({ length: 300 }, (_, index) => ({ partition: 0, value: `text ${index}` }))
    await produce(topic, messages, compression)
    const browse = browsed(cluster())
    const { values } = await readAll(browse, await readingOf(browse, { topic, filter: { text: 'TEXT 29' } }))
    expect(values).toEqual([
      'text 299',
      'text 298',
      'text 297',
      'text 296',
      'text 295',
      'text 294',
      'text 293',
      'text 292',
      'text 291',
      'text 290',
      'text 29',
    ])
  },
)

test('null, empty, binary and text are told apart; a long value is cut in the list and whole when opened', async () => {
  const topic = await createTopic(cluster())
  const long = '긴'.repeat(5_000)
  await produce(topic, [{ partition: 0, key: '', value: long }])
  await produceNull(topic)
  const browse = browsed(cluster())
  const { chunks } = await readAll(browse, await readingOf(browse, { topic, beginning: { at: 'oldest' } }))
  const rows = chunks[0]!.rows
  expect([rows.key[0], rows.keyBytes[0]]).toEqual(['', 0])
  expect([rows.value[1], rows.valueBytes[1]]).toEqual([null, -1])
  expect(rows.value[0]).toMatch(/^긴+$/u)
  expect(rows.value[0]!.length).toBeLessThan(700)
  const record = await readRecord(browse, { topic, partition: 0, offset: 0 })
  expect(new TextDecoder().decode(record.value!)).toBe(long)
  expect(record.batch).toMatchObject({ baseOffset: 0, records: 1, compression: 'none' })
})

test('an expression that never ends on a record is given up there, and the record is named', async () => {
  const topic = await createTopic(cluster())
  await produce(topic, [
    { partition: 0, value: `${'a'.repeat(40)}!` },
    { partition: 0, value: 'aaa' },
  ])
  const browse = browsed(cluster())
  const filter = { text: '^(a+)+$', regex: true }
  const { values, last, chunks } = await readAll(browse, await readingOf(browse, { topic, filter }))
  expect(values).toEqual(['aaa'])
  expect(last.progress).toMatchObject({ scanned: 2, matched: 1, skipped: 1 })
  expect(chunks.flatMap(({ problems }) => problems)).toMatchObject([{ partition: 0, offset: 0, records: 1 }])
})

test('an expression that is none is refused with a remedy', async () => {
  const topic = await createTopic(cluster())
  await produce(topic, [{ partition: 0, value: 'x' }])
  const browse = browsed(cluster())
  const reading = await readingOf(browse, { topic, filter: { text: '(', regex: true } })
  await expect(readAll(browse, reading)).rejects.toMatchObject({ failure: { code: 'INVALID_FILTER' } })
})

test('a topic that is not there is told at once', async () => {
  const browse = browsed(cluster())
  await expect(readingOf(browse, { topic: 'nowhere' })).rejects.toMatchObject({
    failure: { code: 'UNKNOWN_TOPIC' },
  })
})

test('records deleted while they are read are passed over, not waited for', async () => {
  const topic = await createTopic(cluster())
  await fillRoundRobin(topic, 1, 400, 40)
  const browse = browsed(cluster())
  const reading = await readingOf(browse, { topic })
  await openAdmin(cluster()).deleteTopics({ topics: [topic] })
  await openAdmin(cluster()).createTopics({ topics: [topic], partitions: 1, replicas: 3 })
  const { values, last } = await readAll(browse, reading)
  expect(values).toEqual([])
  expect(last.rest).toEqual([])
})

test('a tail shows what comes, from all partitions, and counts it', async () => {
  const topic = await createTopic(cluster(), { partitions: 3 })
  await fillRoundRobin(topic, 3, 30, 30)
  const abort = new AbortController()
  const question = { topic, isolation: 'read_uncommitted' as const, partitions: null, filter: null }
  const tail = tailRecords(browsed(cluster()), question, abort.signal)
  await tail.next()
  await fillRoundRobin(topic, 3, 60, 60)
  const seen: (string | null)[] = []
  let arrived = 0
  while (seen.length < 60) {
    const { value } = await tail.next()
    seen.push(...value!.rows.value)
    arrived += value!.arrived
  }
  abort.abort()
  await tail.return()
  expect(seen.toSorted()).toEqual(newestFirst(60).toSorted())
  expect(arrived).toBe(60)
})

test('a tail that is not pulled leaves out what it can’t show, and says how much', async () => {
  const topic = await createTopic(cluster())
  const abort = new AbortController()
  const filter = filterOf({ text: 'value' })
  const question = { topic, isolation: 'read_uncommitted' as const, partitions: null, filter }
  const tail = tailRecords(browsed(cluster()), question, abort.signal)
  await tail.next()
  await fillRoundRobin(topic, 1, 3_000, 3_000)
  const totals = { arrived: 0, shown: 0, omitted: 0 }
  while (totals.arrived < 3_000) {
    const { value } = await tail.next()
    totals.arrived += value!.arrived
    totals.shown += value!.rows.offset.length
    totals.omitted += value!.omitted
  }
  abort.abort()
  await tail.return()
  expect(totals.shown).toBeLessThan(3_000)
  expect(totals.shown + totals.omitted).toBe(3_000)
})
