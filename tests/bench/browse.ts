// Browsing as a session does it: the newest page of a long topic, a search through all of it, a large record.

import '../setup/polyfills.ts'
import { createTopics } from '../../src/broker/protocol/messages/19-create-topics.ts'
import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { encodeBatch } from '../../src/broker/protocol/record-batch.ts'
import type { Reading, TextFilter } from '../../src/shared/ipc/browse.ts'
import { Cluster } from '../../src/main/sessions/browse/cluster.ts'
import { formatJson } from '../../src/main/sessions/browse/json-format.ts'
import { rangeOf } from '../../src/main/sessions/browse/range.ts'
import { readRecords } from '../../src/main/sessions/browse/read.ts'
import { readRecord } from '../../src/main/sessions/browse/record.ts'
import { buildProgram, withCluster } from './_cluster.ts'
import type { BenchCluster } from './_cluster.ts'
import { fill } from './_fill.ts'
import { print, printHead, repeat } from './_report.ts'
import { createTopic, produceErrorCode, TOPIC } from './_topic.ts'
import { encode, Wire } from './_wire.ts'

const PARTITIONS = 6
const RECORDS = Number(process.env['RECORDS'] ?? 10_000_000)
const LARGE_TOPIC = 'large'
const LARGE_BYTES = 10 * 1024 * 1024

const filter = (text: string, change: Partial<TextFilter> = {}): TextFilter => ({
  text,
  regex: false,
  matchCase: false,
  fields: { key: true, value: true, headers: true },
  ...change,
})

buildProgram()
await withCluster(async (brokers) => {
  const ports = await createTopic(brokers, PARTITIONS, 1)
  await fillBench(ports)
  await fillLarge(brokers)
  const cluster = new Cluster({
    clientId: 'bench',
    bootstrap: brokers.brokers.map(({ port }) => ({ host: '127.0.0.1', port })),
    connection: {},
  })
  const searches: [string, TextFilter][] = [
    ['search, nothing found', filter('nowhere to be')],
    ['search, 1 in 1000 found', filter('RARE')],
    ['search, case matched', filter('nowhere', { matchCase: true })],
    ['search, expression', filter('item-\\d+9999"', { regex: true })],
  ]
  printHead()
  print({
    what: 'first 100 newest records, offsets included',
    target: { value: 100, more: 'is worse' },
    unit: 'ms',
    runs: await repeat(9, () => newestPage(cluster)),
  })
  for (const [what, wanted] of searches) {
    const runs = [await searchRate(cluster, wanted)]
    print({ what, target: { value: 300_000, more: 'is better' }, unit: 'rec/s', runs })
  }
  print({
    what: 'open a record of 10 MB, JSON laid out',
    target: { value: 200, more: 'is worse' },
    unit: 'ms',
    runs: await repeat(5, () => openLarge(cluster)),
  })
})

async function searchRate(cluster: Cluster, wanted: TextFilter): Promise<number> {
  const begunMs = performance.now()
  const scanned = await searchAll(cluster, wanted)
  return scanned / ((performance.now() - begunMs) / 1_000)
}

async function newestPage(cluster: Cluster): Promise<number> {
  const begunMs = performance.now()
  const reading = await readingOf(cluster, null)
  for await (const { rows } of readRecords(
    cluster,
    { ...reading, pageRows: 100 },
    new AbortController().signal,
  )) {
    if (rows.offset.length >= 100) break
  }
  return performance.now() - begunMs
}

async function searchAll(cluster: Cluster, wanted: TextFilter): Promise<number> {
  const reading = await readingOf(cluster, wanted)
  let scanned = 0
  for await (const { progress } of readRecords(
    cluster,
    { ...reading, pageRows: 256 },
    new AbortController().signal,
  )) {
    scanned = progress.scanned
  }
  return scanned
}

async function readingOf(cluster: Cluster, wanted: TextFilter | null): Promise<Reading> {
  const question = {
    topic: TOPIC,
    isolation: 'read_uncommitted' as const,
    partitions: null,
    beginning: { at: 'newest' as const },
  }
  const { bounds, direction } = await rangeOf(cluster, question)
  return { cluster: '', topic: TOPIC, isolation: 'read_uncommitted', direction, bounds, filter: wanted }
}

async function openLarge(cluster: Cluster): Promise<number> {
  const begunMs = performance.now()
  const record = await readRecord(cluster, { topic: LARGE_TOPIC, partition: 0, offset: 0 })
  const formatted = formatJson(record.value!)
  if (!formatted.ok) throw new Error(formatted.reason)
  return performance.now() - begunMs
}

function fillBench(leaders: number[]): Promise<void> {
  const begun = Date.now() - RECORDS
  const record = (id: number) => {
    const rare = id % 1000 === 7 ? ', "rare": true' : ''
    const value = Buffer.from(`{"id": ${id}, "name": "item-${id}", "price": ${id % 977}${rare}}`)
    return { timestamp: begun + id, key: Buffer.from(String(id)), value }
  }
  return fill({ topic: TOPIC, leaders, records: RECORDS, record })
}

async function send(wire: Wire, index: number, records: Buffer, name = TOPIC): Promise<void> {
  const topicData = [{ name, partitionData: [{ index, records }] }]
  const code = produceErrorCode(
    await wire.exchange(encode(produce, 9, { acks: 1, timeoutMs: 30_000, topicData })),
  )
  if (code !== 0) throw new Error(`Produce was answered with error ${code}.`)
}

/** One record of 10 MB of JSON, in a topic that takes such. */
async function fillLarge({ brokers: [broker] }: BenchCluster): Promise<void> {
  const wire = await Wire.connect(broker!.port)
  await wire.call(createTopics, 7, {
    topics: [
      {
        name: LARGE_TOPIC,
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [{ partitionIndex: 0, brokerIds: [broker!.id] }],
        configs: [{ name: 'max.message.bytes', value: String(LARGE_BYTES * 2) }],
      },
    ],
    timeoutMs: 10_000,
    validateOnly: false,
  })
  const item = (id: number) => `{"id":${id},"text":"${'x'.repeat(40)}"}`
  const value = Buffer.from(`[${Array.from({ length: LARGE_BYTES / 64 }, (_, id) => item(id)).join(',')}]`)
  const records = encodeBatch({ records: [{ timestamp: Date.now(), key: null, value }] })
  await send(wire, 0, records, LARGE_TOPIC)
  wire.close()
}
