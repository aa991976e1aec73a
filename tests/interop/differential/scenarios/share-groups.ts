import { shareGroupHeartbeat } from '../../../../src/broker/protocol/messages/76-share-group-heartbeat.ts'
import { shareGroupDescribe } from '../../../../src/broker/protocol/messages/77-share-group-describe.ts'
import { shareFetch } from '../../../../src/broker/protocol/messages/78-share-fetch.ts'
import { shareAcknowledge } from '../../../../src/broker/protocol/messages/79-share-acknowledge.ts'
import { describeShareGroupOffsets } from '../../../../src/broker/protocol/messages/90-describe-share-group-offsets.ts'
import type { RequestInput } from '../../../../src/broker/protocol/api.ts'
import { append } from '../../../wire/data.ts'
import { batchOf } from '../../../wire/records.ts'
import { until } from '../session.ts'
import { configureGroup } from './consumer-group-script.ts'
import type { Scenario } from './scenario.ts'

type Heartbeat = RequestInput<typeof shareGroupHeartbeat>
type ShareFetch = RequestInput<typeof shareFetch>

/** A member id is a uuid the member made. */
const MEMBER = 'AAAAAAAAAAAAAAAAAAAAAQ'

export const shareGroupScenarios: Scenario[] = [
  {
    name: 'share group',
    needs: [76, 77, 78, 79, 90],
    async run(session) {
      const topic = await session.createTopic('shared', { assignment: [[1]] })
      await append(await session.client(1), topic, batchOf(['a', 'b', 'c'], { timestamp: 1_000 }))
      const coordinator = await session.coordinatorOf('shared')
      await configureGroup(session, 'shared', { 'share.auto.offset.reset': 'earliest' })
      const beat = (step: string, memberId: string, memberEpoch: number, different: Heartbeat = {}) =>
        session.ask(step, coordinator, shareGroupHeartbeat, 1, {
          groupId: 'shared',
          memberId,
          memberEpoch,
          ...different,
        })
      const describe = (step: string) =>
        session.ask(step, coordinator, shareGroupDescribe, 1, { groupIds: ['shared'] })
      await describe('nobody')
      await beat('no group', MEMBER, 0, { groupId: '', subscribedTopicNames: ['shared'] })
      await beat('no member id', '', 0, { subscribedTopicNames: ['shared'] })
      await beat('no subscription', MEMBER, 0)
      await beat('a negative epoch', MEMBER, -5)
      await beat('an unknown member', MEMBER, 3)
      await beat('an unknown member leaves', MEMBER, -1)
      // The assignment comes with this answer or a later one, when the share partition has been set up.
      const joining = { groupId: 'shared', memberId: MEMBER, subscribedTopicNames: ['shared'] }
      let heard = await coordinator.call(shareGroupHeartbeat, 1, { ...joining, memberEpoch: 0 })
      session.see('joins', { ...heard, memberEpoch: Math.sign(heard.memberEpoch), assignment: null })
      const epoch = await until('an assignment', async () => {
        if ((heard.assignment?.topicPartitions.length ?? 0) > 0) return heard.memberEpoch
        heard = await coordinator.call(shareGroupHeartbeat, 1, { ...joining, memberEpoch: heard.memberEpoch })
        return null
      })
      await describe('one member')
      await beat('an epoch ahead', MEMBER, epoch + 5)

      const leader = await session.client(1)
      const partitions = [{ partitionIndex: 0, acknowledgementBatches: [] }]
      const request = (shareSessionEpoch: number, different: ShareFetch = {}): ShareFetch => ({
        groupId: 'shared',
        memberId: MEMBER,
        shareSessionEpoch,
        maxWaitMs: 500,
        minBytes: 1,
        maxBytes: 1 << 20,
        maxRecords: 100,
        batchSize: 100,
        topics: [{ topicId: topic.id, partitions }],
        ...different,
      })
      await session.ask('fetch in an unknown session', leader, shareFetch, 1, request(4))
      await session.ask('a session to nothing', leader, shareFetch, 1, request(0, { topics: [] }))
      const answer = await until('records to be given', async () => {
        const fetched = await leader.call(shareFetch, 1, request(0))
        const records = fetched.responses[0]?.partitions[0]?.acquiredRecords ?? []
        return records.length > 0 && fetched
      })
      const withoutLockTime = {
        ...answer,
        acquisitionLockTimeoutMs: Math.sign(answer.acquisitionLockTimeoutMs),
      }
      session.see('records', withoutLockTime)
      const acknowledge = (
        step: string,
        shareSessionEpoch: number,
        firstOffset: number,
        lastOffset: number,
        types: number[],
      ) =>
        session.ask(step, leader, shareAcknowledge, 1, {
          groupId: 'shared',
          memberId: MEMBER,
          shareSessionEpoch,
          topics: [
            {
              topicId: topic.id,
              partitions: [
                {
                  partitionIndex: 0,
                  acknowledgementBatches: [{ firstOffset, lastOffset, acknowledgeTypes: types }],
                },
              ],
            },
          ],
        })
      await acknowledge('accept one', 1, 0, 0, [1])
      await acknowledge('accept it again', 2, 0, 0, [1])
      await acknowledge('at the same epoch', 2, 1, 1, [1])
      await acknowledge('what was never given', 3, 50, 51, [1])
      await acknowledge('an unknown type', 4, 1, 1, [9])
      await acknowledge('reject one', 5, 1, 1, [3])
      await acknowledge('release one', 6, 2, 2, [2])
      await session.ask('where the group is', coordinator, describeShareGroupOffsets, 1, {
        groups: [{ groupId: 'shared', topics: [{ topicName: 'shared', partitions: [0] }] }],
      })
      await session.ask('the end of the session', leader, shareFetch, 1, request(-1, { topics: [] }))
      await beat('leaves', MEMBER, -1)
      await describe('empty')
    },
  },
]
