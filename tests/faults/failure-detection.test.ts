/** How a broker's death is noticed: at once by who sees its thread end, or by the heartbeats that do not come. */
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ClusterStatus } from '../../src/broker/index.ts'
import { startCluster, type Cluster } from '../clients/cluster.ts'
import { connectedAdmin, connectedProducer, newTopic } from '../clients/kafkajs/client.ts'

const SESSION_TIMEOUT_MS = 2_000
const HEARTBEAT_MS = 200
const session = {
  'ottla.failure.detection': 'session',
  'broker.session.timeout.ms': String(SESSION_TIMEOUT_MS),
  'broker.heartbeat.interval.ms': String(HEARTBEAT_MS),
  'ottla.controller.lease.duration.ms': '1500',
}
const soon = { timeout: 20_000, interval: 10 }

async function running(config: Record<string, string>): Promise<Cluster> {
  const cluster = await startCluster({ config })
  onTestFinished(async () => void (await cluster.stop()))
  return cluster
}

async function brokerIds(cluster: Cluster): Promise<{ controller: number; others: number[] }> {
  const { out } = await cluster.ottla('status', '--json')
  const { brokers, controllerId } = JSON.parse(out) as ClusterStatus
  const ids = brokers.map(({ id }) => id)
  return { controller: controllerId!, others: ids.filter((id) => id !== controllerId) }
}

/** A topic with one partition, led by the first of these. */
async function topicLedBy(cluster: Cluster, replicas: number[]): Promise<string> {
  const admin = await connectedAdmin(cluster)
  const topic = newTopic()
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic, replicaAssignment: [{ partition: 0, replicas }] }],
  })
  return topic
}

async function partition(cluster: Cluster, topic: string) {
  const admin = await connectedAdmin(cluster)
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  const { leader, isr } = topics[0]!.partitions[0]!
  return { leader, isr: isr.toSorted() }
}

/** Kills a broker that leads. @returns how long it took until the next one led */
async function failover(cluster: Cluster, topic: string, victim: number, next: number): Promise<number> {
  const admin = await connectedAdmin(cluster)
  expect(await cluster.ottla('broker', 'kill', String(victim))).toMatchObject({ code: 0 })
  const killedAt = performance.now()
  await vi.waitFor(async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    expect(topics[0]!.partitions[0]!.leader).toBe(next)
  }, soon)
  return performance.now() - killedAt
}

async function produces(cluster: Cluster, topic: string): Promise<void> {
  const producer = await connectedProducer(cluster, { retry: { initialRetryTime: 20, retries: 100 } })
  expect(await producer.send({ topic, acks: -1, messages: [{ value: 'after' }] })).toHaveLength(1)
}

test('§3.2 session: a dead broker leads until its session has ended, then it is fenced, and comes back', async () => {
  const cluster = await running(session)
  const { controller, others } = await brokerIds(cluster)
  const [victim = 0, next = 0] = others
  const topic = await topicLedBy(cluster, [victim, next, controller])

  const tookMs = await failover(cluster, topic, victim, next)
  // Its last heartbeat was at most an interval old when it died.
  expect(tookMs).toBeGreaterThan(SESSION_TIMEOUT_MS - HEARTBEAT_MS - 500)
  expect(tookMs).toBeLessThan(SESSION_TIMEOUT_MS + 4_000)
  expect((await partition(cluster, topic)).isr).toEqual([next, controller].toSorted())
  await produces(cluster, topic)

  await cluster.ottla('broker', 'start', String(victim))
  await vi.waitFor(async () => expect((await partition(cluster, topic)).isr).toEqual([1, 2, 3]), soon)
})

test('§3.2 session: the controller dies: the lease runs out, and its successor waits for the session', async () => {
  const cluster = await running(session)
  const { controller, others } = await brokerIds(cluster)
  const [next = 0, last = 0] = others
  const topic = await topicLedBy(cluster, [controller, next, last])

  const tookMs = await failover(cluster, topic, controller, next)
  expect(tookMs).toBeGreaterThan(SESSION_TIMEOUT_MS)
  expect(tookMs).toBeLessThan(SESSION_TIMEOUT_MS + 1_500 + 4_000)
  expect(others).toContain((await brokerIds(cluster)).controller)
  await produces(cluster, topic)
})

test.each(['controller', 'another broker'])(
  '§3.2 instant: the death of %s is acted on long before any session ends',
  async (who) => {
    const cluster = await running({})
    const { controller, others } = await brokerIds(cluster)
    const order = { controller: [controller, ...others], 'another broker': [...others, controller] }[who]!
    const topic = await topicLedBy(cluster, order)

    // With broker.session.timeout.ms at Kafka's 9 s, and a lease of 3 s.
    expect(await failover(cluster, topic, order[0]!, order[1]!)).toBeLessThan(2_000)
    await produces(cluster, topic)
  },
)
