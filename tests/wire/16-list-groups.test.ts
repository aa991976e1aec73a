import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { offsetCommit } from '../../src/broker/protocol/messages/08-offset-commit.ts'
import { listGroups } from '../../src/broker/protocol/messages/16-list-groups.ts'
import type { Client } from './client.ts'
import { coordinatorOf, freshGroup, joinAlone, leave } from './groups.ts'
import { useCluster } from './harness.ts'
import { createTopic, freshName } from './topics.ts'
import { since, versionsFrom, versionsOf } from './versions.ts'

describe('ListGroups', () => {
  const cluster = useCluster()
  let client: Client
  const names = { stable: '', empty: '', connect: '', offsetsOnly: '' }

  beforeAll(async () => {
    client = await cluster().client()
    for (const kind of Object.keys(names) as (keyof typeof names)[]) names[kind] = await freshGroup(cluster())
    await joinAlone(client, names.stable)
    await leave(client, await joinAlone(client, names.empty))
    await joinAlone(await cluster().client(), names.connect, { protocolType: 'connect' })
    const topic = await createTopic(cluster())
    const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }]
    const request = { groupId: names.offsetsOnly, topics: [{ topicId: topic.id, partitions }] }
    await client.call(offsetCommit, 10, request)
  })

  const ids = (groups: readonly { groupId: string }[]) => groups.map(({ groupId }) => groupId).toSorted()

  it.each(versionsOf(listGroups))(
    'v%i: lists every group with its protocol type, from v4 with its state, from v5 with its type',
    async (version) => {
      const { throttleTimeMs, errorCode, groups } = await client.call(listGroups, version, {})
      const group = (groupId: string, protocolType: string, state: string) => ({
        groupId,
        protocolType,
        groupState: since(4, version, state, ''),
        groupType: since(5, version, 'classic', ''),
      })
      expect([throttleTimeMs, errorCode]).toEqual([0, ErrorCode.NONE])
      expect(groups).toHaveLength(4)
      expect(groups).toEqual(
        expect.arrayContaining([
          group(names.stable, 'consumer', 'Stable'),
          group(names.empty, 'consumer', 'Empty'),
          group(names.connect, 'connect', 'Stable'),
          group(names.offsetsOnly, '', 'Empty'),
        ]),
      )
    },
  )

  it.each(versionsFrom(listGroups, 4))('v%i: filters by state, whatever its case', async (version) => {
    const stable = await client.call(listGroups, version, { statesFilter: ['sTaBlE'] })
    const both = await client.call(listGroups, version, { statesFilter: ['Stable', 'Empty'] })
    const none = await client.call(listGroups, version, { statesFilter: ['Dead', 'nonsense'] })
    expect(ids(stable.groups)).toEqual([names.stable, names.connect].toSorted())
    expect(ids(both.groups)).toEqual(Object.values(names).toSorted())
    expect([none.errorCode, none.groups]).toEqual([ErrorCode.NONE, []])
  })

  it.each(versionsFrom(listGroups, 5))('v%i: filters by type, whatever its case', async (version) => {
    const classic = await client.call(listGroups, version, { typesFilter: ['classic'] })
    const consumer = await client.call(listGroups, version, { typesFilter: ['consumer'] })
    const both = await client.call(listGroups, version, { typesFilter: ['CLASSIC'], statesFilter: ['Empty'] })
    expect(ids(classic.groups)).toEqual(Object.values(names).toSorted())
    expect(consumer.groups).toEqual([])
    expect(ids(both.groups)).toEqual([names.empty, names.offsetsOnly].toSorted())
  })
})

describe('ListGroups of two brokers', () => {
  const cluster = useCluster({ brokers: 2 })

  it('each broker lists the groups it coordinates', async () => {
    const groupIds = Array.from({ length: 8 }, () => freshName('group'))
    for (const groupId of groupIds) {
      await joinAlone(await cluster().client(await coordinatorOf(cluster(), groupId)), groupId)
    }
    const lists = []
    for (const id of [1, 2]) {
      const { groups } = await (await cluster().client(id)).call(listGroups, 5, {})
      lists.push(groups.map(({ groupId }) => groupId))
    }
    expect(lists.flat().toSorted()).toEqual(groupIds.toSorted())
    for (const groupId of groupIds) {
      expect(lists[(await coordinatorOf(cluster(), groupId)) - 1]).toContain(groupId)
    }
  })
})
