/** Where share groups start: DescribeShareGroupOffsets (90), AlterShareGroupOffsets (91), DeleteShareGroupOffsets (92). */
import { beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { describeShareGroupOffsets } from '../../src/broker/protocol/messages/90-describe-share-group-offsets.ts'
import { alterShareGroupOffsets } from '../../src/broker/protocol/messages/91-alter-share-group-offsets.ts'
import { deleteShareGroupOffsets } from '../../src/broker/protocol/messages/92-delete-share-group-offsets.ts'
import type { Client } from './client.ts'
import { append } from './data.ts'
import { coordinatorOf } from './groups.ts'
import { useCluster } from './harness.ts'
import { batchOf } from './records.ts'
import { Ack, beginShareGroup, leaderClient, shareHeartbeat, ShareMember } from './share.ts'
import { createTopic, freshName } from './topics.ts'
import type { Topic } from './topics.ts'
import { since, versionsOf } from './versions.ts'

describe('The start of a share group', () => {
  const cluster = useCluster({ brokers: 2 })
  let coordinator: Client
  let leader: Client
  let topic: Topic
  let groupId: string
  let memberId: string

  beforeEach(async () => {
    topic = await createTopic(cluster())
    leader = await leaderClient(cluster(), topic)
    groupId = freshName('share')
    const begun = await beginShareGroup(cluster(), groupId, topic)
    coordinator = begun.coordinator
    memberId = begun.memberId
    await append(leader, topic, batchOf(['a', 'b', 'c', 'd']))
  })

  const leave = () => shareHeartbeat(coordinator, groupId, memberId, { memberEpoch: -1 })
  const newMember = () => new ShareMember(leader, groupId, topic)

  const describeOffsets = async (
    version = 1,
    topics: { topicName: string; partitions: number[] }[] | null = null,
  ) =>
    (await coordinator.call(describeShareGroupOffsets, version, { groups: [{ groupId, topics }] })).groups[0]!
  const startOffset = async () => (await describeOffsets()).topics[0]!.partitions[0]!.startOffset

  const alter = (startOffset: number, topicName = topic.name, partitionIndex = 0) =>
    coordinator.call(alterShareGroupOffsets, 0, {
      groupId,
      topics: [{ topicName, partitions: [{ partitionIndex, startOffset }] }],
    })
  const forget = (topicName = topic.name) =>
    coordinator.call(deleteShareGroupOffsets, 0, { groupId, topics: [{ topicName }] })

  describe.each(versionsOf(describeShareGroupOffsets))('described (90 v%i)', (version) => {
    it('is unknown until something was delivered', async () => {
      expect(await describeOffsets(version)).toMatchObject({
        errorCode: ErrorCode.NONE,
        topics: [{ topicName: topic.name, topicId: topic.id, partitions: [{ startOffset: -1, lag: -1 }] }],
      })
    })

    it('is the first record that is not done with; the lag leaves out those that are', async () => {
      const member = newMember()
      await member.acquire()
      await member.acknowledge([
        [0, 0, Ack.ACCEPT],
        [2, 2, Ack.ACCEPT],
      ])
      const { topics } = await describeOffsets(version, [{ topicName: topic.name, partitions: [0, 9] }])
      expect(topics[0]!.partitions).toMatchObject([
        { partitionIndex: 0, errorCode: ErrorCode.NONE, startOffset: 1, lag: since(1, version, 2, -1) },
        { partitionIndex: 9, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION },
      ])
    })

    it('is nowhere in a topic that is not there', async () => {
      const { errorCode, topics } = await describeOffsets(version, [
        { topicName: 'no-such-topic', partitions: [0] },
      ])
      expect(errorCode).toBe(ErrorCode.NONE)
      expect(topics[0]!.partitions).toMatchObject([{ startOffset: -1, errorCode: ErrorCode.NONE }])
    })

    it('is nowhere without the group', async () => {
      groupId = freshName('share-nobody')
      coordinator = await cluster().client(await coordinatorOf(cluster(), groupId))
      expect(await describeOffsets(version)).toMatchObject({ errorCode: ErrorCode.NONE, topics: [] })
      const { topics } = await describeOffsets(version, [{ topicName: topic.name, partitions: [0] }])
      expect(topics[0]!.partitions).toMatchObject([{ startOffset: -1, errorCode: ErrorCode.NONE }])
    })
  })

  describe('altered (91)', () => {
    it('holds for whoever joins next', async () => {
      const member = newMember()
      await member.acquire()
      await member.acknowledge([[0, 3, Ack.ACCEPT]], { epoch: -1 })
      await leave()
      expect(await alter(2)).toMatchObject({
        errorCode: ErrorCode.NONE,
        responses: [{ topicId: topic.id, partitions: [{ partitionIndex: 0, errorCode: ErrorCode.NONE }] }],
      })
      expect(await startOffset()).toBe(2)
      expect(await newMember().acquire()).toEqual(['c×1', 'd×1'])
    })

    it('makes a group that was not there', async () => {
      groupId = freshName('share-altered')
      coordinator = await cluster().client(await coordinatorOf(cluster(), groupId))
      expect((await alter(2)).errorCode).toBe(ErrorCode.NONE)
      expect(await startOffset()).toBe(2)
      await beginShareGroup(cluster(), groupId, topic)
      expect(await newMember().acquire()).toEqual(['c×1', 'd×1'])
    })

    it('needs an empty group, partitions that exist and offsets that can', async () => {
      expect((await alter(2)).errorCode).toBe(ErrorCode.NON_EMPTY_GROUP)
      await leave()
      const codeOf = async (...args: Parameters<typeof alter>) =>
        (await alter(...args)).responses[0]!.partitions[0]!.errorCode
      expect(await codeOf(2, topic.name, 1)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
      expect(await codeOf(2, 'no-such-topic')).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
      expect(await codeOf(-5)).toBe(ErrorCode.INVALID_REQUEST)
    })
  })

  describe('deleted (92)', () => {
    it('makes the group begin anew', async () => {
      const member = newMember()
      await member.acquire()
      await member.acknowledge([[0, 3, Ack.ACCEPT]], { epoch: -1 })
      await leave()
      expect(await forget()).toMatchObject({
        errorCode: ErrorCode.NONE,
        responses: [{ topicName: topic.name, topicId: topic.id, errorCode: ErrorCode.NONE }],
      })
      expect((await describeOffsets()).topics).toEqual([])
      await shareHeartbeat(coordinator, groupId, memberId, { subscribedTopicNames: [topic.name] })
      expect(await newMember().acquire()).toEqual(['a×1', 'b×1', 'c×1', 'd×1'])
    })

    it('needs a topic the group has begun with', async () => {
      await leave()
      await forget()
      const { responses } = await forget()
      expect(responses[0]).toMatchObject({
        errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        errorMessage: expect.stringContaining(topic.name) as unknown,
      })
    })

    it('needs an empty group, and a topic that exists', async () => {
      expect((await forget()).errorCode).toBe(ErrorCode.NON_EMPTY_GROUP)
      await leave()
      const { responses } = await forget('no-such-topic')
      expect(responses[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    })
  })
})
