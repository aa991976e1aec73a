/*
 * The log layer alone: checksum, validation, one SQLite transaction a turn, and reading it back. What is above it
 * (sockets, replication) can only be slower. Batches are made before the clock runs.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, Worker } from 'node:worker_threads'
import { systemClock } from '../../src/broker/clock.ts'
import { LogManager } from '../../src/broker/log/log-manager.ts'
import type { PartitionLog } from '../../src/broker/log/partition-log.ts'
import { createLogger } from '../../src/broker/logger.ts'
import { noOverrides } from '../../src/broker/metadata/configs/config-values.ts'
import { resolveTopicConfig } from '../../src/broker/metadata/configs/topic-config.ts'
import { encodeBatch } from '../../src/broker/protocol/record-batch.ts'
import { percentile, print, printHead } from './_report.ts'

const MEGABYTE = 1_000_000
const RUNS = 3
const APPENDED_BYTES = 1500 * MEGABYTE
/** What a dozen connections have in flight at once. */
const BATCHES_PER_TURN = 12
const READ_BYTES = 1024 * 1024

interface Bench {
  logs: LogManager
  partitions: PartitionLog[]
  close(): Promise<void>
}

interface Appended {
  megabytesPerSecond: number
  turnsMs: number[]
}

function openBench(partitions: number, tailCacheBytes: number): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'ottla-bench-'))
  const { port1, port2 } = new MessageChannel()
  const worker = new Worker(new URL('./checkpoint-worker.js', import.meta.url))
  worker.postMessage({ port: port2 }, [port2])
  const logs = new LogManager({
    dataDir: folder,
    clock: systemClock,
    log: createLogger(1, (line) => process.stderr.write(`${line.message} ${JSON.stringify(line.fields)}\n`)),
    tailCacheBytes,
    checkpointPort: port1,
  })
  const config = resolveTopicConfig(noOverrides, new Map(), 'bench')
  return {
    logs,
    partitions: Array.from({ length: partitions }, (_, index) =>
      logs.getOrCreate('AAAAAAAAAAAAAAAAAAAAAA', 'bench', index, config),
    ),
    async close() {
      logs.close()
      await worker.terminate()
      rmSync(folder, { recursive: true })
    },
  }
}

function makeBatch(recordBytes: number, records: number): Buffer {
  return encodeBatch({
    records: Array.from({ length: records }, (_, index) => ({
      timestamp: Date.now(),
      key: null,
      value: Buffer.alloc(recordBytes, index),
    })),
  })
}

/** Each append gets bytes of its own, as it would from a socket. */
async function append(
  bench: Pick<Bench, 'logs' | 'partitions'>,
  batch: Buffer,
  bytes: number,
  batchesPerTurn = BATCHES_PER_TURN,
): Promise<Appended> {
  const turnsMs: number[] = []
  let appended = 0
  let next = 0
  const startMs = performance.now()
  while (appended < bytes) {
    const turnMs = performance.now()
    for (let i = 0; i < batchesPerTurn; i++) {
      const partition = bench.partitions[next++ % bench.partitions.length]
      partition?.appendAsLeader(Buffer.from(batch), { leaderEpoch: 1, origin: 'client', nowMs: Date.now() })
      appended += batch.length
    }
    await bench.logs.committed()
    turnsMs.push(performance.now() - turnMs)
  }
  return { megabytesPerSecond: appended / 1000 / (performance.now() - startMs), turnsMs }
}

function readAll(bench: Bench, fromShare: number): number {
  let read = 0
  const startMs = performance.now()
  for (const partition of bench.partitions) {
    let offset = Math.floor(partition.logEndOffset * fromShare)
    while (offset < partition.logEndOffset) {
      const { batches, sizeInBytes } = partition.read(offset, READ_BYTES, Infinity, true)
      read += sizeInBytes
      offset += batches.length * 16
    }
  }
  return read / 1000 / (performance.now() - startMs)
}

async function benchAppend(partitions: number, recordBytes: number, bytes: number): Promise<void> {
  const batch = makeBatch(recordBytes, 16)
  const rates: number[] = []
  const p99: number[] = []
  const longest: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const bench = openBench(partitions, 32 * 1024 * 1024)
    const { megabytesPerSecond, turnsMs } = await append(bench, batch, bytes)
    rates.push(megabytesPerSecond)
    p99.push(percentile(turnsMs, 0.99))
    longest.push(Math.max(...turnsMs))
    await bench.close()
  }
  const what = `append, ${Math.round(batch.length / 1024)} KB batches, ${partitions} partitions`
  print({
    what,
    target: recordBytes === 1024 ? { value: 400, more: 'is better' } : null,
    unit: 'MB/s',
    runs: rates,
  })
  print({ what: '  commit, p99', target: null, unit: 'ms', runs: p99 })
  print({ what: '  commit, longest', target: null, unit: 'ms', runs: longest })
}

async function benchRead(): Promise<void> {
  const batch = makeBatch(1024, 16)
  const tail: number[] = []
  const disk: number[] = []
  const bench = openBench(12, 256 * MEGABYTE)
  await append(bench, batch, 1000 * MEGABYTE)
  for (let run = 0; run < RUNS; run++) {
    tail.push(readAll(bench, 0.8))
    disk.push(readAll(bench, 0))
  }
  await bench.close()
  print({ what: 'read, tail cache', target: { value: 400, more: 'is better' }, unit: 'MB/s', runs: tail })
  print({ what: 'read, database', target: { value: 200, more: 'is better' }, unit: 'MB/s', runs: disk })
}

async function benchReopen(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ottla-bench-'))
  const config = resolveTopicConfig(noOverrides, new Map(), 'bench')
  const log = createLogger(1, () => undefined)
  const open = () => {
    const startMs = performance.now()
    const logs = new LogManager({ dataDir: folder, clock: systemClock, log })
    const partitions = Array.from({ length: 12 }, (_, index) =>
      logs.getOrCreate('AAAAAAAAAAAAAAAAAAAAAA', 'bench', index, config),
    )
    return { logs, partitions, ms: performance.now() - startMs, close: async () => logs.close() }
  }
  const first = open()
  await append(first, makeBatch(1024, 16), 800 * MEGABYTE)
  await first.close()
  const runs: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const again = open()
    runs.push(again.ms)
    await again.close()
  }
  rmSync(folder, { recursive: true })
  print({ what: 'open 12 partitions with 48,000 batches', target: null, unit: 'ms', runs })
}

/** A steady trickle: what a checkpoint does to it shows in the slowest commits. */
async function benchLatency(): Promise<void> {
  const batch = makeBatch(1000, 1)
  const [p50, p99, longest]: number[][] = [[], [], []]
  for (let run = 0; run < RUNS; run++) {
    const bench = openBench(12, 32 * 1024 * 1024)
    const commitsMs: number[] = []
    for (let sent = 0; sent < 30_000; sent += 5) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      const { turnsMs } = await append(bench, batch, 5 * batch.length, 5)
      commitsMs.push(...turnsMs)
    }
    await bench.close()
    p50?.push(percentile(commitsMs, 0.5))
    p99?.push(percentile(commitsMs, 0.99))
    longest?.push(Math.max(...commitsMs))
  }
  print({ what: '5 batches of 1 KB each ms, commit, p50', target: null, unit: 'ms', runs: p50 ?? [] })
  print({ what: '  p99', target: { value: 10, more: 'is worse' }, unit: 'ms', runs: p99 ?? [] })
  print({ what: '  longest', target: null, unit: 'ms', runs: longest ?? [] })
}

printHead()
await benchAppend(1, 1024, APPENDED_BYTES)
await benchAppend(12, 1024, APPENDED_BYTES)
await benchAppend(150, 1024, APPENDED_BYTES)
await benchAppend(12, 64, 100 * MEGABYTE)
await benchLatency()
await benchRead()
await benchReopen()
