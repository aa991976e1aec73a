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
import type { ClusterDescription } from './overview-of.ts'
import { overviewOf } from './overview-of.ts'

/** Newest first. Version 7 (Kafka 2.1) is the oldest that has leader epochs and offline replicas. */
const METADATA_APIS = [metadataV12, metadataV11, metadataV10, metadataV9, metadataV8, metadataV7].map(
  ({ api }) => api,
)
const METADATA_KEY = 3

type MetadataApi = (typeof METADATA_APIS)[number]

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
  #api: MetadataApi | null = null

  constructor(admin: Admin, bootstrap: Broker[]) {
    this.#admin = admin
    this.#bootstrap = bootstrap
  }

  /** Rejects when no broker answers. */
  async sample(): Promise<Overview> {
    const connection = await this.#admin.connections.getFirstAvailable(this.#candidates())
    this.#api ??= await this.#chooseApi()
    const startedMs = performance.now()
    try {
      const description = await describe(connection, this.#api)
      this.#known = description.brokers
      return overviewOf(description, performance.now() - startedMs)
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

  async #chooseApi(): Promise<MetadataApi> {
    const served = (await this.#admin.listApis()).find(({ apiKey }) => apiKey === METADATA_KEY)
    const [oldest, newest] = [served?.minVersion ?? 0, served?.maxVersion ?? 0]
    const chosen = METADATA_APIS.find(({ version }) => version >= oldest && version <= newest)
    if (!chosen)
      throw new Error(
        `The brokers serve Metadata in versions ${oldest} to ${newest}; 7 to 12 are known here.`,
      )
    return chosen
  }
}

/** A partition without a leader makes the client reject, with the whole answer inside its error. */
async function describe(connection: Connection, api: MetadataApi): Promise<ClusterDescription> {
  try {
    return await api.async(connection, null, false, false)
  } catch (error) {
    const response = error instanceof Error && 'response' in error ? error.response : null
    if (response) return response as ClusterDescription
    throw error
  }
}
