/** A running cluster as its own protocol tells it, asked of any of its brokers. */
import { systemClock } from '../clock.ts'
import { createLogger } from '../logger.ts'
import { isInternalTopic } from '../metadata/internal-topics.ts'
import { KafkaClient, NetworkError } from '../network/client.ts'
import type { Api, RequestInput, ResponseOf } from '../protocol/api.ts'
import { metadata } from '../protocol/messages/03-metadata.ts'
import { describeLogDirs } from '../protocol/messages/35-describe-log-dirs.ts'
import { listPartitionReassignments } from '../protocol/messages/46-list-partition-reassignments.ts'
import { describeCluster } from '../protocol/messages/60-describe-cluster.ts'
import type { BrokerAddress } from './worker-protocol.ts'

export interface ViewedPartition {
  readonly topic: string
  readonly partition: number
  readonly isInternal: boolean
  /** −1: none. */
  readonly leader: number
  /** With those being added and removed. */
  readonly replicas: readonly number[]
  readonly adding: readonly number[]
  readonly removing: readonly number[]
}

export interface ClusterView {
  /** Those that are alive. */
  readonly brokers: readonly { id: number; rack: string | null }[]
  readonly partitions: readonly ViewedPartition[]
}

/** Bytes of each replica a broker has, by `topic/partition`. */
export type ReplicaSizes = ReadonlyMap<string, number>

const REQUEST_TIMEOUT_MS = 30_000
/** Only for show, so a broker that stands still is not waited for. */
const SIZES_TIMEOUT_MS = 1_000

/** The supervisor's own connections, one to each broker it asks. */
export class ClusterClient {
  readonly #addresses: () => readonly BrokerAddress[]
  readonly #clients = new Map<number, KafkaClient>()

  /** @param addresses of the brokers that may be asked, the most willing first */
  constructor(addresses: () => readonly BrokerAddress[]) {
    this.#addresses = addresses
  }

  /** Asks the first broker that answers. Rejects with the last one's NetworkError when none does. */
  async ask<A extends Api>(api: A, version: number, body: RequestInput<A>): Promise<ResponseOf<A>> {
    let failure: unknown = new NetworkError('No broker of the cluster is running.')
    for (const address of this.#addresses()) {
      try {
        return await this.#client(address).send(api, version, body)
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error
        failure = error
      }
    }
    throw failure
  }

  async view(): Promise<ClusterView> {
    const [cluster, topics, moving] = await Promise.all([
      this.ask(describeCluster, 2, { includeFencedBrokers: false }),
      this.ask(metadata, 12, { topics: null, allowAutoTopicCreation: false }),
      this.ask(listPartitionReassignments, 0, { topics: null }),
    ])
    const moves = new Map(
      moving.topics.flatMap(({ name, partitions }) =>
        partitions.map((each) => [replicaKey(name, each.partitionIndex), each] as const),
      ),
    )
    return {
      brokers: cluster.brokers.map(({ brokerId, rack }) => ({ id: brokerId, rack })),
      partitions: topics.topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, leaderId, replicaNodes }) => {
          const topic = name ?? ''
          const move = moves.get(replicaKey(topic, partitionIndex))
          return {
            topic,
            partition: partitionIndex,
            isInternal: isInternalTopic(topic),
            leader: leaderId,
            replicas: move?.replicas ?? replicaNodes,
            adding: move?.addingReplicas ?? [],
            removing: move?.removingReplicas ?? [],
          }
        }),
      ),
    }
  }

  /** What each of these brokers stores; one that does not answer is left out. */
  async sizes(brokerIds: readonly number[]): Promise<ReadonlyMap<number, ReplicaSizes>> {
    const asked = this.#addresses().filter(({ id }) => brokerIds.includes(id))
    const answers = await Promise.all(
      asked.map(async (address) => {
        try {
          return [[address.id, await this.#sizesOn(address)] as const]
        } catch (error) {
          if (error instanceof NetworkError) return []
          throw error
        }
      }),
    )
    return new Map(answers.flat())
  }

  close(): void {
    for (const client of this.#clients.values()) client.close()
    this.#clients.clear()
  }

  async #sizesOn(address: BrokerAddress): Promise<ReplicaSizes> {
    const { results } = await this.#client(address).send(
      describeLogDirs,
      4,
      { topics: null },
      { timeoutMs: SIZES_TIMEOUT_MS },
    )
    return new Map(
      results.flatMap(({ topics }) =>
        topics.flatMap(({ name, partitions }) =>
          partitions.map(
            ({ partitionIndex, partitionSize }) => [replicaKey(name, partitionIndex), partitionSize] as const,
          ),
        ),
      ),
    )
  }

  #client({ id, host, port }: BrokerAddress): KafkaClient {
    const known = this.#clients.get(id)
    if (known !== undefined) return known
    const client = new KafkaClient({
      host,
      port,
      clientId: 'ottla-supervisor',
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      clock: systemClock,
      log: createLogger(null, () => undefined),
    })
    this.#clients.set(id, client)
    return client
  }
}

export function replicaKey(topic: string, partition: number): string {
  return `${topic}/${partition}`
}
