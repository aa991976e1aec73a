import { offsetCommit } from '../../../../src/broker/protocol/messages/08-offset-commit.ts'
import { offsetFetch } from '../../../../src/broker/protocol/messages/09-offset-fetch.ts'
import { joinGroup } from '../../../../src/broker/protocol/messages/11-join-group.ts'
import { describeGroups } from '../../../../src/broker/protocol/messages/15-describe-groups.ts'
import { deleteGroups } from '../../../../src/broker/protocol/messages/42-delete-groups.ts'
import { joinRequest } from '../../../wire/groups.ts'
import { commitRequest } from '../../../wire/offsets.ts'
import { ConsumerGroup, joining } from './consumer-group-script.ts'
import type { Scenario } from './scenario.ts'

export const consumerGroupScenarios: Scenario[] = [
  {
    name: 'consumer protocol',
    needs: [68, 69],
    async run(session) {
      const topic = await session.createTopic('modern', { assignment: [[1], [1], [1], [1]] })
      const group = await ConsumerGroup.find(session, 'modern')
      await group.describe('nobody')
      await group.beat('no group', 'a', 0, { ...joining('modern'), groupId: '' })
      await group.beat('no member id', '', 0, joining('modern'))
      const old = await ConsumerGroup.find(session, 'modern-old')
      const { memberId } = await old.beat('no member id, version 0', '', 0, joining('modern'), 0)
      await old.beat('who leaves', memberId ?? '', -1)
      await group.beat('no rebalance timeout', 'a', 0, { ...joining('modern'), rebalanceTimeoutMs: -1 })
      await group.beat('nothing owned is said', 'a', 0, { ...joining('modern'), topicPartitions: null })
      await group.beat('something is owned', 'a', 0, {
        ...joining('modern'),
        topicPartitions: [{ topicId: topic.id, partitions: [0] }],
      })
      await group.beat('no subscription', 'a', 0, { ...joining(), subscribedTopicNames: null })
      await group.beat('an unknown assignor', 'a', 0, { ...joining('modern'), serverAssignor: 'mine' })
      await group.beat('an empty assignor', 'a', 0, { ...joining('modern'), serverAssignor: '' })
      await group.beat('an empty instance', 'a', 0, { ...joining('modern'), instanceId: '' })
      await group.beat('an empty rack', 'a', 0, { ...joining('modern'), rackId: '' })
      await group.beat('a bad expression', 'a', 0, {
        ...joining(),
        subscribedTopicNames: null,
        subscribedTopicRegex: '[',
      })
      await group.beat('an unknown member', 'stranger', 3)
      await group.beat('a negative epoch', 'a', -5)
      await group.beat('an unknown member leaves', 'stranger', -1)
      await group.beat('an unknown static member leaves for a while', 'stranger', -2, { instanceId: 'i' })
      await group.describe('still nobody')

      const joined = await group.beat('joins', 'a', 0, { ...joining('modern'), serverAssignor: 'uniform' })
      const epoch = await group.owns(4, joined)
      await group.describe('one member')
      await group.beat('goes on', 'a', epoch)
      await group.beat('joins again', 'a', 0, joining('modern'))
      await group.beat('an epoch ahead', 'a', epoch + 7)
      await group.beat('owns what it must not', 'a', epoch, {
        topicPartitions: [{ topicId: '0123456789abcdef01234w', partitions: [0] }],
      })
      await group.beat('changes nothing', 'a', epoch, { subscribedTopicNames: ['modern'] })
      const commit = (step: string, version: number, memberId: string, generationIdOrMemberEpoch: number) =>
        session.ask(
          step,
          group.client,
          offsetCommit,
          version,
          commitRequest('modern', topic, { 0: 3 }, { memberId, generationIdOrMemberEpoch }),
        )
      await commit('commits', 9, 'a', epoch)
      await commit('commits by topic id', 10, 'a', epoch)
      await commit('commits in version 8', 8, 'a', epoch)
      await commit('commits at an epoch ahead', 9, 'a', epoch + 5)
      await commit('commits at epoch zero', 9, 'a', 0)
      await commit('a stranger commits', 9, 'stranger', epoch)
      await commit('an outsider commits', 9, '', -1)
      const fetch = (step: string, memberId: string | null, memberEpoch: number) =>
        session.ask(step, group.client, offsetFetch, 9, {
          groups: [
            { groupId: 'modern', memberId, memberEpoch, topics: [{ name: 'modern', partitionIndexes: [0] }] },
          ],
        })
      await fetch('fetches', 'a', epoch)
      await fetch('fetches at an epoch ahead', 'a', epoch + 5)
      await fetch('a stranger fetches', 'stranger', epoch)
      await fetch('an outsider fetches', null, -1)
      await session.ask(
        'a classic member joins',
        group.client,
        joinGroup,
        9,
        joinRequest(9, 'modern', { protocols: [{ name: 'range', metadata: Buffer.from('?') }] }),
      )
      await session.ask('described as classic', group.client, describeGroups, 6, { groups: ['modern'] })
      await session.ask('deleted with members', group.client, deleteGroups, 3, { groupsNames: ['modern'] })
      await group.beat('leaves', 'a', -1)
      await group.beat('leaves again', 'a', -1)
      await group.describe('empty')
      await session.ask('deleted', group.client, deleteGroups, 3, { groupsNames: ['modern'] })
    },
  },
  {
    name: 'consumer protocol, static members',
    needs: [68, 69],
    async run(session) {
      await session.createTopic('modern-static', { assignment: [[1], [1]] })
      const group = await ConsumerGroup.find(session, 'modern-static')
      const instance = { instanceId: 'one' }
      const first = await group.beat('joins', 'a', 0, { ...joining('modern-static'), ...instance })
      const epoch = await group.owns(2, first)
      await group.beat('another with its instance', 'b', 0, { ...joining('modern-static'), ...instance })
      await group.beat('beats as another instance', 'a', epoch, { instanceId: 'other' })
      await group.beat('leaves for a while', 'a', -2, instance)
      await group.describe('while it is away')
      await group.beat('comes back as another', 'b', 0, { ...joining('modern-static'), ...instance })
      await group.beat('the one before beats', 'a', epoch, instance)
      await group.describe('when it is back')
      await group.beat('leaves for good', 'b', -1, instance)
      await group.describe('empty')
    },
  },
  {
    name: 'consumer protocol, expressions',
    needs: [68, 69],
    async run(session) {
      await session.createTopic('regex-a', { assignment: [[1]] })
      await session.createTopic('regex-b', { assignment: [[1]] })
      const group = await ConsumerGroup.find(session, 'modern-regex')
      // Kafka looks expressions up in the background: the assignment comes with this answer or a later one.
      const first = await group.quietly('a', 0, {
        rebalanceTimeoutMs: 30_000,
        topicPartitions: [],
        subscribedTopicRegex: 'regex-.*',
      })
      session.see('joins', { ...first, assignment: null })
      const epoch = await group.owns(2, first)
      await group.describe('one member')
      await group.beat('a bad expression', 'a', epoch, { subscribedTopicRegex: '(' })
      await group.beat('leaves', 'a', -1)
    },
  },
]
