import { expect, test, vi } from 'vitest'
import { MessagesStreamFallbackModes, MessagesStreamModes, ProduceAcks } from '@platformatic/kafka'
import type { GroupPartition, ResetRow } from '../../../src/shared/ipc/groups.ts'
import { useCluster } from '../cluster.ts'
import { createTopic, newName, openAdmin, openConsumer, openProducer } from './client.ts'
import { first, serveGroups } from './session-access.ts'

// Where a group is, as the window tells and sets it: undoing a reset, and offsets that no log has.

const cluster = useCluster()
const asked = { cluster: 'local:test' }
const soon = { timeout: 20_000, interval: 200 }

type Handlers = ReturnType<typeof serveGroups>

async function sampleOf(handlers: Handlers, groupId: string) {
  const told = await first((signal) => handlers.watchGroup({ ...asked, groupId }, signal))
  if (!told.ok) throw new Error(told.failure.message)
  return told.value
}

/** What is committed of each partition, with what the client left beside it. */
async function committed(handlers: Handlers, groupId: string) {
  const { partitions } = await sampleOf(handlers, groupId)
  return partitions.map(({ partition, committedOffset, metadata }) => [partition, committedOffset, metadata])
}

async function produce(topic: string, count: number): Promise<void> {
  const messages = Array.from({ length: count }, (_, index) => ({
    topic,
    key: 'k',
    value: `${index}`,
    partition: 0,
  }))
  await openProducer(cluster()).send({ acks: ProduceAcks.ALL, messages })
}

const asBefore = (rows: readonly ResetRow[]) =>
  rows.map(({ topic, partition, from, leaderEpoch, metadata }) => ({
    topic,
    partition,
    offset: from,
    leaderEpoch,
    metadata,
  }))
const asWanted = (rows: readonly ResetRow[]) =>
  rows.map(({ topic, partition, to }) => ({ topic, partition, offset: to }))

test('undoing a reset of an empty group brings back exactly what was, nothing where nothing was', async () => {
  const handlers = serveGroups(cluster())
  const topic = await createTopic(cluster(), { partitions: 3 })
  await produce(topic, 10)
  const groupId = newName('group')
  const offsets = [{ topic, partition: 0, offset: 7, leaderEpoch: 0, metadata: 'of the client' }]
  await handlers.reset({ ...asked, groupId, offsets })
  const before = await committed(handlers, groupId)
  expect(before).toEqual([[0, 7, 'of the client']])

  const partitions = [0, 1, 2].map((partition) => ({ topic, partition }))
  const rows = await handlers.previewReset({ ...asked, groupId, partitions, target: { to: 'earliest' } })
  expect(rows.map(({ from, leaderEpoch, metadata }) => [from, leaderEpoch, metadata])).toEqual([
    [7, 0, 'of the client'],
    [null, -1, null],
    [null, -1, null],
  ])
  await handlers.reset({ ...asked, groupId, offsets: asWanted(rows) })
  expect(await committed(handlers, groupId)).toEqual([
    [0, 0, ''],
    [1, 0, ''],
    [2, 0, ''],
  ])
  await handlers.reset({ ...asked, groupId, offsets: asBefore(rows) })
  expect(await committed(handlers, groupId)).toEqual(before)
})

test('undoing a reset of a group with members brings back exactly what was, nothing where nothing was', async () => {
  const handlers = serveGroups(cluster())
  const topic = await createTopic(cluster(), { partitions: 2 })
  await produce(topic, 10)
  const groupId = newName('group')
  // It reads, and commits nothing by itself.
  const consumer = openConsumer(cluster(), { groupId, autocommit: false })
  const stream = await consumer.consume({
    topics: [topic],
    mode: MessagesStreamModes.COMMITTED,
    fallbackMode: MessagesStreamFallbackModes.EARLIEST,
  })
  stream.on('error', () => undefined)
  stream.resume()
  await vi.waitFor(async () => expect((await sampleOf(handlers, groupId)).state).toBe('Stable'), soon)
  const place = { topic, partition: 0, offset: 4n, leaderEpoch: 0 }
  await consumer.commit({ offsets: [place] })

  const partitions = [0, 1].map((partition) => ({ topic, partition }))
  const rows = await handlers.previewReset({ ...asked, groupId, partitions, target: { to: 'latest' } })
  expect(rows.map(({ from }) => from)).toEqual([4, null])
  await handlers.resetActive({ ...asked, groupId, offsets: asWanted(rows) })
  expect((await committed(handlers, groupId)).map(([, offset]) => offset)).toEqual([10, 0])
  await handlers.resetActive({ ...asked, groupId, offsets: asBefore(rows) })
  const undone = (await committed(handlers, groupId)).filter(([, offset]) => offset !== null)
  expect(undone.map(([partition, offset]) => [partition, offset])).toEqual([[0, 4]])
})

/** The first partition as the group's page shows it. */
async function shown(handlers: Handlers, groupId: string): Promise<Partial<GroupPartition> | undefined> {
  return (await sampleOf(handlers, groupId)).partitions[0]
}

test('a topic that is deleted takes the group’s offsets with it, and its successor begins without', async () => {
  const handlers = serveGroups(cluster())
  const topic = await createTopic(cluster())
  await produce(topic, 5)
  const groupId = newName('group')
  const offsets = [{ topic, partition: 0, offset: 5 }]
  await handlers.reset({ ...asked, groupId, offsets })
  expect(await shown(handlers, groupId)).toMatchObject({ committedOffset: 5, lag: 0, outOfRange: null })

  const admin = openAdmin(cluster())
  await admin.deleteTopics({ topics: [topic] })
  await vi.waitFor(async () => expect(await shown(handlers, groupId)).toBeUndefined(), soon)
  await admin.createTopics({ topics: [topic], partitions: 1, replicas: 3 })
  expect(await shown(handlers, groupId)).toBeUndefined()
  expect((await sampleOf(handlers, groupId)).totalLag).toBeNull()
})

test('an offset past the end of the log is told as that, without a lag', async () => {
  const handlers = serveGroups(cluster())
  const topic = await createTopic(cluster())
  await produce(topic, 2)
  const groupId = newName('group')
  // As a client commits that read the topic of the name before.
  await handlers.reset({ ...asked, groupId, offsets: [{ topic, partition: 0, offset: 900 }] })
  const past = { committedOffset: 900, endOffset: 2, lag: null, timeLagMs: null, outOfRange: 'pastEnd' }
  expect(await shown(handlers, groupId)).toMatchObject(past)
  expect((await sampleOf(handlers, groupId)).totalLag).toBeNull()
  expect(await handlers.figures({ ...asked, groupIds: [groupId] })).toMatchObject([{ groupId, lag: null }])
  const partitions = [{ topic, partition: 0 }]
  const [row] = await handlers.previewReset({ ...asked, groupId, partitions, target: { to: 'latest' } })
  expect(row).toMatchObject({ from: 900, to: 2 })
})
