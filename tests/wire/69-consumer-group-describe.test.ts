import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { listGroups } from '../../src/broker/protocol/messages/16-list-groups.ts'
import { deleteGroups } from '../../src/broker/protocol/messages/42-delete-groups.ts'
import { consumerGroupDescribe } from '../../src/broker/protocol/messages/69-consumer-group-describe.ts'
import type { Client } from './client.ts'
import { heartbeat, joinAsConsumer } from './consumer-groups.ts'
import { freshGroup, joinAlone } from './groups.ts'
import { useCluster } from './harness.ts'
import { createTopic, type Topic } from './topics.ts'
import { since, versionsOf } from './versions.ts'

const NOT_ASKED = -(2 ** 31)

describe('ConsumerGroupDescribe', () => {
  const cluster = useCluster()
  let client: Client
  let topic: Topic
  let groupId: string

  beforeAll(async () => {
    client = await cluster().client()
    topic = await createTopic(cluster(), { partitions: 2 })
  })
  beforeEach(async () => {
    groupId = await freshGroup(cluster())
  })

  it.each(versionsOf(consumerGroupDescribe))('v%i shows the group', async (version) => {
    await joinAsConsumer(client, groupId, topic, { rackId: 'r', instanceId: 'i' })
    const assignment = {
      topicPartitions: [{ topicId: topic.id, topicName: topic.name, partitions: [0, 1] }],
    }
    const { groups } = await client.call(consumerGroupDescribe, version, { groupIds: [groupId] })
    expect(groups).toEqual([
      {
        errorCode: ErrorCode.NONE,
        errorMessage: null,
        groupId,
        groupState: 'Stable',
        groupEpoch: 1,
        assignmentEpoch: 1,
        assignorName: 'uniform',
        members: [
          {
            memberId: 'some-member',
            instanceId: 'i',
            rackId: 'r',
            memberEpoch: 1,
            clientId: expect.any(String) as string,
            clientHost: '/127.0.0.1',
            subscribedTopicNames: [topic.name],
            subscribedTopicRegex: '',
            assignment,
            targetAssignment: assignment,
            memberType: since(1, version, 1, -1),
          },
        ],
        authorizedOperations: NOT_ASKED,
      },
    ])
  })

  it('tells the authorized operations when it is asked', async () => {
    await joinAsConsumer(client, groupId, topic)
    const request = { groupIds: [groupId], includeAuthorizedOperations: true }
    const { groups } = await client.call(consumerGroupDescribe, 1, request)
    expect(groups[0]!.authorizedOperations).toBe((1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11))
  })

  it('is GROUP_ID_NOT_FOUND for a classic group and for none, with a sentence', async () => {
    await joinAlone(client, groupId)
    const none = await freshGroup(cluster())
    const { groups } = await client.call(consumerGroupDescribe, 1, { groupIds: [groupId, none] })
    expect(groups.map(({ errorCode }) => errorCode)).toEqual([69, 69])
    expect(groups.map(({ errorMessage }) => errorMessage)).toEqual([
      `Group ${groupId} is not a consumer group.`,
      `Group ${none} not found.`,
    ])
  })

  it('ListGroups v5 lists it by its type, DeleteGroups deletes it when it is empty', async () => {
    await joinAsConsumer(client, groupId, topic)
    const list = () =>
      client.call(listGroups, 5, { statesFilter: ['stable', 'empty'], typesFilter: ['consumer'] })
    expect((await list()).groups).toContainEqual({
      groupId,
      protocolType: 'consumer',
      groupState: 'Stable',
      groupType: 'consumer',
    })
    const remove = () => client.call(deleteGroups, 2, { groupsNames: [groupId] })
    expect((await remove()).results[0]!.errorCode).toBe(ErrorCode.NON_EMPTY_GROUP)
    await heartbeat(client, 1, { groupId, memberId: 'some-member', memberEpoch: -1 })
    expect((await remove()).results[0]!.errorCode).toBe(ErrorCode.NONE)
    expect((await list()).groups.map((group) => group.groupId)).not.toContain(groupId)
  })
})
