/** Brokers end in random, seeded order while real clients produce with acks=all and consume in a group. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { startCluster, type Cluster } from '../clients/cluster.ts'
import { connectedAdmin, createTopic, readMessages } from '../clients/kafkajs/client.ts'
import { Random } from './random.ts'
import { SequenceConsumer, SequenceProducer, upTo, withoutRepeats } from './workload.ts'

const FAULTS = 10
const KEYS = ['a', 'b', 'c', 'd']
const BROKERS = ['1', '2', '3']
const soon = { timeout: 30_000, interval: 25 }

async function freshCluster(): Promise<Cluster> {
  const cluster = await startCluster()
  onTestFinished(async () => void (await cluster.stop()))
  return cluster
}

async function isrSizes(cluster: Cluster, topic: string): Promise<number[]> {
  const admin = await connectedAdmin(cluster)
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  return (topics[0]?.partitions ?? []).map(({ isr }) => isr.length)
}

/** The next `count` acknowledgements prove that the cluster works on. */
async function progress(producer: SequenceProducer, count: number): Promise<void> {
  const before = producer.total
  await vi.waitFor(() => expect(producer.total).toBeGreaterThan(before + count), soon)
}

test.each([1, 2])(
  'nothing acknowledged is lost and order is kept while brokers die and return (seed %i)',
  async (seed) => {
    const random = new Random(seed)
    const cluster = await freshCluster()
    const topic = await createTopic(cluster, { partitions: 4, config: { 'min.insync.replicas': '2' } })
    const consumer = await SequenceConsumer.start(cluster, topic)
    const producer = await SequenceProducer.start(cluster, topic, KEYS)
    await progress(producer, 20)

    for (let fault = 0; fault < FAULTS; fault += 1) {
      const broker = random.pick(BROKERS)
      const ended = await cluster.ottla('broker', random.pick(['kill', 'kill', 'stop']), broker)
      expect(ended).toMatchObject({ code: 0, err: '' })
      await progress(producer, 20)
      expect(await cluster.ottla('broker', 'start', broker)).toMatchObject({ code: 0, err: '' })
      await vi.waitFor(async () => expect(await isrSizes(cluster, topic)).toEqual([3, 3, 3, 3]), soon)
    }
    await producer.stop()

    const stored = new Map(KEYS.map((key) => [key, [] as number[]]))
    for (const { value } of await readMessages(cluster, topic, await endOffsets(cluster, topic))) {
      const [key = '', sequence = ''] = String(value).split(':')
      stored.get(key)?.push(Number(sequence))
    }
    const expected = new Map([...producer.acknowledged].map(([key, last]) => [key, upTo(last)]))
    expect(new Map([...stored].map(([key, got]) => [key, withoutRepeats(got)]))).toEqual(expected)
    await vi.waitFor(
      () =>
        expect(
          new Map([...consumer.received].map(([key, got]) => [key, withoutRepeats(got).length])),
        ).toEqual(new Map([...expected].map(([key, all]) => [key, all.length]))),
      soon,
    )
  },
  240_000,
)

async function endOffsets(cluster: Cluster, topic: string): Promise<number> {
  const admin = await connectedAdmin(cluster)
  return (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0)
}

test('two of three brokers die: acks=all with min.insync.replicas=2 is refused, and works again when one is back', async () => {
  const cluster = await freshCluster()
  const topic = await createTopic(cluster, { config: { 'min.insync.replicas': '2' } })
  const producer = await SequenceProducer.start(cluster, topic, ['a'])
  await progress(producer, 5)

  await cluster.ottla('broker', 'kill', '1')
  await cluster.ottla('broker', 'kill', '2')
  await vi.waitFor(async () => expect(await isrSizes(cluster, topic)).toEqual([1]), soon)
  const refused = producer.total
  await cluster.ottla('broker', 'start', '1')
  await progress(producer, 5)
  await producer.stop()

  const messages = await readMessages(cluster, topic, await endOffsets(cluster, topic))
  const sequences = withoutRepeats(messages.map(({ value }) => Number(String(value).split(':')[1])))
  expect(sequences).toEqual(upTo(producer.acknowledged.get('a') ?? -1))
  expect(producer.total).toBeGreaterThan(refused)
})
