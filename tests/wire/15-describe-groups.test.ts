import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { joinGroup } from '../../src/broker/protocol/messages/11-join-group.ts'
import { describeGroups } from '../../src/broker/protocol/messages/15-describe-groups.ts'
import type { Client } from './client.ts'
import { coordinatorOf, freshGroup, joinAlone, joinRequest, leave, subscriptionTo } from './groups.ts'
import { useCluster } from './harness.ts'
import { freshName } from './topics.ts'
import { until } from './until.ts'
import { since, versionsFrom, versionsOf } from './versions.ts'

const NOT_ASKED_FOR = -(2 ** 31)
/** READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS as bits. */
const EVERYTHING = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11)

describe('DescribeGroups', () => {
  const cluster = useCluster()
  let client: Client
  let groupId: string

  beforeAll(async () => {
    client = await cluster().client()
  })
  beforeEach(async () => {
    groupId = await freshGroup(cluster())
  })

  describe.each(versionsOf(describeGroups))('v%i', (version) => {
    const base = { errorCode: ErrorCode.NONE, errorMessage: null, authorizedOperations: NOT_ASKED_FOR }

    it('of a stable group shows its members with the clients’ own bytes', async () => {
      const { memberId } = await joinAlone(client, groupId, { groupInstanceId: 'one' })
      expect(await client.call(describeGroups, version, { groups: [groupId] })).toEqual({
        throttleTimeMs: 0,
        groups: [
          {
            ...base,
            groupId,
            groupState: 'Stable',
            protocolType: 'consumer',
            protocolData: 'range',
            members: [
              {
                memberId,
                groupInstanceId: since(4, version, 'one', null),
                clientId: 'wire',
                clientHost: '/127.0.0.1',
                memberMetadata: subscriptionTo(['some-topic']),
                memberAssignment: Buffer.from(`assignment of ${memberId}`),
              },
            ],
          },
        ],
      })
    })

    it('of a group that rebalances shows the members without metadata', async () => {
      const { memberId } = await joinAlone(client, groupId)
      const other = await cluster().client()
      other.send(joinGroup, 3, joinRequest(3, groupId))
      const group = await until('the rebalance', async () => {
        const { groups } = await client.call(describeGroups, version, { groups: [groupId] })
        return groups[0]!.groupState === 'PreparingRebalance' && groups[0]
      })
      expect(group.protocolData).toBe('')
      expect(group.members).toHaveLength(2)
      expect(group.members[0]).toMatchObject({
        memberId,
        memberMetadata: Buffer.alloc(0),
        memberAssignment: Buffer.from(`assignment of ${memberId}`),
      })
      other.close()
    })

    it('of a group everybody has left says Empty, with its protocol type', async () => {
      await leave(client, await joinAlone(client, groupId))
      const { groups } = await client.call(describeGroups, version, { groups: [groupId] })
      expect(groups).toEqual([
        { ...base, groupId, groupState: 'Empty', protocolType: 'consumer', protocolData: '', members: [] },
      ])
    })

    it('of a group that is not there says Dead, from v6 on with GROUP_ID_NOT_FOUND', async () => {
      const { groups } = await client.call(describeGroups, version, { groups: [groupId] })
      const errorCode = since(6, version, ErrorCode.GROUP_ID_NOT_FOUND, ErrorCode.NONE)
      expect(groups).toMatchObject([
        { errorCode, groupId, groupState: 'Dead', protocolType: '', members: [] },
      ])
      expect(groups[0]!.errorMessage).toBe(since(6, version, `Group ${groupId} not found.`, null))
    })

    it('of several groups is answered in their order', async () => {
      await joinAlone(client, groupId)
      const { groups } = await client.call(describeGroups, version, {
        groups: ['nowhere', groupId, 'nowhere too'],
      })
      const answered = groups.map((group) => [group.groupId, group.groupState])
      expect(answered).toEqual([
        ['nowhere', 'Dead'],
        [groupId, 'Stable'],
        ['nowhere too', 'Dead'],
      ])
    })

    it('of none is none', async () => {
      expect((await client.call(describeGroups, version, { groups: [] })).groups).toEqual([])
    })
  })

  it.each(versionsFrom(describeGroups, 3))(
    'v%i: tells what may be done with it when asked',
    async (version) => {
      await joinAlone(client, groupId)
      const request = { groups: [groupId], includeAuthorizedOperations: true }
      const { groups } = await client.call(describeGroups, version, request)
      expect(groups[0]!.authorizedOperations).toBe(EVERYTHING)
    },
  )
})

describe('DescribeGroups from a broker that does not coordinate', () => {
  const cluster = useCluster({ brokers: 2 })

  it.each(versionsOf(describeGroups))('v%i: is NOT_COORDINATOR', async (version) => {
    const groupId = freshName('group')
    const coordinator = await coordinatorOf(cluster(), groupId)
    const other = await cluster().client(3 - coordinator)
    const { groups } = await other.call(describeGroups, version, { groups: [groupId] })
    expect(groups).toMatchObject([{ groupId, errorCode: ErrorCode.NOT_COORDINATOR, members: [] }])
  })
})
