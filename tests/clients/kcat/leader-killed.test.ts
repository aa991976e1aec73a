import { expect, onTestFinished, test, vi } from 'vitest'
import { startCluster } from '../cluster.ts'
import type { Cluster } from '../cluster.ts'
import { connectedAdmin, connectedProducer, createTopic, newTopic } from '../kafkajs/client.ts'
import { RunningKcat, kcat, manyLines, metadata } from './kcat.ts'

const RECORDS = 100_000
const soon = { timeout: 30_000, interval: 20 }

async function freshCluster(): Promise<Cluster> {
  const cluster = await startCluster()
  onTestFinished(async () => void (await cluster.stop()))
  return cluster
}

async function leaderOf(cluster: Cluster, topic: string): Promise<number> {
  const { topics } = await metadata(cluster, topic)
  return topics[0]?.partitions[0]?.leader ?? -1
}

async function highWatermark(cluster: Cluster, topic: string): Promise<number> {
  const { out } = await kcat(cluster, ['-Q', '-t', `${topic}:0:-1`])
  return Number(/offset (\d+)/.exec(out.toString())?.[1])
}

/**
 * What a consumer group reads, from the beginning, until it is ended. Without -E kcat ends by itself as soon as the only
 * broker it happens to be connected to goes, though it knows others.
 */
function groupOf(cluster: Cluster, topic: string): RunningKcat {
  const properties = ['-X', 'auto.offset.reset=earliest', '-X', 'session.timeout.ms=6000']
  const group = new RunningKcat(cluster, ['-G', newTopic('group'), '-q', '-u', '-E', ...properties, topic])
  onTestFinished(() => group.end())
  return group
}

test('100,000 records, the leader killed half-way: each arrives once, in order, and the group goes on', async () => {
  const cluster = await freshCluster()
  const topic = await createTopic(cluster)
  const input = manyLines(RECORDS)
  const half = input.indexOf('\n50000 ') + 1
  const group = groupOf(cluster, topic)
  const producer = new RunningKcat(cluster, [
    ...['-P', '-E', '-t', topic, '-X', 'acks=all', '-X', 'enable.idempotence=true', '-X', 'linger.ms=5'],
  ])

  await producer.write(input.subarray(0, half))
  await vi.waitFor(async () => expect(await highWatermark(cluster, topic)).toBeGreaterThan(10_000), soon)
  const leader = await leaderOf(cluster, topic)
  const killed = await cluster.ottla('broker', 'kill', String(leader))
  await producer.write(input.subarray(half))
  producer.child.stdin.end()

  expect(killed).toMatchObject({ code: 0, err: '' })
  expect({ code: await producer.exit, err: producer.err }).toMatchObject({ code: 0 })
  expect(await leaderOf(cluster, topic)).not.toBe(leader)
  const consumed = await kcat(cluster, ['-C', '-t', topic, '-o', 'beginning', '-e'])
  expect(consumed.out.length).toBe(input.length)
  expect(consumed.out.equals(input)).toBe(true)
  await vi.waitFor(() => expect(group.out.length).toBe(input.length), soon)
  expect(group.out.equals(input)).toBe(true)
})

test('nothing acknowledged is lost when the leader is killed', async () => {
  const cluster = await freshCluster()
  const topic = await createTopic(cluster)
  const leader = await leaderOf(cluster, topic)
  const producer = await connectedProducer(cluster)
  const acknowledged: string[] = []
  const sends = async (from: number): Promise<void> => {
    for (let index = from; index < 300; index += 4) {
      await producer.send({ topic, acks: -1, messages: [{ value: `${index}` }] })
      acknowledged.push(`${index}`)
    }
  }

  const sending = Promise.all([0, 1, 2, 3].map(sends))
  await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(100), soon)
  await cluster.ottla('broker', 'kill', String(leader))
  await sending

  const { out } = await kcat(cluster, ['-C', '-t', topic, '-o', 'beginning', '-e'])
  const stored = new Set(out.toString().split('\n'))
  expect(acknowledged.filter((value) => !stored.has(value))).toEqual([])
})

test('a group whose coordinator is killed goes on', async () => {
  const cluster = await freshCluster()
  const topic = await createTopic(cluster)
  const group = groupOf(cluster, topic)
  await kcat(cluster, ['-P', '-t', topic], 'before\n')
  await vi.waitFor(() => expect(group.out.toString()).toBe('before\n'), soon)
  const { topics } = await metadata(cluster, '__consumer_offsets')
  const leaders = topics[0]?.partitions.map(({ leader }) => leader) ?? []
  expect(new Set(leaders)).toEqual(new Set([1, 2, 3]))

  // One after the other each broker goes and comes back: whichever coordinates the group, it does so once.
  for (const id of ['1', '2', '3']) {
    expect(await cluster.ottla('broker', 'kill', id)).toMatchObject({ code: 0 })
    expect(await cluster.ottla('broker', 'start', id)).toMatchObject({ code: 0 })
    await kcat(cluster, ['-P', '-t', topic, '-X', 'acks=all'], `after ${id}\n`)
    await vi.waitFor(() => expect(group.out.toString()).toContain(`after ${id}\n`), soon)
  }
})

test('a killed leader comes back, catches up and is in sync again', async () => {
  const cluster = await freshCluster()
  const topic = await createTopic(cluster)
  const leader = await leaderOf(cluster, topic)
  await kcat(cluster, ['-P', '-t', topic, '-X', 'acks=all'], manyLines(5_000))

  await cluster.ottla('broker', 'kill', String(leader))
  await kcat(cluster, ['-P', '-t', topic, '-X', 'acks=all'], manyLines(5_000))
  await cluster.ottla('broker', 'start', String(leader))

  await vi.waitFor(async () => {
    const { topics } = await metadata(cluster, topic)
    expect(topics[0]?.partitions[0]?.isrs.map(({ id }) => id).toSorted()).toEqual([1, 2, 3])
  }, soon)
  const admin = await connectedAdmin(cluster)
  expect(await admin.fetchTopicOffsets(topic)).toMatchObject([{ high: '10000' }])
})
