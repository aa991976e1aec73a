import { Kafka, logLevel } from 'kafkajs'
import { fetch } from '../../src/broker/protocol/messages/01-fetch.ts'
import { batchesIn } from '../../src/broker/protocol/record-batch.ts'
import type { BenchCluster } from './_cluster.ts'
import { RECORD_BYTES, TOPIC, check, createTopic, produceErrorCode, produceRequest } from './_topic.ts'
import { Wire } from './_wire.ts'

const MEGABYTE = 1_000_000
const WARM_UP_MS = 1_000
const MEASURED_MS = 4_000
const PARTITIONS = 6
const CONNECTIONS_PER_PARTITION = 2
/** What Java's producer keeps in flight on a connection. */
const IN_FLIGHT = 5

/** MB/s of acknowledged payload, through connections that always have requests in flight. */
export async function produceThroughput(
  cluster: BenchCluster,
  options: { replicas: number; acks: number; recordsPerBatch: number },
): Promise<number> {
  const { replicas, acks, recordsPerBatch } = options
  const ports = await createTopic(cluster, PARTITIONS, replicas)
  const startAt = performance.now() + WARM_UP_MS
  const endAt = startAt + MEASURED_MS
  let bytes = 0
  const lanes = ports.flatMap((port, partition) =>
    Array.from({ length: CONNECTIONS_PER_PARTITION }, async () => {
      const wire = await Wire.connect(port)
      const request = produceRequest(partition, recordsPerBatch, acks)
      const keepSending = async (): Promise<void> => {
        for (let now = performance.now(); now < endAt; now = performance.now()) {
          check(produceErrorCode(await wire.exchange(request)), 'Produce')
          const ackedAt = performance.now()
          if (ackedAt >= startAt && ackedAt < endAt) bytes += recordsPerBatch * RECORD_BYTES
        }
      }
      await Promise.all(Array.from({ length: IN_FLIGHT }, keepSending))
      wire.close()
    }),
  )
  await Promise.all(lanes)
  return bytes / MEGABYTE / (MEASURED_MS / 1000)
}

/** The same through kafkajs, for which the client is the limit. */
export async function kafkajsThroughput(
  cluster: BenchCluster,
  options: { replicas: number; acks: number; recordsPerBatch: number },
): Promise<number> {
  const { replicas, acks, recordsPerBatch } = options
  await createTopic(cluster, PARTITIONS, replicas)
  const producer = new Kafka({
    clientId: 'bench',
    brokers: cluster.bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
  }).producer()
  await producer.connect()
  const value = Buffer.alloc(RECORD_BYTES, 'x')
  const startAt = performance.now() + WARM_UP_MS
  const endAt = startAt + MEASURED_MS
  let bytes = 0
  const keepSending = async (partition: number): Promise<void> => {
    const messages = Array.from({ length: recordsPerBatch }, () => ({ value, partition }))
    while (performance.now() < endAt) {
      await producer.send({ topic: TOPIC, acks, messages })
      const ackedAt = performance.now()
      if (ackedAt >= startAt && ackedAt < endAt) bytes += recordsPerBatch * RECORD_BYTES
    }
  }
  await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => keepSending(partition)))
  await producer.disconnect()
  return bytes / MEGABYTE / (MEASURED_MS / 1000)
}

/** Writes `bytes` to the benchmark's topic, spread over its partitions. */
export async function fill(ports: number[], bytes: number): Promise<void> {
  const recordsPerBatch = 64
  const requests = Math.ceil(bytes / ports.length / (recordsPerBatch * RECORD_BYTES))
  await Promise.all(
    ports.map(async (port, partition) => {
      const wire = await Wire.connect(port)
      const request = produceRequest(partition, recordsPerBatch, 1)
      for (let sent = 0; sent < requests; sent += IN_FLIGHT) {
        const answers = await Promise.all(Array.from({ length: IN_FLIGHT }, () => wire.exchange(request)))
        for (const answer of answers) check(produceErrorCode(answer), 'Produce')
      }
      wire.close()
    }),
  )
}

/** MB/s of whole batches, read from the beginning to the end of every partition at once, `passes` times over. */
export async function consumeThroughput(ports: number[], passes: number): Promise<number> {
  const wires = await Promise.all(ports.map((port) => Wire.connect(port)))
  const startedAt = performance.now()
  const bytes = await Promise.all(
    wires.map(async (wire, partition) => {
      let read = 0
      for (let pass = 0; pass < passes; pass++) read += await readPartition(wire, partition)
      return read
    }),
  )
  const seconds = (performance.now() - startedAt) / 1000
  for (const wire of wires) wire.close()
  return bytes.reduce((sum, each) => sum + each, 0) / MEGABYTE / seconds
}

async function readPartition(wire: Wire, partition: number): Promise<number> {
  let bytes = 0
  for (let offset = 0; ;) {
    const { records, highWatermark } = await fetchFrom(wire, partition, offset)
    for (const { header } of batchesIn(records)) offset = header.lastOffset + 1
    bytes += records.length
    if (offset >= highWatermark) return bytes
  }
}

async function fetchFrom(
  wire: Wire,
  partition: number,
  fetchOffset: number,
): Promise<{ records: Buffer; highWatermark: number }> {
  const { responses } = await wire.call(fetch, 12, {
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: 52_428_800,
    topics: [{ topic: TOPIC, partitions: [{ partition, fetchOffset, partitionMaxBytes: MEGABYTE }] }],
    forgottenTopicsData: [],
  })
  const answer = responses[0]?.partitions[0]
  check(answer?.errorCode ?? -1, 'Fetch')
  return { records: answer?.records ?? Buffer.alloc(0), highWatermark: answer?.highWatermark ?? 0 }
}
