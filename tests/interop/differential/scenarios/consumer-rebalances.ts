/** The consumer protocol (KIP-848): how members come to what they should have. */
import { offsetCommit } from '../../../../src/broker/protocol/messages/08-offset-commit.ts'
import { offsetFetch } from '../../../../src/broker/protocol/messages/09-offset-fetch.ts'
import { deleteTopics } from '../../../../src/broker/protocol/messages/20-delete-topics.ts'
import { createPartitions } from '../../../../src/broker/protocol/messages/37-create-partitions.ts'
import { offsetDelete } from '../../../../src/broker/protocol/messages/47-offset-delete.ts'
import { commitRequest } from '../../../wire/offsets.ts'
import { configureGroup, ConsumerGroup, Crew, joining } from './consumer-group-script.ts'
import type { Scenario } from './scenario.ts'

/** Changes are answered at once, so every answer is due and none depends on the clock. */
const AT_ONCE = { 'consumer.assignment.interval.ms': '0' }

function rebalancing(assignor: string): Scenario {
  return {
    name: `consumer protocol, three members, ${assignor}`,
    needs: [68, 69],
    async run(session) {
      const name = `crew-${assignor}`
      const topics = [
        await session.createTopic(`${name}-x`, { assignment: [[1], [1], [1], [1], [1]] }),
        await session.createTopic(`${name}-y`, { assignment: [[1], [1], [1]] }),
      ]
      await configureGroup(session, name, AT_ONCE)
      const group = await ConsumerGroup.find(session, name)
      const crew = new Crew(group, topics)
      const wishes = { ...joining(`${name}-x`, `${name}-y`), serverAssignor: assignor }
      session.see('a joins', await crew.join('a', wishes))
      session.see('a goes on', await crew.rounds(2))
      session.see('b joins', await crew.join('b', wishes))
      session.see('a has to give up, b waits', await crew.rounds(4))
      session.see('two members', crew.counts)
      session.see('c joins', await crew.join('c', wishes))
      session.see('a and b have to give up, c waits', await crew.rounds(5))
      session.see('three members', crew.counts)
      session.see('b leaves', await crew.leave('b'))
      session.see('the others get what it had', await crew.rounds(4))
      session.see('two members again', crew.counts)
      session.see('a joins again', await crew.join('a', wishes))
      session.see('after a joined again', await crew.rounds(4))
      session.see('c leaves', await crew.leave('c'))
      session.see('a leaves', await crew.leave('a'))
      await group.describe('empty')
      session.see('d joins', await crew.join('d', wishes))
      session.see('d leaves', await crew.leave('d'))
    },
  }
}

export const consumerRebalanceScenarios: Scenario[] = [
  rebalancing('uniform'),
  rebalancing('range'),
  {
    name: 'consumer protocol, range by name',
    needs: [68, 69],
    async run(session) {
      const topics = [
        await session.createTopic('by-name-x', { assignment: [[1], [1], [1], [1], [1]] }),
        await session.createTopic('by-name-y', { assignment: [[1], [1], [1]] }),
      ]
      await configureGroup(session, 'by-name', AT_ONCE)
      const crew = new Crew(await ConsumerGroup.find(session, 'by-name'), topics)
      const wishes = { ...joining('by-name-x', 'by-name-y'), serverAssignor: 'range' }
      for (const memberId of ['c', 'a', 'b']) await crew.join(memberId, wishes)
      await crew.rounds(5)
      session.see('dynamic members', crew.owned)
      await crew.group.describe('dynamic members, described')
      const onlyOne = { ...wishes, subscribedTopicNames: ['by-name-y'] }
      session.see('c wants one topic', await crew.join('c', onlyOne))
      session.see('after c wants one topic', await crew.rounds(4))
      session.see('different subscriptions', crew.owned)
      for (const memberId of ['c', 'a', 'b']) await crew.leave(memberId)
      await crew.join('z', { ...wishes, instanceId: 'one' })
      await crew.join('y', { ...wishes, instanceId: 'two' })
      await crew.join('x', wishes)
      await crew.rounds(5)
      session.see('static members come first', crew.owned)
      for (const memberId of ['x', 'y', 'z']) await crew.leave(memberId)
    },
  },
  {
    name: 'consumer protocol, uniform by name',
    needs: [68, 69],
    async run(session) {
      const topics = [await session.createTopic('uniform-x', { assignment: [[1], [1], [1], [1], [1]] })]
      await configureGroup(session, 'uniform-name', AT_ONCE)
      const crew = new Crew(await ConsumerGroup.find(session, 'uniform-name'), topics)
      for (const memberId of ['c', 'a', 'b']) {
        session.see(`${memberId} joins`, await crew.join(memberId, joining('uniform-x')))
        session.see(`after ${memberId} joined`, await crew.rounds(4))
        session.see(`with ${memberId}`, crew.owned)
      }
      session.see('a leaves', await crew.leave('a'))
      session.see('after a left', await crew.rounds(3))
      session.see('without a', crew.owned)
      for (const memberId of ['c', 'b']) await crew.leave(memberId)
    },
  },
  {
    name: 'consumer protocol, members voting',
    needs: [68, 69],
    async run(session) {
      const topics = [await session.createTopic('voting', { assignment: [[1], [1], [1]] })]
      await configureGroup(session, 'voting', AT_ONCE)
      const group = await ConsumerGroup.find(session, 'voting')
      const crew = new Crew(group, topics)
      session.see('a wants range', await crew.join('a', { ...joining('voting'), serverAssignor: 'range' }))
      await group.describe('range')
      session.see(
        'b wants uniform',
        await crew.join('b', { ...joining('voting'), serverAssignor: 'uniform' }),
      )
      await group.describe('a tie')
      session.see(
        'c wants uniform',
        await crew.join('c', { ...joining('voting'), serverAssignor: 'uniform' }),
      )
      await group.describe('uniform')
      session.see('what they are told', await crew.rounds(4))
      for (const memberId of ['a', 'b', 'c']) session.see(`${memberId} leaves`, await crew.leave(memberId))
    },
  },
  {
    name: 'consumer protocol, the assignment interval',
    needs: [68, 69],
    async run(session) {
      const topics = [await session.createTopic('patient', { assignment: [[1], [1]] })]
      await configureGroup(session, 'patient', { 'consumer.assignment.interval.ms': '15000' })
      const group = await ConsumerGroup.find(session, 'patient')
      const crew = new Crew(group, topics)
      session.see('a joins', await crew.join('a', joining('patient')))
      session.see('b joins within the interval', await crew.join('b', joining('patient')))
      session.see('within the interval', await crew.rounds(2))
      await group.describe('within the interval, described')
      session.see('the epoch of a first member', crew.members.get('a')!.epoch)
      session.see('a leaves within the interval', await crew.leave('a'))
      session.see('b has to wait', await crew.rounds(1))
      await configureGroup(session, 'patient', AT_ONCE)
      await crew.settled('b to be assigned', () => crew.counts.b === 2)
      await group.describe('after the interval')
      await configureGroup(session, 'patient', { 'consumer.assignment.interval.ms': '15000' })
      session.see('b leaves', await crew.leave('b'))
      session.see('c joins an empty group', await crew.join('c', joining('patient')))
      session.see('c leaves', await crew.leave('c'))
    },
  },
  {
    name: 'consumer protocol, epochs',
    needs: [68],
    async run(session) {
      const topic = await session.createTopic('member-epochs', { assignment: [[1], [1], [1], [1]] })
      await configureGroup(session, 'epochs', AT_ONCE)
      const group = await ConsumerGroup.find(session, 'epochs')
      const crew = new Crew(group, [topic])
      const all = [{ topicId: topic.id, partitions: [0, 1, 2, 3] }]
      const half = [{ topicId: topic.id, partitions: [0, 1] }]
      await crew.join('a', { ...joining('member-epochs'), serverAssignor: 'range' })
      await crew.join('b', { ...joining('member-epochs'), serverAssignor: 'range' })
      const { epoch } = crew.members.get('a')!
      await group.beat('has to give up', 'a', epoch, { topicPartitions: all })
      await group.beat('has not given up', 'a', epoch, { topicPartitions: all })
      await group.beat('says nothing of it', 'a', epoch)
      await group.beat('has given up', 'a', epoch, { topicPartitions: half })
      await group.beat('one behind with its own', 'a', epoch, { topicPartitions: half })
      await group.beat('one behind with what it gave up', 'a', epoch, { topicPartitions: all })
      await group.beat('one behind without a word', 'a', epoch)
      await group.beat('one behind with nothing', 'a', epoch, { topicPartitions: [] })
      await group.beat('says all', 'a', epoch + 1, {
        ...joining('member-epochs'),
        topicPartitions: half,
      })
      await group.beat('another epoch that never was', 'a', epoch + 9)
      await group.beat('another subscription, same epoch', 'a', epoch + 1, {
        subscribedTopicNames: ['other'],
      })
      await group.beat('subscribes to nothing', 'a', epoch + 1, { subscribedTopicNames: [] })
      await crew.leave('b')
      await crew.leave('a')
    },
  },
  {
    name: 'consumer protocol, topics that change',
    needs: [68, 69],
    async run(session) {
      const topic = await session.createTopic('changing', { assignment: [[1], [1]] })
      await configureGroup(session, 'changing', AT_ONCE)
      const group = await ConsumerGroup.find(session, 'changing')
      const crew = new Crew(group, [topic])
      session.see('a joins', await crew.join('a', joining('changing', 'changing-later')))
      const client = await session.client()
      await client.call(createPartitions, 3, {
        topics: [{ name: 'changing', count: 4, assignments: [{ brokerIds: [1] }, { brokerIds: [1] }] }],
        timeoutMs: 10_000,
      })
      await crew.settled('the new partitions', () => crew.counts.a === 4)
      session.see('grown', crew.owned)
      session.see('nothing more after that', await crew.rounds(1))
      await session.createTopic('changing-later', { assignment: [[1]] })
      await crew.settled('the new topic', () => crew.counts.a === 5)
      await group.describe('with a topic that came later')
      await client.call(deleteTopics, 6, { topics: [{ name: 'changing' }], timeoutMs: 10_000 })
      await crew.settled('the topic to go', () => crew.counts.a === 1)
      await group.describe('without the topic that is gone')
      await session.createTopic('changing', { assignment: [[1], [1]] })
      await crew.settled('the topic to come again', () => crew.counts.a === 3)
      session.see('a leaves', await crew.leave('a'))
    },
  },
  {
    name: 'consumer protocol, a static member away',
    needs: [68, 69],
    async run(session) {
      const topic = await session.createTopic('away', { assignment: [[1], [1], [1], [1]] })
      await configureGroup(session, 'away', AT_ONCE)
      const group = await ConsumerGroup.find(session, 'away')
      const crew = new Crew(group, [topic])
      const wishes = { ...joining('away'), serverAssignor: 'range' }
      const one = { ...wishes, instanceId: 'one' }
      await crew.join('a', one)
      await crew.join('b', wishes)
      await crew.rounds(4)
      session.see('both', crew.owned)
      session.see('leaves for a while', await crew.leave('a', -2))
      session.see('the other stays as it is', await crew.rounds(2))
      await group.describe('while it is away')
      await group.beat('away and beating', 'a', 1, { instanceId: 'one' })
      await group.beat('away and leaving once more', 'a', -2, { instanceId: 'one' })
      session.see('comes back', await crew.join('c', one))
      session.see('has what it had', crew.owned)
      await group.beat('a duplicate', 'd', 0, one)
      await group.beat('a duplicate leaves', 'd', -1, { instanceId: 'one' })
      await group.beat('a duplicate leaves for a while', 'd', -2, { instanceId: 'one' })
      await group.beat('an unknown instance', 'c', 3, { instanceId: 'nobody' })
      await group.beat('without its instance', 'c', crew.members.get('c')!.epoch)
      await group.describe('in the end')
      session.see('leaves for a while again', await crew.leave('c', -2))
      session.see(
        'comes back with another subscription',
        await crew.join('e', { ...one, subscribedTopicNames: [] }),
      )
      session.see('what the other is told', await crew.rounds(3))
      session.see('who has what', crew.owned)
      session.see('e leaves', await crew.leave('e'))
      session.see('b leaves', await crew.leave('b'))
    },
  },
  {
    name: 'consumer protocol, offsets at epochs',
    needs: [68],
    async run(session) {
      const topic = await session.createTopic('stale', { assignment: [[1], [1], [1], [1]] })
      await configureGroup(session, 'stale', AT_ONCE)
      const group = await ConsumerGroup.find(session, 'stale')
      const crew = new Crew(group, [topic])
      const wishes = { ...joining('stale'), serverAssignor: 'range' }
      await crew.join('a', wishes)
      const before = crew.members.get('a')!.epoch
      await crew.join('b', wishes)
      const commit = (step: string, memberId: string, epoch: number, offsets: Record<number, number>) =>
        session.ask(
          step,
          group.client,
          offsetCommit,
          10,
          commitRequest('stale', topic, offsets, { memberId, generationIdOrMemberEpoch: epoch }),
        )
      await commit('before it gives up', 'a', before, { 0: 1, 3: 1 })
      await crew.beat('a')
      await commit('while it gives up', 'a', before, { 0: 2, 3: 2 })
      await crew.rounds(4)
      await commit('one behind, its own', 'a', before, { 0: 3, 1: 3 })
      await commit('one behind, given up', 'a', before, { 3: 3 })
      await commit('one behind, its own and given up', 'a', before, { 0: 4, 3: 4 })
      await commit('at its epoch, of another', 'a', before + 1, { 3: 5 })
      await commit('of another, behind', 'b', before, { 3: 6 })
      const topics = [{ topicId: topic.id, name: topic.name, partitionIndexes: [0, 1, 2, 3] }]
      const fetch = (step: string, memberId: string | null, memberEpoch: number) =>
        session.ask(step, group.client, offsetFetch, 10, {
          groups: [{ groupId: 'stale', memberId, memberEpoch, topics }],
        })
      await fetch('fetches one behind', 'a', before)
      await fetch('fetches', 'a', before + 1)
      await fetch('fetches at epoch zero', 'a', 0)
      await fetch('fetches without an epoch', 'a', -1)
      await session.ask('deletes what is subscribed', group.client, offsetDelete, 0, {
        groupId: 'stale',
        topics: [
          { name: 'stale', partitions: [{ partitionIndex: 0 }] },
          { name: 'stale-other', partitions: [{ partitionIndex: 0 }] },
        ],
      })
      await crew.leave('a')
      await crew.leave('b')
      await session.ask('deletes when nobody is there', group.client, offsetDelete, 0, {
        groupId: 'stale',
        topics: [{ name: 'stale', partitions: [{ partitionIndex: 0 }] }],
      })
      await fetch('an outsider fetches', null, -1)
    },
  },
]
