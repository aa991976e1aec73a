import { offsetCommit } from '../../../../src/broker/protocol/messages/08-offset-commit.ts'
import { offsetFetch } from '../../../../src/broker/protocol/messages/09-offset-fetch.ts'
import { listGroups } from '../../../../src/broker/protocol/messages/16-list-groups.ts'
import { deleteGroups } from '../../../../src/broker/protocol/messages/42-delete-groups.ts'
import { offsetDelete } from '../../../../src/broker/protocol/messages/47-offset-delete.ts'
import { commitRequest } from '../../../wire/offsets.ts'
import type { Scenario } from './scenario.ts'

import { Group, UNKNOWN } from './group-script.ts'
export const groupOffsetScenarios: Scenario[] = [
  {
    name: 'offsets of groups',
    async run(session) {
      const topic = await session.createTopic('groups-topic', { assignment: [[1], [1]] })
      const group = await Group.find(session, 'offsets')
      const { client } = group
      await group.fetch('nothing yet', {})
      for (let version = 2; version <= 10; version++)
        await group.commit(`version ${version}`, topic, { 0: version }, {}, version)
      for (let version = 1; version <= 7; version++) {
        await session.ask(`fetch, version ${version}`, client, offsetFetch, version, {
          groupId: 'offsets',
          topics: [{ name: topic.name, partitionIndexes: [0, 1, 7] }],
        })
      }
      for (let version = 8; version <= 10; version++) {
        await group.fetch(
          `fetch, version ${version}`,
          { topics: [{ name: topic.name, topicId: topic.id, partitionIndexes: [0, 1, 7] }] },
          version,
        )
        await group.fetch(`fetch all, version ${version}`, {}, version)
      }
      await session.ask('fetch all, version 2', client, offsetFetch, 2, { groupId: 'offsets', topics: null })
      await session.ask('fetch for an unknown group', client, offsetFetch, 9, {
        groups: [{ groupId: 'offsets', topics: [] }],
      })
      await group.fetch(
        'fetch an unknown topic',
        { topics: [{ name: 'offsets-unknown', partitionIndexes: [0] }] },
        9,
      )
      await group.fetch('fetch an unknown id', { topics: [{ topicId: UNKNOWN.id, partitionIndexes: [0] }] })
      await group.fetch('fetch as a member', { memberId: 'stranger', memberEpoch: 3 }, 9)
      await group.fetch('fetch with an epoch only', { memberEpoch: 3 }, 9)
      await group.describe('a group of offsets only')
      await group.commit('an unknown topic', { name: 'offsets-unknown', id: UNKNOWN.id }, { 0: 1 }, {}, 9)
      await group.commit('an unknown id', UNKNOWN, { 0: 1 })
      await group.commit('an unknown partition', topic, { 5: 1 })
      await group.commit('a negative offset', topic, { 1: -1 })
      await group.commit('a very negative offset', topic, { 1: -100 })
      await group.commit('with a generation', topic, { 0: 1 }, { generationIdOrMemberEpoch: 3 }, 9)
      await group.commit('with a generation, version 8', topic, { 0: 1 }, { generationIdOrMemberEpoch: 3 }, 8)
      await group.commit('with a member', topic, { 0: 1 }, { memberId: 'stranger' })
      await group.commit('with an instance', topic, { 0: 1 }, { groupInstanceId: 'stranger' })
      const noted = (committedMetadata: string | null) => ({
        topics: [
          {
            name: topic.name,
            topicId: topic.id,
            partitions: [{ partitionIndex: 1, committedOffset: 5, committedMetadata }],
          },
        ],
      })
      await group.commit('no metadata', topic, {}, noted(null))
      await group.fetch('fetch no metadata', {})
      await group.commit('metadata too long', topic, {}, noted('m'.repeat(4_097)))
      await group.commit('the longest metadata', topic, {}, noted('m'.repeat(4_096)))
      await group.commit('nothing', topic, {}, { topics: [] })
      const { memberId, generationId } = await group.stable()
      await group.commit('a stranger to a group with members', topic, { 0: 1 })
      await group.commit('a member', topic, { 0: 44 }, { memberId, generationIdOrMemberEpoch: generationId })
      await group.commit(
        'a member of another generation',
        topic,
        { 0: 44 },
        { memberId, generationIdOrMemberEpoch: generationId + 1 },
      )
      await group.commit(
        'an unknown member',
        topic,
        { 0: 44 },
        { memberId: 'stranger', generationIdOrMemberEpoch: generationId },
      )
      await group.commit('a member of no generation', topic, { 0: 44 }, { memberId })
      await group.fetch('fetch as a classic member', { memberId, memberEpoch: generationId }, 9)
      const forget = (step: string, name: string, partitionIndex: number, groupId = 'offsets') =>
        session.ask(step, client, offsetDelete, 0, {
          groupId,
          topics: [{ name, partitions: [{ partitionIndex }] }],
        })
      await forget('delete what is subscribed', topic.name, 0)
      await forget('delete of an unknown topic', 'offsets-unknown', 0)
      await session.ask('delete the group with members', client, deleteGroups, 3, {
        groupsNames: ['offsets'],
      })
      await group.leave('the member leaves', memberId)
      await forget('delete when empty', topic.name, 0)
      await forget('delete again', topic.name, 0)
      await forget('delete of an unknown partition', topic.name, 9)
      await group.fetch('fetch in the end', {})
      await session.ask('delete the group', client, deleteGroups, 3, { groupsNames: ['offsets'] })
      await session.ask('delete the group again', client, deleteGroups, 3, { groupsNames: ['offsets'] })
      await group.fetch('fetch when it is deleted', {})
      await group.commit(
        'a generation for no group',
        topic,
        { 0: 1 },
        { generationIdOrMemberEpoch: 3, memberId: 'a' },
        9,
      )
      await group.commit(
        'a generation for no group, version 8',
        topic,
        { 0: 1 },
        { generationIdOrMemberEpoch: 3, memberId: 'a' },
        8,
      )
    },
  },
  {
    name: 'list groups',
    async run(session) {
      const group = await Group.find(session, 'listed')
      const topic = await session.createTopic('listed', { assignment: [[1]] })
      const simple = await Group.find(session, 'listed-simple')
      await simple.client.call(offsetCommit, 10, commitRequest('listed-simple', topic, { 0: 1 }))
      await group.stable()
      const list = async (
        step: string,
        version: number,
        statesFilter: string[] = [],
        typesFilter: string[] = [],
      ) => {
        const answers = await Promise.all(
          [1, 2, 3].map(async (id) =>
            (await session.client(id)).call(listGroups, version, { statesFilter, typesFilter }),
          ),
        )
        const groups = answers
          .flatMap((answer) => answer.groups)
          .filter(({ groupId }) => groupId.startsWith('listed'))
        session.see(step, { errors: answers.map(({ errorCode }) => errorCode), groups })
      }
      for (const version of [0, 1, 2, 3, 4, 5]) await list(`version ${version}`, version)
      await list('the stable', 5, ['Stable'])
      await list('the stable, in small letters', 5, ['stable'])
      await list('the empty', 5, ['Empty'])
      await list('an unknown state', 5, ['Nice'])
      await list('two states', 4, ['Stable', 'Empty'])
      await list('the classic', 5, [], ['classic'])
      await list('the classic, in capitals', 5, [], ['CLASSIC'])
      await list('of the consumer protocol', 5, [], ['consumer'])
      await list('an unknown type', 5, [], ['nice'])
      await session.ask('unknown state, one broker', await session.client(), listGroups, 5, {
        statesFilter: ['Nice'],
        typesFilter: ['nice'],
      })
    },
  },
]
