/** Members of share groups, as a client library would play them, step by step. */
import { randomUUID } from 'node:crypto'
import type { RequestInput, ResponseOf } from '../../src/broker/protocol/api.ts'
import { ErrorCode, errorName } from '../../src/broker/protocol/errors.ts'
import { shareGroupHeartbeat } from '../../src/broker/protocol/messages/76-share-group-heartbeat.ts'
import { shareFetch } from '../../src/broker/protocol/messages/78-share-fetch.ts'
import { shareAcknowledge } from '../../src/broker/protocol/messages/79-share-acknowledge.ts'
import type { Client } from './client.ts'
import { GROUP, Op } from './configs.ts'
import { incrementalAlterConfigs } from '../../src/broker/protocol/messages/44-incremental-alter-configs.ts'
import { coordinatorOf } from './groups.ts'
import type { Reachable } from './harness.ts'
import { recordsIn } from './records.ts'
import { partitionOf } from './topics.ts'
import type { Topic } from './topics.ts'
import { until } from './until.ts'

export const Ack = { GAP: 0, ACCEPT: 1, RELEASE: 2, REJECT: 3, RENEW: 4 } as const

/** [first offset, last offset, one type for all or one for each] */
export type AckBatch = readonly [number, number, ...number[]]

export interface ShareFetchOptions {
  version?: number
  epoch?: number
  maxWaitMs?: number
  minBytes?: number
  maxBytes?: number
  maxRecords?: number
  batchSize?: number
  mode?: number
  isRenewAck?: boolean
  acknowledge?: readonly AckBatch[]
  index?: number
  /** Names no partition: the session knows. */
  isIncremental?: boolean
}

/** A member that fetches one topic's partitions from one broker. */
export class ShareMember {
  readonly groupId: string
  readonly memberId: string
  readonly client: Client
  readonly topic: Topic
  epoch = 0

  constructor(client: Client, groupId: string, topic: Topic, memberId: string = randomUUID()) {
    this.client = client
    this.groupId = groupId
    this.topic = topic
    this.memberId = memberId
  }

  request(options: ShareFetchOptions = {}): RequestInput<typeof shareFetch> {
    const { epoch = this.epoch, acknowledge = [], index = 0, version = 2, mode = 0 } = options
    const isRenewAck = options.isRenewAck ?? false
    return {
      groupId: this.groupId,
      memberId: this.memberId,
      shareSessionEpoch: epoch,
      maxWaitMs: options.maxWaitMs ?? 0,
      minBytes: options.minBytes ?? (isRenewAck ? 0 : 1),
      maxBytes: options.maxBytes ?? (isRenewAck ? 0 : 1 << 20),
      maxRecords: options.maxRecords ?? (isRenewAck ? 0 : 500),
      batchSize: options.batchSize ?? 500,
      ...(version >= 2 ? { shareAcquireMode: mode, isRenewAck } : {}),
      topics:
        options.isIncremental === true
          ? []
          : [
              {
                topicId: this.topic.id,
                partitions: [{ partitionIndex: index, acknowledgementBatches: batches(acknowledge) }],
              },
            ],
    }
  }

  async call(options: ShareFetchOptions = {}): Promise<ResponseOf<typeof shareFetch>> {
    const response = await this.client.call(shareFetch, options.version ?? 2, this.request(options))
    if (response.errorCode === ErrorCode.NONE && options.epoch === undefined) this.epoch++
    return response
  }

  /** Fetches with the next epoch. @returns what the broker says of the partition, null when nothing */
  async fetch(options: ShareFetchOptions = {}) {
    const response = await this.call(options)
    if (response.errorCode !== ErrorCode.NONE) throw new Error(errorName(response.errorCode))
    return response.responses[0]?.partitions[0] ?? null
  }

  /** The acquired values with their delivery counts: `value×count`. */
  async acquire(options: ShareFetchOptions = {}): Promise<string[]> {
    const partition = await this.fetch(options)
    if (partition === null) return []
    if (partition.errorCode !== ErrorCode.NONE) throw new Error(errorName(partition.errorCode))
    const records = recordsIn(partition.records)
    return partition.acquiredRecords.flatMap(({ firstOffset, lastOffset, deliveryCount }) =>
      records
        .filter(({ offset }) => offset >= firstOffset && offset <= lastOffset)
        .map(({ value }) => `${String(value)}×${deliveryCount}`),
    )
  }

  /** Acknowledges with the next epoch. @returns the code of the partition */
  async acknowledge(
    acknowledge: readonly AckBatch[],
    options: { version?: number; isRenewAck?: boolean; epoch?: number } = {},
  ): Promise<number> {
    const { version = 2, isRenewAck = false, epoch = this.epoch } = options
    const response = await this.client.call(shareAcknowledge, version, {
      groupId: this.groupId,
      memberId: this.memberId,
      shareSessionEpoch: epoch,
      ...(version >= 2 ? { isRenewAck } : {}),
      topics: [
        {
          topicId: this.topic.id,
          partitions: [{ partitionIndex: 0, acknowledgementBatches: batches(acknowledge) }],
        },
      ],
    })
    if (response.errorCode !== ErrorCode.NONE) return response.errorCode
    if (options.epoch === undefined) this.epoch++
    return response.responses[0]!.partitions[0]!.errorCode
  }
}

function batches(acknowledge: readonly AckBatch[]) {
  return acknowledge.map(([firstOffset, lastOffset, ...acknowledgeTypes]) => ({
    firstOffset,
    lastOffset,
    acknowledgeTypes,
  }))
}

export type ShareHeartbeat = RequestInput<typeof shareGroupHeartbeat>
export type ShareHeartbeatAnswer = ResponseOf<typeof shareGroupHeartbeat>

export function shareHeartbeat(
  client: Client,
  groupId: string,
  memberId: string,
  different: Partial<ShareHeartbeat> = {},
): Promise<ShareHeartbeatAnswer> {
  return client.call(shareGroupHeartbeat, 1, { groupId, memberId, memberEpoch: 0, ...different })
}

/** Sets the group's configs, for which every broker waits. */
async function configureGroup(
  cluster: Reachable,
  groupId: string,
  configs: Readonly<Record<string, string>>,
): Promise<void> {
  const client = await cluster.client()
  const { responses } = await client.call(incrementalAlterConfigs, 1, {
    resources: [
      {
        resourceType: GROUP,
        resourceName: groupId,
        configs: Object.entries(configs).map(([name, value]) => ({ name, value, configOperation: Op.SET })),
      },
    ],
    validateOnly: false,
  })
  client.close()
  const [result] = responses
  if (result?.errorCode !== ErrorCode.NONE) throw new Error(`${groupId}: ${result?.errorMessage}`)
}

/** A group whose only member has joined, so that its share state has begun. It reads from the start of the topic. */
export async function beginShareGroup(
  cluster: Reachable,
  groupId: string,
  topic: Topic,
  configs: Readonly<Record<string, string>> = { 'share.auto.offset.reset': 'earliest' },
): Promise<{ coordinator: Client; memberId: string; answer: ShareHeartbeatAnswer }> {
  await configureGroup(cluster, groupId, configs)
  const coordinator = await cluster.client(await coordinatorOf(cluster, groupId))
  const memberId = randomUUID()
  const answer = await until(`the assignment of ${groupId}`, async () => {
    const heartbeat = await shareHeartbeat(coordinator, groupId, memberId, {
      subscribedTopicNames: [topic.name],
    })
    return heartbeat.assignment !== null && heartbeat.assignment.topicPartitions.length > 0 && heartbeat
  })
  return { coordinator, memberId, answer }
}

/** A connection to the broker that leads a topic's first partition. */
export async function leaderClient(cluster: Reachable, topic: Topic): Promise<Client> {
  const anyone = await cluster.client()
  const { leaderId } = await partitionOf(topic, anyone)
  anyone.close()
  return cluster.client(leaderId)
}
