/** What the history tells of a cluster that runs: one entry for each thing that happened, with the cause it really had. */
import { expect, test } from 'vitest'
import { createPartitions } from '../../src/broker/protocol/messages/37-create-partitions.ts'
import { electLeaders } from '../../src/broker/protocol/messages/43-elect-leaders.ts'
import { alterPartitionReassignments } from '../../src/broker/protocol/messages/45-alter-partition-reassignments.ts'
import { boardAt, historyPage } from '../../src/broker/index.ts'
import type { HistoryEntry } from '../../src/broker/index.ts'
import { produceTo } from '../wire/data.ts'
import { batchOf } from '../wire/records.ts'
import { until } from '../wire/until.ts'
import { FaultCluster } from './cluster.ts'

type Asked = Partial<Record<'kind' | 'topic' | 'brokerId', unknown>>

const matches =
  ({ kind, topic, brokerId }: Asked) =>
  (entry: HistoryEntry) =>
    entry.kind === kind &&
    (topic === undefined || entry.details['topic'] === topic) &&
    (brokerId === undefined || entry.brokerId === brokerId)

/** From the entry `from` on, as a kind and its cause. */
async function told(cluster: FaultCluster, from: number, asked: Asked) {
  const find = () => cluster.history.slice(from).find(matches(asked))
  await until(JSON.stringify(asked), () => find() !== undefined)
  const { cause, details } = find()!
  return { sentence: cause, cause: details['cause'], values: details['values'], details }
}

test('a killed broker: its end, its fencing, the elections and the ISRs without it, and its return', async () => {
  const cluster = await FaultCluster.start()
  await cluster.createTopic('orders', [[2, 1, 3]])
  const from = cluster.history.length
  await cluster.supervisor.killBroker(2)
  const died = { sentence: 'broker 2 died', cause: 'brokerDied', values: { brokerId: 2 } }
  expect(await told(cluster, from, { kind: 'broker-killed', brokerId: 2 })).toMatchObject({
    cause: 'threadKilled',
  })
  expect(await told(cluster, from, { kind: 'broker-fenced', brokerId: 2 })).toMatchObject(died)
  expect(await told(cluster, from, { kind: 'leader-elected', topic: 'orders' })).toMatchObject({
    ...died,
    details: { from: 2, to: 1, unclean: false, before: { leader: 2, isr: [2, 1, 3] }, isr: [1, 3] },
  })
  expect(await told(cluster, from, { kind: 'isr-shrunk', topic: 'orders' })).toMatchObject(died)

  await cluster.supervisor.startBroker(2)
  expect(await told(cluster, from, { kind: 'broker-registered', brokerId: 2 })).toMatchObject({
    cause: 'brokerStarted',
  })
  expect(await told(cluster, from, { kind: 'broker-unfenced', brokerId: 2 })).toMatchObject({
    cause: 'brokerReady',
    values: { brokerId: 2 },
  })
  expect(await told(cluster, from, { kind: 'isr-expanded', topic: 'orders' })).toMatchObject({
    sentence: 'the follower 2 caught up with the leader 1',
    cause: 'followerCaughtUp',
    values: { leader: 1, followers: '2' },
  })
})

test('a broker that stops in good order hands its leaderships over first, and that is the cause', async () => {
  const cluster = await FaultCluster.start()
  await cluster.createTopic('orders', [[3, 1, 2]])
  const from = cluster.history.length
  await cluster.supervisor.stopBroker(3)
  const stopping = { cause: 'brokerShuttingDown', values: { brokerId: 3 } }
  expect(await told(cluster, from, { kind: 'broker-controlled-shutdown', brokerId: 3 })).toMatchObject(
    stopping,
  )
  expect(await told(cluster, from, { kind: 'leader-elected', topic: 'orders' })).toMatchObject(stopping)
  expect(await told(cluster, from, { kind: 'broker-fenced', brokerId: 3 })).toMatchObject(stopping)
  expect(await told(cluster, from, { kind: 'broker-stopped', brokerId: 3 })).toMatchObject({
    cause: 'askedFor',
  })
})

test('a frozen broker: the fault, then the session that ended for want of heartbeats', async () => {
  const cluster = await FaultCluster.start()
  await cluster.createTopic('orders', [[2, 1, 3]])
  const from = cluster.history.length
  const { id } = await cluster.apply({ kind: 'freeze', brokerId: 2 })
  expect(await told(cluster, from, { kind: 'fault-applied', brokerId: 2 })).toMatchObject({
    details: { spec: { kind: 'freeze' } },
  })
  const expired = {
    sentence: 'broker 2 sent no heartbeat for 1200 ms',
    cause: 'sessionExpired',
    values: { brokerId: 2, sessionTimeoutMs: 1_200 },
  }
  expect(await told(cluster, from, { kind: 'broker-fenced', brokerId: 2 })).toMatchObject(expired)
  expect(await told(cluster, from, { kind: 'leader-elected', topic: 'orders' })).toMatchObject(expired)
  await cluster.supervisor.faults.remove(id)
  await told(cluster, from, { kind: 'fault-removed', brokerId: 2 })
  await told(cluster, from, { kind: 'broker-unfenced', brokerId: 2 })
})

test('a cut follower: its leader takes it out of the ISR when it has lagged for too long', async () => {
  const cluster = await FaultCluster.start()
  // Neither is the controller, which goes on hearing both.
  const [leader, follower] = [1, 2, 3].filter((id) => id !== cluster.controllerId) as [number, number]
  const topic = await cluster.createTopic('orders', [[leader, follower]])
  const from = cluster.history.length
  await cluster.apply({ kind: 'cut', from: leader, to: follower, oneWay: false })
  await produceTo(await cluster.client(leader), topic, batchOf(['a']), { acks: 1 })
  expect(await told(cluster, from, { kind: 'isr-shrunk', topic: 'orders' })).toMatchObject({
    sentence: `the follower ${follower} was not caught up with the leader ${leader} for 1200 ms`,
    cause: 'followerLagged',
    values: { leader, followers: String(follower), replicaLagTimeMaxMs: 1_200 },
    details: { removed: [follower] },
  })
})

test('a reassignment from start to end, one that is called off, growth, and a preferred election', async () => {
  const cluster = await FaultCluster.start()
  await cluster.createTopic('moved', [[1, 2]])
  await cluster.createTopic('stuck', [[1, 2]])
  const client = await cluster.client(1)
  const move = (name: string, replicas: number[] | null) =>
    client.call(alterPartitionReassignments, 0, {
      timeoutMs: 10_000,
      topics: [{ name, partitions: [{ partitionIndex: 0, replicas }] }],
    })
  let from = cluster.history.length
  await move('moved', [3, 2])
  const asked = { cause: 'requested', values: { api: 'AlterPartitionReassignments' } }
  expect(await told(cluster, from, { kind: 'reassignment-started', topic: 'moved' })).toMatchObject(asked)
  expect(await told(cluster, from, { kind: 'reassignment-completed', topic: 'moved' })).toMatchObject({
    cause: 'replicasMoved',
    details: { replicas: [3, 2], addingReplicas: [], removingReplicas: [] },
  })

  const { id } = await cluster.apply({ kind: 'cut', from: 1, to: 3, oneWay: false })
  await move('stuck', [3, 2])
  await move('stuck', null)
  expect(await told(cluster, from, { kind: 'reassignment-cancelled', topic: 'stuck' })).toMatchObject({
    ...asked,
    // In the order of the reassignment that was called off: Kafka does not go back to the old preferred leader either.
    details: { replicas: [2, 1], addingReplicas: [] },
  })
  await cluster.supervisor.faults.remove(id)

  await client.call(createPartitions, 3, {
    topics: [{ name: 'stuck', count: 2, assignments: [{ brokerIds: [2, 1] }] }],
    timeoutMs: 10_000,
    validateOnly: false,
  })
  expect(await told(cluster, from, { kind: 'partitions-added', topic: 'stuck' })).toMatchObject({
    cause: 'requested',
    values: { api: 'CreatePartitions' },
    details: { added: 1 },
  })

  await cluster.supervisor.killBroker(2)
  await until('the other to lead', () =>
    cluster.history.some(({ kind, details }) => kind === 'leader-elected' && details['partition'] === 1),
  )
  await cluster.supervisor.startBroker(2)
  from = cluster.history.length
  await until('it to be in sync again', () =>
    cluster.history.some(({ kind, details }) => kind === 'isr-expanded' && details['partition'] === 1),
  )
  const again = await cluster.client(3)
  await again.call(electLeaders, 2, {
    electionType: 0,
    topicPartitions: [{ topic: 'stuck', partitions: [1] }],
    timeoutMs: 10_000,
  })
  expect(await told(cluster, from, { kind: 'leader-elected', topic: 'stuck' })).toMatchObject({
    cause: 'preferredElection',
    details: { partition: 1, from: 1, to: 2, unclean: false },
  })
})

test('an unclean election says that it is one', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('orders', [[2, 3]])
  await cluster.supervisor.killBroker(3)
  await cluster.until(topic, 0, ({ isrNodes }) => isrNodes.length === 1, [1])
  await cluster.supervisor.killBroker(2)
  expect(await told(cluster, 0, { kind: 'leader-lost', topic: 'orders' })).toMatchObject({
    cause: 'brokerDied',
    values: { brokerId: 2 },
  })
  await cluster.supervisor.startBroker(3)
  const client = await cluster.client(1)
  await client.call(electLeaders, 2, {
    electionType: 1,
    topicPartitions: [{ topic: 'orders', partitions: [0] }],
    timeoutMs: 10_000,
  })
  expect(await told(cluster, 0, { kind: 'leader-elected', topic: 'orders' })).toMatchObject({
    cause: 'uncleanElection',
    details: { from: -1, to: 3, unclean: true },
  })
})

test('the file has it all, and the board of any moment', async () => {
  const cluster = await FaultCluster.start()
  await cluster.createTopic('orders', [[2, 1, 3]])
  await cluster.supervisor.killBroker(2)
  await told(cluster, 0, { kind: 'leader-elected', topic: 'orders' })
  await cluster.supervisor.stop()
  const { entries } = historyPage(cluster.directory, {}, { limit: 1_000 })
  expect(entries.map(({ kind }) => kind).reverse()).toEqual(cluster.history.map(({ kind }) => kind))
  const killed = entries.find(({ kind }) => kind === 'broker-killed')!
  const leaderAt = (atMs: number) =>
    boardAt(cluster.directory, atMs).topics.find(({ topic }) => topic === 'orders')?.partitions[0]?.leader
  expect(leaderAt(killed.atMs - 1)).toBe(2)
  expect(leaderAt(entries[0]!.atMs)).not.toBe(2)
})
