import type { Broker, Connection, ConnectionOptions } from '@platformatic/kafka'
import {
  ConnectionPool,
  apiVersionsV1,
  metadataV10,
  metadataV11,
  metadataV12,
  metadataV7,
  metadataV8,
  metadataV9,
} from '@platformatic/kafka'
import { FailureError } from '../../shared/channel/failure.ts'
import { ErrorCode } from './error-codes.ts'

export interface AccessOptions {
  clientId: string
  bootstrap: readonly Broker[]
  connection: ConnectionOptions
}

export interface KnownBroker extends Broker {
  id: number
  rack: string | null
}

export interface PartitionMetadata {
  partition: number
  /** Null without one. */
  leader: number | null
  leaderEpoch: number
  replicas: number[]
  isr: number[]
  offlineReplicas: number[]
}

export interface TopicMetadata {
  errorCode: number
  name: string
  isInternal: boolean
  partitions: PartitionMetadata[]
}

export interface ClusterMetadata {
  /** Of this cluster and no other, also none that had its name or its addresses before; null where it has none. */
  clusterId: string | null
  brokers: KnownBroker[]
  controllerId: number | null
  topics: TopicMetadata[]
}

/** An API in one version, as the client has it. */
interface Versioned {
  api: { key: number; version: number }
}

/** Newest first. Version 7 (Kafka 2.1) is the oldest that has leader epochs and offline replicas. */
const METADATA_APIS = [metadataV12, metadataV11, metadataV10, metadataV9, metadataV8, metadataV7] as const

const NOBODY = -1

/** The brokers of a cluster for one purpose: a connection to each, and the newest version of what both sides know. */
export class ClusterAccess {
  readonly #pool: ConnectionPool
  readonly #bootstrap: readonly Broker[]
  /** Brokers of the last answer, so that a cluster is found after all its bootstrap servers have gone. */
  #known: KnownBroker[] = []
  #controllerId: number | null = null
  #versions: Map<number, { oldest: number; newest: number }> | null = null

  constructor({ clientId, bootstrap, connection }: AccessOptions) {
    this.#pool = new ConnectionPool(clientId, connection)
    this.#bootstrap = bootstrap
  }

  /** Of the named topics, or of all. Rejects when no broker answers; never creates a topic. */
  async metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    const connection = await this.any()
    try {
      const { api } = await this.choose(METADATA_APIS)
      const asked = topics === null ? null : [...topics]
      const answer = await answered(api.async(connection, asked, false, false))
      this.#known = answer.brokers.map(({ nodeId, host, port, rack }) => ({
        id: nodeId,
        host,
        port,
        rack: rack ?? null,
      }))
      this.#controllerId = answer.controllerId === NOBODY ? null : answer.controllerId
      return {
        clusterId: answer.clusterId ?? null,
        brokers: this.#known,
        controllerId: this.#controllerId,
        topics: answer.topics.map(({ errorCode, name, isInternal, partitions }) => ({
          errorCode,
          name: name ?? '',
          isInternal,
          partitions: partitions
            .map((each) => ({
              partition: each.partitionIndex,
              leader: each.leaderId === NOBODY ? null : each.leaderId,
              leaderEpoch: each.leaderEpoch,
              replicas: each.replicaNodes,
              isr: each.isrNodes,
              offlineReplicas: each.offlineReplicas,
            }))
            .sort((one, other) => one.partition - other.partition),
        })),
      }
    } catch (error) {
      // A broker that takes connections and does not answer must not be the first to be asked again.
      this.#known = this.#known.filter(
        ({ host, port }) => host !== connection.host || port !== connection.port,
      )
      await connection.close()
      throw error
    }
  }

  /** Whether one broker has heard of a topic: the others may have while it has not. */
  async isKnownTo(id: number, topic: string): Promise<boolean> {
    const { api } = await this.choose(METADATA_APIS)
    const answer = await answered(api.async(await this.broker(id), [topic], false, false))
    return answer.topics[0]?.errorCode !== ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  }

  /** Any broker that takes connections. */
  async any(): Promise<Connection> {
    const all: Broker[] = [...this.#known, ...this.#bootstrap]
    const distinct = new Map(all.map(({ host, port }) => [`${host}:${port}`, { host, port }]))
    return heard(await this.#pool.getFirstAvailable([...distinct.values()]))
  }

  /** One broker of the last metadata. */
  async broker(id: number): Promise<Connection> {
    const known = this.#known.find((broker) => broker.id === id)
    if (!known) {
      throw new FailureError({
        code: 'BROKER_GONE',
        message: `Broker ${id} is not part of the cluster just now.`,
        remedy: 'Start it, or wait for another leader.',
      })
    }
    return heard(await this.#pool.get({ host: known.host, port: known.port }))
  }

  /** The controller where the cluster names one; before KRaft nobody else changes topics. */
  async controller(): Promise<Connection> {
    await this.metadata([])
    return this.#controllerId === null ? this.any() : this.broker(this.#controllerId)
  }

  /** The first of `candidates` that the brokers serve. They are given newest first. */
  async choose<A extends Versioned>(candidates: readonly A[]): Promise<A> {
    const chosen = await this.find(candidates)
    if (chosen) return chosen
    const oldest = candidates.at(-1)?.api
    throw new FailureError({
      code: 'UNSUPPORTED_VERSION',
      message: `The brokers do not serve API ${oldest?.key} in version ${oldest?.version} or newer.`,
      remedy: 'Use a cluster of Kafka 2.1 or newer.',
    })
  }

  /** Null where they serve none of them. */
  async find<A extends Versioned>(candidates: readonly A[]): Promise<A | null> {
    const versions = (this.#versions ??= await this.#askVersions())
    const isServed = ({ api: { key, version } }: Versioned) => {
      const served = versions.get(key)
      return served !== undefined && version >= served.oldest && version <= served.newest
    }
    return candidates.find(isServed) ?? null
  }

  async close(): Promise<void> {
    await this.#pool.close()
  }

  async #askVersions() {
    const { apiKeys } = await apiVersionsV1.api.async(await this.any(), '', '')
    return new Map(
      apiKeys.map(({ apiKey, minVersion, maxVersion }) => [
        apiKey,
        { oldest: minVersion, newest: maxVersion },
      ]),
    )
  }
}

/**
 * What a broker answered, also where a part of it is an error: the client rejects then, with the whole answer inside
 * its error.
 */
export async function answered<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking
  } catch (error) {
    const response = error instanceof Error && 'response' in error ? error.response : null
    if (response) return response as T
    throw error
  }
}

const ignore = () => undefined

/** A connection tells of its end where it is used; nobody else has to hear of it, and unheard it ends the thread. */
function heard(connection: Connection): Connection {
  if (!connection.listeners('error').includes(ignore)) connection.on('error', ignore)
  return connection
}
