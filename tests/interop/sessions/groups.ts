import { expect, test, vi } from 'vitest'
import type { JavaClients } from './java-clients.ts'
import type { Session } from './session.ts'
import { firstOf } from './session.ts'

const soon = { timeout: 20_000, interval: 200 }
const asked = { cluster: 'apache' }
const PARTITIONS = [0, 1, 2].map((partition) => ({ topic: 'read', partition }))

/** Groups of Kafka's own consumers, of all kinds; `read` has three partitions. */
export function groupTests(session: () => Session, clients: () => JavaClients): void {
  const list = async () => {
    const told = await firstOf(
      (signal) => session().groups.watch(asked, signal),
      (each) => each.ok,
    )
    return told.ok ? told.value : null
  }
  const sample = async (groupId: string) => {
    const told = await firstOf((signal) => session().groups.watchGroup({ ...asked, groupId }, signal))
    return told.ok ? told.value : told.failure
  }
  const produce = (count: number) =>
    firstOf(
      (signal) =>
        session().produce.many(
          {
            ...asked,
            topic: 'read',
            acks: 'all',
            keyless: 'round-robin',
            record: { key: { as: 'null' }, value: { as: 'text', text: 'x' }, headers: [], partition: null },
            count,
            intervalMs: 0,
          },
          signal,
        ),
      ({ isDone }) => isDone,
    )

  const resetOf = async (groupId: string) => {
    const target = { to: 'earliest' as const }
    const rows = await session().groups.previewReset({ ...asked, groupId, partitions: PARTITIONS, target })
    const offsets = rows.map(({ topic, partition, to }) => ({ topic, partition, offset: to }))
    return { rows, reset: () => session().groups.reset({ ...asked, groupId, offsets }) }
  }

  test('groups of every kind are listed with type and state', async () => {
    await vi.waitFor(async () => {
      const told = await list()
      expect(told?.unheard).toEqual([])
      expect(told?.groups.map(({ groupId, groupType, state }) => [groupId, groupType, state])).toEqual([
        ['java-classic', 'classic', 'Stable'],
        ['java-consumer', 'consumer', 'Stable'],
        ['java-share', 'share', 'Stable'],
      ])
    }, soon)
  })

  test.each(['classic', 'consumer'])(
    'a %s group is described with members, offsets and lag',
    async (kind) => {
      await produce(30)
      await vi.waitFor(async () => {
        const group = await sample(`java-${kind}`)
        expect(group).toMatchObject({
          state: 'Stable',
          groupType: kind,
          protocolType: 'consumer',
          totalLag: 0,
          members: [{ clientId: `reader-${kind}`, clientHost: '127.0.0.1', partitions: PARTITIONS }],
          partitions: PARTITIONS.map((each) => ({ ...each, lag: 0 })),
        })
      }, soon)
      const [figures] = await session().groups.figures({ ...asked, groupIds: [`java-${kind}`] })
      expect(figures).toMatchObject({ members: 1, topics: 1, lag: 0 })
    },
  )

  test('a share group is described as one, with its members', async () => {
    await vi.waitFor(async () => {
      expect(await sample('java-share')).toMatchObject({
        state: 'Stable',
        groupType: 'share',
        protocolType: 'share',
        members: [{ clientId: 'reader-share', clientHost: '127.0.0.1', partitions: PARTITIONS }],
      })
    }, soon)
    const [figures] = await session().groups.figures({ ...asked, groupIds: ['java-share'] })
    expect(figures).toMatchObject({ members: 1, topics: 1 })
  })

  test('traffic is told from two looks', async () => {
    await session().overview()
    await session().traffic()
    await produce(30)
    const told = await session().traffic()
    expect(told.recordsIn).toBeGreaterThan(0)
    expect(told.bytesIn).toBeGreaterThan(0)
    expect(told.lags).toMatchObject({ groups: expect.any(Number) as number })
  })

  test.each(['classic', 'consumer', 'share'])(
    'a %s group with members is neither reset nor deleted',
    async (kind) => {
      const groupId = `java-${kind}`
      // A share group acknowledges in its own time.
      const { reset } = await vi.waitFor(async () => {
        const asked = await resetOf(groupId)
        expect(asked.rows.map(({ to, readAgain }) => [to, (readAgain ?? 0) > 0])).toEqual(
          PARTITIONS.map(() => [0, true]),
        )
        return asked
      }, soon)
      const refused = expect.stringMatching(/^(UNKNOWN_MEMBER_ID|NON_EMPTY_GROUP)$/u) as string
      await expect(reset()).rejects.toMatchObject({ failure: { kafka: { errorName: refused } } })
      await expect(session().groups.delete({ ...asked, groupId })).rejects.toMatchObject({
        failure: { kafka: { errorName: 'NON_EMPTY_GROUP' } },
      })
    },
  )

  test.each(['classic', 'consumer', 'share'])(
    'a %s group without members is reset and deleted',
    async (kind) => {
      const groupId = `java-${kind}`
      await clients().leave()
      await vi.waitFor(async () => expect(await sample(groupId)).toMatchObject({ state: 'Empty' }), soon)
      await (await resetOf(groupId)).reset()
      await vi.waitFor(
        async () =>
          expect(await sample(groupId)).toMatchObject({
            members: [],
            partitions: PARTITIONS.map(() => ({ committedOffset: 0 })),
          }),
        soon,
      )
      await session().groups.deleteOffsets({ ...asked, groupId, partitions: PARTITIONS })
      await session().groups.delete({ ...asked, groupId })
      await vi.waitFor(
        async () => expect((await list())?.groups.map((each) => each.groupId)).not.toContain(groupId),
        soon,
      )
    },
  )

  test('what only brokers of a local cluster can do is told as such', async () => {
    await expect(session().groups.sessions({ ...asked, groupId: 'java-share' })).rejects.toMatchObject({
      failure: { code: 'LOCAL_ONLY' },
    })
  })
}
