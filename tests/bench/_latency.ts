import { connectControl } from '../../src/broker/index.ts'
import type { BenchCluster } from './_cluster.ts'
import { percentile } from './_report.ts'
import { check, createTopic, leaders, produceErrorCode, produceRequest } from './_topic.ts'
import { Wire } from './_wire.ts'

const PARTITIONS = 6
const WARM_UP_MS = 2_000
const MEASURED_MS = 10_000
const MOST_RECORDS_A_BATCH = 64

/**
 * The share of produce latencies, from when a record was due to its acknowledgement by all replicas. Records are due
 * at a fixed pace whatever the engine does, so that a stall counts for every record it holds up.
 */
export async function produceLatencies(
  cluster: BenchCluster,
  messagesPerSecond: number,
): Promise<{ p50: number; p99: number; p999: number }> {
  const ports = await createTopic(cluster, PARTITIONS, 3)
  const lanes = await Promise.all(
    ports.map(async (port, partition) => ({
      wire: await Wire.connect(port),
      requests: Array.from({ length: MOST_RECORDS_A_BATCH + 1 }, (_, records) =>
        records === 0 ? Buffer.alloc(0) : produceRequest(partition, records, -1),
      ),
    })),
  )
  const startedAt = performance.now()
  const latencies: number[] = []
  const underWay: Promise<void>[] = []
  const dueAt = (index: number): number => startedAt + (index / messagesPerSecond) * 1000
  let sent = 0
  let turn = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now()
      while (dueAt(sent) <= now) {
        const due = Math.floor(((now - startedAt) / 1000) * messagesPerSecond) - sent + 1
        const count = Math.min(due, MOST_RECORDS_A_BATCH)
        const lane = lanes[turn++ % lanes.length]
        const [first, request] = [sent, lane?.requests[count]]
        sent += count
        if (lane && request)
          underWay.push(lane.wire.exchange(request).then((answer) => note(first, count, answer)))
      }
      if (now - startedAt < WARM_UP_MS + MEASURED_MS) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
  await Promise.all(underWay)
  for (const { wire } of lanes) wire.close()
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    p999: percentile(latencies, 0.999),
  }

  function note(first: number, count: number, answer: Buffer): void {
    const ackedAt = performance.now()
    check(produceErrorCode(answer), 'Produce')
    for (let index = first; index < first + count; index++) {
      if (dueAt(index) - startedAt >= WARM_UP_MS) latencies.push(ackedAt - dueAt(index))
    }
  }
}

/** Milliseconds from the word to kill a partition's leader to the next acknowledgement by its new in-sync replicas. */
export async function failover(cluster: BenchCluster): Promise<number> {
  const [leader = 0] = await createTopic(cluster, 1, 3)
  const request = produceRequest(0, 1, -1)
  const before = await Wire.connect(leader)
  check(produceErrorCode(await before.exchange(request)), 'Produce')
  const control = await connectControl(cluster.directory)
  const victim = cluster.brokers.find(({ port }) => port === leader)
  const survivor = cluster.brokers.find(({ port }) => port !== leader)
  const asking = await Wire.connect(survivor?.port ?? 0)

  const killedAt = performance.now()
  const killed = control.broker('kill', victim?.id ?? 0)
  await produceOnNewLeader(cluster, asking, leader, request)
  const milliseconds = performance.now() - killedAt

  await killed
  control.close()
  asking.close()
  before.close()
  return milliseconds
}

/** Asks for the leader again and again, as a client with a very short retry time would. */
async function produceOnNewLeader(
  cluster: BenchCluster,
  asking: Wire,
  oldLeader: number,
  request: Buffer,
): Promise<void> {
  for (;;) {
    const [leader = 0] = await leaders(cluster, asking)
    if (leader === oldLeader) continue
    const wire = await Wire.connect(leader)
    const errorCode = produceErrorCode(await wire.exchange(request))
    wire.close()
    if (errorCode === 0) return
  }
}

/** Milliseconds from the spawn to the ready line, and to the first acknowledged produce, its topic's creation included. */
export async function startUp(cluster: BenchCluster): Promise<{ ready: number; produced: number }> {
  const [leader = 0] = await createTopic(cluster, 1, 3)
  const wire = await Wire.connect(leader)
  check(produceErrorCode(await wire.exchange(produceRequest(0, 1, -1))), 'Produce')
  const produced = performance.now() - cluster.spawnedAt
  wire.close()
  return { ready: cluster.readyAt - cluster.spawnedAt, produced }
}
