import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { listGroups } from '../../src/broker/protocol/messages/16-list-groups.ts'
import { deleteGroups } from '../../src/broker/protocol/messages/42-delete-groups.ts'
import type { Client } from './client.ts'
import { freshGroup, join } from './groups.ts'
import { useCluster } from './harness.ts'
import { beginShareGroup, shareHeartbeat } from './share.ts'
import { createTopic, freshName } from './topics.ts'
import type { Topic } from './topics.ts'

const HEARTBEAT_INTERVAL_MS = 5_000

describe('ShareGroupHeartbeat v1', () => {
  const cluster = useCluster({ config: { 'group.share.assignment.interval.ms': '0' } })
  let client: Client
  let topic: Topic
  let groupId: string

  beforeEach(async () => {
    client = await cluster().client()
    topic = await createTopic(cluster(), { partitions: 2 })
    groupId = await freshGroup(cluster())
  })

  const beat = (memberId: string, different: Parameters<typeof shareHeartbeat>[3] = {}) =>
    shareHeartbeat(client, groupId, memberId, different)

  it('assigns partitions with the answer to the first heartbeat', async () => {
    const memberId = randomUUID()
    expect(await beat(memberId, { subscribedTopicNames: [topic.name] })).toMatchObject({
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      memberId,
      heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
      assignment: { topicPartitions: [{ topicId: topic.id, partitions: [0, 1] }] },
    })
  })

  it('has members share what there is, and leave again', async () => {
    const [one, other] = [randomUUID(), randomUUID()]
    const first = await beat(one, { subscribedTopicNames: [topic.name] })
    const second = await beat(other, { subscribedTopicNames: [topic.name] })
    expect(second.assignment!.topicPartitions[0]!.partitions).toHaveLength(1)
    const told = await beat(one, { memberEpoch: first.memberEpoch })
    expect(told.assignment!.topicPartitions[0]!.partitions).toHaveLength(1)
    const left = await beat(other, { memberEpoch: -1 })
    expect(left).toMatchObject({ errorCode: ErrorCode.NONE, memberId: other, memberEpoch: -1 })
    const alone = await beat(one, { memberEpoch: told.memberEpoch })
    expect(alone.assignment!.topicPartitions[0]!.partitions).toEqual([0, 1])
  })

  it.each([
    ['a join without topics', ErrorCode.INVALID_REQUEST, {}],
    ['an impossible epoch', ErrorCode.INVALID_REQUEST, { memberEpoch: -2 }],
    ['an empty group id', ErrorCode.INVALID_REQUEST, { groupId: '', subscribedTopicNames: ['t'] }],
    ['an empty member id', ErrorCode.INVALID_REQUEST, { memberId: '', subscribedTopicNames: ['t'] }],
    ['a member of no group', ErrorCode.GROUP_ID_NOT_FOUND, { memberEpoch: 3 }],
  ])('answers %s', async (_what, errorCode, different) => {
    const answer = await beat('somebody', different)
    expect(answer.errorCode).toBe(errorCode)
    expect(answer.errorMessage).toBeTruthy()
  })

  it('knows a stranger and a fenced member', async () => {
    const memberId = randomUUID()
    await beat(memberId, { subscribedTopicNames: [topic.name] })
    expect((await beat('stranger', { memberEpoch: 1 })).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect((await beat(memberId, { memberEpoch: 99 })).errorCode).toBe(ErrorCode.FENCED_MEMBER_EPOCH)
  })

  it('is not for classic groups, nor they for it', async () => {
    const shareGroupId = freshName('share')
    await beginShareGroup(cluster(), shareGroupId, topic)
    expect((await join(client, 9, shareGroupId)).errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  })

  it('makes groups ListGroups knows as such, and DeleteGroups deletes when they are empty', async () => {
    const memberId = randomUUID()
    await beat(memberId, { subscribedTopicNames: [topic.name] })
    const listed = async () => {
      const { groups } = await client.call(listGroups, 5, { typesFilter: ['share'] })
      return groups.filter((group) => group.groupId === groupId)
    }
    const remove = async () => {
      const { results } = await client.call(deleteGroups, 2, { groupsNames: [groupId] })
      return results
    }
    expect(await listed()).toEqual([
      { groupId, protocolType: 'share', groupState: 'Stable', groupType: 'share' },
    ])
    expect(await remove()).toMatchObject([{ groupId, errorCode: ErrorCode.NON_EMPTY_GROUP }])
    await beat(memberId, { memberEpoch: -1 })
    expect(await listed()).toMatchObject([{ groupState: 'Empty' }])
    expect(await remove()).toMatchObject([{ groupId, errorCode: ErrorCode.NONE }])
    expect(await listed()).toEqual([])
  })
})

describe('ShareGroupHeartbeat v1 to a full group', () => {
  const cluster = useCluster({ config: { 'group.share.max.size': '1' } })

  it('is answered GROUP_MAX_SIZE_REACHED', async () => {
    const topic = await createTopic(cluster())
    const groupId = freshName('share')
    const { coordinator } = await beginShareGroup(cluster(), groupId, topic)
    const { errorCode } = await shareHeartbeat(coordinator, groupId, randomUUID(), {
      subscribedTopicNames: [topic.name],
    })
    expect(errorCode).toBe(ErrorCode.GROUP_MAX_SIZE_REACHED)
  })
})

describe('ShareGroupHeartbeat v1 to another broker than the coordinator', () => {
  const cluster = useCluster({ brokers: 2 })

  it('is answered NOT_COORDINATOR', async () => {
    const groupId = await freshGroup(cluster())
    const topic = await createTopic(cluster())
    const codes = await Promise.all(
      [1, 2].map(async (brokerId) => {
        const client = await cluster().client(brokerId)
        const request = { subscribedTopicNames: [topic.name] }
        return (await shareHeartbeat(client, groupId, 'm', request)).errorCode
      }),
    )
    expect(codes.sort((a, b) => a - b)).toEqual([ErrorCode.NONE, ErrorCode.NOT_COORDINATOR])
  })
})
