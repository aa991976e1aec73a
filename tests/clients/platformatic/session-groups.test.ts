import { expect, test, vi } from 'vitest'
import { MessagesStreamFallbackModes, MessagesStreamModes, ProduceAcks } from '@platformatic/kafka'
import { useCluster } from '../cluster.ts'
import { createTopic, newName, openConsumer, openProducer } from './client.ts'
import { first, serveGroups } from './session-access.ts'

// The session's part about groups, against a real cluster.

const cluster = useCluster()
const soon = { timeout: 20_000, interval: 200 }

const serve = () => serveGroups(cluster())

/** A group of one member that has read and committed ten records of a topic with two partitions. */
async function groupThatRead() {
  const topic = await createTopic(cluster(), { partitions: 2 })
  const groupId = newName('group')
  const messages = Array.from({ length: 10 }, (_, index) => ({ topic, key: `${index}`, value: `${index}` }))
  await openProducer(cluster()).send({ acks: ProduceAcks.ALL, messages })
  const consumer = openConsumer(cluster(), { groupId, autocommit: 100 })
  const stream = await consumer.consume({
    topics: [topic],
    mode: MessagesStreamModes.COMMITTED,
    fallbackMode: MessagesStreamFallbackModes.EARLIEST,
  })
  stream.resume()
  return { topic, groupId, messages, consumer }
}

test('a group is listed, sampled, reset and deleted', async () => {
  const handlers = serve()
  const asked = { cluster: 'local:test' }
  const { topic, groupId, messages, consumer } = await groupThatRead()
  const sample = async () => {
    const told = await first((signal) => handlers.watchGroup({ ...asked, groupId }, signal))
    return told.ok ? told.value : null
  }

  await vi.waitFor(async () => expect((await sample())?.totalLag).toBe(0), soon)
  const stable = await sample()
  expect(stable).toMatchObject({ groupId, state: 'Stable', protocolType: 'consumer' })
  expect(stable?.members).toMatchObject([
    {
      clientId: 'platformatic',
      partitions: [
        { topic, partition: 0 },
        { topic, partition: 1 },
      ],
    },
  ])
  expect(stable?.partitions.map(({ memberId }) => memberId)).toEqual([
    stable?.members[0]?.memberId,
    stable?.members[0]?.memberId,
  ])
  const list = await first((signal) => handlers.watch(asked, signal))
  expect(list).toMatchObject({ ok: true, value: { unheard: [] } })
  expect(JSON.stringify(list)).toContain(groupId)
  expect(await handlers.figures({ ...asked, groupIds: [groupId, newName('nobody')] })).toContainEqual({
    groupId,
    members: 1,
    topics: 1,
    lag: 0,
    recent: expect.arrayContaining([{ atMs: expect.any(Number) as number, lag: 0 }]) as unknown,
    stalledMs: null,
  })

  const partitions = [0, 1].map((partition) => ({ topic, partition }))
  const preview = await handlers.previewReset({ ...asked, groupId, partitions, target: { to: 'earliest' } })
  expect(preview.reduce((sum, { readAgain }) => sum + (readAgain ?? 0), 0)).toBe(messages.length)
  expect(preview.map(({ againFromMs }) => typeof againFromMs)).toContain('number')
  expect(await handlers.sessions({ ...asked, groupId })).toMatchObject([
    { memberId: stable?.members[0]?.memberId, awaits: '' },
  ])
  const offsets = preview.map(({ topic, partition, to }) => ({ topic, partition, offset: to }))
  await expect(handlers.reset({ ...asked, groupId, offsets })).rejects.toMatchObject({
    failure: { kafka: { errorName: 'UNKNOWN_MEMBER_ID' } },
  })

  await consumer.close(true)
  await handlers.reset({ ...asked, groupId, offsets })
  const reset = await sample()
  expect(reset).toMatchObject({ state: 'Empty', members: [], totalLag: messages.length })

  await handlers.delete({ ...asked, groupId })
  const after = await first((signal) => handlers.watch(asked, signal))
  expect(JSON.stringify(after)).not.toContain(groupId)
})

test.each([
  [{ to: 'latest' }, 'end'],
  [{ to: 'offset', offset: 1_000_000 }, 'end'],
  [{ to: 'shift', by: -1_000 }, 'start'],
  [{ to: 'timestamp', timestampMs: 0 }, 'start'],
  [{ to: 'timestamp', timestampMs: 4_000_000_000_000 }, 'end'],
] as const)('a reset to %j goes no further than the log’s %s', async (target, bound) => {
  const handlers = serve()
  const topic = await createTopic(cluster())
  await openProducer(cluster()).send({ acks: ProduceAcks.ALL, messages: [{ topic, key: 'a', value: 'a' }] })
  const asked = { cluster: 'local:test', groupId: newName('group'), partitions: [{ topic, partition: 0 }] }
  const rows = await handlers.previewReset({ ...asked, target })
  const to = { start: 0, end: 1 }[bound]
  const nothing = { from: null, leaderEpoch: -1, metadata: null, readAgain: null, againFromMs: null }
  expect(rows).toEqual([{ topic, partition: 0, to, ...nothing }])
})

test('two thousand groups have their figures at the cost of a few requests', async () => {
  const groups = serve()
  const topic = await createTopic(cluster(), { partitions: 2 })
  const prefix = newName('many')
  const messages = Array.from({ length: 10 }, (_, index) => ({ topic, key: `${index}`, value: `${index}` }))
  await openProducer(cluster()).send({ acks: ProduceAcks.ALL, messages })
  const groupIds = Array.from({ length: 2_000 }, (_, index) => `${prefix}-${index}`)
  const commit = (groupId: string) =>
    groups.reset({ cluster: 'any', groupId, offsets: [{ topic, partition: 0, offset: 0 }] })
  for (let from = 0; from < groupIds.length; from += 50) {
    await Promise.all(groupIds.slice(from, from + 50).map(commit))
  }
  const beganMs = performance.now()
  const figures = []
  for (let from = 0; from < groupIds.length; from += 200) {
    figures.push(...(await groups.figures({ cluster: 'any', groupIds: groupIds.slice(from, from + 200) })))
  }
  const tookMs = performance.now() - beganMs
  expect(figures).toHaveLength(2_000)
  expect(new Set(figures.map(({ lag, members, topics }) => `${lag} ${members} ${topics}`)).size).toBe(1)
  expect(figures[0]).toMatchObject({ members: 0, topics: 1, recent: [expect.anything(), expect.anything()] })
  // Each by itself would take some ten thousand requests.
  expect(tookMs).toBeLessThan(5_000)
}, 120_000)
