import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { shareGroupDescribe } from '../../src/broker/protocol/messages/77-share-group-describe.ts'
import { freshGroup, joinAlone } from './groups.ts'
import { useCluster } from './harness.ts'
import { beginShareGroup } from './share.ts'
import { createTopic, freshName } from './topics.ts'

describe('ShareGroupDescribe v1', () => {
  const cluster = useCluster()

  it('shows members and what they are assigned', async () => {
    const topic = await createTopic(cluster(), { partitions: 2 })
    const groupId = freshName('share')
    const { coordinator, memberId, answer } = await beginShareGroup(cluster(), groupId, topic)
    const { groups } = await coordinator.call(shareGroupDescribe, 1, { groupIds: [groupId] })
    expect(groups).toMatchObject([
      {
        errorCode: ErrorCode.NONE,
        groupId,
        groupState: 'Stable',
        groupEpoch: answer.memberEpoch,
        assignmentEpoch: answer.memberEpoch,
        assignorName: 'simple',
        members: [
          {
            memberId,
            rackId: null,
            memberEpoch: answer.memberEpoch,
            clientId: 'wire',
            subscribedTopicNames: [topic.name],
            assignment: {
              topicPartitions: [{ topicId: topic.id, topicName: topic.name, partitions: [0, 1] }],
            },
          },
        ],
      },
    ])
  })

  it('knows no other groups', async () => {
    const client = await cluster().client()
    const classic = await freshGroup(cluster())
    await joinAlone(client, classic)
    const { groups } = await client.call(shareGroupDescribe, 1, { groupIds: ['nobody', classic, ''] })
    expect(groups.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.GROUP_ID_NOT_FOUND,
      ErrorCode.GROUP_ID_NOT_FOUND,
      ErrorCode.INVALID_GROUP_ID,
    ])
  })
})
