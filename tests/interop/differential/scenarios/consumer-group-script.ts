/** Groups and members of the consumer protocol (KIP-848) as scripts see them. */
import { describeConfigs } from '../../../../src/broker/protocol/messages/32-describe-configs.ts'
import { consumerGroupHeartbeat } from '../../../../src/broker/protocol/messages/68-consumer-group-heartbeat.ts'
import { consumerGroupDescribe } from '../../../../src/broker/protocol/messages/69-consumer-group-describe.ts'
import { ErrorCode, errorName } from '../../../../src/broker/protocol/errors.ts'
import type { RequestInput, ResponseOf } from '../../../../src/broker/protocol/api.ts'
import type { Client } from '../../../wire/client.ts'
import { GROUP, setConfigs } from '../../../wire/configs.ts'
import { BROKER_IDS } from '../cluster.ts'
import { until, type Session } from '../session.ts'

type HeartbeatAnswer = ResponseOf<typeof consumerGroupHeartbeat>
export type Heartbeat = RequestInput<typeof consumerGroupHeartbeat>

/** KIP-848: a group, and heartbeats to its coordinator. */
export class ConsumerGroup {
  readonly #session: Session
  readonly groupId: string
  readonly client: Client

  private constructor(session: Session, groupId: string, client: Client) {
    this.#session = session
    this.groupId = groupId
    this.client = client
  }

  static async find(session: Session, groupId: string): Promise<ConsumerGroup> {
    return new ConsumerGroup(session, groupId, await session.coordinatorOf(groupId))
  }

  beat(step: string, memberId: string, memberEpoch: number, different: Heartbeat = {}, version = 1) {
    return this.#session.ask(step, this.client, consumerGroupHeartbeat, version, {
      groupId: this.groupId,
      memberId,
      memberEpoch,
      ...different,
    })
  }

  /** A heartbeat nobody looks at. */
  quietly(memberId: string, memberEpoch: number, different: Heartbeat = {}) {
    return this.client.call(consumerGroupHeartbeat, 1, {
      groupId: this.groupId,
      memberId,
      memberEpoch,
      ...different,
    })
  }

  describe(step: string) {
    return this.#session.ask(step, this.client, consumerGroupDescribe, 1, { groupIds: [this.groupId] })
  }

  /** Beats, acknowledging all it is told, until the member has this many partitions. */
  async owns(count: number, { memberId, memberEpoch, assignment }: HeartbeatAnswer): Promise<number> {
    let epoch = memberEpoch
    let owned = assignment?.topicPartitions ?? []
    const countOf = () => owned.reduce((sum, { partitions }) => sum + partitions.length, 0)
    await until(`${memberId} to have ${count} partitions`, async () => {
      const isThere = countOf() === count
      const answer = await this.quietly(memberId ?? '', epoch, { topicPartitions: owned })
      if (answer.errorCode !== ErrorCode.NONE)
        throw new Error(`A heartbeat got ${errorName(answer.errorCode)}.`)
      epoch = answer.memberEpoch
      owned = answer.assignment?.topicPartitions ?? owned
      return isThere
    })
    return epoch
  }
}

export const joining = (...subscribedTopicNames: string[]): Heartbeat => ({
  rebalanceTimeoutMs: 30_000,
  subscribedTopicNames,
  topicPartitions: [],
})

/** Sets configs of a group before it is used, and waits for every broker to hear of them. */
export async function configureGroup(
  session: Session,
  groupId: string,
  configs: Record<string, string>,
): Promise<void> {
  const coordinator = await session.coordinatorOf(groupId)
  await setConfigs(coordinator, GROUP, groupId, configs)
  const resources = [{ resourceType: GROUP, resourceName: groupId, configurationKeys: Object.keys(configs) }]
  for (const brokerId of BROKER_IDS) {
    const broker = await session.client(brokerId)
    await until(`broker ${brokerId} to know the configs of ${groupId}`, async () => {
      const { results } = await broker.call(describeConfigs, 4, { resources })
      return results[0]!.configs.every(({ name, value }) => value === configs[name])
    })
  }
}

/** Members that beat in turn, each taking over at once what it is told. Nobody of them ever waits. */
export class Crew {
  readonly group: ConsumerGroup
  readonly #names: ReadonlyMap<string, string>
  /** Epochs are told as steps from here: where a group begins to count says nothing. */
  #firstEpoch: number | null = null
  readonly members = new Map<string, { epoch: number; owned: OwnedPartitions; instanceId: string | null }>()

  /** @param topics whose names the crew tells partitions by */
  constructor(group: ConsumerGroup, topics: readonly { id: string; name: string }[]) {
    this.group = group
    this.#names = new Map(topics.map(({ id, name }) => [id, name]))
  }

  async join(memberId: string, different: Heartbeat): Promise<string> {
    const answer = await this.group.quietly(memberId, 0, different)
    this.#take(memberId, answer, different.instanceId ?? null)
    return this.#told(memberId, answer)
  }

  async beat(memberId: string): Promise<string> {
    const { epoch, owned, instanceId } = this.members.get(memberId)!
    const answer = await this.group.quietly(memberId, epoch, { topicPartitions: owned, instanceId })
    this.#take(memberId, answer, instanceId)
    return this.#told(memberId, answer)
  }

  /** Everybody beats so many times, in turn. What each was told, in order. */
  async rounds(count: number): Promise<string[]> {
    const told: string[] = []
    for (let round = 0; round < count; round++) {
      for (const memberId of this.members.keys()) told.push(await this.beat(memberId))
    }
    return told
  }

  /** Everybody beats until each has what it should have. */
  async settled(what: string, isSettled: () => boolean): Promise<void> {
    await until(what, async () => {
      await this.rounds(1)
      return isSettled()
    })
  }

  async leave(memberId: string, memberEpoch = -1): Promise<string> {
    const { instanceId } = this.members.get(memberId)!
    const answer = await this.group.quietly(memberId, memberEpoch, { instanceId })
    this.members.delete(memberId)
    return this.#told(memberId, answer)
  }

  /** `topic: 0,1` of each member. */
  get owned(): Record<string, string[]> {
    return Object.fromEntries([...this.members].map(([id, { owned }]) => [id, this.#named(owned)]))
  }

  /** How many partitions each member has. */
  get counts(): Record<string, number> {
    return Object.fromEntries([...this.members].map(([id, { owned }]) => [id, countOf(owned)]))
  }

  #take(
    memberId: string,
    { errorCode, memberEpoch, assignment }: HeartbeatAnswer,
    instanceId: string | null,
  ) {
    if (errorCode !== ErrorCode.NONE) return
    const owned = assignment?.topicPartitions ?? this.members.get(memberId)?.owned ?? []
    this.members.set(memberId, { epoch: memberEpoch, owned, instanceId })
  }

  /** Which topic a uniform assignment gives to whom is a matter of random topic ids; how many is not. */
  #told(memberId: string, { errorCode, memberEpoch, assignment }: HeartbeatAnswer): string {
    if (errorCode !== ErrorCode.NONE) return `${memberId}: ${errorName(errorCode)}`
    const what = assignment === null ? 'nothing' : `${countOf(assignment.topicPartitions)} partitions`
    if (memberEpoch < 0) return `${memberId}: epoch ${memberEpoch}, ${what}`
    this.#firstEpoch ??= memberEpoch
    return `${memberId}: epoch +${memberEpoch - this.#firstEpoch}, ${what}`
  }

  #named(owned: OwnedPartitions): string[] {
    return owned
      .map(
        ({ topicId, partitions }) => `${this.#names.get(topicId)}: ${partitions.toSorted((a, b) => a - b)}`,
      )
      .sort()
  }
}

type OwnedPartitions = NonNullable<HeartbeatAnswer['assignment']>['topicPartitions']

function countOf(owned: OwnedPartitions): number {
  return owned.reduce((sum, { partitions }) => sum + partitions.length, 0)
}
