/** A member of a consumer group as a client would be it: it takes over what it is told, and says what it has. */
import type {
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
} from '../../../../src/broker/groups/messages.ts'
import { GROUP, topicId, type Harness } from '../harness.ts'

export interface ConsumerOptions {
  readonly topics?: readonly string[]
  readonly regex?: string
  readonly instanceId?: string
  readonly rackId?: string
  readonly assignor?: string
  readonly rebalanceTimeoutMs?: number
  readonly version?: number
  readonly groupId?: string
}

export type HeartbeatOptions = Partial<ConsumerGroupHeartbeatRequest> & { readonly version?: number }

/** One heartbeat exactly as given; what is left out is "as before". */
export function heartbeat(
  harness: Harness,
  { version = 1, ...request }: HeartbeatOptions,
): Promise<ConsumerGroupHeartbeatResponse> {
  return harness.coordinator.consumerGroupHeartbeat(
    { apiVersion: version, clientId: 'c', clientAddress: '127.0.0.1:50000' },
    {
      groupId: GROUP,
      memberId: '',
      memberEpoch: 0,
      instanceId: null,
      rackId: null,
      rebalanceTimeoutMs: -1,
      subscribedTopicNames: null,
      subscribedTopicRegex: null,
      serverAssignor: null,
      topicPartitions: null,
      ...request,
    },
  )
}

export class Consumer {
  readonly harness: Harness
  memberId: string
  epoch = 0
  /** `t:0` and so on. */
  owned: readonly string[] = []
  answer: ConsumerGroupHeartbeatResponse = {}
  readonly #options: ConsumerOptions

  constructor(harness: Harness, memberId: string, options: ConsumerOptions = {}) {
    this.harness = harness
    this.memberId = memberId
    this.#options = options
  }

  /** Joins, and beats no further. */
  static async join(harness: Harness, memberId: string, options: ConsumerOptions = {}): Promise<Consumer> {
    const consumer = new Consumer(harness, memberId, options)
    await consumer.join()
    return consumer
  }

  async join(): Promise<number> {
    const { topics, regex, rackId, assignor, rebalanceTimeoutMs = 60_000 } = this.#options
    this.epoch = 0
    this.owned = []
    return this.send({
      rackId: rackId ?? null,
      rebalanceTimeoutMs,
      subscribedTopicNames: [...(topics ?? (regex === undefined ? ['t'] : []))],
      subscribedTopicRegex: regex ?? null,
      serverAssignor: assignor ?? null,
      topicPartitions: [],
    })
  }

  /** A heartbeat that says what the member has. The error code. */
  beat(): Promise<number> {
    return this.send({ topicPartitions: inRequest(this.owned) })
  }

  /** A heartbeat that says nothing. The error code. */
  beatSilently(): Promise<number> {
    return this.send({})
  }

  /** Beats until it is told nothing new. */
  async catchUp(): Promise<void> {
    for (let before = ''; before !== this.#standing;) {
      before = this.#standing
      await this.beat()
    }
  }

  leave(): Promise<number> {
    this.owned = []
    return this.send({ memberEpoch: this.#options.instanceId === undefined ? -1 : -2 })
  }

  async send(request: HeartbeatOptions): Promise<number> {
    const { instanceId, version = 1, groupId = GROUP } = this.#options
    this.answer = await heartbeat(this.harness, {
      version,
      groupId,
      memberId: this.memberId,
      memberEpoch: this.epoch,
      instanceId: instanceId ?? null,
      ...request,
    })
    if (this.answer.errorCode !== 0) return this.answer.errorCode ?? 0
    this.memberId = this.answer.memberId ?? this.memberId
    this.epoch = this.answer.memberEpoch ?? this.epoch
    const { assignment } = this.answer
    if (assignment != null) this.owned = (assignment.topicPartitions ?? []).flatMap(named).sort()
    return 0
  }

  get #standing(): string {
    return `${this.epoch} ${this.owned.join()}`
  }
}

/** Heartbeats of all until nobody is told anything new. */
export async function settleGroup(...consumers: readonly Consumer[]): Promise<void> {
  for (let round = 0; round < 4; round++) for (const consumer of consumers) await consumer.catchUp()
}

export async function describeGroup(harness: Harness, groupId = GROUP) {
  const [group] = await harness.coordinator.describeConsumerGroups([groupId])
  if (group === undefined) throw new Error('nothing described')
  return group
}

export async function stateOf(harness: Harness): Promise<string> {
  return (await describeGroup(harness)).groupState ?? ''
}

export function inRequest(owned: readonly string[]) {
  const byTopic = new Map<string, number[]>()
  for (const name of owned) {
    const [topic = '', partition] = name.split(':')
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), Number(partition)])
  }
  return [...byTopic].map(([topic, partitions]) => ({ topicId: topicId(topic), partitions }))
}

function named({
  topicId: id = '',
  partitions = [],
}: {
  readonly topicId?: string | undefined
  readonly partitions?: readonly number[] | undefined
}): string[] {
  const topic = Buffer.from(id, 'base64url').toString()[0] ?? ''
  return partitions.map((partition) => `${topic}:${partition}`)
}
