import { expect, test, vi } from 'vitest'
import type { ApacheKafka } from '../differential/apache-kafka.ts'
import type { Session } from './session.ts'
import { firstOf } from './session.ts'

const soon = { timeout: 30_000, interval: 200 }
const asked = { cluster: 'apache' }

/** Brokers that die, the last of them too: these come last. */
export function troubleTests(session: () => Session, kafka: () => ApacheKafka): void {
  const partition = async () => {
    const told = await firstOf((signal) => session().topics.watchTopic({ ...asked, topic: 'led' }, signal))
    return told.ok ? told.value.partitions[0] : null
  }
  const send = (text: string) =>
    session().produce.send({
      ...asked,
      topic: 'led',
      acks: 'all',
      keyless: 'sticky',
      record: { key: { as: 'null' }, value: { as: 'text', text }, headers: [], partition: 0 },
    })

  test('the leader is killed: topic, board, produce and browse go on with the next', async () => {
    const creation = { topic: 'led', partitions: 1, replicationFactor: 2, configs: [], validateOnly: false }
    await session().topics.create({ ...asked, ...creation })
    // Broker 1 is the only controller and stays; the leader is one of the others.
    await session().board.reassign({
      ...asked,
      moves: [{ topic: 'led', partition: 0, replicas: [2, 1] }],
      throttleBytesPerSecond: null,
    })
    await vi.waitFor(async () => {
      expect((await partition())?.replicas.map(({ broker }) => broker)).toEqual([2, 1])
      await session().board.elect({ ...asked, topics: ['led'] })
      expect((await partition())?.leader).toBe(2)
    }, soon)
    await send('before')

    await kafka().kill(2)
    await vi.waitFor(async () => {
      const seen = await partition()
      expect(seen?.leader).toBe(1)
      expect(seen?.replicas.map(({ broker, isInSync, isOffline }) => [broker, isInSync, isOffline])).toEqual([
        [2, false, true],
        [1, true, false],
      ])
    }, soon)
    expect(await send('after')).toMatchObject({ partition: 0, offset: 1 })
    const overview = await session().overview()
    expect(overview.brokers.map(({ id }) => id)).toEqual([1, 3])
    expect(overview.troubled).toContainEqual(
      expect.objectContaining({ topic: 'led', underReplicated: 1, offline: 0, outOfIsr: [2] }),
    )
    const shape = await firstOf(
      (signal) => session().board.watch(asked, signal),
      (each) => each?.ok === true,
    )
    expect(shape?.ok && shape.value.topics.find(({ topic }) => topic === 'led')?.partitions).toMatchObject([
      { leader: 1, isr: [1], offline: [2] },
    ])
    await vi.waitFor(async () => {
      await session().overview()
      expect((await session().traffic()).recordsIn).toEqual(expect.any(Number))
    }, soon)
    const { bounds, direction } = await session().browse.range({
      ...asked,
      topic: 'led',
      isolation: 'read_uncommitted',
      partitions: null,
      beginning: { at: 'newest' },
    })
    const { rows } = await firstOf((signal) =>
      session().browse.read(
        {
          ...asked,
          topic: 'led',
          isolation: 'read_uncommitted',
          bounds,
          direction,
          filter: null,
          pageRows: 256,
        },
        signal,
      ),
    )
    expect(rows.value).toEqual(['after', 'before'])

    await kafka().start(2)
    await vi.waitFor(async () => {
      expect((await partition())?.replicas.every(({ isInSync }) => isInSync)).toBe(true)
    }, soon)
  })

  test('a cluster that is gone is told with cause and remedy, and found again by itself', async () => {
    await Promise.all([1, 2, 3].map((id) => kafka().kill(id)))
    await expect(session().overview()).rejects.toThrow()
    const watched = await firstOf((signal) => session().topics.watch(asked, signal))
    expect(watched).toMatchObject({
      ok: false,
      failure: { code: 'CONNECTION_REFUSED', remedy: expect.any(String) as string },
    })
    await expect(session().groups.delete({ ...asked, groupId: 'java-share' })).rejects.toThrow()
    await Promise.all([1, 2, 3].map((id) => kafka().start(id)))
    await vi.waitFor(async () => expect((await session().overview()).brokers).toHaveLength(3), soon)
    await vi.waitFor(async () => expect((await partition())?.logEndOffset).toBe(2), soon)
  })
}
