import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RequestInput } from '../../src/broker/protocol/api.ts'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { alterPartition } from '../../src/broker/protocol/messages/56-alter-partition.ts'
import type { Client } from './client.ts'
import { useCluster } from './harness.ts'
import { createTopic, partitionOf, type Topic } from './topics.ts'
import { until } from './until.ts'
import { since, versionsOf } from './versions.ts'

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'

const cluster = useCluster({ brokers: 3 })
let controller: Client
let topic: Topic
/** Of the registered brokers, by id. */
let epochs: Map<number, number>

beforeAll(async () => {
  controller = await cluster().client(await cluster().controllerId())
  epochs = cluster().brokerEpochs()
})
beforeEach(async () => {
  topic = await createTopic(cluster(), { assignment: [[2, 1, 3]] })
})

interface Change {
  sender?: number
  senderEpoch?: number
  topicId?: string
  partitionIndex?: number
  leaderEpoch?: number
  partitionEpoch?: number
  isr?: readonly number[]
  /** Of every member instead of its own. */
  memberEpoch?: number
  leaderRecoveryState?: number
}

function request(version: number, change: Change): RequestInput<typeof alterPartition> {
  const { sender = 2, isr = [2, 1], leaderEpoch = 0, partitionEpoch = 0, leaderRecoveryState = 0 } = change
  const brokerEpochOf = (id: number) => epochs.get(id) ?? -1
  const members = isr.map((brokerId) => ({
    brokerId,
    brokerEpoch: change.memberEpoch ?? brokerEpochOf(brokerId),
  }))
  const partition = {
    partitionIndex: change.partitionIndex ?? 0,
    leaderEpoch,
    partitionEpoch,
    leaderRecoveryState,
    ...since(3, version, { newIsrWithEpochs: members }, { newIsr: [...isr] }),
  }
  return {
    brokerId: sender,
    brokerEpoch: change.senderEpoch ?? brokerEpochOf(sender),
    topics: [{ topicId: change.topicId ?? topic.id, partitions: [partition] }],
  }
}

describe.each(versionsOf(alterPartition))('AlterPartition v%i', (version) => {
  const ask = (change: Change) => controller.call(alterPartition, version, request(version, change))

  it('changes the ISR and answers with the partition as it is then', async () => {
    expect(await ask({ isr: [2, 1] })).toEqual({
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      topics: [
        {
          topicId: topic.id,
          partitions: [
            {
              partitionIndex: 0,
              errorCode: ErrorCode.NONE,
              leaderId: 2,
              leaderEpoch: 0,
              isr: [2, 1],
              leaderRecoveryState: 0,
              partitionEpoch: 1,
            },
          ],
        },
      ],
    })
  })

  it.each<[string, number, Change]>([
    ['an epoch of the leader the controller has not heard of', ErrorCode.NOT_CONTROLLER, { leaderEpoch: 1 }],
    [
      'an epoch of the partition the controller has not heard of',
      ErrorCode.NOT_CONTROLLER,
      { partitionEpoch: 1 },
    ],
    ['a former epoch of the leader', ErrorCode.FENCED_LEADER_EPOCH, { leaderEpoch: -1 }],
    ['a former epoch of the partition', ErrorCode.INVALID_UPDATE_VERSION, { partitionEpoch: -1 }],
    ['a sender that does not lead', ErrorCode.INVALID_REQUEST, { sender: 1 }],
    ['an ISR without the leader', ErrorCode.INVALID_REQUEST, { isr: [1, 3] }],
    ['no ISR', ErrorCode.INVALID_REQUEST, { isr: [] }],
    ['an ISR with a broker that is no replica', ErrorCode.INVALID_REQUEST, { isr: [2, 9] }],
    ['an ISR with the same broker twice', ErrorCode.INVALID_REQUEST, { isr: [2, 1, 1] }],
    [
      'a recovering leader that is not alone',
      ErrorCode.INVALID_REQUEST,
      { isr: [2, 1], leaderRecoveryState: 1 },
    ],
    [
      'a recovering leader that had recovered',
      ErrorCode.INVALID_REQUEST,
      { isr: [2], leaderRecoveryState: 1 },
    ],
    ['an unknown topic', ErrorCode.UNKNOWN_TOPIC_ID, { topicId: UNKNOWN_ID }],
    ['an unknown partition', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, { partitionIndex: 7 }],
  ])('%s is refused, and nothing changes', async (_what, code, change) => {
    const { errorCode, topics } = await ask(change)
    expect([errorCode, topics[0]!.partitions[0]!.errorCode]).toEqual([ErrorCode.NONE, code])
    expect((await partitionOf(topic, controller)).isrNodes.toSorted()).toEqual([1, 2, 3])
  })

  it.each([-1, 999_999])(
    'a sender of another life (epoch %i) is STALE_BROKER_EPOCH for the whole request',
    async (senderEpoch) => {
      const { errorCode, topics } = await ask({ senderEpoch })
      expect([errorCode, topics]).toEqual([ErrorCode.STALE_BROKER_EPOCH, []])
    },
  )

  it('a broker that is not the controller is NOT_CONTROLLER', async () => {
    const other = await cluster().clientOfFollower()
    const { errorCode } = await other.call(alterPartition, version, request(version, {}))
    expect(errorCode).toBe(ErrorCode.NOT_CONTROLLER)
  })
})

describe('AlterPartition of members that may not be in sync', () => {
  it('v3: a member of another life is INELIGIBLE_REPLICA', async () => {
    const { topics } = await controller.call(alterPartition, 3, request(3, { memberEpoch: 999_999 }))
    expect(topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.INELIGIBLE_REPLICA)
  })

  it('a member that is fenced is INELIGIBLE_REPLICA', async () => {
    await cluster().silenceBroker(3)
    cluster().brokerDied(3)
    const client = await cluster().client(1)
    await until('the fence', async () => (await partitionOf(topic, client)).isrNodes.length === 2)
    const answering = await cluster().client(await cluster().controllerId())
    for (const version of versionsOf(alterPartition)) {
      const { topics } = await answering.call(
        alterPartition,
        version,
        request(version, { isr: [2, 1, 3], partitionEpoch: 1 }),
      )
      expect(topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.INELIGIBLE_REPLICA)
    }
  })
})
