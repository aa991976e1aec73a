import type { PartitionSample, ReplicaSample, TopicBroker, TopicSample } from '../../../shared/ipc/topics.ts'
import type { ClusterAccess, KnownBroker, PartitionMetadata } from '../cluster-access.ts'
import { controllerOf } from '../quorum.ts'
import { refuse } from '../refusals.ts'
import type { ReplicaSizes } from './log-dirs.ts'
import { replicaSizes } from './log-dirs.ts'
import { CONSUMER, DEBUGGER, EARLIEST, LATEST, listOffsets } from './offsets.ts'
import { topicConfigs } from './topic-configs.ts'

/** Sizes and configs change slowly. */
const SLOW_EVERY = 5
/** A broker that takes longer is drawn as one that does not tell, so that it does not hold up the others. */
const BROKER_PATIENCE_MS = 800

type Offsets = ReadonlyMap<number, number>

/** What one broker tells of the partitions it has. */
interface BrokerOffsets {
  starts: Offsets
  highWatermarks: Offsets
  leaderEnds: Offsets
  followerEnds: Offsets
}

const NOTHING: BrokerOffsets = {
  starts: new Map(),
  highWatermarks: new Map(),
  leaderEnds: new Map(),
  followerEnds: new Map(),
}

/** Looks at one topic again and again, as any client may: nothing here is known but by the Kafka protocol. */
export class TopicSampler {
  readonly #access: ClusterAccess
  readonly #topic: string
  #looks = 0
  #sizes: ReplicaSizes | null = null
  #minInsyncReplicas: number | null = null

  constructor(access: ClusterAccess, topic: string) {
    this.#access = access
    this.#topic = topic
  }

  /** Rejects when no broker answers, or the topic is gone. */
  async sample(): Promise<TopicSample> {
    const metadata = await this.#access.metadata([this.#topic])
    const topic = metadata.topics[0]
    if (!topic || topic.partitions.length === 0)
      refuse(topic?.errorCode || 3, `There is no topic ${this.#topic}`)
    const { partitions, isInternal } = topic!
    const alive = new Set(metadata.brokers.map(({ id }) => id))
    const hosted = hostedBy(partitions, alive)
    const [ends, controllerId] = await Promise.all([
      this.#offsets(partitions, hosted),
      controllerOf(this.#access, metadata.controllerId),
      this.#slow(hosted),
    ])
    return {
      atMs: Date.now(),
      topic: this.#topic,
      isInternal,
      brokers: brokersOf(metadata.brokers, controllerId, partitions),
      partitions: partitions.map((each) => this.#partition(each, ends, alive)),
      minInsyncReplicas: this.#minInsyncReplicas,
      tellsSizes: this.#sizes !== null,
    }
  }

  /**
   * Leaders first, followers after them: a follower is behind only if it lacks what its leader had before it was
   * asked. The other way round every busy partition would seem to lag.
   */
  async #offsets(
    partitions: readonly PartitionMetadata[],
    hosted: ReadonlyMap<number, readonly number[]>,
  ): Promise<ReadonlyMap<number, BrokerOffsets>> {
    const ledBy = (broker: number) =>
      partitions.filter(({ leader }) => leader === broker).map(({ partition }) => partition)
    const asLeaders = await askAll(hosted.keys(), async (broker) => {
      const led = ledBy(broker)
      const leaderEnds = await this.#list(broker, led, LATEST, DEBUGGER)
      const [starts, highWatermarks] = await Promise.all([
        this.#list(broker, led, EARLIEST, CONSUMER),
        this.#list(broker, led, LATEST, CONSUMER),
      ])
      return { ...NOTHING, leaderEnds, starts, highWatermarks }
    })
    const asFollowers = await askAll(hosted.keys(), async (broker) => {
      const led = new Set(ledBy(broker))
      const followed = (hosted.get(broker) ?? []).filter((partition) => !led.has(partition))
      return { ...NOTHING, followerEnds: await this.#list(broker, followed, LATEST, DEBUGGER) }
    })
    return new Map(
      [...asLeaders].map(([broker, offsets]) => [
        broker,
        { ...offsets, followerEnds: asFollowers.get(broker)?.followerEnds ?? NOTHING.followerEnds },
      ]),
    )
  }

  async #list(
    broker: number,
    partitions: readonly number[],
    timestamp: bigint,
    replica: number,
  ): Promise<Offsets> {
    if (partitions.length === 0) return new Map()
    const connection = await this.#access.broker(broker)
    return listOffsets(this.#access, connection, { topic: this.#topic, partitions, timestamp, replica })
  }

  async #slow(hosted: ReadonlyMap<number, readonly number[]>): Promise<void> {
    if (this.#looks++ % SLOW_EVERY !== 0) return
    const [sizes, configs] = await Promise.all([
      replicaSizes(this.#access, this.#topic, hosted).catch(() => this.#sizes),
      topicConfigs(this.#access, this.#topic, ['min.insync.replicas']).catch(() => []),
    ])
    this.#sizes = sizes
    const value = configs[0]?.value
    if (value != null) this.#minInsyncReplicas = Number(value)
  }

  #partition(
    metadata: PartitionMetadata,
    offsets: ReadonlyMap<number, BrokerOffsets>,
    alive: ReadonlySet<number>,
  ): PartitionSample {
    const { partition, leader, leaderEpoch, replicas, isr, offlineReplicas } = metadata
    const led = leader === null ? NOTHING : (offsets.get(leader) ?? NOTHING)
    const logEndOffset = led.leaderEnds.get(partition) ?? null
    const replicaOf = (broker: number): ReplicaSample => {
      const own =
        broker === leader ? logEndOffset : (offsets.get(broker)?.followerEnds.get(partition) ?? null)
      return {
        broker,
        isInSync: isr.includes(broker),
        isOffline: !alive.has(broker) || offlineReplicas.includes(broker),
        logEndOffset: own,
        lag: own === null || logEndOffset === null ? null : Math.max(0, logEndOffset - own),
        sizeInBytes: this.#sizes?.get(broker)?.get(partition) ?? null,
      }
    }
    return {
      partition,
      leader,
      leaderEpoch,
      replicas: replicas.map(replicaOf),
      logStartOffset: led.starts.get(partition) ?? null,
      highWatermark: led.highWatermarks.get(partition) ?? null,
      logEndOffset,
    }
  }
}

function hostedBy(
  partitions: readonly PartitionMetadata[],
  alive: ReadonlySet<number>,
): Map<number, readonly number[]> {
  return new Map(
    [...alive]
      .map((broker) => {
        const hosted = partitions.filter(({ replicas }) => replicas.includes(broker))
        return [broker, hosted.map(({ partition }) => partition)] as const
      })
      .filter(([, hosted]) => hosted.length > 0),
  )
}

/** The living, and the dead that still have replicas. */
function brokersOf(
  brokers: readonly KnownBroker[],
  controllerId: number | null,
  partitions: readonly PartitionMetadata[],
): TopicBroker[] {
  const byId = new Map(brokers.map((broker) => [broker.id, broker]))
  const ids = new Set([...byId.keys(), ...partitions.flatMap(({ replicas }) => replicas)])
  return [...ids]
    .sort((one, other) => one - other)
    .map((id) => ({
      id,
      host: byId.get(id)?.host ?? null,
      port: byId.get(id)?.port ?? null,
      rack: byId.get(id)?.rack ?? null,
      isAlive: byId.has(id),
      isController: id === controllerId,
    }))
}

/** Asks all at once. Who does not answer in time, or says no, has told nothing. */
async function askAll(
  brokers: Iterable<number>,
  ask: (broker: number) => Promise<BrokerOffsets>,
): Promise<Map<number, BrokerOffsets>> {
  const patient = (broker: number) =>
    Promise.race([ask(broker), expired(BROKER_PATIENCE_MS)]).catch(() => NOTHING)
  return new Map(
    await Promise.all([...brokers].map(async (broker) => [broker, await patient(broker)] as const)),
  )
}

function expired(ms: number): Promise<BrokerOffsets> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(NOTHING), ms).unref()
  })
}
