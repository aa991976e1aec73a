/*
 * The engine's numbers beside the ones it is designed for: a real `ottla up`, a fresh one for each run, and a client
 * in this process that costs as little as possible. Every figure is the median of its runs.
 */
import { buildProgram, newFolder, removeFolder, spawnCluster, withCluster } from './_cluster.ts'
import { failover, produceLatencies, startUp } from './_latency.ts'
import { print, printHead, repeat } from './_report.ts'
import { consumeThroughput, fill, kafkajsThroughput, produceThroughput } from './_throughput.ts'
import { createTopic } from './_topic.ts'

const MEGABYTE = 1_000_000
const RUNS = 3

async function benchStart(): Promise<void> {
  const ready: number[] = []
  const resident: number[] = []
  const produced = await repeat(5, () =>
    withCluster(async (cluster) => {
      const times = await startUp(cluster)
      ready.push(times.ready)
      return times.produced
    }),
  )
  await repeat(RUNS, () =>
    withCluster(async (cluster) => {
      // Long enough for what runs once after a start.
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      resident.push(cluster.residentBytes() / MEGABYTE)
      return 0
    }),
  )
  print({ what: 'new 3-broker cluster, spawn to "ready"', target: null, unit: 'ms', runs: ready })
  print({
    what: 'new 3-broker cluster, spawn to first acknowledged produce',
    target: { value: 500, more: 'is worse' },
    unit: 'ms',
    runs: produced,
  })
  print({
    what: 'resident memory of that process, empty logs',
    target: { value: 200, more: 'is worse' },
    unit: 'MB',
    runs: resident,
  })
}

async function benchProduce(): Promise<void> {
  const plans = [
    { label: 'acks=1, RF 1', acks: 1, replicas: 1, target: 250 },
    { label: 'acks=all, RF 3', acks: -1, replicas: 3, target: 90 },
  ]
  for (const { label, acks, replicas, target } of plans) {
    for (const recordsPerBatch of [16, 64]) {
      const runs = await repeat(RUNS, () =>
        withCluster((cluster) => produceThroughput(cluster, { acks, replicas, recordsPerBatch })),
      )
      print({
        what: `produce, 1 KB records, ${recordsPerBatch} KB batches, ${label}`,
        target: { value: target, more: 'is better' },
        unit: 'MB/s',
        runs,
      })
    }
    const runs = await repeat(RUNS, () =>
      withCluster((cluster) => kafkajsThroughput(cluster, { acks, replicas, recordsPerBatch: 64 })),
    )
    print({ what: `produce through kafkajs, 64 KB batches, ${label}`, target: null, unit: 'MB/s', runs })
  }
}

async function benchLatency(): Promise<void> {
  const [p50, p999]: [number[], number[]] = [[], []]
  const p99 = await repeat(RUNS, () =>
    withCluster(async (cluster) => {
      const latencies = await produceLatencies(cluster, 5_000)
      p50.push(latencies.p50)
      p999.push(latencies.p999)
      return latencies.p99
    }),
  )
  const what = 'produce at 5,000 msg/s of 1 KB, acks=all, RF 3'
  print({ what: `${what}: median`, target: null, unit: 'ms', runs: p50 })
  print({ what: `${what}: p99`, target: { value: 10, more: 'is worse' }, unit: 'ms', runs: p99 })
  print({ what: `${what}: p99.9`, target: null, unit: 'ms', runs: p999 })
}

async function benchConsume(): Promise<void> {
  const tail = await repeat(RUNS, () =>
    withCluster(async (cluster) => {
      const ports = await createTopic(cluster, 6, 1)
      await fill(ports, 24 * MEGABYTE)
      await consumeThroughput(ports, 2)
      return consumeThroughput(ports, 20)
    }),
  )
  print({
    what: 'consume from the tail cache',
    target: { value: 400, more: 'is better' },
    unit: 'MB/s',
    runs: tail,
  })
  const disk = await repeat(RUNS, consumeAfterRestart)
  print({
    what: 'consume from disk, after a restart',
    target: { value: 200, more: 'is better' },
    unit: 'MB/s',
    runs: disk,
  })
}

/** A broker that has just started has nothing in its tail caches. */
async function consumeAfterRestart(): Promise<number> {
  const directory = newFolder()
  try {
    const first = await spawnCluster(directory)
    const ports = await createTopic(first, 6, 1)
    await fill(ports, 1_200 * MEGABYTE)
    await first.stop()
    const second = await spawnCluster(directory)
    const result = await consumeThroughput(ports, 1)
    await second.stop()
    return result
  } finally {
    removeFolder(directory)
  }
}

async function benchFailover(): Promise<void> {
  const runs = await repeat(5, () => withCluster(failover))
  print({
    what: 'failover, kill of the leader to next acknowledged produce',
    target: { value: 1_000, more: 'is worse' },
    unit: 'ms',
    runs,
  })
}

buildProgram()
printHead()
await benchStart()
await benchFailover()
await benchLatency()
await benchProduce()
await benchConsume()
