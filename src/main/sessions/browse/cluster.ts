import type { Broker, Connection, ConnectionOptions, ConnectionPool } from '@platformatic/kafka'
import { apiVersionsV1, metadataV7 } from '@platformatic/kafka'
import { FailureError } from '../../../shared/channel/failure.ts'
import { FETCH_KEY, FETCH_VERSIONS } from './fetch-api.ts'
import { LIST_OFFSETS_KEY, LIST_OFFSETS_VERSIONS } from './list-offsets-api.ts'
import { PoolShelf } from './pool-shelf.ts'

export interface ClusterOptions {
  clientId: string
  bootstrap: Broker[]
  connection: ConnectionOptions
}

export interface Versions {
  fetch: number
  listOffsets: number
}

export interface TopicMetadata {
  errorCode: number
  name: string
  isInternal: boolean
  partitions: { partition: number; leader: Broker | null }[]
}

const REMEMBERED_MS = 2_000

/** A cluster as readings see it: who its brokers are, what they serve, who leads what. */
export class Cluster {
  readonly shelf: PoolShelf
  readonly options: ClusterOptions
  /** Brokers of the last answer, so that a cluster is found after all its bootstrap servers have gone. */
  #known: Broker[] = []
  #versions: Versions | null = null
  /** The topic that was asked for last: a page asks where its records lie and then for them. */
  #remembered: { topic: TopicMetadata; atMs: number } | null = null

  constructor(options: ClusterOptions) {
    this.options = options
    this.shelf = new PoolShelf(options.clientId, options.connection)
  }

  /** Of one topic, or of all. */
  async metadata(pool: ConnectionPool, topic: string | null): Promise<TopicMetadata[]> {
    const connection = await this.#anyBroker(pool)
    const answer = await askMetadata(connection, topic)
    const brokers = new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]))
    this.#known = [...brokers.values()]
    const topics = answer.topics.map(({ errorCode, name, isInternal, partitions }) => ({
      errorCode,
      name,
      isInternal,
      partitions: partitions.map(({ partitionIndex, leaderId }) => ({
        partition: partitionIndex,
        leader: brokers.get(leaderId) ?? null,
      })),
    }))
    if (topic !== null && topics[0]) this.#remembered = { topic: topics[0], atMs: performance.now() }
    return topics
  }

  /** What was said of a topic a moment ago, if anything: whoever finds it outdated asks anew. */
  remembered(topic: string): TopicMetadata | null {
    const isFresh = performance.now() - (this.#remembered?.atMs ?? -Infinity) < REMEMBERED_MS
    return isFresh && this.#remembered?.topic.name === topic ? this.#remembered.topic : null
  }

  /** The newest version of each request that both sides know. */
  async versions(pool: ConnectionPool): Promise<Versions> {
    if (this.#versions) return this.#versions
    const connection = await this.#anyBroker(pool)
    const { apiKeys } = await apiVersionsV1.api.async(connection, '', '')
    const newest = (key: number, known: { oldest: number; newest: number }, name: string) => {
      const served = apiKeys.find(({ apiKey }) => apiKey === key)
      const chosen = Math.min(known.newest, served?.maxVersion ?? -1)
      if (chosen < Math.max(known.oldest, served?.minVersion ?? 0)) throw tooFarApart(name, known)
      return chosen
    }
    this.#versions = {
      fetch: newest(FETCH_KEY, FETCH_VERSIONS, 'Fetch'),
      listOffsets: newest(LIST_OFFSETS_KEY, LIST_OFFSETS_VERSIONS, 'ListOffsets'),
    }
    return this.#versions
  }

  async #anyBroker(pool: ConnectionPool): Promise<Connection> {
    const all = [...this.#known, ...this.options.bootstrap]
    const distinct = [...new Map(all.map((broker) => [`${broker.host}:${broker.port}`, broker])).values()]
    return heard(await pool.getFirstAvailable(distinct))
  }
}

const ignore = () => undefined

/** A connection tells of its end where it is used; nobody else has to hear of it, and unheard it ends the thread. */
export function heard(connection: Connection): Connection {
  if (!connection.listeners('error').includes(ignore)) connection.on('error', ignore)
  return connection
}

type MetadataAnswer = Awaited<ReturnType<typeof metadataV7.api.async>>

/** A partition without a leader makes the client reject, with the whole answer inside its error. */
async function askMetadata(connection: Connection, topic: string | null): Promise<MetadataAnswer> {
  try {
    return await metadataV7.api.async(connection, topic === null ? null : [topic], false)
  } catch (error) {
    const response = error instanceof Error && 'response' in error ? error.response : null
    if (response) return response as MetadataAnswer
    throw error
  }
}

function tooFarApart(name: string, { oldest, newest }: { oldest: number; newest: number }): FailureError {
  return new FailureError({
    code: 'UNSUPPORTED_VERSION',
    message: `The brokers serve no version of ${name} from ${oldest} to ${newest}.`,
    remedy: 'Use a cluster of Kafka 1.1 or newer.',
  })
}
