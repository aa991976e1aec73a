import { produce } from '../../../../src/broker/protocol/messages/00-produce.ts'
import { fetch } from '../../../../src/broker/protocol/messages/01-fetch.ts'
import { listOffsets } from '../../../../src/broker/protocol/messages/02-list-offsets.ts'
import { metadata } from '../../../../src/broker/protocol/messages/03-metadata.ts'
import { offsetForLeaderEpoch } from '../../../../src/broker/protocol/messages/23-offset-for-leader-epoch.ts'
import { electLeaders } from '../../../../src/broker/protocol/messages/43-elect-leaders.ts'
import { describeCluster } from '../../../../src/broker/protocol/messages/60-describe-cluster.ts'
import { describeTopicPartitions } from '../../../../src/broker/protocol/messages/75-describe-topic-partitions.ts'
import { wholeLog } from '../whole-log.ts'
import { append, fetchRequest, produceRequest } from '../../../wire/data.ts'
import { setConfigs, TOPIC } from '../../../wire/configs.ts'
import { batchOf } from '../../../wire/records.ts'
import type { Session } from '../session.ts'
import type { Scenario } from './scenario.ts'

const PREFERRED = 0
const UNCLEAN = 1

async function shapeOf(session: Session, step: string, name: string, brokerId = 1): Promise<void> {
  session.see(step, await session.partitionsOf(name, brokerId))
}

function elect(
  session: Session,
  step: string,
  electionType: number,
  topic: string | null,
  ...partitions: number[]
) {
  return session.client().then((client) =>
    session.ask(step, client, electLeaders, 2, {
      electionType,
      topicPartitions: topic === null ? null : [{ topic, partitions }],
      timeoutMs: 10_000,
    }),
  )
}

export const leadershipScenarios: Scenario[] = [
  {
    name: 'a leader is killed',
    async run(session) {
      const topic = await session.createTopic('killed', {
        assignment: [
          [2, 1, 3],
          [3, 2, 1],
        ],
      })
      const strict = await session.createTopic('killed-strict', {
        assignment: [[1, 2]],
        configs: { 'min.insync.replicas': '2' },
      })
      const lone = await session.createTopic('killed-lone', { assignment: [[2]] })
      await append(await session.client(2), topic, batchOf(['a', 'b'], { timestamp: 1_000 }))
      const producerId = await session.producerId()
      const idempotent = (baseSequence: number) =>
        batchOf([`sequence ${baseSequence}`], { producerId, producerEpoch: 0, baseSequence })
      for (const sequence of [0, 1, 2, 3, 4])
        await append(await session.client(2), topic, idempotent(sequence))
      await elect(session, 'all as they should be', PREFERRED, 'killed', 0, 1)

      await session.kill(2)
      for (const id of [1, 3]) {
        await session.partition(
          'killed',
          0,
          ({ leaderId, isrNodes }) => leaderId === 1 && isrNodes.length === 2,
          id,
        )
        await session.partition('killed-strict', 0, ({ isrNodes }) => isrNodes.length === 1, id)
        await session.partition('killed-lone', 0, ({ leaderId }) => leaderId === -1, id)
      }
      await session.led('killed', 0, 1)
      await shapeOf(session, 'the topic without its leader', 'killed')
      await shapeOf(session, 'the strict topic', 'killed-strict')
      await shapeOf(session, 'the topic of one replica', 'killed-lone')
      const client = await session.client()
      for (const version of [0, 1, 4, 5, 12]) {
        await session.ask(`metadata, version ${version}`, client, metadata, version, {
          topics: [{ name: 'killed-lone' }, { name: 'killed' }],
        })
      }
      await session.ask('the cluster', client, describeCluster, 1, {})
      await session.ask('the cluster with who is away', client, describeCluster, 2, {
        includeFencedBrokers: true,
      })
      await session.ask(
        'duplicate after the change',
        client,
        produce,
        12,
        produceRequest(topic, idempotent(2)),
      )
      await session.ask('gap after the change', client, produce, 12, produceRequest(topic, idempotent(7)))
      await session.ask('next after the change', client, produce, 12, produceRequest(topic, idempotent(5)))
      for (const currentLeaderEpoch of [0, 1, 2]) {
        await session.ask(
          `fetch at epoch ${currentLeaderEpoch}`,
          client,
          fetch,
          18,
          fetchRequest(topic, { currentLeaderEpoch, offset: 8 }),
        )
        await session.ask(`list at epoch ${currentLeaderEpoch}`, client, listOffsets, 11, {
          replicaId: -1,
          topics: [
            { name: 'killed', partitions: [{ partitionIndex: 0, timestamp: -1, currentLeaderEpoch }] },
          ],
          timeoutMs: 5_000,
        })
        await session.ask(`where epoch ${currentLeaderEpoch} ended`, client, offsetForLeaderEpoch, 4, {
          replicaId: -1,
          topics: [{ topic: 'killed', partitions: [{ partition: 0, leaderEpoch: currentLeaderEpoch }] }],
        })
      }
      await session.ask(
        'enough for acks 1',
        client,
        produce,
        12,
        produceRequest(strict, batchOf(['a']), { acks: 1 }),
      )
      await session.ask(
        'not enough for acks all',
        client,
        produce,
        12,
        produceRequest(strict, batchOf(['b'])),
      )
      await session.ask('nobody leads', client, produce, 12, produceRequest(lone, batchOf(['b'])))
      await session.ask('nobody leads, fetch', client, fetch, 18, fetchRequest(lone))
      await session.ask('what a stalled high watermark shows', client, fetch, 18, fetchRequest(strict))
      await elect(session, 'the preferred is away', PREFERRED, 'killed', 0)
      await elect(session, 'one is not needed', PREFERRED, 'killed', 1)
      await elect(session, 'unclean is not needed', UNCLEAN, 'killed', 0)
      await elect(session, 'unclean with nobody alive', UNCLEAN, 'killed-lone', 0)
      await elect(session, 'preferred with nobody alive', PREFERRED, 'killed-lone', 0)
      await elect(session, 'an unknown partition', PREFERRED, 'killed', 9)
      await elect(session, 'an unknown topic', PREFERRED, 'killed-unknown', 0)
      await elect(session, 'no partitions', PREFERRED, 'killed')
      await elect(session, 'an unknown kind', 5, 'killed', 0)
      await session.ask('version 0', client, electLeaders, 0, {
        topicPartitions: [{ topic: 'killed', partitions: [0] }],
        timeoutMs: 10_000,
      })

      await session.start(2)
      await session.returned(2)
      for (const index of [0, 1]) {
        await session.partition('killed', index, ({ isrNodes }) => isrNodes.length === 3)
      }
      await session.partition('killed-strict', 0, ({ isrNodes }) => isrNodes.length === 2)
      await session.partition('killed-lone', 0, ({ leaderId }) => leaderId === 2)
      await shapeOf(session, 'when it is back', 'killed')
      await shapeOf(session, 'the strict topic when it is back', 'killed-strict')
      await shapeOf(session, 'the topic of one replica when it is back', 'killed-lone')
      await elect(session, 'the preferred leads again', PREFERRED, 'killed', 0)
      await session.led('killed', 0, 2)
      await session.partition('killed', 0, ({ leaderId }) => leaderId === 2)
      await shapeOf(session, 'after the election', 'killed')
      const leader = await session.client(2)
      for (const epoch of [0, 1, 2, 3]) {
        await session.ask(`epoch ${epoch} in the end`, leader, offsetForLeaderEpoch, 4, {
          replicaId: -1,
          topics: [{ topic: 'killed', partitions: [{ partition: 0, leaderEpoch: epoch }] }],
        })
      }
      session.see('the log in the end', await wholeLog(leader, topic))
    },
  },
  {
    name: 'a broker is stopped',
    async run(session) {
      const topic = await session.createTopic('stopped', {
        assignment: [
          [3, 1, 2],
          [1, 3, 2],
        ],
      })
      await append(await session.client(3), topic, batchOf(['a']))
      await session.stop(3)
      for (const id of [1, 2]) {
        await session.partition(
          'stopped',
          0,
          ({ leaderId, isrNodes }) => leaderId === 1 && isrNodes.length === 2,
          id,
        )
        await session.partition('stopped', 1, ({ isrNodes }) => isrNodes.length === 2, id)
      }
      await shapeOf(session, 'without it', 'stopped')
      await session.start(3)
      await session.returned(3)
      await session.partition('stopped', 0, ({ isrNodes }) => isrNodes.length === 3)
      await session.partition('stopped', 1, ({ isrNodes }) => isrNodes.length === 3)
      await shapeOf(session, 'with it again', 'stopped')
    },
  },
  {
    name: 'unclean election',
    async run(session) {
      const topic = await session.createTopic('unclean', {
        assignment: [
          [2, 3],
          [3, 2],
        ],
      })
      await append(await session.client(2), topic, batchOf(['both have it']))
      await session.kill(3)
      await session.partition('unclean', 0, ({ isrNodes }) => isrNodes.length === 1)
      await session.led('unclean', 1, 2)
      await append(await session.client(2), topic, batchOf(['only one has it']))
      await session.kill(2)
      await session.partition('unclean', 0, ({ leaderId }) => leaderId === -1)
      await session.partition('unclean', 1, ({ leaderId }) => leaderId === -1)
      await shapeOf(session, 'nobody is left', 'unclean')
      await session.start(3)
      await session.aliveAre([1, 3])
      await shapeOf(session, 'one came back that is not in sync', 'unclean')
      await elect(session, 'preferred', PREFERRED, 'unclean', 0, 1)
      await elect(session, 'unclean, asked for', UNCLEAN, 'unclean', 0)
      await session.led('unclean', 0, 3)
      await shapeOf(session, 'after it was asked for', 'unclean')
      const client = await session.client(3)
      await append(client, topic, batchOf(['instead']))
      session.see('what is left', await wholeLog(client, topic))
      await setConfigs(await session.client(), TOPIC, 'unclean', { 'unclean.leader.election.enable': 'true' })
      await session.partition('unclean', 1, ({ leaderId }) => leaderId === 3)
      await shapeOf(session, 'after the config allowed it', 'unclean')
      await session.ask('where epoch 0 ended', client, offsetForLeaderEpoch, 4, {
        replicaId: -1,
        topics: [{ topic: 'unclean', partitions: [{ partition: 0, leaderEpoch: 0 }] }],
      })
      await session.start(2)
      await session.returned(2)
      await session.partition('unclean', 0, ({ isrNodes }) => isrNodes.length === 2)
      await shapeOf(session, 'when the former leader is back', 'unclean')
      session.see('what all have', await wholeLog(client, topic))
    },
  },
  {
    name: 'describe topic partitions',
    needs: [75],
    async run(session) {
      await session.createTopic('pages', {
        assignment: [
          [1, 2],
          [2, 3],
          [3, 1],
        ],
      })
      const client = await session.client()
      const ask = (step: string, names: string[], different: object = {}) =>
        session.ask(step, client, describeTopicPartitions, 0, {
          topics: names.map((name) => ({ name })),
          ...different,
        })
      await ask('a topic', ['pages'])
      await ask('an unknown topic', ['pages-unknown'])
      await ask('two at a time', ['pages'], { responsePartitionLimit: 2 })
      await ask('the rest', ['pages'], { cursor: { topicName: 'pages', partitionIndex: 2 } })
    },
  },
]
