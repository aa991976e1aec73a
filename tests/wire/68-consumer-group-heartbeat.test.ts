import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { consumerGroupHeartbeat } from '../../src/broker/protocol/messages/68-consumer-group-heartbeat.ts'
import type { Client } from './client.ts'
import { heartbeat, joinAsConsumer, joinRequest } from './consumer-groups.ts'
import { coordinatorOf, freshGroup } from './groups.ts'
import { useCluster } from './harness.ts'
import { createTopic, freshName, type Topic } from './topics.ts'
import { versionsOf } from './versions.ts'

describe('ConsumerGroupHeartbeat', () => {
  const config = { 'group.consumer.assignment.interval.ms': '0' }
  const cluster = useCluster({ brokers: 2, config })
  let client: Client
  let topic: Topic
  let groupId: string

  beforeAll(async () => {
    topic = await createTopic(cluster(), { partitions: 2 })
  })
  beforeEach(async () => {
    groupId = await freshGroup(cluster())
    client = await cluster().client(await coordinatorOf(cluster(), groupId))
  })

  it.each(versionsOf(consumerGroupHeartbeat))('v%i joins, stays and leaves', async (version) => {
    const joined = await heartbeat(client, version, joinRequest(groupId, topic))
    expect(joined).toEqual({
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      memberId: 'some-member',
      memberEpoch: 1,
      heartbeatIntervalMs: 5000,
      assignment: { topicPartitions: [{ topicId: topic.id, partitions: [0, 1] }] },
    })
    const member = { groupId, memberId: 'some-member' }
    expect(await heartbeat(client, version, { ...member, memberEpoch: 1 })).toMatchObject({
      errorCode: ErrorCode.NONE,
      memberEpoch: 1,
      assignment: null,
    })
    expect(await heartbeat(client, version, { ...member, memberEpoch: -1 })).toMatchObject({
      errorCode: ErrorCode.NONE,
      memberEpoch: -1,
    })
    expect((await heartbeat(client, version, { ...member, memberEpoch: 1 })).errorCode).toBe(
      ErrorCode.UNKNOWN_MEMBER_ID,
    )
  })

  it('v0 gives a member id to who has none, v1 wants one', async () => {
    const without = { ...joinRequest(groupId, topic), memberId: '' }
    expect((await heartbeat(client, 1, without)).errorCode).toBe(ErrorCode.INVALID_REQUEST)
    const { errorCode, memberId } = await heartbeat(client, 0, without)
    expect(errorCode).toBe(ErrorCode.NONE)
    expect(memberId).toMatch(/./)
  })

  it('v1 subscribes by regular expression', async () => {
    const regex = { subscribedTopicNames: null, subscribedTopicRegex: `${topic.name.slice(0, -1)}.` }
    const { assignment } = await joinAsConsumer(client, groupId, topic, regex)
    expect(assignment?.topicPartitions).toEqual([{ topicId: topic.id, partitions: [0, 1] }])
  })

  const refusals: [code: number, what: string, request: Parameters<typeof heartbeat>[2]][] = [
    [ErrorCode.FENCED_MEMBER_EPOCH, 'an epoch ahead', { memberEpoch: 5 }],
    [ErrorCode.UNKNOWN_MEMBER_ID, 'nobody in the group', { memberId: 'nobody', memberEpoch: 1 }],
    [ErrorCode.UNKNOWN_MEMBER_ID, 'an instance id nobody has', { instanceId: 'nobody', memberEpoch: 1 }],
    [
      ErrorCode.UNSUPPORTED_ASSIGNOR,
      'an assignor that is not offered',
      { memberEpoch: 1, serverAssignor: 'x' },
    ],
    [
      ErrorCode.INVALID_REGULAR_EXPRESSION,
      'no RE2 expression',
      { memberEpoch: 1, subscribedTopicRegex: '(' },
    ],
    [ErrorCode.INVALID_REQUEST, 'an epoch below -2', { memberEpoch: -3 }],
  ]
  it.each(refusals)('is %i for %s, and says why', async (code, _what, request) => {
    await joinAsConsumer(client, groupId, topic)
    const refused = await heartbeat(client, 1, { groupId, memberId: 'some-member', ...request })
    expect(refused).toMatchObject({ errorCode: code, memberEpoch: 0, assignment: null })
    expect(refused.errorMessage).toMatch(/\w+/)
  })

  it('is UNRELEASED_INSTANCE_ID while the former static member is there', async () => {
    await joinAsConsumer(client, groupId, topic, { instanceId: 'i' })
    const other = { ...joinRequest(groupId, topic, 'other-member'), instanceId: 'i' }
    expect((await heartbeat(client, 1, other)).errorCode).toBe(ErrorCode.UNRELEASED_INSTANCE_ID)
  })

  it('is INVALID_REQUEST without a group id, whoever is asked', async () => {
    for (const brokerId of [1, 2]) {
      const anybody = await cluster().client(brokerId)
      expect((await heartbeat(anybody, 1, joinRequest('', topic))).errorCode).toBe(ErrorCode.INVALID_REQUEST)
    }
  })

  it('is GROUP_ID_NOT_FOUND to a group that does not exist', async () => {
    const { errorCode } = await heartbeat(client, 1, { groupId, memberId: 'm', memberEpoch: 1 })
    expect(errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
  })

  it.each(versionsOf(consumerGroupHeartbeat))('v%i is NOT_COORDINATOR elsewhere', async (version) => {
    const other = await cluster().client(3 - (await coordinatorOf(cluster(), groupId)))
    expect((await heartbeat(other, version, joinRequest(groupId, topic))).errorCode).toBe(
      ErrorCode.NOT_COORDINATOR,
    )
  })

  it('tells of a topic created after the join', async () => {
    const name = freshName('later')
    const joined = await joinAsConsumer(client, groupId, topic, { subscribedTopicNames: [name] })
    expect(joined.assignment?.topicPartitions).toEqual([])
    const later = await createTopic(cluster(), { name })
    const told = await heartbeat(client, 1, { groupId, memberId: joined.memberId ?? '', memberEpoch: 1 })
    expect(told.assignment?.topicPartitions).toEqual([{ topicId: later.id, partitions: [0] }])
  })
})
