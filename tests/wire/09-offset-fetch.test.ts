import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { offsetFetch } from '../../src/broker/protocol/messages/09-offset-fetch.ts'
import { deleteTopics } from '../../src/broker/protocol/messages/20-delete-topics.ts'
import { ZERO_UUID } from '../../src/broker/protocol/schema.ts'
import type { Client } from './client.ts'
import { coordinatorOf, freshGroup, joinAlone } from './groups.ts'
import { useCluster } from './harness.ts'
import { commit, committedOffset } from './offsets.ts'
import { createTopic, freshName, gone, type Topic } from './topics.ts'
import { until } from './until.ts'
import { since, versionsBefore, versionsFrom } from './versions.ts'

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'

describe('OffsetFetch', () => {
  const cluster = useCluster()
  let client: Client
  let topic: Topic
  let other: Topic
  let groupId: string

  beforeAll(async () => {
    client = await cluster().client()
    topic = await createTopic(cluster(), { partitions: 3 })
    other = await createTopic(cluster())
    groupId = await freshGroup(cluster())
    await commit(client, groupId, topic, { 0: 41, 2: 7 })
    await commit(client, groupId, other, { 0: 9 })
  })

  const stored = (partitionIndex: number, committedOffset: number, leaderEpoch: number) => ({
    partitionIndex,
    committedOffset,
    committedLeaderEpoch: leaderEpoch,
    metadata: `note ${committedOffset}`,
    errorCode: ErrorCode.NONE,
  })
  const none = (partitionIndex: number, errorCode: number = ErrorCode.NONE) => ({
    partitionIndex,
    committedOffset: -1,
    committedLeaderEpoch: -1,
    metadata: '',
    errorCode,
  })

  describe.each(versionsBefore(offsetFetch, 8))('v%i', (version) => {
    const epoch = since(5, version, 0, -1)

    it('gives offsets with their metadata, and -1 where there is none', async () => {
      const topics = [{ name: topic.name, partitionIndexes: [0, 1, 2, 77] }]
      expect(await client.call(offsetFetch, version, { groupId, topics })).toEqual({
        throttleTimeMs: 0,
        errorCode: ErrorCode.NONE,
        topics: [
          { name: topic.name, partitions: [stored(0, 41, epoch), none(1), stored(2, 7, epoch), none(77)] },
        ],
        groups: [],
      })
    })

    it('of a group that is not there is -1 everywhere', async () => {
      const topics = [{ name: topic.name, partitionIndexes: [0, 1] }]
      const answer = await client.call(offsetFetch, version, { groupId: 'nowhere', topics })
      expect(answer.errorCode).toBe(ErrorCode.NONE)
      expect(answer.topics).toEqual([{ name: topic.name, partitions: [none(0), none(1)] }])
    })

    it('of a topic that is not there is -1', async () => {
      const topics = [{ name: 'nowhere', partitionIndexes: [0] }]
      const answer = await client.call(offsetFetch, version, { groupId, topics })
      expect(answer.topics).toEqual([{ name: 'nowhere', partitions: [none(0)] }])
    })

    it('of no topics is none', async () => {
      expect((await client.call(offsetFetch, version, { groupId, topics: [] })).topics).toEqual([])
    })
  })

  it.each([2, 3, 4, 5, 6, 7])('v%i: null asks for all the group has', async (version) => {
    const { topics } = await client.call(offsetFetch, version, { groupId, topics: null })
    const epoch = since(5, version, 0, -1)
    expect(topics.toSorted((a, b) => a.partitions.length - b.partitions.length)).toEqual([
      { name: other.name, partitions: [stored(0, 9, epoch)] },
      { name: topic.name, partitions: [stored(0, 41, epoch), stored(2, 7, epoch)] },
    ])
  })

  describe.each(versionsFrom(offsetFetch, 8))('v%i', (version) => {
    const named = ({ name, id }: Topic) => ({
      name: since(10, version, '', name),
      topicId: since(10, version, id, ZERO_UUID),
    })
    const byBoth = ({ name, id }: Topic) => ({ name, topicId: id })

    it('gives the offsets of several groups at once', async () => {
      const second = await freshGroup(cluster())
      await commit(client, second, topic, { 1: 5 })
      const groups = [
        { groupId, topics: [{ ...byBoth(topic), partitionIndexes: [0, 1] }] },
        { groupId: second, topics: null },
        { groupId: 'nowhere', topics: [{ ...byBoth(other), partitionIndexes: [0] }] },
      ]
      expect(await client.call(offsetFetch, version, { groups })).toEqual({
        throttleTimeMs: 0,
        errorCode: ErrorCode.NONE,
        topics: [],
        groups: [
          {
            groupId,
            errorCode: ErrorCode.NONE,
            topics: [{ ...named(topic), partitions: [stored(0, 41, 0), none(1)] }],
          },
          {
            groupId: second,
            errorCode: ErrorCode.NONE,
            topics: [{ ...named(topic), partitions: [stored(1, 5, 0)] }],
          },
          {
            groupId: 'nowhere',
            errorCode: ErrorCode.NONE,
            topics: [{ ...named(other), partitions: [none(0)] }],
          },
        ],
      })
    })

    it('with requireStable gives the same, for no transaction is open', async () => {
      const groups = [{ groupId, topics: [{ ...byBoth(topic), partitionIndexes: [0] }] }]
      const answer = await client.call(offsetFetch, version, { groups, requireStable: true })
      expect(answer.groups[0]!.topics[0]!.partitions).toEqual([stored(0, 41, 0)])
    })

    it('of no groups is none', async () => {
      expect((await client.call(offsetFetch, version, { groups: [] })).groups).toEqual([])
    })
  })

  it.each(versionsFrom(offsetFetch, 9))(
    'v%i: does not check the member of a classic group',
    async (version) => {
      const own = await freshGroup(cluster())
      await joinAlone(client, own)
      const topics = [{ name: topic.name, topicId: topic.id, partitionIndexes: [0] }]
      const groups = [{ groupId: own, memberId: 'stranger', memberEpoch: 4, topics }]
      const answer = await client.call(offsetFetch, version, { groups })
      expect(answer.groups[0]!.errorCode).toBe(ErrorCode.NONE)
    },
  )

  it('v10: of an unknown id is UNKNOWN_TOPIC_ID', async () => {
    const groups = [{ groupId, topics: [{ topicId: UNKNOWN_ID, partitionIndexes: [0] }] }]
    const answer = await client.call(offsetFetch, 10, { groups })
    expect(answer.groups[0]!.topics).toEqual([
      { name: '', topicId: UNKNOWN_ID, partitions: [none(0, ErrorCode.UNKNOWN_TOPIC_ID)] },
    ])
  })

  it('offsets of a deleted topic are not those of a new one with its name', async () => {
    const former = await createTopic(cluster())
    const own = await freshGroup(cluster())
    await commit(client, own, former, { 0: 50 })
    await client.call(deleteTopics, 5, { topicNames: [former.name], timeoutMs: 5_000 })
    await gone(cluster(), former)
    const latter = await createTopic(cluster(), { name: former.name })
    await until('the offsets to go', async () => (await committedOffset(client, own, latter)) === -1)
    const topics = [{ name: former.name, partitionIndexes: [0] }]
    const byName = await client.call(offsetFetch, 5, { groupId: own, topics })
    expect(byName.topics[0]!.partitions).toEqual([none(0)])
  })
})

describe('OffsetFetch from a broker that does not coordinate', () => {
  const cluster = useCluster({ brokers: 2 })
  let other: Client
  let groupId: string

  beforeAll(async () => {
    groupId = freshName('group')
    other = await cluster().client(3 - (await coordinatorOf(cluster(), groupId)))
  })

  const topics = [{ name: 'some', partitionIndexes: [0, 1] }]

  it('v1: is NOT_COORDINATOR at each partition', async () => {
    const answer = await other.call(offsetFetch, 1, { groupId, topics })
    const codes = answer.topics[0]!.partitions.map(({ errorCode }) => errorCode)
    expect(codes).toEqual([ErrorCode.NOT_COORDINATOR, ErrorCode.NOT_COORDINATOR])
  })

  it.each([2, 3, 4, 5, 6, 7])('v%i: is NOT_COORDINATOR for all', async (version) => {
    const answer = await other.call(offsetFetch, version, { groupId, topics })
    expect(answer.errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })

  it.each(versionsFrom(offsetFetch, 8))('v%i: is NOT_COORDINATOR for the group', async (version) => {
    const groups = [{ groupId, topics: null }]
    const answer = await other.call(offsetFetch, version, { groups })
    expect(answer.groups).toMatchObject([{ groupId, errorCode: ErrorCode.NOT_COORDINATOR, topics: [] }])
  })
})
