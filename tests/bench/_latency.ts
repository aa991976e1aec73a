import { connectControl } from '../../src/broker/index.ts'
import type { BenchCluster } from './_cluster.ts'
import { percentile } from './_report.ts'
import { check, createTopic, leaders, produceErrorCode, produceRequest } from './_topic.ts'
import { Wire } from './_wire.ts'

const PARTITIONS = 6
const WARM_UP_MS = 2_000
const MEASURED_MS = 10_000
const MOST_RECORDS_A_BATCH = 256
/** What Java's producer keeps in flight on a connection. */
const MOST_IN_FLIGHT = 5

/**
 * How long produces take, from when a record was due to its acknowledgement by all replicas. Records are due at a fixed
 * pace whatever the engine does, so that a stall counts for every record it holds up. As with any real producer, what
 * is due while the requests in flight are as many as may be waits, and goes out together.
 */
export async function produceLatencies(
  cluster: BenchCluster,
  messagesPerSecond: number,
): Promise<{ p50: number; p99: number; p999: number }> {
  const ports = await createTopic(cluster, PARTITIONS, 3)
  const lanes = await Promise.all(ports.map((port, partition) => Lane.open(port, partition)))
  const startedAt = performance.now()
  const warmAt = startedAt + WARM_UP_MS
  let due = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now()
      for (; startedAt + (due / messagesPerSecond) * 1000 <= now; due++) {
        lanes[due % lanes.length]?.add(startedAt + (due / messagesPerSecond) * 1000)
      }
      for (const lane of lanes) lane.send()
      if (now < warmAt + MEASURED_MS) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
  await Promise.all(lanes.map((lane) => lane.close()))
  const latencies = lanes.flatMap((lane) => lane.acknowledged.filter(({ dueAt }) => dueAt >= warmAt))
  const milliseconds = latencies.map(({ dueAt, ackedAt }) => ackedAt - dueAt)
  return {
    p50: percentile(milliseconds, 0.5),
    p99: percentile(milliseconds, 0.99),
    p999: percentile(milliseconds, 0.999),
  }
}

/** The records of one partition, on a connection of their own. */
class Lane {
  readonly acknowledged: { dueAt: number; ackedAt: number }[] = []
  readonly #wire: Wire
  readonly #requests: Buffer[]
  readonly #inFlight = new Set<Promise<void>>()
  #due: number[] = []

  private constructor(wire: Wire, partition: number) {
    this.#wire = wire
    // Made before, so that making them costs nothing while it counts.
    this.#requests = Array.from({ length: MOST_RECORDS_A_BATCH }, (_, index) =>
      produceRequest(partition, index + 1, -1),
    )
  }

  static async open(port: number, partition: number): Promise<Lane> {
    return new Lane(await Wire.connect(port), partition)
  }

  add(dueAt: number): void {
    this.#due.push(dueAt)
  }

  send(): void {
    while (this.#due.length > 0 && this.#inFlight.size < MOST_IN_FLIGHT) {
      const batch = this.#due.splice(0, MOST_RECORDS_A_BATCH)
      const exchange = this.#exchange(batch).finally(() => this.#inFlight.delete(exchange))
      this.#inFlight.add(exchange)
    }
  }

  /** Resolves when everything that was due is acknowledged. */
  async close(): Promise<void> {
    for (this.send(); this.#inFlight.size > 0; this.send()) await Promise.race(this.#inFlight)
    this.#wire.close()
  }

  async #exchange(batch: number[]): Promise<void> {
    const answer = await this.#wire.exchange(this.#requests[batch.length - 1] ?? Buffer.alloc(0))
    const ackedAt = performance.now()
    check(produceErrorCode(answer), 'Produce')
    for (const dueAt of batch) this.acknowledged.push({ dueAt, ackedAt })
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
