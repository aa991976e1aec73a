import { expect, test, vi } from 'vitest'
import type { ApacheKafka } from '../differential/apache-kafka.ts'
import type { Session } from './session.ts'
import { firstOf } from './session.ts'

const soon = { timeout: 20_000, interval: 200 }
const asked = { cluster: 'apache' }

/** Overview, topics, configs and the board. */
export function topicTests(session: () => Session, kafka: () => ApacheKafka): void {
  const creation = (topic: string, configs: Record<string, string> = {}) => ({
    ...asked,
    topic,
    partitions: 3,
    replicationFactor: 3,
    configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
    validateOnly: false,
  })
  const sample = (topic: string) =>
    firstOf(
      (signal) => session().topics.watchTopic({ ...asked, topic }, signal),
      (told) => told.ok,
    )
  const config = async (topic: string, name: string) =>
    (await session().topics.configs({ ...asked, topic })).find((each) => each.name === name)

  test('the overview tells brokers, racks, ports and the controller', async () => {
    const overview = await session().overview()
    expect(overview).toMatchObject({ controllerId: 1, underReplicated: 0, offline: 0 })
    expect(overview.clusterId).toHaveLength(22)
    expect(overview.brokers.map(({ id, host, port, rack }) => ({ id, host, port, rack }))).toEqual(
      [1, 2, 3].map((id) => ({ id, ...kafka().address(id), rack: `rack-${id}` })),
    )
    await vi.waitFor(async () => expect((await session().overview()).belowMinIsr).toBe(0), soon)
  })

  test('a topic is checked, created with configs, listed, grown and deleted', async () => {
    const wanted = creation('made', { 'cleanup.policy': 'compact', 'min.insync.replicas': '2' })
    const told = { partitions: 3, replicationFactor: 3 }
    expect(await session().topics.create({ ...wanted, validateOnly: true })).toMatchObject(told)
    const created = await session().topics.create(wanted)
    expect(created).toMatchObject(told)
    expect(created.configs).toContainEqual({
      name: 'cleanup.policy',
      value: 'compact',
      source: 'DYNAMIC_TOPIC_CONFIG',
    })
    await session().topics.addPartitions({ ...asked, topic: 'made', partitions: 5 })
    const summary = async () => {
      const list = await firstOf(
        (signal) => session().topics.watch(asked, signal),
        (each) => each?.ok === true,
      )
      return list?.ok ? list.value.topics.find(({ name }) => name === 'made') : null
    }
    await vi.waitFor(
      async () =>
        expect(await summary()).toMatchObject({
          isInternal: false,
          partitions: 5,
          replicationFactor: 3,
          underReplicated: 0,
          offline: 0,
          belowMinIsr: 0,
          replicaBrokers: [1, 2, 3],
        }),
      soon,
    )
    await session().topics.delete({ ...asked, topic: 'made' })
    await vi.waitFor(async () => expect(await summary()).toBeUndefined(), soon)
  })

  test('configs tell value, source and what would count without the topic’s own', async () => {
    await session().topics.create(creation('configured', { 'retention.ms': '60000' }))
    expect(await config('configured', 'retention.ms')).toMatchObject({
      value: '60000',
      source: 'DYNAMIC_TOPIC_CONFIG',
      inherited: { value: '604800000', source: 'DEFAULT_CONFIG' },
      isReadOnly: false,
      isSensitive: false,
      type: 'LONG',
      documentation: expect.stringContaining('retain') as string,
    })
    const alter = (name: string, value: string | null, validateOnly = false) =>
      session().topics.alterConfigs({
        ...asked,
        topic: 'configured',
        changes: [{ name, value }],
        validateOnly,
      })
    // The brokers' file has log.roll.hours=48 and log.segment.delete.delay.ms=30000. Of the first, Apache Kafka tells
    // where it comes from only while the topic has its own.
    for (const [name, value, source] of [
      ['segment.ms', '172800000', 'DEFAULT_CONFIG'],
      ['file.delete.delay.ms', '30000', 'STATIC_BROKER_CONFIG'],
    ] as const) {
      expect(await config('configured', name)).toMatchObject({ value, source, inherited: { value, source } })
      await alter(name, '3600000')
      const inherited = { value, source: 'STATIC_BROKER_CONFIG' }
      const own = { value: '3600000', source: 'DYNAMIC_TOPIC_CONFIG', inherited }
      await vi.waitFor(async () => expect(await config('configured', name)).toMatchObject(own), soon)
    }
    await alter('retention.ms', '1', true)
    await alter('retention.ms', null)
    await vi.waitFor(
      async () =>
        expect(await config('configured', 'retention.ms')).toMatchObject({
          value: '604800000',
          source: 'DEFAULT_CONFIG',
          inherited: { value: '604800000', source: 'DEFAULT_CONFIG' },
        }),
      soon,
    )
  })

  test.each([
    ['a name that is taken', { topic: 'read' }, 'TOPIC_ALREADY_EXISTS', /already exists/u],
    ['a name that is none', { topic: 'a b' }, 'INVALID_TOPIC_EXCEPTION', /a b/u],
    ['more replicas than brokers', { topic: 'x', replicationFactor: 4 }, 'INVALID_REPLICATION_FACTOR', /4/u],
    [
      'a value that is none',
      { topic: 'x', configs: [{ name: 'retention.ms', value: 'soon' }] },
      'INVALID_CONFIG',
      /soon/u,
    ],
  ])('%s is refused in the broker’s words', async (_, wrong, errorName, words) => {
    await expect(session().topics.create({ ...creation('x'), ...wrong })).rejects.toMatchObject({
      failure: { message: expect.stringMatching(words) as string, kafka: { errorName } },
    })
  })

  test('a topic’s page has leaders, ISR, offsets and sizes', async () => {
    await session().topics.create(creation('paged'))
    await firstOf(
      (signal) =>
        session().produce.many(
          {
            ...asked,
            topic: 'paged',
            acks: 'all',
            keyless: 'sticky',
            record: { key: { as: 'null' }, value: { as: 'text', text: 'x' }, headers: [], partition: 0 },
            count: 10,
            intervalMs: 0,
          },
          signal,
        ),
      ({ isDone }) => isDone,
    )
    const samples = async () => {
      const told = await sample('paged')
      return told.ok ? told.value : null
    }
    await vi.waitFor(async () => {
      const seen = await samples()
      expect(seen).toMatchObject({ tellsSizes: true, minInsyncReplicas: 1 })
      // Metadata names any of them the controller.
      expect(
        seen?.brokers.map(({ id, rack, isAlive, isController }) => [id, rack, isAlive, isController]),
      ).toEqual([1, 2, 3].map((id) => [id, `rack-${id}`, true, id === 1]))
      expect(seen?.partitions[0]).toMatchObject({ logStartOffset: 0, highWatermark: 10, logEndOffset: 10 })
      expect(
        seen?.partitions[0]?.replicas.map((each) => [each.isInSync, each.logEndOffset, each.lag]),
      ).toEqual(Array.from({ length: 3 }, () => [true, 10, 0]))
      expect(seen?.partitions[0]?.replicas.every(({ sizeInBytes }) => (sizeInBytes ?? 0) > 0)).toBe(true)
    }, soon)
    expect(await session().topics.counts({ ...asked, topics: ['paged'] })).toEqual([
      { topic: 'paged', records: 10 },
    ])
  })

  test('the board has every partition, moves one with a throttle, and gives leaderships back', async () => {
    await session().topics.create({ ...creation('moved'), partitions: 1, replicationFactor: 2 })
    const shape = async () => {
      const told = await firstOf(
        (signal) => session().board.watch(asked, signal),
        (each) => each?.ok === true,
      )
      return told?.ok ? told.value : null
    }
    const partition = async () =>
      (await shape())?.topics.find(({ topic }) => topic === 'moved')?.partitions[0]
    await vi.waitFor(async () => expect((await partition())?.isr).toHaveLength(2), soon)
    const { replicas = [] } = (await partition()) ?? {}
    const goal = [[1, 2, 3].find((id) => !replicas.includes(id)) ?? 0, replicas[0] ?? 0]
    const refused = await session().board.reassign({
      ...asked,
      moves: [{ topic: 'moved', partition: 0, replicas: goal }],
      throttleBytesPerSecond: 1_000_000,
    })
    expect(refused).toEqual([])
    await vi.waitFor(async () => {
      expect((await partition())?.replicas).toEqual(goal)
      expect(await session().board.reassignments(asked)).toEqual({ moving: [], throttleBytesPerSecond: null })
    }, soon)
    expect(await session().board.elect({ ...asked, topics: ['moved'] })).toEqual({ elected: 1, refused: [] })
    await vi.waitFor(async () => expect((await partition())?.leader).toBe(goal[0]), soon)
    expect(
      await session().board.reassign({
        ...asked,
        moves: [{ topic: 'moved', partition: 0, replicas: [9] }],
        throttleBytesPerSecond: null,
      }),
    ).toMatchObject([{ topic: 'moved', failure: { kafka: { errorName: 'INVALID_REPLICA_ASSIGNMENT' } } }])
    const figures = await session().board.figures({
      ...asked,
      partitions: [{ topic: 'moved', partition: 0, leader: goal[0] ?? 0, replicas: goal }],
    })
    expect(figures).toMatchObject([
      { highWatermark: 0, logEndOffset: 0, followers: [{ broker: goal[1], logEndOffset: 0, lag: 0 }] },
    ])
  })

  test('the board names the coordinators of groups', async () => {
    await vi.waitFor(async () => {
      const told = await firstOf(
        (signal) => session().board.watch(asked, signal),
        (each) => each?.ok === true && each.value.coordinators.length > 0,
      )
      const groups = told?.ok ? told.value.coordinators.map((each) => each.groups) : []
      expect(groups.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(3)
    }, soon)
  })
}
