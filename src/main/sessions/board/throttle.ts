import type { PartitionName, ReplicaMove } from '../../../shared/ipc/board.ts'
import type { ClusterAccess, ClusterMetadata } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'
import { attempt } from '../topics/attempt.ts'
import { ALTER_CONFIGS, ConfigOperation, DESCRIBE_CONFIGS, TOPIC } from '../topics/topic-configs.ts'
import { keyOf } from './shape.ts'

/** Kafka's number for configs of one broker, and for a value that was set at run time. */
const BROKER = 4
const DYNAMIC_BROKER_CONFIG = 2
const DYNAMIC_TOPIC_CONFIG = 1

const RATES = ['leader.replication.throttled.rate', 'follower.replication.throttled.rate'] as const
const LEADER_REPLICAS = 'leader.replication.throttled.replicas'
const FOLLOWER_REPLICAS = 'follower.replication.throttled.replicas'
const REPLICAS = [LEADER_REPLICAS, FOLLOWER_REPLICAS] as const

interface Change {
  name: string
  /** Null takes it away. */
  value: string | null
}

interface ThrottledTopic {
  leaders: Set<string>
  followers: Set<string>
}

/**
 * Limits what reassignments take of the brokers' network, by the dynamic configs of Kafka's own tool: a rate at each
 * broker concerned, and which replicas it is for at each topic. It is for the replicas that move; the others are
 * replicated as fast as ever.
 */
export class Throttle {
  readonly #access: ClusterAccess
  readonly #topics = new Map<string, ThrottledTopic>()
  readonly #brokers = new Set<number>()
  readonly #moves = new Map<string, PartitionName>()

  constructor(access: ClusterAccess) {
    this.#access = access
  }

  /** Whether one was set that has not been taken away. */
  get isSet(): boolean {
    return this.#brokers.size > 0
  }

  /** Whether one of these is what it was set for. */
  isFor(partitions: readonly PartitionName[]): boolean {
    return partitions.some(({ topic, partition }) => this.#moves.has(keyOf(topic, partition)))
  }

  async set(moves: readonly ReplicaMove[], bytesPerSecond: number): Promise<void> {
    const metadata = await this.#access.metadata([...new Set(moves.map(({ topic }) => topic))])
    for (const move of moves) this.#add(move, metadata)
    for (const broker of this.#brokers) {
      await this.#alter(
        BROKER,
        String(broker),
        RATES.map((name) => ({ name, value: String(bytesPerSecond) })),
      )
    }
    for (const [topic, { leaders, followers }] of this.#topics) {
      await this.#alter(TOPIC, topic, [
        { name: LEADER_REPLICAS, value: [...leaders].join(',') },
        { name: FOLLOWER_REPLICAS, value: [...followers].join(',') },
      ])
    }
  }

  /** Takes away what this one set. What can't be reached any more keeps it; `removeAll` finds it again. */
  async remove(): Promise<void> {
    const [brokers, topics] = [[...this.#brokers], [...this.#topics.keys()]]
    this.#brokers.clear()
    this.#topics.clear()
    this.#moves.clear()
    await this.#delete(brokers, topics)
  }

  /** Takes away every throttle there is, whoever set it. */
  async removeAll(): Promise<void> {
    const { brokers, topics } = await this.#access.metadata(null)
    const names = topics.map(({ name }) => name)
    const { api } = await this.#access.choose(DESCRIBE_CONFIGS)
    const resources = names.map((name) => ({
      resourceType: TOPIC,
      resourceName: name,
      configurationKeys: [...REPLICAS],
    }))
    const described = await answered(api.async(await this.#access.any(), resources as never, false, false))
    const throttled = described.results
      .filter(({ configs }) => configs.some(({ configSource }) => configSource === DYNAMIC_TOPIC_CONFIG))
      .map(({ resourceName }) => resourceName)
    this.#brokers.clear()
    this.#topics.clear()
    this.#moves.clear()
    await this.#delete(
      brokers.map(({ id }) => id),
      throttled,
    )
  }

  /** The lowest rate a living broker has set; null: none has. */
  async rate(brokers: readonly number[]): Promise<number | null> {
    const { api } = await this.#access.choose(DESCRIBE_CONFIGS)
    const told = await Promise.all(
      brokers.map((broker) =>
        attempt(async () => {
          const resource = {
            resourceType: BROKER,
            resourceName: String(broker),
            configurationKeys: [...RATES],
          }
          const connection = await this.#access.broker(broker)
          const { results } = await answered(api.async(connection, [resource] as never, false, false))
          return results.flatMap(({ configs }) =>
            configs.flatMap(({ configSource, value }) =>
              configSource === DYNAMIC_BROKER_CONFIG && value != null ? Number(value) : [],
            ),
          )
        }),
      ),
    )
    const rates = told.flatMap((each) => (each.ok ? each.value : []))
    return rates.length === 0 ? null : Math.min(...rates)
  }

  #add({ topic, partition, replicas }: ReplicaMove, metadata: ClusterMetadata): void {
    const described = metadata.topics.find(({ name }) => name === topic)
    const now = described?.partitions.find((each) => each.partition === partition)?.replicas ?? []
    const throttled = this.#topics.get(topic) ?? { leaders: new Set(), followers: new Set() }
    this.#topics.set(topic, throttled)
    for (const broker of now) throttled.leaders.add(`${partition}:${broker}`)
    for (const broker of replicas)
      if (!now.includes(broker)) throttled.followers.add(`${partition}:${broker}`)
    for (const broker of [...now, ...replicas]) this.#brokers.add(broker)
    this.#moves.set(keyOf(topic, partition), { topic, partition })
  }

  async #delete(brokers: readonly number[], topics: readonly string[]): Promise<void> {
    const gone = (names: readonly string[]) => names.map((name) => ({ name, value: null }))
    // One at a time, and a topic that was deleted meanwhile keeps no other from losing its throttle.
    for (const broker of brokers) await attempt(() => this.#alter(BROKER, String(broker), gone(RATES)))
    for (const topic of topics) await attempt(() => this.#alter(TOPIC, topic, gone(REPLICAS)))
  }

  async #alter(resourceType: typeof BROKER | typeof TOPIC, resourceName: string, changes: Change[]) {
    const { api } = await this.#access.choose(ALTER_CONFIGS)
    const configs = changes.map(({ name, value }) =>
      value === null
        ? ({ name, configOperation: ConfigOperation.DELETE } as const)
        : ({ name, configOperation: ConfigOperation.SET, value } as const),
    )
    const resource = { resourceType, resourceName, configs } as const
    // A broker takes only its own configs; those of topics go to any, or to the controller before KRaft.
    const connection =
      resourceType === BROKER
        ? await this.#access.broker(Number(resourceName))
        : await this.#access.controller()
    const { responses } = await answered(api.async(connection, [resource], false))
    refuse(responses[0]?.errorCode ?? -1, responses[0]?.errorMessage)
  }
}
