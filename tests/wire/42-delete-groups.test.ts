import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { listGroups } from '../../src/broker/protocol/messages/16-list-groups.ts'
import { deleteGroups } from '../../src/broker/protocol/messages/42-delete-groups.ts'
import type { Client } from './client.ts'
import { coordinatorOf, freshGroup, joinAlone, leave } from './groups.ts'
import { useCluster } from './harness.ts'
import { commit, committedOffset } from './offsets.ts'
import { createTopic, freshName, type Topic } from './topics.ts'
import { versionsOf } from './versions.ts'

describe('DeleteGroups', () => {
  const cluster = useCluster()
  let client: Client
  let topic: Topic

  beforeAll(async () => {
    client = await cluster().client()
    topic = await createTopic(cluster())
  })

  describe.each(versionsOf(deleteGroups))('v%i', (version) => {
    it('takes empty groups away with their offsets, and has a code for each of the others', async () => {
      const [empty, offsetsOnly, busy] = [
        await freshGroup(cluster()),
        await freshGroup(cluster()),
        await freshGroup(cluster()),
      ]
      await commit(client, offsetsOnly, topic, { 0: 5 })
      await leave(client, await joinAlone(client, empty))
      await joinAlone(client, busy)
      const groupsNames = [busy, 'nowhere', empty, offsetsOnly]
      const answer = await client.call(deleteGroups, version, { groupsNames })
      expect(answer).toEqual({
        throttleTimeMs: 0,
        results: [
          { groupId: busy, errorCode: ErrorCode.NON_EMPTY_GROUP, errorMessage: null },
          { groupId: 'nowhere', errorCode: ErrorCode.GROUP_ID_NOT_FOUND, errorMessage: null },
          { groupId: empty, errorCode: ErrorCode.NONE, errorMessage: null },
          { groupId: offsetsOnly, errorCode: ErrorCode.NONE, errorMessage: null },
        ],
      })
      const { groups } = await client.call(listGroups, 5, {})
      const left = groups.map(({ groupId }) => groupId).filter((groupId) => groupsNames.includes(groupId))
      expect(left).toEqual([busy])
      expect(await committedOffset(client, offsetsOnly, topic)).toBe(-1)
    })

    it('of a group named twice is answered once', async () => {
      const { results } = await client.call(deleteGroups, version, { groupsNames: ['nowhere', 'nowhere'] })
      expect(results).toHaveLength(1)
    })

    it('of none is none', async () => {
      expect((await client.call(deleteGroups, version, { groupsNames: [] })).results).toEqual([])
    })
  })
})

describe('DeleteGroups at a broker that does not coordinate', () => {
  const cluster = useCluster({ brokers: 2 })

  it.each(versionsOf(deleteGroups))('v%i: is NOT_COORDINATOR', async (version) => {
    const groupId = freshName('group')
    const other = await cluster().client(3 - (await coordinatorOf(cluster(), groupId)))
    const { results } = await other.call(deleteGroups, version, { groupsNames: [groupId] })
    expect(results).toMatchObject([{ groupId, errorCode: ErrorCode.NOT_COORDINATOR }])
  })
})
