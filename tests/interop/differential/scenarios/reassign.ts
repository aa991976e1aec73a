import { alterPartitionReassignments } from '../../../../src/broker/protocol/messages/45-alter-partition-reassignments.ts'
import { listPartitionReassignments } from '../../../../src/broker/protocol/messages/46-list-partition-reassignments.ts'
import { setConfigs, TOPIC, BROKER } from '../../../wire/configs.ts'
import { append } from '../../../wire/data.ts'
import { batchOf } from '../../../wire/records.ts'
import { wholeLog } from '../whole-log.ts'
import { until, type Session } from '../session.ts'
import type { Scenario } from './scenario.ts'

async function alter(
  session: Session,
  step: string,
  name: string,
  partitionIndex: number,
  replicas: number[] | null,
  different: object = {},
): Promise<void> {
  await session.ask(step, await session.client(), alterPartitionReassignments, 1, {
    timeoutMs: 10_000,
    topics: [{ name, partitions: [{ partitionIndex, replicas }] }],
    ...different,
  })
}

async function list(
  session: Session,
  step: string,
  topics: { name: string; partitionIndexes: number[] }[] | null,
) {
  await session.ask(step, await session.client(), listPartitionReassignments, 0, {
    timeoutMs: 10_000,
    topics,
  })
}

async function replicasAre(session: Session, name: string, replicas: readonly number[]): Promise<void> {
  await until(`${name} to be on ${replicas.join()}`, async () => {
    const [partition] = await session.partitionsOf(name)
    return partition !== undefined && partition.replicaNodes.join() === replicas.join()
  })
}

export const reassignScenarios: Scenario[] = [
  {
    name: 'reassign',
    needs: [45, 46],
    async run(session) {
      const topic = await session.createTopic('moved', { assignment: [[1, 2]] })
      for (const value of ['a', 'b', 'c']) await append(await session.client(1), topic, batchOf([value]))
      await alter(session, 'an unknown topic', 'moved-unknown', 0, [1, 2])
      await alter(session, 'an unknown partition', 'moved', 5, [1, 2])
      await alter(session, 'no replicas', 'moved', 0, [])
      await alter(session, 'a replica twice', 'moved', 0, [1, 1])
      await alter(session, 'an unknown broker', 'moved', 0, [1, 9])
      await alter(session, 'a negative broker', 'moved', 0, [1, -1])
      await alter(session, 'cancel when there is none', 'moved', 0, null)
      await alter(session, 'another count when that is not allowed', 'moved', 0, [1, 2, 3], {
        allowReplicationFactorChange: false,
      })
      await alter(session, 'the same replicas', 'moved', 0, [1, 2])
      await alter(session, 'no topics', 'moved', 0, null, { topics: [] })
      await list(session, 'none under way', null)
      await list(session, 'of an unknown topic', [{ name: 'moved-unknown', partitionIndexes: [0] }])
      await list(session, 'of none', [])

      await alter(session, 'move', 'moved', 0, [3, 2])
      await replicasAre(session, 'moved', [3, 2])
      session.see('after the move', await session.partitionsOf('moved'))
      await session.led('moved', 0, (await session.partitionsOf('moved'))[0]!.leaderId)
      await alter(session, 'grow', 'moved', 0, [3, 2, 1])
      await replicasAre(session, 'moved', [3, 2, 1])
      await session.partition('moved', 0, ({ isrNodes }) => isrNodes.length === 3)
      session.see('after it grew', await session.partitionsOf('moved'))
      await alter(session, 'shrink', 'moved', 0, [1])
      await replicasAre(session, 'moved', [1])
      await session.led('moved', 0, 1)
      session.see('after it shrank', await session.partitionsOf('moved'))
      session.see('the log', await wholeLog(await session.client(1), topic))
    },
  },
  {
    name: 'reassign to a broker that is away',
    needs: [45, 46],
    async run(session) {
      const topic = await session.createTopic('stuck', { assignment: [[1, 2]] })
      await append(await session.client(1), topic, batchOf(['a']))
      await session.kill(3)
      await session.aliveAre([1, 2])
      await alter(session, 'move', 'stuck', 0, [3, 2])
      await session.partition('stuck', 0, ({ replicaNodes }) => replicaNodes.length === 3)
      await list(session, 'under way', null)
      await list(session, 'asked by name', [{ name: 'stuck', partitionIndexes: [0, 7] }])
      session.see('in the middle', await session.partitionsOf('stuck'))
      await alter(session, 'another goal', 'stuck', 0, [2, 3])
      await list(session, 'the other goal', null)
      await alter(session, 'cancel', 'stuck', 0, null)
      await session.partition('stuck', 0, ({ replicaNodes }) => replicaNodes.length === 2)
      await list(session, 'after the cancel', null)
      session.see('after it was cancelled', await session.partitionsOf('stuck'))
      await alter(session, 'cancel again', 'stuck', 0, null)
      await session.start(3)
      await session.returned(3)
    },
  },
  {
    name: 'reassign with a throttle',
    needs: [45, 46],
    async run(session) {
      const topic = await session.createTopic('throttled', { assignment: [[1, 2]] })
      await append(await session.client(1), topic, batchOf(['x'.repeat(100_000)]))
      const client = await session.client()
      await setConfigs(client, TOPIC, 'throttled', {
        'leader.replication.throttled.replicas': '*',
        'follower.replication.throttled.replicas': '*',
      })
      for (const id of [1, 2, 3]) {
        await setConfigs(await session.client(id), BROKER, String(id), {
          'leader.replication.throttled.rate': '1000000',
          'follower.replication.throttled.rate': '1000000',
        })
      }
      await alter(session, 'move', 'throttled', 0, [2, 3])
      await replicasAre(session, 'throttled', [2, 3])
      await session.partition(
        'throttled',
        0,
        ({ leaderId, isrNodes }) => leaderId === 2 && isrNodes.length === 2,
      )
      session.see('after the move', await session.partitionsOf('throttled'))
    },
  },
]
