import { expect, test } from 'vitest'
import { useCluster } from '../cluster.ts'
import { createTopic } from '../kafkajs/client.ts'
import { kcat, manyLines, metadata } from './kcat.ts'

const cluster = useCluster()
const RECORDS = 100_000

test('the cluster is listed', async () => {
  const topic = await createTopic(cluster(), { partitions: 2 })

  const { brokers, controllerid, topics } = await metadata(cluster(), topic)

  expect(brokers.map(({ id }) => id).toSorted()).toEqual([1, 2, 3])
  expect(brokers.map(({ name }) => name).toSorted()).toEqual(cluster().addresses.toSorted())
  expect([1, 2, 3]).toContain(controllerid)
  expect(topics).toMatchObject([{ topic, partitions: [{ partition: 0 }, { partition: 1 }] }])
})

test.each([
  ['acks=1', ['-X', 'acks=1']],
  ['acks=all', ['-X', 'acks=all']],
  ['acks=all, idempotent', ['-X', 'acks=all', '-X', 'enable.idempotence=true']],
])('100,000 records go through byte for byte with %s', async (_, options) => {
  const topic = await createTopic(cluster())
  const input = manyLines(RECORDS)

  const produced = await kcat(cluster(), ['-P', '-t', topic, ...options], input)
  const consumed = await kcat(cluster(), ['-C', '-t', topic, '-o', 'beginning', '-e'])

  expect(produced).toMatchObject({ code: 0, err: '' })
  expect(consumed).toMatchObject({ code: 0, err: '' })
  expect(consumed.out.equals(input)).toBe(true)
})

test('100,000 records with keys go through three partitions, each in order', async () => {
  const topic = await createTopic(cluster(), { partitions: 3 })
  const lines = Array.from({ length: RECORDS }, (_, index) => `key ${index % 1000}:value ${index}`)

  await kcat(cluster(), ['-P', '-t', topic, '-K', ':'], `${lines.join('\n')}\n`)
  const { out } = await kcat(cluster(), ['-C', '-t', topic, '-K', ':', '-o', 'beginning', '-e'])

  expect(byKey(out.toString().trimEnd().split('\n'))).toEqual(byKey(lines))
})

test.each(['gzip', 'snappy', 'lz4', 'zstd'])('%s batches go through byte for byte', async (codec) => {
  const topic = await createTopic(cluster())
  const input = manyLines(20_000)

  const produced = await kcat(cluster(), ['-P', '-t', topic, '-z', codec], input)
  const consumed = await kcat(cluster(), ['-C', '-t', topic, '-o', 'beginning', '-e'])

  expect(produced).toMatchObject({ code: 0, err: '' })
  expect(consumed.out.equals(input)).toBe(true)
})

test('keys, headers and nulls go through', async () => {
  const topic = await createTopic(cluster())
  const format = '%k|%K|%s|%S|%h|%p|%o\\n'

  await kcat(cluster(), ['-P', '-t', topic, '-K', ':', '-Z', '-H', 'a=1', '-H', 'b='], 'key:value\nkey:\n')
  const { out } = await kcat(cluster(), ['-C', '-t', topic, '-f', format, '-o', 'beginning', '-e'])

  expect(out.toString()).toBe('key|3|value|5|a=1,b=|0|0\nkey|3||-1|a=1,b=|0|1\n')
})

test('an offset is found by its time', async () => {
  const topic = await createTopic(cluster())
  const before = Date.now()
  await kcat(cluster(), ['-P', '-t', topic], 'a\nb\n')

  const { out } = await kcat(cluster(), ['-Q', '-t', `${topic}:0:${before}`])

  expect(out.toString()).toBe(`${topic} [0] offset 0\n`)
})

test('reading the newest records, and a part of them', async () => {
  const topic = await createTopic(cluster())
  await kcat(cluster(), ['-P', '-t', topic], manyNumbers(50))

  const newest = await kcat(cluster(), ['-C', '-t', topic, '-o', '-5', '-e'])
  const part = await kcat(cluster(), ['-C', '-t', topic, '-o', '10', '-c', '3'])

  expect(newest.out.toString()).toBe('45\n46\n47\n48\n49\n')
  expect(part.out.toString()).toBe('10\n11\n12\n')
})

function manyNumbers(count: number): string {
  return Array.from({ length: count }, (_, index) => `${index}\n`).join('')
}

/** The lines of each key, in their order. */
function byKey(lines: string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const line of lines) {
    const key = line.slice(0, line.indexOf(':'))
    groups.set(key, [...(groups.get(key) ?? []), line])
  }
  return groups
}
