/** Share groups (KIP-932): what is given to whom, how often, and from where on. */
import { deleteGroups } from '../../../../src/broker/protocol/messages/42-delete-groups.ts'
import { shareGroupDescribe } from '../../../../src/broker/protocol/messages/77-share-group-describe.ts'
import { shareGroupHeartbeat } from '../../../../src/broker/protocol/messages/76-share-group-heartbeat.ts'
import { alterShareGroupOffsets } from '../../../../src/broker/protocol/messages/91-alter-share-group-offsets.ts'
import { deleteShareGroupOffsets } from '../../../../src/broker/protocol/messages/92-delete-share-group-offsets.ts'
import { describeShareGroupOffsets } from '../../../../src/broker/protocol/messages/90-describe-share-group-offsets.ts'
import type { Client } from '../../../wire/client.ts'
import { append } from '../../../wire/data.ts'
import { batchOf } from '../../../wire/records.ts'
import { ShareMember, type ShareFetchOptions } from '../../../wire/share.ts'
import type { Topic } from '../../../wire/topics.ts'
import { configureGroup } from './consumer-group-script.ts'
import { brokerOf, otherBroker } from './group-script.ts'
import { until, type Session } from '../session.ts'
import type { Scenario } from './scenario.ts'

const ids = ['AAAAAAAAAAAAAAAAAAAAAQ', 'AAAAAAAAAAAAAAAAAAAAAg', 'AAAAAAAAAAAAAAAAAAAAAw'] as const
const SOON_MS = 500

/** A share group's coordinator, and its members' heartbeats. */
class ShareGroup {
  readonly #session: Session
  readonly groupId: string
  readonly coordinator: Client

  private constructor(session: Session, groupId: string, coordinator: Client) {
    this.#session = session
    this.groupId = groupId
    this.coordinator = coordinator
  }

  static async find(
    session: Session,
    groupId: string,
    configs: Record<string, string> = { 'share.auto.offset.reset': 'earliest' },
  ): Promise<ShareGroup> {
    const all = { 'share.assignment.interval.ms': '0', ...configs }
    await configureGroup(session, groupId, all)
    return new ShareGroup(session, groupId, await session.coordinatorOf(groupId))
  }

  /** Joins, and beats until it has so many partitions. @returns its epoch */
  async join(memberId: string, topicNames: string[], count = 1): Promise<number> {
    const { groupId, coordinator } = this
    const request = { groupId, memberId, subscribedTopicNames: topicNames }
    let epoch = 0
    let owned = 0
    return until(`${memberId} to have ${count} partitions`, async () => {
      const answer = await coordinator.call(shareGroupHeartbeat, 1, { ...request, memberEpoch: epoch })
      epoch = answer.memberEpoch
      const told = answer.assignment?.topicPartitions
      owned = told?.reduce((sum, { partitions }) => sum + partitions.length, 0) ?? owned
      return owned === count && epoch
    })
  }

  async leave(step: string, memberId: string): Promise<void> {
    await this.#session.ask(step, this.coordinator, shareGroupHeartbeat, 1, {
      groupId: this.groupId,
      memberId,
      memberEpoch: -1,
    })
  }

  /** How many partitions each member has. */
  async counts(): Promise<Record<string, number>> {
    const { groups } = await this.coordinator.call(shareGroupDescribe, 1, { groupIds: [this.groupId] })
    return Object.fromEntries(
      groups[0]!.members.map(({ memberId, assignment }) => [
        memberId,
        assignment.topicPartitions.reduce((sum, { partitions }) => sum + partitions.length, 0),
      ]),
    )
  }

  describe(step: string) {
    return this.#session.ask(step, this.coordinator, shareGroupDescribe, 1, { groupIds: [this.groupId] })
  }

  /** Where the group is; null: in all topics. */
  offsets(
    step: string,
    topics: { topicName: string; partitions: number[] }[] | null,
    groupId = this.groupId,
  ) {
    return this.#session.ask(step, this.coordinator, describeShareGroupOffsets, 1, {
      groups: [{ groupId, topics }],
    })
  }

  /** Where nobody may answer. */
  async offsetsAlone(step: string, topics: { topicName: string; partitions: number[] }[]): Promise<void> {
    const brokerId = await brokerOf(this.#session, this.coordinator)
    await this.#session.askAlone(
      step,
      describeShareGroupOffsets,
      1,
      { groups: [{ groupId: this.groupId, topics }] },
      brokerId,
    )
  }
}

/** What a member is given: the partition's answer without the times of locks. */
async function given(session: Session, step: string, member: ShareMember, options: ShareFetchOptions = {}) {
  const { errorCode, responses } = await member.call({ maxWaitMs: SOON_MS, ...options })
  session.see(step, { errorCode, responses })
}

async function acknowledged(
  session: Session,
  step: string,
  member: ShareMember,
  ...batches: [number, number, ...number[]][]
) {
  session.see(step, { errorCode: await member.acknowledge(batches) })
}

/** A batch for each value, so that each is given alone. */
async function produce(session: Session, topic: Topic, ...values: string[]): Promise<void> {
  const leader = await session.client(1)
  for (const value of values) await append(leader, topic, batchOf([value], { timestamp: 1_000 }))
}

export const shareDeliveryScenarios: Scenario[] = [
  {
    name: 'share group, deliveries',
    needs: [76, 77, 78, 79, 90],
    async run(session) {
      const topic = await session.createTopic('deliveries', { assignment: [[1]] })
      await produce(session, topic, 'a', 'b', 'c', 'd', 'e', 'f')
      const group = await ShareGroup.find(session, 'deliveries')
      await group.join(ids[0], ['deliveries'])
      await group.join(ids[1], ['deliveries'])
      const leader = await session.client(1)
      const one = new ShareMember(leader, 'deliveries', topic, ids[0])
      const two = new ShareMember(await session.connect(1), 'deliveries', topic, ids[1])
      await until('the first records', async () => {
        const partition = await one.fetch({ maxRecords: 3 })
        const count = partition?.acquiredRecords.length ?? 0
        if (count > 0) session.see('the first three', partition)
        return count > 0
      })
      await given(session, 'the others get the rest', two)
      await given(session, 'nothing is left', one, { isIncremental: true })
      await acknowledged(session, 'accept, release, reject', one, [0, 0, 1], [1, 1, 2], [2, 2, 3])
      await given(session, 'what was released', one, { isIncremental: true })
      await acknowledged(session, 'what another has', one, [3, 3, 1])
      await acknowledged(session, 'what was accepted', one, [0, 0, 1])
      await acknowledged(session, 'types for each', one, [1, 1, 1, 1])
      await acknowledged(session, 'backwards', one, [1, 0, 1])
      await acknowledged(session, 'overlapping', one, [1, 1, 1], [1, 1, 1])
      await acknowledged(session, 'released again', one, [1, 1, 2])
      await given(session, 'a third time', one, { isIncremental: true })
      await acknowledged(session, 'released a third time', one, [1, 1, 2])
      await given(session, 'a fourth time', one, { isIncremental: true })
      await acknowledged(session, 'released a fourth time', one, [1, 1, 2])
      await given(session, 'a fifth time', one, { isIncremental: true })
      await acknowledged(session, 'released a fifth time', one, [1, 1, 2])
      await given(session, 'never again', one, { isIncremental: true })
      await given(session, 'accepts one and fetches', two, { acknowledge: [[3, 3, 1]] })
      await group.offsets('where the group is', [{ topicName: 'deliveries', partitions: [0] }])
      await given(session, 'the session ends, the rest is free', two, {
        epoch: -1,
        acknowledge: [],
        maxRecords: 0,
        maxBytes: 0,
        minBytes: 0,
        maxWaitMs: 0,
      })
      await given(session, 'what became free', one, { isIncremental: true })
      await acknowledged(session, 'renewed without leave', one, [4, 4, 4])
      session.see('renewed', { errorCode: await one.acknowledge([[4, 4, 4]], { isRenewAck: true }) })
      await acknowledged(session, 'gaps where there are none', one, [4, 4, 0])
      await acknowledged(session, 'each as its type says', one, [4, 5, 1, 3])
      await produce(session, topic, 'g')
      await given(session, 'an old session', one, { epoch: 1, isIncremental: true })
      await given(session, 'what came later', one, { isIncremental: true })
      await acknowledged(session, 'all', one, [6, 6, 1])
      await until('the group to be at the end', async () => {
        const { groups } = await group.coordinator.call(describeShareGroupOffsets, 1, {
          groups: [{ groupId: 'deliveries', topics: null }],
        })
        return groups[0]!.topics[0]?.partitions[0]?.lag === 0
      })
      await group.offsets('at the end', null)
      await group.leave('one leaves', ids[0])
      await group.leave('two leaves', ids[1])
    },
  },
  {
    name: 'share group, locks that end',
    needs: [76, 78, 79],
    async run(session) {
      const topic = await session.createTopic('locks', { assignment: [[1]] })
      await produce(session, topic, 'a', 'b')
      const group = await ShareGroup.find(session, 'locks', {
        'share.auto.offset.reset': 'earliest',
        'share.record.lock.duration.ms': '1000',
      })
      await group.join(ids[0], ['locks'])
      const one = new ShareMember(await session.client(1), 'locks', topic, ids[0])
      const two = new ShareMember(await session.connect(1), 'locks', topic, ids[1])
      const first = await until('the first records', async () => {
        const answer = await one.call({ maxWaitMs: SOON_MS })
        return (answer.responses[0]?.partitions[0]?.acquiredRecords.length ?? 0) > 0 && answer
      })
      session.see('the lock', first.acquisitionLockTimeoutMs)
      const again = await until('the lock to end', async () => {
        const partition = await two.fetch({ maxWaitMs: SOON_MS })
        return (partition?.acquiredRecords.length ?? 0) > 0 && partition
      })
      session.see('given to another', again)
      await acknowledged(session, 'the one before', one, [0, 0, 1])
      await acknowledged(session, 'the one that has it', two, [0, 1, 1])
      await group.leave('leaves', ids[0])
    },
  },
  {
    name: 'share group, where it begins',
    needs: [76, 78, 90],
    async run(session) {
      const recent = await session.createTopic('beginnings-recent', { assignment: [[1]] })
      await produce(session, recent, 'old', 'older')
      await append(await session.client(1), recent, batchOf(['new'], { timestamp: Date.now() }))
      const lately = await ShareGroup.find(session, 'lately', {
        'share.auto.offset.reset': 'by_duration:PT1H',
      })
      await lately.join(ids[0], ['beginnings-recent'])
      const member = new ShareMember(await session.client(1), 'lately', recent, ids[0])
      const first = await until('records of the last hour', async () => {
        const partition = await member.fetch({ maxWaitMs: SOON_MS })
        return (partition?.acquiredRecords.length ?? 0) > 0 && partition
      })
      session.see('records of the last hour', first.acquiredRecords)
      await lately.leave('leaves lately', ids[0])
    },
  },
  {
    name: 'share group, offsets',
    needs: [76, 77, 78, 90, 91, 92],
    async run(session) {
      const topic = await session.createTopic('share-offsets', { assignment: [[1], [1]] })
      await produce(session, topic, 'a', 'b', 'c')
      const group = await ShareGroup.find(session, 'share-offsets')
      const { coordinator } = group
      const all = [{ topicName: 'share-offsets', partitions: [0, 1] }]
      const alter = (step: string, topicName: string, partitionIndex: number, startOffset: number) =>
        session.ask(step, coordinator, alterShareGroupOffsets, 0, {
          groupId: 'share-offsets',
          topics: [{ topicName, partitions: [{ partitionIndex, startOffset }] }],
        })
      const remove = (step: string, ...topicNames: string[]) =>
        session.ask(step, coordinator, deleteShareGroupOffsets, 0, {
          groupId: 'share-offsets',
          topics: topicNames.map((topicName) => ({ topicName })),
        })
      await group.offsets('of an unknown group', all)
      await group.offsets('all of an unknown group', null)
      await remove('delete from an unknown group', 'share-offsets')
      await alter('alter an unknown group', 'share-offsets', 0, 0)
      await group.describe('a group by its offsets alone')
      await group.offsets('of a group by its offsets alone', all)
      await group.join(ids[0], ['share-offsets'], 2)
      const one = new ShareMember(await session.client(1), 'share-offsets', topic, ids[0])
      await until('the first records', async () => {
        const partition = await one.fetch({ maxWaitMs: SOON_MS })
        return (partition?.acquiredRecords.length ?? 0) > 0
      })
      await group.offsets('with a member', all)
      await alter('alter with a member', 'share-offsets', 0, 1)
      await remove('delete with a member', 'share-offsets')
      await session.ask('delete the group with a member', coordinator, deleteGroups, 2, {
        groupsNames: ['share-offsets'],
      })
      await given(session, 'the session ends', one, {
        epoch: -1,
        maxRecords: 0,
        maxBytes: 0,
        minBytes: 0,
        maxWaitMs: 0,
      })
      await group.leave('leaves', ids[0])
      await group.offsets('of an unknown topic', [{ topicName: 'share-offsets-unknown', partitions: [0] }])
      await group.offsetsAlone('of an unknown partition', [{ topicName: 'share-offsets', partitions: [9] }])
      await group.offsetsAlone('of no partitions', [{ topicName: 'share-offsets', partitions: [] }])
      await group.offsets('of no topics', [])
      await alter('alter', 'share-offsets', 0, 2)
      await alter('alter the other', 'share-offsets', 1, 0)
      await alter('alter beyond the end', 'share-offsets', 0, 99)
      await alter('alter to a negative offset', 'share-offsets', 0, -7)
      await alter('alter an unknown topic', 'share-offsets-unknown', 0, 1)
      await alter('alter an unknown partition', 'share-offsets', 9, 1)
      await alter('alter back', 'share-offsets', 0, 2)
      await group.offsets('altered', all)
      await group.offsets('all altered', null)
      await remove('delete an unknown topic', 'share-offsets-unknown')
      await remove('delete', 'share-offsets')
      await remove('delete again', 'share-offsets')
      await remove('delete nothing')
      await group.offsets('deleted', all)
      await group.offsets('all that is left', null)
      await session.ask('delete the group', coordinator, deleteGroups, 2, { groupsNames: ['share-offsets'] })
      await group.offsets('of the deleted group', all)
      await group.describe('described when deleted')
      await group.offsets('without a name', null, '')
    },
  },
  {
    name: 'share group, members',
    needs: [76, 77],
    async run(session) {
      await session.createTopic('share-crew', { assignment: [[1], [1], [1], [1]] })
      const group = await ShareGroup.find(session, 'share-crew')
      const { coordinator } = group
      const topics = ['share-crew']
      await group.join(ids[0], topics, 4)
      await group.describe('one member')
      const beat = (
        step: string,
        memberId: string,
        memberEpoch: number,
        subscribedTopicNames: string[] | null,
      ) =>
        session.ask(step, coordinator, shareGroupHeartbeat, 1, {
          groupId: 'share-crew',
          memberId,
          memberEpoch,
          subscribedTopicNames,
        })
      await group.join(ids[1], topics, 2)
      const epoch = await group.join(ids[0], topics, 2)
      // Who has which of them is a matter of hashes.
      session.see('two members', await group.counts())
      await beat('goes on', ids[0], epoch, null)
      const request = {
        groupId: 'share-crew',
        memberId: ids[0],
        memberEpoch: epoch,
        subscribedTopicNames: topics,
      }
      const told = await coordinator.call(shareGroupHeartbeat, 1, request)
      session.see('goes on, says its topics', told.assignment?.topicPartitions[0]?.partitions.length ?? null)
      await beat('one behind', ids[0], epoch - 1, null)
      await beat('far behind', ids[0], -3, null)
      await beat('no member id', '', 0, topics)
      await beat('subscribes to nothing', ids[0], epoch, [])
      const elsewhere = await session.client(await otherBroker(session, coordinator))
      await session.ask('beats elsewhere', elsewhere, shareGroupHeartbeat, 1, {
        groupId: 'share-crew',
        memberId: ids[2],
        memberEpoch: 0,
        subscribedTopicNames: topics,
      })
      await session.ask('described elsewhere', elsewhere, shareGroupDescribe, 1, { groupIds: ['share-crew'] })
      await session.ask('described without name', coordinator, shareGroupDescribe, 1, { groupIds: [''] })
      await session.ask('version 0 beats', coordinator, shareGroupHeartbeat, 0, { groupId: 'share-crew' })
      await group.leave('one leaves', ids[0])
      await group.join(ids[1], topics, 4)
      await group.describe('one member again')
      await group.leave('the other leaves', ids[1])
      await group.leave('leaves again', ids[1])
      await group.describe('empty')
    },
  },
]
