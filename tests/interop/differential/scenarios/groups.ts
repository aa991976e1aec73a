import { offsetCommit } from '../../../../src/broker/protocol/messages/08-offset-commit.ts'
import { offsetFetch } from '../../../../src/broker/protocol/messages/09-offset-fetch.ts'
import { joinGroup } from '../../../../src/broker/protocol/messages/11-join-group.ts'
import { heartbeat } from '../../../../src/broker/protocol/messages/12-heartbeat.ts'
import { leaveGroup } from '../../../../src/broker/protocol/messages/13-leave-group.ts'
import { syncGroup } from '../../../../src/broker/protocol/messages/14-sync-group.ts'
import { describeGroups } from '../../../../src/broker/protocol/messages/15-describe-groups.ts'
import { deleteGroups } from '../../../../src/broker/protocol/messages/42-delete-groups.ts'
import { offsetDelete } from '../../../../src/broker/protocol/messages/47-offset-delete.ts'
import { joinRequest, subscriptionTo } from '../../../wire/groups.ts'
import { commitRequest } from '../../../wire/offsets.ts'
import type { Scenario } from './scenario.ts'

import { Group, otherBroker, sameBroker, UNKNOWN } from './group-script.ts'
const protocols = (...names: string[]) =>
  names.map((name) => ({ name, metadata: subscriptionTo(['groups-topic']) }))

export const groupScenarios: Scenario[] = [
  {
    name: 'join',
    async run(session) {
      const group = await Group.find(session, 'join')
      const { client } = group
      await group.describe('nobody')
      await group.describe('nobody, version 5', 5)
      await group.join('a session too short', { sessionTimeoutMs: 10 })
      await group.join('a session too long', { sessionTimeoutMs: 99_999_999 })
      await group.join('no protocols', { protocols: [] })
      await group.join('no protocol type', { protocolType: '' })
      await group.join('an unknown member', { memberId: 'stranger' })
      await group.join('an unknown member, version 0', { memberId: 'stranger' }, 0)
      const old = await Group.find(session, 'join-old')
      for (const version of [0, 1, 2, 3]) {
        const { memberId } = await old.join(`a first member, version ${version}`, {}, version)
        await old.leave(`who leaves, version ${version}`, memberId)
      }
      const pending = await Group.find(session, 'join-pending')
      for (const version of [4, 5, 6, 7, 8]) await pending.join(`no id, version ${version}`, {}, version)
      await pending.describe('only pending members')
      const { memberId } = await group.join('no id')
      await group.describe('one pending member')
      await group.beat('a pending member beats', memberId, -1)
      await group.sync('a pending member syncs', { memberId, generationId: 1 })
      const joined = await group.join('with the id', { memberId })
      const { generationId } = joined
      await group.describe('one member to sync')
      await group.beat('beats before the sync', memberId, generationId)
      await group.join('joins again before the sync', { memberId })
      await group.commit(
        'commits before the sync',
        UNKNOWN,
        { 0: 1 },
        { memberId, generationIdOrMemberEpoch: generationId },
        9,
      )
      await group.sync('syncs with another generation', { memberId, generationId: 9 })
      await group.sync('syncs as a stranger', { memberId: 'stranger', generationId })
      await group.sync('syncs with another protocol', { memberId, generationId, protocolName: 'other' })
      await group.sync('syncs with another protocol type', { memberId, generationId, protocolType: 'other' })
      await group.sync('syncs', {
        memberId,
        generationId,
        protocolType: 'consumer',
        protocolName: 'range',
        assignments: [{ memberId, assignment: Buffer.from('all of it') }],
      })
      await group.describe('stable')
      await group.describe('stable, version 0', 0)
      await group.sync('syncs again', { memberId, generationId })
      await group.sync('syncs without assignment, version 0', { memberId, generationId }, 0)
      await group.beat('beats', memberId, generationId)
      await group.beat('beats in another generation', memberId, generationId + 1)
      await group.beat('a stranger beats', 'stranger', generationId)
      await group.beat('nobody beats', '', generationId)
      await group.join('a foreign protocol', { protocols: protocols('other') })
      await group.join('a foreign protocol type', { protocolType: 'connect' })
      const second = await group.newId()
      const joining = group.join(
        'a second member',
        { memberId: second },
        9,
        await sameBroker(session, group.client),
      )
      await group.inState('PreparingRebalance')
      await group.describe('in rebalance')
      await group.beat('beats in rebalance', memberId, generationId)
      await group.sync('syncs in rebalance', { memberId, generationId })
      await group.commit(
        'commits in rebalance',
        UNKNOWN,
        { 0: 1 },
        { memberId, generationIdOrMemberEpoch: generationId },
        9,
      )
      await group.join('the leader comes again', { memberId })
      await joining
      await group.leave('the second leaves', second)
      await group.leave('the second leaves again', second)
      await group.leave('a stranger leaves', 'stranger')
      await session.ask('nobody leaves', client, leaveGroup, 5, { groupId: 'join', members: [] })
      for (const version of [0, 1, 2]) {
        await session.ask(`a stranger leaves, version ${version}`, client, leaveGroup, version, {
          groupId: 'join',
          memberId: 'stranger',
        })
      }
      await session.ask('many leave', client, leaveGroup, 5, {
        groupId: 'join',
        members: [
          { memberId, groupInstanceId: null },
          { memberId: 'stranger', groupInstanceId: 'nobody' },
        ],
      })
      await group.describe('empty')
      await group.beat('beats in an empty group', memberId, generationId)
      await group.sync('syncs in an empty group', { memberId, generationId })
      await group.leave('leaves an empty group', memberId)
    },
  },
  {
    name: 'groups that cannot be',
    async run(session) {
      const group = await Group.find(session, 'cannot')
      const { client } = group
      const elsewhere = await session.client(await otherBroker(session, client))
      await session.ask('join without group', client, joinGroup, 9, joinRequest(9, ''))
      await session.ask('sync without group', client, syncGroup, 5, { groupId: '' })
      await session.ask('beat without group', client, heartbeat, 4, { groupId: '' })
      await session.ask('leave without group', client, leaveGroup, 5, {
        groupId: '',
        members: [{ memberId: 'a' }],
      })
      await session.ask('commit without group', client, offsetCommit, 9, commitRequest('', UNKNOWN, { 0: 1 }))
      await session.ask('describe without group', client, describeGroups, 6, { groups: [''] })
      await session.ask('delete without group', client, deleteGroups, 3, { groupsNames: [''] })
      await session.ask('join elsewhere', elsewhere, joinGroup, 9, joinRequest(9, 'cannot'))
      await session.ask('sync elsewhere', elsewhere, syncGroup, 5, { groupId: 'cannot', memberId: 'a' })
      await session.ask('beat elsewhere', elsewhere, heartbeat, 4, { groupId: 'cannot', memberId: 'a' })
      await session.ask('leave elsewhere', elsewhere, leaveGroup, 5, {
        groupId: 'cannot',
        members: [{ memberId: 'a' }],
      })
      await session.ask(
        'commit elsewhere',
        elsewhere,
        offsetCommit,
        9,
        commitRequest('cannot', { name: 'join', id: '' }, { 0: 1 }),
      )
      await session.ask('fetch elsewhere', elsewhere, offsetFetch, 9, {
        groups: [{ groupId: 'cannot', topics: null }],
      })
      await session.ask('fetch elsewhere, version 5', elsewhere, offsetFetch, 5, {
        groupId: 'cannot',
        topics: null,
      })
      await session.ask('describe elsewhere', elsewhere, describeGroups, 6, { groups: ['cannot'] })
      await session.ask('delete elsewhere', elsewhere, deleteGroups, 3, { groupsNames: ['cannot'] })
      await session.ask('delete offsets elsewhere', elsewhere, offsetDelete, 0, {
        groupId: 'cannot',
        topics: [],
      })
      await session.ask('sync an unknown group', client, syncGroup, 5, {
        groupId: 'cannot',
        memberId: 'a',
        generationId: 1,
      })
      await session.ask('beat an unknown group', client, heartbeat, 4, {
        groupId: 'cannot',
        memberId: 'a',
        generationId: 1,
      })
      await session.ask('leave an unknown group', client, leaveGroup, 5, {
        groupId: 'cannot',
        members: [{ memberId: 'a' }],
      })
      await session.ask('delete an unknown group', client, deleteGroups, 2, {
        groupsNames: ['cannot', 'cannot'],
      })
      await session.ask('delete offsets of an unknown group', client, offsetDelete, 0, {
        groupId: 'cannot',
        topics: [],
      })
    },
  },
  {
    name: 'static members',
    async run(session) {
      const group = await Group.find(session, 'static')
      const first = await group.join('first', { groupInstanceId: 'one' })
      await group.sync('first syncs', {
        memberId: first.memberId,
        generationId: first.generationId,
        groupInstanceId: 'one',
        assignments: [{ memberId: first.memberId, assignment: Buffer.from('all') }],
      })
      await group.describe('stable')
      const again = await group.join('comes back', { groupInstanceId: 'one' })
      await group.describe('after it came back')
      await group.beat('the one before beats', first.memberId, again.generationId, 'one')
      await group.sync('the one before syncs', {
        memberId: first.memberId,
        generationId: again.generationId,
        groupInstanceId: 'one',
      })
      await group.commit(
        'the one before commits',
        UNKNOWN,
        { 0: 1 },
        {
          memberId: first.memberId,
          generationIdOrMemberEpoch: again.generationId,
          groupInstanceId: 'one',
        },
        9,
      )
      await group.leave('the one before leaves', first.memberId, 'one')
      await group.join('the one before joins', { memberId: first.memberId, groupInstanceId: 'one' })
      await group.beat('beats', again.memberId, again.generationId, 'one')
      await group.beat('beats without instance', again.memberId, again.generationId)
      await group.beat('beats as another instance', again.memberId, again.generationId, 'other')
      await group.sync('syncs', {
        memberId: again.memberId,
        generationId: again.generationId,
        groupInstanceId: 'one',
      })
      await group.sync('syncs as another instance', {
        memberId: again.memberId,
        generationId: again.generationId,
        groupInstanceId: 'other',
      })
      await group.join('comes back, version 5', { groupInstanceId: 'one' }, 5)
      await group.join('comes back, version 8', { groupInstanceId: 'one' }, 8)
      await group.join('an unknown id with an unknown instance', {
        memberId: 'stranger',
        groupInstanceId: 'other',
      })
      await group.leave('another instance leaves', '', 'other')
      await group.leave('leaves by instance', '', 'one')
      await group.describe('empty')
      const other = await Group.find(session, 'static-odd')
      const odd = await other.join('an empty instance', { groupInstanceId: '' })
      await other.leave('the empty instance leaves', odd.memberId, '')
      await other.join('a bad instance', { groupInstanceId: 'not good' })
    },
  },
  {
    name: 'two members',
    async run(session) {
      const group = await Group.find(session, 'two')
      const [one, two] = [await group.newId(), await group.newId()]
      const second = await sameBroker(session, group.client)
      await group.client.call(
        joinGroup,
        9,
        joinRequest(9, 'two', { memberId: one, protocols: protocols('a', 'b') }),
      )
      const joining = group.join(
        'the second',
        { memberId: two, protocols: protocols('b', 'a', 'c') },
        9,
        second,
      )
      await group.inState('PreparingRebalance')
      const led = await group.join('the first again', { memberId: one, protocols: protocols('a', 'b') })
      await joining
      const { generationId } = led
      const waiting = group.sync(
        'the second waits',
        { memberId: two, generationId, protocolName: 'b' },
        5,
        second,
      )
      await group.sync('the first assigns only itself', {
        protocolName: 'b',
        memberId: one,
        generationId,
        assignments: [{ memberId: one, assignment: Buffer.from('mine') }],
      })
      await waiting
      await group.join('the second joins unchanged', { memberId: two, protocols: protocols('b', 'a', 'c') })
      await group.describe('stable')
      const changing = group.join(
        'the second changes its mind',
        { memberId: two, protocols: protocols('a', 'c') },
        9,
        second,
      )
      await group.inState('PreparingRebalance')
      await group.join('the first follows', { memberId: one, protocols: protocols('a', 'b') })
      await changing
      await group.leave('the first leaves in the middle', one)
      await group.inState('PreparingRebalance')
      await group.join('the second goes on', { memberId: two, protocols: protocols('a', 'c') })
    },
  },
]
