/**
 * Brokers are killed, stopped, frozen, cut off, delayed, and lose their disks in seeded random order, while real
 * clients produce and consume. In the end nothing that was acknowledged is missing, nothing is there twice or out of
 * order, nobody has read what is not there, and the replicas are the same byte for byte.
 *
 * `npm run test:faults -- --hours 1 --seed 100` goes on with further seeds for an hour.
 */
import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { batchesIn, decodeRecords } from '../../src/broker/protocol/record-batch.ts'
import { fetchFrom } from '../wire/data.ts'
import type { Topic } from '../wire/topics.ts'
import { Chaos } from './chaos.ts'
import { FaultCluster } from './cluster.ts'
import { Lane, Sightings, kafkajsReader, platformaticReader } from './lanes.ts'
import { Random } from './random.ts'
import { storedReplicas } from './replicas.ts'
import { verdictOnLog, verdictOnReading, verdictOnReplicas } from './verdict.ts'

const HOURS = Number(process.env['OTTLA_FAULT_HOURS'] ?? 0)
const FIRST_SEED = Number(process.env['OTTLA_FAULT_SEED'] ?? 1)
/** Each begins and ends: four seeds make 216 events. */
const HARMS = 27
const SEEDS = 4
/** While one cluster waits for a session to end, the other one works. */
const AT_A_TIME = 2
const SEED_TIMEOUT_MS = 180_000
const DEADLINE_MS = HOURS * 3_600_000
const timeout = DEADLINE_MS + (SEEDS / AT_A_TIME) * SEED_TIMEOUT_MS
const PARTITIONS = [
  [1, 2, 3],
  [2, 3, 1],
  [3, 1, 2],
  [1, 3, 2],
]
const BROKERS = [1, 2, 3]
const TELLING = new Set([
  'leader-elected',
  'leader-lost',
  'isr-shrunk',
  'broker-fenced',
  'controller-elected',
])

/** Resolves when something holds, or when it has been waited for long enough to have mattered. */
async function soon(holds: () => boolean | Promise<boolean>, atMostMs: number): Promise<boolean> {
  const deadline = performance.now() + atMostMs
  for (;;) {
    if (await holds()) return true
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function isWhole(cluster: FaultCluster, topic: Topic): Promise<boolean> {
  const states = await Promise.all(PARTITIONS.map((_, index) => cluster.partition(topic, index, 1)))
  return states.every(({ isrNodes, leaderId }) => isrNodes.length === 3 && leaderId !== -1)
}

/** Everything a consumer can read of a topic in the end: `partition/offset` → value. */
async function readAll(cluster: FaultCluster, topic: Topic): Promise<Map<string, string>> {
  const log = new Map<string, string>()
  for (const index of PARTITIONS.keys()) {
    const { leaderId } = await cluster.partition(topic, index, 1)
    const client = await cluster.client(leaderId)
    for (let offset = 0; ;) {
      const { records, highWatermark } = await fetchFrom(client, topic, { index, offset })
      const bytes = records ?? Buffer.alloc(0)
      for (const { position } of batchesIn(bytes)) {
        for (const record of decodeRecords(bytes, position)) {
          log.set(`${index}/${record.offset}`, String(record.value))
          offset = Math.max(offset, record.offset + 1)
        }
      }
      if (offset >= highWatermark) break
    }
  }
  return log
}

async function run(seed: number): Promise<number> {
  const random = new Random(seed)
  const cluster = await FaultCluster.start({
    config: { 'ottla.failure.detection': random.pick(['instant', 'session']) },
  })
  const topic = await cluster.createTopic('chaos', PARTITIONS, { 'min.insync.replicas': '2' })
  const sightings = new Sightings()
  const lanes = PARTITIONS.map((_, partition) => new Lane(cluster.addresses, topic.name, partition))
  const acknowledged = () => lanes.reduce((sum, lane) => sum + lane.acknowledged.length, 0)
  const readers = [
    await kafkajsReader(cluster.addresses, topic.name, sightings),
    platformaticReader(cluster.addresses, topic.name, sightings),
  ]
  const chaos = new Chaos(cluster, random)
  try {
    for (let harm = 0; harm < HARMS; harm += 1) {
      const [before, told] = [acknowledged(), cluster.history.length]
      await chaos.next(async (chance) => {
        const wanted = 20 + Math.floor(chance.next() * 400)
        const isFelt = () => cluster.history.slice(told).some(({ kind }) => TELLING.has(kind))
        await soon(() => isFelt() || acknowledged() > before + wanted, 2_500)
        const after = acknowledged()
        await soon(() => acknowledged() > after + wanted, 1_500)
      })
      if (random.next() < 0.6) await soon(() => isWhole(cluster, topic), 15_000)
    }
    expect(chaos.events).toBe(2 * HARMS)
    expect(await soon(() => isWhole(cluster, topic), 30_000)).toBe(true)
    const settled = acknowledged()
    expect(await soon(() => acknowledged() > settled + 20, 20_000)).toBe(true)
    await Promise.all(lanes.map((lane) => lane.stop()))

    const log = await readAll(cluster, topic)
    // Whoever reads gets all of it in the end, and nothing else.
    await soon(() => sightings.seen.size >= log.size, 30_000)
    for (const reader of readers) await reader.stop()
    expect(readers.map(({ count }) => count() > 0)).toEqual([true, true])
    await soon(() => isWhole(cluster, topic), 30_000)
    await cluster.supervisor.stop()
    expect(log.size).toBeGreaterThan(HARMS)
    expect([
      ...verdictOnLog(lanes, log),
      ...verdictOnReading(sightings.seen, log),
      ...sightings.contradictions,
      ...verdictOnReplicas(storedReplicas(cluster.directory, topic.name, BROKERS)),
    ]).toEqual([])
    return chaos.events
  } catch (error) {
    const errors = cluster.log
      .filter(({ level }) => level === 'error')
      .map(({ brokerId, message }) => `${brokerId} ${message}`)
    const troubles = readers.flatMap((reader) => reader.troubles.slice(-20))
    const told = [...chaos.told, ...errors, ...troubles]
    throw new Error(`Seed ${seed} failed after:\n${told.join('\n')}`, { cause: error })
  } finally {
    // Not waited for: after a failure they would try for minutes yet.
    for (const client of [...lanes, ...readers]) void client.stop()
    await cluster.close()
    rmSync(cluster.directory, { recursive: true, force: true })
  }
}

/** Seed after seed, for as long as there is a next one. @returns the events of all */
async function runAll(next: () => number | null): Promise<number> {
  let events = 0
  for (let seed = next(); seed !== null; seed = next()) {
    const [before, since] = [events, performance.now()]
    events += await run(seed)
    const seconds = Math.round((performance.now() - since) / 1_000)
    process.stdout.write(`seed ${seed}: ${events - before} events in ${seconds} s\n`)
  }
  return events
}

test('nothing is lost, doubled, out of order, read too early or different', { timeout }, async () => {
  const since = performance.now()
  let seed = FIRST_SEED
  const isOver = HOURS > 0 ? () => performance.now() - since > DEADLINE_MS : () => seed >= FIRST_SEED + SEEDS
  const runs = Array.from({ length: AT_A_TIME }, () => runAll(() => (isOver() ? null : seed++)))
  const outcomes = await Promise.allSettled(runs)
  const failures = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []))
  expect(failures, failures.map(({ message }) => message).join('\n\n')).toEqual([])
  const events = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  expect(events.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(200)
})
