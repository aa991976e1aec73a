/** A throttled move between real brokers: how fast it goes, what it shows of itself, and what it leaves alone. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeLogDirs } from '../../src/broker/protocol/messages/35-describe-log-dirs.ts'
import { alterPartitionReassignments } from '../../src/broker/protocol/messages/45-alter-partition-reassignments.ts'
import type { Client } from './client.ts'
import { BROKER, setConfigs, TOPIC } from './configs.ts'
import { append } from './data.ts'
import { Cluster } from './harness.ts'
import { batchOf, batchOfSize } from './records.ts'
import { createTopic, partitionOf, type Topic } from './topics.ts'
import { until } from './until.ts'

const BATCHES = 40
const BATCH_BYTES = 50_000
const RATE = 500_000

let cluster: Cluster
let leader: Client
let topic: Topic

beforeEach(async () => {
  // A few batches a fetch, so that there is something to see on the way.
  cluster = await Cluster.start({ brokers: 3, config: { 'replica.fetch.max.bytes': '100000' } })
  leader = await cluster.client(1)
  topic = await createTopic(cluster, { assignment: [[1]] })
  for (let i = 0; i < BATCHES; i++) await append(leader, topic, batchOfSize(BATCH_BYTES))
})
afterEach(() => cluster.stop())

async function move(replicas: number[]): Promise<void> {
  const partitions = [{ partitionIndex: 0, replicas }]
  await leader.call(alterPartitionReassignments, 1, { topics: [{ name: topic.name, partitions }] })
}

/** What a broker says of its replica; null while it has none. */
async function replicaOn(broker: Client) {
  const topics = [{ topic: topic.name, partitions: [0] }]
  const { results } = await broker.call(describeLogDirs, 4, { topics })
  return results[0]!.topics[0]?.partitions[0] ?? null
}

describe('§3.2 reassignment throttle, over sockets', () => {
  it.each([
    ['leader', '0:1', '1'],
    ['follower', '0:2', '2'],
  ])(
    '%s: a move takes as long as the rate says, and shows how far it has come',
    async (side, replica, broker) => {
      await setConfigs(leader, TOPIC, topic.name, { [`${side}.replication.throttled.replicas`]: replica })
      await setConfigs(leader, BROKER, broker, { [`${side}.replication.throttled.rate`]: String(RATE) })
      const follower = await cluster.client(2)
      const begunAt = performance.now()
      await move([2])

      const halfway = await until('some of it', async () => {
        const seen = await replicaOn(follower)
        return seen !== null && seen.partitionSize > 0 && seen.offsetLag > 0 && seen
      })
      const source = await replicaOn(leader)
      expect(source!.offsetLag).toBe(0)
      expect(halfway.partitionSize).toBeLessThan(source!.partitionSize)
      // Batches are all of a size, so both measures tell the same, but for a fetch that is on its way to the disk.
      const arrived = halfway.partitionSize / (source!.partitionSize / BATCHES)
      expect(Math.abs(arrived - (BATCHES - halfway.offsetLag))).toBeLessThan(2.5)

      await until('the end of it', async () => (await partitionOf(topic, leader)).replicaNodes.join() === '2')
      const tookMs = performance.now() - begunAt
      const unthrottledMs = (source!.partitionSize / RATE) * 1000
      // The first second may be paid for later, and a fetch may be on its way when the limit is reached.
      expect(tookMs).toBeGreaterThan(unthrottledMs * 0.5)
      expect((await replicaOn(follower))!.partitionSize).toBe(source!.partitionSize)
      expect(await replicaOn(leader)).toBeNull()
    },
  )

  it('a limit that is lifted lets the rest go at once; topics that are not named never wait', async () => {
    await setConfigs(leader, TOPIC, topic.name, { 'leader.replication.throttled.replicas': '*' })
    await setConfigs(leader, BROKER, '', { 'leader.replication.throttled.rate': '1' })
    await move([1, 2])
    const follower = await cluster.client(2)
    await until('a beginning', async () => ((await replicaOn(follower))?.partitionSize ?? 0) > 0)
    const other = await createTopic(cluster, { assignment: [[1, 2]] })
    await append(leader, other, batchOf(['not held up']))
    expect((await partitionOf(topic, leader)).isrNodes).toEqual([1])

    await setConfigs(leader, BROKER, '', { 'leader.replication.throttled.rate': '9223372036854775807' })
    await until('both in sync', async () => (await partitionOf(topic, leader)).isrNodes.length === 2)
  })
})
