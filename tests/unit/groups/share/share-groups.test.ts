/** Membership of share groups (KIP-932), on logs in memory and a clock that only the test moves. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ShareGroups } from '../../../../src/broker/groups/share/share-groups.ts'
import type { ShareGroupHeartbeatRequest } from '../../../../src/broker/groups/messages.ts'
import { createLogger } from '../../../../src/broker/logger.ts'
import { SHARE_GROUP_STATE_TOPIC } from '../../../../src/broker/metadata/internal-topics.ts'
import { ErrorCode, KafkaError } from '../../../../src/broker/protocol/errors.ts'
import { ShareCoordinator } from '../../../../src/broker/share/state/state-coordinator.ts'
import { ShareStateClient } from '../../../../src/broker/share/state/state-client.ts'
import { settle } from '../../fake-clock.ts'
import { GROUP, Harness, topicId } from '../harness.ts'
import { MemoryLog } from '../memory-log.ts'

const SESSION_MS = 45_000

class StateLog extends MemoryLog {
  endOffset(): number {
    return this.records().length
  }

  deleteBefore(): void {
    throw new Error('nothing is pruned here')
  }
}

describe('A share group', () => {
  let harness: Harness
  let groups: ShareGroups
  let shareCoordinator: ShareCoordinator

  beforeEach(async () => {
    harness = await Harness.start({
      topics: { t: 2, u: 1, [SHARE_GROUP_STATE_TOPIC]: 1 },
      config: { groupShareMaxSize: 3 },
    })
    const { clock, metadata } = harness
    const log = createLogger(1, () => undefined)
    shareCoordinator = new ShareCoordinator({
      clock,
      log,
      config: () => harness.config,
      metadata,
      stateLog: new StateLog(),
    })
    shareCoordinator.elected(0)
    const state = new ShareStateClient({
      brokerId: 1,
      clock,
      metadata,
      local: shareCoordinator,
      connect: () => {
        throw new Error('there is no other broker')
      },
      createTopic: () => undefined,
    })
    groups = new ShareGroups({
      ask: (groupId, failure, decide) => harness.coordinator.ask(groupId, failure, decide),
      deleteGroups: (groupIds) => harness.coordinator.deleteGroups(groupIds),
      state,
      image: () => metadata.image,
      endOffset: () => Promise.resolve(10),
      log,
    })
    await settle()
  })

  const beat = (memberId: string, request: Partial<ShareGroupHeartbeatRequest> = {}) =>
    groups.heartbeat(
      { apiVersion: 1, clientId: 'c', clientAddress: '127.0.0.1:50000' },
      { groupId: GROUP, memberId, memberEpoch: 0, rackId: null, subscribedTopicNames: null, ...request },
    )

  const join = (memberId: string, ...topics: string[]) =>
    beat(memberId, { subscribedTopicNames: topics.length === 0 ? ['t'] : topics })

  /** `t:0` and so on; null when the answer says nothing. */
  const assigned = ({ assignment }: Awaited<ReturnType<typeof beat>>) =>
    assignment?.topicPartitions?.flatMap(({ topicId: id, partitions = [] }) =>
      partitions.map((partition) => `${harness.metadata.image.topicsById.get(id ?? '')?.name}:${partition}`),
    ) ?? null

  const describeGroup = async () => (await groups.describe([GROUP]))[0]!

  it('assigns with the answer to the join', async () => {
    const answer = await join('a')
    expect(answer).toMatchObject({ errorCode: ErrorCode.NONE, memberId: 'a', heartbeatIntervalMs: 5_000 })
    expect(assigned(answer)).toEqual(['t:0', 't:1'])
  })

  it('says nothing new to a member that has heard it', async () => {
    const { memberEpoch = -1 } = await join('a')
    expect(await beat('a', { memberEpoch })).toMatchObject({ memberEpoch, assignment: null })
  })

  it('splits the partitions among its members, and begins a new epoch for it', async () => {
    const first = await join('a')
    const second = await join('b')
    expect(second.memberEpoch).toBeGreaterThan(first.memberEpoch ?? 0)
    expect(assigned(second)).toHaveLength(1)
    const told = await beat('a', { memberEpoch: first.memberEpoch ?? -1 })
    expect([...assigned(told)!, ...assigned(second)!].sort()).toEqual(['t:0', 't:1'])
  })

  it('lets two members share one partition', async () => {
    expect(assigned(await join('a', 'u'))).toEqual(['u:0'])
    expect(assigned(await join('b', 'u'))).toEqual(['u:0'])
  })

  it('gives the others what a leaving member had', async () => {
    await join('a')
    const { memberEpoch = -1 } = await join('b')
    expect(await beat('a', { memberEpoch: -1 })).toMatchObject({ errorCode: ErrorCode.NONE, memberEpoch: -1 })
    expect(assigned(await beat('b', { memberEpoch }))).toEqual(['t:0', 't:1'])
  })

  describe('with an assignment interval', () => {
    const INTERVAL_MS = 1000

    beforeEach(() => harness.setGroupConfig(GROUP, 'share.assignment.interval.ms', String(INTERVAL_MS)))

    it('assigns to its first member at once, and to others when the interval is over', async () => {
      const { memberEpoch } = await join('a')
      const second = await join('b')
      expect([second.memberEpoch, assigned(second)]).toEqual([memberEpoch, []])
      await harness.clock.elapse(INTERVAL_MS - 1)
      expect(assigned(await beat('b', { memberEpoch: memberEpoch ?? -1 }))).toBeNull()
      await harness.clock.elapse(1)
      expect(assigned(await beat('b', { memberEpoch: memberEpoch ?? -1 }))).toHaveLength(1)
    })

    it('lets what a leaving member had rest as long', async () => {
      await join('a')
      await harness.clock.elapse(INTERVAL_MS)
      const { memberEpoch = -1 } = await join('b')
      await beat('a', { memberEpoch: -1 })
      expect(assigned(await beat('b', { memberEpoch }))).toBeNull()
      await harness.clock.elapse(INTERVAL_MS)
      expect(assigned(await beat('b', { memberEpoch }))).toHaveLength(2)
    })

    it('does not keep the first member of an emptied group waiting', async () => {
      await join('a')
      await beat('a', { memberEpoch: -1 })
      expect(assigned(await join('b'))).toHaveLength(2)
    })
  })

  it('removes a member that is silent for a whole session', async () => {
    const { memberEpoch = -1 } = await join('a')
    await harness.clock.elapse(SESSION_MS - 1)
    expect((await beat('a', { memberEpoch })).errorCode).toBe(ErrorCode.NONE)
    await harness.clock.elapse(SESSION_MS)
    expect((await beat('a', { memberEpoch })).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect((await describeGroup()).groupState).toBe('Empty')
  })

  it('keeps sessions as long as the group says, within what the broker allows', async () => {
    harness.setGroupConfig(GROUP, 'share.session.timeout.ms', '50000')
    harness.setGroupConfig(GROUP, 'share.heartbeat.interval.ms', '1')
    expect(await join('a')).toMatchObject({ heartbeatIntervalMs: 5_000 })
    await harness.clock.elapse(49_999)
    expect((await describeGroup()).groupState).toBe('Stable')
    await harness.clock.elapse(1)
    expect((await describeGroup()).groupState).toBe('Empty')
  })

  it('assigns the partitions a topic has grown by', async () => {
    const { memberEpoch = -1 } = await join('a')
    harness.growTopic('t', 4)
    expect(assigned(await beat('a', { memberEpoch }))).toEqual(['t:0', 't:1', 't:2', 't:3'])
  })

  it('reads what a topic has grown by from its first record, whatever share.auto.offset.reset says', async () => {
    const { memberEpoch = -1 } = await join('a')
    harness.growTopic('t', 3)
    await beat('a', { memberEpoch })
    const startOf = async (partition: number) =>
      (await shareCoordinator.summary({ groupId: GROUP, topicId: topicId('t'), partition })).startOffset
    expect([await startOf(0), await startOf(2)]).toEqual([-1, 0])
  })

  it('assigns a topic that comes into being later', async () => {
    const answer = await join('a', 'later')
    expect(assigned(answer)).toEqual([])
    harness.addTopics({ later: 1 })
    expect(assigned(await beat('a', { memberEpoch: answer.memberEpoch ?? -1 }))).toEqual(['later:0'])
  })

  it('takes a topic away that is gone', async () => {
    const { memberEpoch = -1 } = await join('a', 't', 'u')
    harness.deleteTopic('t')
    expect(assigned(await beat('a', { memberEpoch }))).toEqual(['u:0'])
  })

  it('follows another subscription', async () => {
    const { memberEpoch = -1 } = await join('a', 't')
    expect(assigned(await beat('a', { memberEpoch, subscribedTopicNames: ['u'] }))).toEqual(['u:0'])
  })

  it('tells who says its topics what it has of them', async () => {
    const { memberEpoch = -1 } = await join('a')
    expect(assigned(await beat('a', { memberEpoch }))).toBeNull()
    expect(assigned(await beat('a', { memberEpoch, subscribedTopicNames: ['t'] }))).toEqual(['t:0', 't:1'])
  })

  it('lets a member that lost an answer go on with its epoch before', async () => {
    const { memberEpoch = -1 } = await join('a')
    await join('b')
    await beat('a', { memberEpoch })
    expect((await beat('a', { memberEpoch })).errorCode).toBe(ErrorCode.NONE)
  })

  it('is loaded again as it was', async () => {
    await join('a')
    await join('b', 'u')
    const before = await describeGroup()
    await harness.failOver()
    expect(await describeGroup()).toEqual(before)
    await harness.clock.elapse(SESSION_MS)
    expect((await describeGroup()).members).toEqual([])
  })

  it('begins with a partition once only, whoever asks meanwhile', async () => {
    const [one, other] = await Promise.all([join('a', 'u'), join('b', 'u')])
    expect([assigned(one), assigned(other)]).toEqual([['u:0'], ['u:0']])
    const id = { groupId: GROUP, topicId: topicId('u'), partition: 0 }
    expect((await shareCoordinator.summary(id)).stateEpoch).toBe(1)
  })

  it('assigns nothing the share coordinator refuses to begin with, and tries again', async () => {
    const initialize = shareCoordinator.initialize.bind(shareCoordinator)
    shareCoordinator.initialize = () => Promise.reject(new KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR))
    const answer = await join('a')
    expect(assigned(answer)).toEqual([])
    shareCoordinator.initialize = initialize
    expect(assigned(await beat('a', { memberEpoch: answer.memberEpoch ?? -1 }))).toEqual(['t:0', 't:1'])
  })

  describe('refuses', () => {
    it.each<[string, Partial<ShareGroupHeartbeatRequest>]>([
      ['an empty group id', { groupId: '' }],
      ['an empty member id', { memberId: '' }],
      ['an empty rack', { rackId: '' }],
      ['an epoch below -1', { memberEpoch: -2 }],
      ['a join without topics', { subscribedTopicNames: null }],
      ['a join with no topics', { subscribedTopicNames: [] }],
    ])('%s: INVALID_REQUEST', async (_what, request) => {
      const { errorCode } = await beat('a', { subscribedTopicNames: ['t'], ...request })
      expect(errorCode).toBe(ErrorCode.INVALID_REQUEST)
    })

    it('a heartbeat to a group that is not there: GROUP_ID_NOT_FOUND', async () => {
      expect((await beat('a', { memberEpoch: 1 })).errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
      expect((await beat('a', { memberEpoch: -1 })).errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    })

    it('members of groups of another kind: GROUP_ID_NOT_FOUND', async () => {
      await harness.stableGroup(1)
      expect((await join('a')).errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    })

    it('a classic member: INCONSISTENT_GROUP_PROTOCOL', async () => {
      await join('a')
      expect((await harness.join().response).errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    })

    it('offsets committed to it: GROUP_ID_NOT_FOUND', async () => {
      await join('a')
      expect(await harness.commit(1)).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    })

    it('an unknown member: UNKNOWN_MEMBER_ID', async () => {
      await join('a')
      expect((await beat('b', { memberEpoch: 1 })).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
      expect((await beat('b', { memberEpoch: -1 })).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    })

    it('an epoch the member never had: FENCED_MEMBER_EPOCH', async () => {
      await join('a')
      expect((await beat('a', { memberEpoch: 99 })).errorCode).toBe(ErrorCode.FENCED_MEMBER_EPOCH)
    })

    it('more members than it may have: GROUP_MAX_SIZE_REACHED', async () => {
      for (const memberId of ['a', 'b', 'c']) await join(memberId)
      expect((await join('d')).errorCode).toBe(ErrorCode.GROUP_MAX_SIZE_REACHED)
      expect((await join('a')).errorCode).toBe(ErrorCode.NONE)
    })
  })

  it('is never expired, for its progress is not in its offsets', async () => {
    await join('a')
    await beat('a', { memberEpoch: -1 })
    await harness.clock.elapse(harness.config.offsetsRetentionCheckIntervalMs * 2)
    expect((await describeGroup()).errorCode).toBe(ErrorCode.NONE)
  })

  describe('that is deleted', () => {
    it('has to be empty', async () => {
      await join('a')
      expect(await groups.deleteGroups([GROUP])).toEqual([
        { groupId: GROUP, errorCode: ErrorCode.NON_EMPTY_GROUP },
      ])
    })

    it('is forgotten by the share coordinator, too', async () => {
      await join('a', 'u')
      await beat('a', { memberEpoch: -1 })
      expect(await groups.deleteGroups([GROUP])).toEqual([{ groupId: GROUP, errorCode: ErrorCode.NONE }])
      const id = { groupId: GROUP, topicId: topicId('u'), partition: 0 }
      expect((await shareCoordinator.summary(id)).stateEpoch).toBe(0)
      await harness.failOver()
      expect((await describeGroup()).errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    })
  })
})
