/** Brokers taken out of a running cluster while clients work with it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigResourceTypes } from 'kafkajs'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ClusterStatus } from '../../src/broker/index.ts'
import { SequenceProducer, upTo, withoutRepeats } from '../faults/workload.ts'
import { startCluster } from './cluster.ts'
import type { Cluster, ClusterOptions } from './cluster.ts'
import { connectedAdmin, connectedProducer, createTopic, readMessages } from './kafkajs/client.ts'
import { temporaryFolder } from './temporary-folder.ts'

const PROGRAM = fileURLToPath(new URL('../../out/cli/ottla.js', import.meta.url))
const soon = { timeout: 20_000, interval: 25 }

async function running(options: ClusterOptions): Promise<Cluster> {
  const cluster = await startCluster(options)
  onTestFinished(async () => void (await cluster.stop()))
  return cluster
}

/** Of each partition of a topic, its replicas. */
async function replicasOf(cluster: Cluster, topic: string): Promise<number[][]> {
  const admin = await connectedAdmin(cluster)
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  const partitions = topics[0]!.partitions.toSorted((a, b) => a.partitionId - b.partitionId)
  return partitions.map(({ replicas }) => replicas)
}

async function brokerIds(cluster: Cluster): Promise<number[]> {
  const { out } = await cluster.ottla('status', '--json')
  return (JSON.parse(out) as ClusterStatus).brokers.map(({ id }) => id)
}

async function configure(
  cluster: Cluster,
  type: ConfigResourceTypes,
  name: string,
  configs: Record<string, string>,
): Promise<void> {
  const admin = await connectedAdmin(cluster)
  const configEntries = Object.entries(configs).map(([key, value]) => ({ name: key, value }))
  await admin.alterConfigs({ validateOnly: false, resources: [{ type, name, configEntries }] })
}

test.each(['4', '1'])(
  'broker %s leaves while producers work: nothing is lost, nobody notices',
  async (leaving) => {
    const cluster = await running({ brokers: 4, directory: temporaryFolder() })
    const config = { 'min.insync.replicas': '2' }
    const topic = await createTopic(cluster, { partitions: 8, replicas: 3, config })
    const keys = ['a', 'b', 'c', 'd']
    const producer = await SequenceProducer.start(cluster, topic, keys)
    await vi.waitFor(() => expect(producer.total).toBeGreaterThan(50), soon)

    const { code, out, err } = await cluster.ottla('broker', 'remove', leaving)
    expect([code, out]).toEqual([0, `Broker ${leaving} is removed.\n`])
    expect(err).toMatch(/^moving replicas: \d+ of \d+\n/)
    expect(err).toMatch(/shutting the broker down\nmaking the cluster forget it\n$/)

    const staying = [1, 2, 3, 4].filter((id) => id !== Number(leaving))
    expect(await brokerIds(cluster)).toEqual(staying)
    for (const replicas of await replicasOf(cluster, topic)) expect(replicas.toSorted()).toEqual(staying)
    expect(existsSync(join(cluster.directory, `broker-${leaving}`))).toBe(false)
    const { brokers } = await (await connectedAdmin(cluster)).describeCluster()
    expect(brokers.map(({ nodeId }) => nodeId).toSorted()).toEqual(staying)

    const before = producer.total
    await vi.waitFor(() => expect(producer.total).toBeGreaterThan(before + 50), soon)
    await producer.stop()
    const stored = new Map(keys.map((key) => [key, [] as number[]]))
    const admin = await connectedAdmin(cluster)
    const count = (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0)
    for (const { value } of await readMessages(cluster, topic, count)) {
      const [key = '', sequence = ''] = String(value).split(':')
      stored.get(key)!.push(Number(sequence))
    }
    expect(new Map([...stored].map(([key, got]) => [key, withoutRepeats(got)]))).toEqual(
      new Map([...producer.acknowledged].map(([key, last]) => [key, upTo(last)])),
    )
  },
)

test('what is left of a cluster can be stopped, started and given another broker', async () => {
  const directory = temporaryFolder()
  const first = await startCluster({ brokers: 3, directory })
  await first.ottla('broker', 'remove', '2')
  await first.stop()

  const cluster = await running({ directory })
  expect(await brokerIds(cluster)).toEqual([1, 3])
  expect(await cluster.ottla('broker', 'add')).toMatchObject({ code: 0 })
  expect(await brokerIds(cluster)).toEqual([1, 3, 4])
  const topic = await createTopic(cluster, { replicas: 3 })
  await vi.waitFor(async () => expect((await replicasOf(cluster, topic))[0]).toHaveLength(3), soon)
})

test('too few brokers for the replicas: refused with what to do, and done with fewer when told so', async () => {
  const cluster = await running({ brokers: 3 })
  const topic = await createTopic(cluster, { partitions: 2, replicas: 3 })
  const refused = await cluster.ottla('broker', 'remove', '3')
  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(refused.err).toMatch(
    /^ottla: Without broker 3 only 2 brokers run, but partition \d of ".+" has 3 replicas, and 1 more partition like it\. Add a broker/,
  )
  expect(await brokerIds(cluster)).toEqual([1, 2, 3])
  expect((await replicasOf(cluster, topic)).map((replicas) => replicas.length)).toEqual([3, 3])

  expect(await cluster.ottla('broker', 'remove', '3', '--fewer-replicas')).toMatchObject({ code: 0 })
  expect((await replicasOf(cluster, topic)).map((replicas) => replicas.toSorted())).toEqual([
    [1, 2],
    [1, 2],
  ])
  expect(await cluster.ottla('broker', 'remove', '2', '--fewer-replicas')).toMatchObject({ code: 0 })
  const last = await cluster.ottla('broker', 'remove', '1', '--fewer-replicas')
  expect(last.err).toBe(
    'ottla: A cluster needs at least one broker, and this is its last. Add another broker first, or delete the cluster.\n',
  )
})

test('a broker that is down leaves too, unless it alone has something', async () => {
  const cluster = await running({ brokers: 3 })
  const topic = await createTopic(cluster, { partitions: 3, replicas: 2 })
  await cluster.ottla('broker', 'kill', '3')
  expect(await cluster.ottla('broker', 'remove', '3')).toMatchObject({ code: 0 })
  expect((await replicasOf(cluster, topic)).map((replicas) => replicas.toSorted())).toEqual(
    Array(3).fill([1, 2]),
  )

  const alone = await createTopic(cluster, { partitions: 2, replicas: 1 })
  await cluster.ottla('broker', 'kill', '2')
  const { code, err } = await cluster.ottla('broker', 'remove', '2', '--fewer-replicas')
  expect(code).toBe(1)
  expect(err).toMatch(
    new RegExp(`^ottla: Nobody leads partition . of "${alone}", so broker 2’s records of it cannot`),
  )
})

/** A topic on one broker of two, so slow to copy that nothing is over before the test says so. */
async function slowToLeave(): Promise<{ cluster: Cluster; topic: string; leaving: number }> {
  const cluster = await running({ brokers: 2, directory: temporaryFolder() })
  const topic = await createTopic(cluster, { replicas: 1 })
  const [[leaving = 0] = []] = await replicasOf(cluster, topic)
  const producer = await connectedProducer(cluster)
  for (let i = 0; i < 20; i++) await producer.send({ topic, messages: [{ value: 'x'.repeat(500_000) }] })
  await configure(cluster, ConfigResourceTypes.TOPIC, topic, { 'leader.replication.throttled.replicas': '*' })
  await configure(cluster, ConfigResourceTypes.BROKER, String(leaving), {
    'leader.replication.throttled.rate': '1000',
  })
  return { cluster, topic, leaving }
}

async function moving(cluster: Cluster): Promise<number> {
  return (await (await connectedAdmin(cluster)).listPartitionReassignments({})).topics.length
}

test('Ctrl+C calls it off: what is on its way is called back, and the broker serves on', async () => {
  const { cluster, topic, leaving } = await slowToLeave()
  const args = ['broker', 'remove', String(leaving), '--data', cluster.directory]
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  await vi.waitFor(async () => expect(await moving(cluster)).toBe(1), soon)
  child.kill('SIGINT')
  await once(child, 'close')

  await vi.waitFor(async () => expect(await moving(cluster)).toBe(0), soon)
  expect(await brokerIds(cluster)).toEqual([1, 2])
  expect(await replicasOf(cluster, topic)).toEqual([[leaving]])
  const producer = await connectedProducer(cluster)
  await producer.send({ topic, messages: [{ value: 'still here' }] })
})

/** The replicas may go as fast as they can. */
async function lift(cluster: Cluster, leaving: number): Promise<void> {
  const rate = { 'leader.replication.throttled.rate': '1000000000' }
  await configure(cluster, ConfigResourceTypes.BROKER, String(leaving), rate)
}

async function leavingBrokers(cluster: Cluster): Promise<number[]> {
  const { out } = await cluster.ottla('status', '--json')
  return (JSON.parse(out) as ClusterStatus).brokers.filter(({ isLeaving }) => isLeaving).map(({ id }) => id)
}

test('a removal under way is not begun again, and goes on when the cluster was stopped and started', async () => {
  const { cluster, topic, leaving } = await slowToLeave()
  const first = cluster.ottla('broker', 'remove', String(leaving))
  await vi.waitFor(async () => expect(await moving(cluster)).toBe(1), soon)
  expect(await cluster.ottla('broker', 'remove', String(leaving))).toMatchObject({
    code: 1,
    err: `ottla: Broker ${leaving} is being removed already. Wait until it is gone, or cancel that.\n`,
  })
  const other = 3 - leaving
  expect((await cluster.ottla('broker', 'remove', String(other))).err).toMatch(
    /^ottla: A cluster needs at least/,
  )

  expect(await cluster.ottla('stop')).toMatchObject({ code: 0 })
  const { code, err } = await first
  expect([code, err]).toEqual([
    3,
    expect.stringMatching(
      /ottla: The cluster was stopped while broker . was on its way out\. Start it: the removal then goes on\.\n$/,
    ),
  ])
  expect(await leavingBrokers(cluster)).toEqual([leaving])

  const again = await running({ directory: cluster.directory })
  expect(await leavingBrokers(again)).toEqual([leaving])
  await lift(again, leaving)
  await vi.waitFor(async () => expect(await brokerIds(again)).toEqual([other]), soon)
  expect(await replicasOf(again, topic)).toEqual([[other]])
  expect(existsSync(join(again.directory, `broker-${leaving}`))).toBe(false)
})

test('a removal goes on after kill -9 of the process, and can be joined and called off', async () => {
  const { cluster, topic, leaving } = await slowToLeave()
  const first = cluster.ottla('broker', 'remove', String(leaving))
  await vi.waitFor(async () => expect(await moving(cluster)).toBe(1), soon)
  await cluster.killHard()
  expect((await first).code).not.toBe(0)

  const again = await running({ directory: cluster.directory })
  await vi.waitFor(async () => expect(await moving(again)).toBe(1), soon)
  const args = ['broker', 'remove', String(leaving), '--data', again.directory]
  const joined = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  const [progress] = (await once(joined.stderr, 'data')) as [Buffer]
  expect(String(progress)).toMatch(/^moving replicas: 0 of 1\n/)
  joined.kill('SIGINT')
  await once(joined, 'close')
  await vi.waitFor(async () => expect(await leavingBrokers(again)).toEqual([]), soon)
  expect(await brokerIds(again)).toEqual([1, 2])
  expect(await replicasOf(again, topic)).toEqual([[leaving]])

  await again.stop()
  const third = await running({ directory: cluster.directory })
  expect(await leavingBrokers(third)).toEqual([])
})

test('two brokers leave at the same time, and nothing goes from one to the other', async () => {
  const cluster = await running({ brokers: 5 })
  const topic = await createTopic(cluster, { partitions: 10, replicas: 3 })
  const both = await Promise.all(['5', '4'].map((id) => cluster.ottla('broker', 'remove', id)))
  expect(both, both.map(({ err }) => err).join('')).toMatchObject([
    { code: 0, out: 'Broker 5 is removed.\n' },
    { code: 0, out: 'Broker 4 is removed.\n' },
  ])
  expect(await brokerIds(cluster)).toEqual([1, 2, 3])
  for (const replicas of await replicasOf(cluster, topic)) expect(replicas.toSorted()).toEqual([1, 2, 3])
  const { brokers } = await (await connectedAdmin(cluster)).describeCluster()
  expect(brokers.map(({ nodeId }) => nodeId).toSorted()).toEqual([1, 2, 3])
})

test('racks given to "ottla up" and "broker add" are where replicas spread', async () => {
  const cluster = await running({ brokers: 4, racks: ['north', 'south'] })
  const rackOf = (id: number): string => (id % 2 === 1 ? 'north' : 'south')
  const topic = await createTopic(cluster, { partitions: 12, replicas: 2 })
  for (const replicas of await replicasOf(cluster, topic)) {
    expect(replicas.map(rackOf).toSorted()).toEqual(['north', 'south'])
  }
  expect(await cluster.ottla('broker', 'add', '--rack', 'east')).toMatchObject({ code: 0 })
  const { out } = await cluster.ottla('status', '--json')
  const { brokers } = JSON.parse(out) as ClusterStatus
  expect(brokers.map(({ rack }) => rack)).toEqual(['north', 'south', 'north', 'south', 'east'])
  const wide = await createTopic(cluster, { partitions: 6, replicas: 3 })
  for (const replicas of await replicasOf(cluster, wide)) expect(replicas).toContain(5)

  // Its replicas go where they still spread over the racks there are.
  expect(await cluster.ottla('broker', 'remove', '1')).toMatchObject({ code: 0 })
  for (const replicas of await replicasOf(cluster, topic)) {
    expect(new Set(replicas.map((id) => brokers[id - 1]!.rack)).size).toBe(2)
  }
})
