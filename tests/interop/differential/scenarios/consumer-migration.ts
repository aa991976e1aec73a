/** Groups that change between the classic and the consumer protocol (KIP-848), and what tells them apart. */
import { joinGroup } from '../../../../src/broker/protocol/messages/11-join-group.ts'
import { heartbeat } from '../../../../src/broker/protocol/messages/12-heartbeat.ts'
import { syncGroup } from '../../../../src/broker/protocol/messages/14-sync-group.ts'
import { listGroups } from '../../../../src/broker/protocol/messages/16-list-groups.ts'
import { deleteGroups } from '../../../../src/broker/protocol/messages/42-delete-groups.ts'
import { consumerGroupHeartbeat } from '../../../../src/broker/protocol/messages/68-consumer-group-heartbeat.ts'
import { consumerGroupDescribe } from '../../../../src/broker/protocol/messages/69-consumer-group-describe.ts'
import { joinRequest, subscriptionTo } from '../../../wire/groups.ts'
import { commitRequest } from '../../../wire/offsets.ts'
import { offsetCommit } from '../../../../src/broker/protocol/messages/08-offset-commit.ts'
import type { Session } from '../session.ts'
import { configureGroup, ConsumerGroup, Crew, joining } from './consumer-group-script.ts'
import { Group, otherBroker } from './group-script.ts'
import type { Scenario } from './scenario.ts'

const AT_ONCE = { 'consumer.assignment.interval.ms': '0' }
const subscribedTo = (name: string) => ({ protocols: [{ name: 'range', metadata: subscriptionTo([name]) }] })

/** The group among all of its broker, or that it is not. */
async function list(session: Session, step: string, groupId: string, types: string[], states: string[] = []) {
  const client = await session.coordinatorOf(groupId)
  const { groups, ...rest } = await client.call(listGroups, 5, { typesFilter: types, statesFilter: states })
  session.see(step, { ...rest, groups: groups.filter((group) => group.groupId === groupId) })
}

export const consumerMigrationScenarios: Scenario[] = [
  {
    name: 'consumer protocol, an upgrade and back',
    needs: [68, 69],
    async run(session) {
      const topic = await session.createTopic('migrating', { assignment: [[1], [1], [1], [1]] })
      await configureGroup(session, 'migrating', AT_ONCE)
      const classic = await Group.find(session, 'migrating')
      const modern = await ConsumerGroup.find(session, 'migrating')
      const crew = new Crew(modern, [topic])
      const wish = subscribedTo('migrating')
      const memberId = await classic.newId()
      const { generationId } = await classic.join('a classic member', { ...wish, memberId })
      // The assignment a leader makes: version 0, one topic, four partitions, no user data.
      const assignment = Buffer.concat([
        Buffer.from([0, 0, 0, 0, 0, 1, 0, 9]),
        Buffer.from('migrating'),
        Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 255, 255, 255, 255]),
      ])
      await classic.sync('syncs', { memberId, generationId, assignments: [{ memberId, assignment }] })
      await list(session, 'listed as classic', 'migrating', ['classic'])
      session.see('a consumer member joins', await crew.join('b', joining('migrating')))
      await modern.describe('upgraded')
      await classic.describe('upgraded, described as classic')
      await list(session, 'not listed as classic', 'migrating', ['classic'])
      await list(session, 'listed as consumer', 'migrating', ['consumer'])
      await classic.beat('the classic member beats', memberId, generationId)
      await classic.beat('in another generation', memberId, generationId + 5)
      await classic.commit('commits', topic, { 0: 1 }, { memberId, generationIdOrMemberEpoch: generationId })
      const joined = await classic.join('the classic member joins again', { ...wish, memberId })
      await classic.sync('gets its assignment', { memberId, generationId: joined.generationId })
      await classic.sync('in another generation syncs', { memberId, generationId: joined.generationId + 5 })
      await classic.sync('with another protocol', {
        memberId,
        generationId: joined.generationId,
        protocolName: 'other',
      })
      session.see('the consumer member goes on', await crew.rounds(3))
      session.see('what the consumer member has', crew.owned)
      await classic.beat('beats in peace', memberId, joined.generationId)
      await modern.describe('both settled')
      await classic.join('a second classic member', { ...wish })
      await classic.join('with another protocol type', { ...wish, protocolType: 'connect' })
      await classic.join('with another protocol name', {
        protocols: [{ name: 'other', metadata: subscriptionTo(['migrating']) }],
      })
      await classic.join('with bytes that are no subscription', {
        protocols: [{ name: 'range', metadata: Buffer.from('?') }],
      })
      await classic.join('without a session', { ...wish, sessionTimeoutMs: 1 })
      session.see('the consumer member leaves', await crew.leave('b'))
      await classic.describe('downgraded')
      await modern.describe('downgraded, described as consumer')
      await list(session, 'listed as classic again', 'migrating', ['classic'])
      await classic.beat('hears of the rebalance', memberId, joined.generationId)
      await classic.fetch('what was committed', { topics: null })
      const back = await classic.join('joins again', { ...wish, memberId })
      await classic.sync('leads again', {
        memberId,
        generationId: back.generationId,
        assignments: [{ memberId, assignment }],
      })
      session.see('another upgrade', await crew.join('d', joining('migrating')))
      await classic.beat('has to join again', memberId, back.generationId)
      await modern.beat('speaks the consumer protocol now', memberId, back.generationId, {
        topicPartitions: [],
      })
      await modern.describe('members of the consumer protocol alone')
      session.see('the other leaves', await crew.leave('d'))
      await classic.leave('an administrator removes it', memberId)
      await modern.describe('after the last has gone')
      session.see('a consumer founds it anew', await crew.join('c', joining('migrating')))
      await classic.fetch('what was committed is still there', { topics: null })
      session.see('and leaves', await crew.leave('c'))
      const empty = await classic.join('a classic member to the empty group', wish)
      await classic.join('with its id', { ...wish, memberId: empty.memberId })
      await list(session, 'listed as classic in the end', 'migrating', ['classic'])
      await classic.leave('the last leaves', empty.memberId)
    },
  },
  {
    name: 'consumer protocol, wrong places',
    needs: [68, 69],
    async run(session) {
      await session.createTopic('misplaced', { assignment: [[1]] })
      const group = await ConsumerGroup.find(session, 'misplaced')
      const { client } = group
      const elsewhere = await session.client(await otherBroker(session, client))
      await session.ask('beats elsewhere', elsewhere, consumerGroupHeartbeat, 1, {
        groupId: 'misplaced',
        memberId: 'a',
        memberEpoch: 0,
        ...joining('misplaced'),
      })
      const describe = (step: string, groupIds: string[], where = client) =>
        session.ask(step, where, consumerGroupDescribe, 1, { groupIds })
      await describe('described elsewhere', ['misplaced'], elsewhere)
      await describe('described without name', [''])
      await describe('nothing described', [])
      await describe('described twice', ['misplaced', 'misplaced'])
      await session.ask('version 0', client, consumerGroupDescribe, 0, { groupIds: ['misplaced'] })
      await session.ask('authorized operations', client, consumerGroupDescribe, 1, {
        groupIds: ['misplaced'],
        includeAuthorizedOperations: true,
      })
      await session.ask(
        'a simple group',
        client,
        offsetCommit,
        9,
        commitRequest('misplaced', { name: 'misplaced', id: '' }, { 0: 1 }),
      )
      await describe('a simple group described', ['misplaced'])
      const joined = await group.beat('joins a simple group', 'a', 0, joining('misplaced'))
      await group.beat('leaves a simple group', 'a', -1)
      await list(session, 'any type', 'misplaced', [])
      await list(session, 'type in capitals', 'misplaced', ['CONSUMER'])
      await list(session, 'of an unknown type', 'misplaced', ['unheard of'])
      await list(session, 'of two types', 'misplaced', ['classic', 'consumer'])
      await list(session, 'empty ones', 'misplaced', ['consumer'], ['empty'])
      await list(session, 'stable ones', 'misplaced', ['consumer'], ['Stable'])
      await group.beat('an epoch of before', 'a', joined.memberEpoch)
      await session.ask('a classic beat', client, heartbeat, 4, {
        groupId: 'misplaced',
        memberId: 'a',
        generationId: joined.memberEpoch,
      })
      const again = await group.beat('joins again', 'a', 0, joining('misplaced'))
      await session.ask('a consumer member beats as classic', client, heartbeat, 4, {
        groupId: 'misplaced',
        memberId: 'a',
        generationId: again.memberEpoch,
      })
      await session.ask('a consumer member syncs', client, syncGroup, 5, {
        groupId: 'misplaced',
        memberId: 'a',
        generationId: again.memberEpoch,
      })
      await session.ask(
        'a consumer member joins as classic',
        client,
        joinGroup,
        9,
        joinRequest(9, 'misplaced', { ...subscribedTo('misplaced'), memberId: 'a' }),
      )
      await session.ask('deleted with a member', client, deleteGroups, 2, { groupsNames: ['misplaced'] })
      await group.beat('leaves', 'a', -1)
      await session.ask('deleted', client, deleteGroups, 2, { groupsNames: ['misplaced'] })
      await describe('described when deleted', ['misplaced'])
    },
  },
]
