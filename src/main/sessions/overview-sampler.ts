import type { Admin, Broker, Connection } from '@platformatic/kafka'
import {
  metadataV10,
  metadataV11,
  metadataV12,
  metadataV7,
  metadataV8,
  metadataV9,
} from '@platformatic/kafka'
import type { Overview } from '../../shared/ipc/overview.ts'
import { answered } from './cluster-access.ts'
import type { ClusterDescription } from './overview-of.ts'
import { overviewOf } from './overview-of.ts'
import type { QuorumApi } from './quorum.ts'
import { QUORUM_APIS, quorumLeader } from './quorum.ts'
import type { MinInsyncReplicas } from './topics/min-insync.ts'
import type { LedPartition } from './traffic/led-partitions.ts'

/** Newest first. Version 7 (Kafka 2.1) is the oldest that has leader epochs and offline replicas. */
const METADATA_APIS = [metadataV12, metadataV11, metadataV10, metadataV9, metadataV8, metadataV7].map(
  ({ api }) => api,
)

type MetadataApi = (typeof METADATA_APIS)[number]

interface ChosenApis {
  metadata: MetadataApi
  quorum: QuorumApi | null
}

/**
 * Looks at a cluster as a client sees it: one Metadata request for all topics, to whichever broker answers.
 *
 * Not the Kafka client's own `metadata()`, which refuses the whole answer as soon as one partition has no leader:
 * the very moment this is for.
 */
export class OverviewSampler {
  readonly #admin: Admin
  readonly #bootstrap: Broker[]
  /** Brokers of the last answer, so that a cluster is found after all its bootstrap servers have gone. */
  #known: Broker[] = []
  #apis: ChosenApis | null = null
  readonly #minInsync: MinInsyncReplicas
  #partitions: LedPartition[] = []

  constructor(admin: Admin, bootstrap: Broker[], minInsync: MinInsyncReplicas) {
    this.#minInsync = minInsync
    this.#admin = admin
    this.#bootstrap = bootstrap
  }

  /** Partitions of the user's topics that had a leader at the last look. */
  get ledPartitions(): readonly LedPartition[] {
    return this.#partitions
  }

  /** Rejects when no broker answers. */
  async sample(): Promise<Overview> {
    const connection = await this.#admin.connections.getFirstAvailable(this.#candidates())
    const apis = (this.#apis ??= await this.#chooseApis())
    const startedMs = performance.now()
    try {
      const description = await describe(connection, apis.metadata)
      const roundTripMs = performance.now() - startedMs
      this.#known = description.brokers
      this.#partitions = ledPartitionsOf(description)
      const minInsync = await this.#minInsync.of(description.topics.map(({ name }) => name ?? ''))
      const seen = overviewOf(description, roundTripMs, minInsync)
      return apis.quorum ? { ...seen, controllerId: await quorumLeader(connection, apis.quorum) } : seen
    } catch (error) {
      // A broker that takes connections and does not answer must not be the first to be asked again.
      this.#known = this.#candidates().filter(
        ({ port, host }) => port !== connection.port || host !== connection.host,
      )
      await connection.close()
      throw error
    }
  }

  #candidates(): Broker[] {
    const all = [...this.#known, ...this.#bootstrap]
    return [...new Map(all.map((broker) => [`${broker.host}:${broker.port}`, broker])).values()]
  }

  async #chooseApis(): Promise<ChosenApis> {
    const served = new Map((await this.#admin.listApis()).map((each) => [each.apiKey, each]))
    const newest = <A extends { key: number; version: number }>(candidates: readonly A[]): A | null =>
      candidates.find(({ key, version }) => {
        const range = served.get(key)
        return range !== undefined && version >= range.minVersion && version <= range.maxVersion
      }) ?? null
    const metadata = newest(METADATA_APIS)
    if (metadata) return { metadata, quorum: newest(QUORUM_APIS.map(({ api }) => api)) }
    const range = served.get(METADATA_APIS[0]?.key ?? -1)
    throw new Error(
      `The brokers serve Metadata in versions ${range?.minVersion} to ${range?.maxVersion}; 7 to 12 are known here.`,
    )
  }
}

function ledPartitionsOf({ topics }: ClusterDescription): LedPartition[] {
  return topics
    .filter(({ isInternal }) => !isInternal)
    .flatMap(({ name, partitions }) =>
      partitions
        .filter(({ leaderId }) => leaderId >= 0)
        .map(({ partitionIndex, leaderId }) => ({
          topic: name ?? '',
          partition: partitionIndex,
          leader: leaderId,
        })),
    )
}

/** A partition without a leader makes the client reject, with the whole answer inside its error. */
function describe(connection: Connection, api: MetadataApi): Promise<ClusterDescription> {
  return answered(api.async(connection, null, false, false))
}
