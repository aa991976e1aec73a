import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { offsetCommit } from '../../src/broker/protocol/messages/08-offset-commit.ts'
import { joinGroup } from '../../src/broker/protocol/messages/11-join-group.ts'
import { ZERO_UUID } from '../../src/broker/protocol/schema.ts'
import type { Client } from './client.ts'
import { coordinatorOf, freshGroup, join, joinAlone, joinRequest, stateOf } from './groups.ts'
import { useCluster } from './harness.ts'
import { commit, commitRequest, committedOffset, type CommitRequest } from './offsets.ts'
import { createTopic, freshName, type Topic } from './topics.ts'
import { until } from './until.ts'
import { since, versionsBefore, versionsFrom, versionsOf } from './versions.ts'

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'

describe('OffsetCommit', () => {
  const cluster = useCluster()
  let client: Client
  let topic: Topic
  let groupId: string

  beforeAll(async () => {
    client = await cluster().client()
    topic = await createTopic(cluster(), { partitions: 3 })
  })
  beforeEach(async () => {
    groupId = await freshGroup(cluster())
  })

  const codeOf = async (
    version: number,
    offsets: Record<number, number>,
    different: Partial<CommitRequest> = {},
  ) => {
    const request = commitRequest(groupId, topic, offsets, different)
    const { topics } = await client.call(offsetCommit, version, request)
    return topics[0]!.partitions[0]!.errorCode
  }

  describe.each(versionsOf(offsetCommit))('v%i', (version) => {
    it('of a member is kept, for each partition by itself', async () => {
      const { memberId, generationId } = await joinAlone(client, groupId)
      const membership = { memberId, generationIdOrMemberEpoch: generationId }
      const request = commitRequest(groupId, topic, { 0: 41, 2: 7, 9: 1 }, membership)
      expect(await client.call(offsetCommit, version, request)).toEqual({
        throttleTimeMs: 0,
        topics: [
          {
            name: since(10, version, '', topic.name),
            topicId: since(10, version, topic.id, ZERO_UUID),
            partitions: [
              { partitionIndex: 0, errorCode: ErrorCode.NONE },
              { partitionIndex: 2, errorCode: ErrorCode.NONE },
              { partitionIndex: 9, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION },
            ],
          },
        ],
      })
      expect(await committedOffset(client, groupId, topic, 0)).toBe(41)
      expect(await committedOffset(client, groupId, topic, 1)).toBe(-1)
      expect(await committedOffset(client, groupId, topic, 2)).toBe(7)
    })

    it('without a generation founds a group of offsets only', async () => {
      expect(await codeOf(version, { 1: 5 })).toBe(ErrorCode.NONE)
      expect(await committedOffset(client, groupId, topic, 1)).toBe(5)
      expect(await stateOf(client, groupId)).toBe('Empty')
    })

    it('with a generation of a group that is not there is refused', async () => {
      const code = await codeOf(version, { 0: 1 }, { memberId: 'me', generationIdOrMemberEpoch: 1 })
      expect(code).toBe(since(9, version, ErrorCode.GROUP_ID_NOT_FOUND, ErrorCode.ILLEGAL_GENERATION))
    })

    it('without a generation to a group that has members is UNKNOWN_MEMBER_ID', async () => {
      await joinAlone(client, groupId)
      expect(await codeOf(version, { 0: 1 })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    })

    it.each([
      ['of the generation before', 'same', 0, ErrorCode.ILLEGAL_GENERATION],
      ['of a generation to come', 'same', 2, ErrorCode.ILLEGAL_GENERATION],
      ['of a member nobody knows', 'stranger', 1, ErrorCode.UNKNOWN_MEMBER_ID],
    ])('%s is refused and changes nothing', async (_what, who, generationIdOrMemberEpoch, code) => {
      const { memberId } = await joinAlone(client, groupId)
      const ids: Record<string, string> = { same: memberId, stranger: 'stranger' }
      expect(await codeOf(version, { 0: 1 }, { memberId: ids[who], generationIdOrMemberEpoch })).toBe(code)
      expect(await committedOffset(client, groupId, topic)).toBe(-1)
    })

    it('of a member without an assignment is REBALANCE_IN_PROGRESS', async () => {
      const { memberId, generationId } = await join(client, 9, groupId)
      const code = await codeOf(version, { 0: 1 }, { memberId, generationIdOrMemberEpoch: generationId })
      expect(code).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    })

    it('while the group rebalances is still taken: the member saves what it has done', async () => {
      const { memberId, generationId } = await joinAlone(client, groupId)
      const other = await cluster().client()
      other.send(joinGroup, 3, joinRequest(3, groupId))
      await until('the rebalance', async () => (await stateOf(client, groupId)) === 'PreparingRebalance')
      const code = await codeOf(version, { 0: 1 }, { memberId, generationIdOrMemberEpoch: generationId })
      expect(code).toBe(ErrorCode.NONE)
      other.close()
    })

    it('metadata of 4096 characters is taken, one more is OFFSET_METADATA_TOO_LARGE', async () => {
      const withMetadata = async (length: number) => {
        const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: 'x'.repeat(length) }]
        const topics = [{ name: topic.name, topicId: topic.id, partitions }]
        const answer = await client.call(offsetCommit, version, { groupId, topics })
        return answer.topics[0]!.partitions[0]!.errorCode
      }
      expect([await withMetadata(4_096), await withMetadata(4_097)]).toEqual([
        ErrorCode.NONE,
        ErrorCode.OFFSET_METADATA_TOO_LARGE,
      ])
    })
  })

  it.each(versionsBefore(offsetCommit, 10))(
    'v%i: of a topic that does not exist is UNKNOWN_TOPIC_OR_PARTITION',
    async (version) => {
      const request = commitRequest(groupId, { name: 'nowhere', id: ZERO_UUID }, { 0: 1 })
      const { topics } = await client.call(offsetCommit, version, request)
      expect(topics).toMatchObject([
        { name: 'nowhere', partitions: [{ errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }] },
      ])
    },
  )

  it('v10: of an unknown id is UNKNOWN_TOPIC_ID', async () => {
    const request = commitRequest(groupId, { name: '', id: UNKNOWN_ID }, { 0: 1 })
    const { topics } = await client.call(offsetCommit, 10, request)
    expect(topics).toMatchObject([
      { topicId: UNKNOWN_ID, partitions: [{ errorCode: ErrorCode.UNKNOWN_TOPIC_ID }] },
    ])
  })

  it.each(versionsFrom(offsetCommit, 7))(
    'v%i: of a static member that was replaced is FENCED_INSTANCE_ID',
    async (version) => {
      const groupInstanceId = 'one'
      const { memberId, generationId } = await joinAlone(client, groupId, { groupInstanceId })
      const other = await cluster().client()
      await other.call(joinGroup, 9, joinRequest(9, groupId, { groupInstanceId }))
      const membership = { memberId, groupInstanceId, generationIdOrMemberEpoch: generationId }
      expect(await codeOf(version, { 0: 1 }, membership)).toBe(ErrorCode.FENCED_INSTANCE_ID)
    },
  )

  it('again replaces what was there, also by a smaller offset', async () => {
    await commit(client, groupId, topic, { 0: 100 })
    await commit(client, groupId, topic, { 0: 3 })
    expect(await committedOffset(client, groupId, topic)).toBe(3)
  })

  it('of the empty group id is taken, as it always was', async () => {
    const request = commitRequest('', topic, { 0: 12 })
    const { topics } = await client.call(offsetCommit, 8, request)
    expect(topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.NONE)
  })

  it('of nothing is answered with nothing', async () => {
    expect((await client.call(offsetCommit, 9, { groupId, topics: [] })).topics).toEqual([])
  })
})

describe('OffsetCommit to a broker that does not coordinate', () => {
  const cluster = useCluster({ brokers: 2 })

  it.each(versionsOf(offsetCommit))('v%i: is NOT_COORDINATOR', async (version) => {
    const topic = await createTopic(cluster())
    const groupId = freshName('group')
    const other = await cluster().client(3 - (await coordinatorOf(cluster(), groupId)))
    const { topics } = await other.call(offsetCommit, version, commitRequest(groupId, topic, { 0: 1 }))
    expect(topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })
})
