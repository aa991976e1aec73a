import { NetworkError } from '../network/client.ts'
import { ClusterClient } from './cluster-view.ts'
import { decommission } from './decommission.ts'
import type { DecommissionProgress } from './decommission.ts'
import { lastBroker, removalUnderway, unreachable } from './decommission-errors.ts'
import type { ManagedBroker } from './managed-broker.ts'
import { removeFolder } from './removal.ts'
import type { BrokerAddress } from './worker-protocol.ts'

export interface RemoveBrokerOptions {
  /** Topics may end with fewer replicas than now when the other brokers are too few for them. */
  readonly allowFewerReplicas?: boolean
  /** Calls the removal off: the broker stays and runs on. Without effect once it is empty and being stopped. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: DecommissionProgress) => void
}

/** What a removal needs of the cluster it takes a broker from. */
export interface RemovalHost {
  readonly brokers: ReadonlyMap<number, ManagedBroker>
  addresses(): readonly BrokerAddress[]
  /** Throws when the cluster does not run (any more). */
  requireRunning(): void
  start(broker: ManagedBroker): Promise<void>
  /** Forgets the broker, on disk first. @returns its folder */
  remove(broker: ManagedBroker): string
}

/** Brokers on their way out of a cluster that runs. */
export class BrokerRemovals {
  readonly #host: RemovalHost
  readonly #underway = new Set<number>()

  constructor(host: RemovalHost) {
    this.#host = host
  }

  async remove(broker: ManagedBroker, options: RemoveBrokerOptions): Promise<void> {
    const { id } = broker
    this.#host.requireRunning()
    if (this.#underway.has(id)) throw removalUnderway(id)
    // Those that are leaving already take nothing over.
    if (this.#host.brokers.size - this.#underway.size <= 1) throw lastBroker
    this.#underway.add(id)
    const client = new ClusterClient(() => this.#whoToAsk(id))
    try {
      await decommission({ ...options, brokerId: id, client, leaving: this.#underway }, this.#handOn(broker))
      await removeFolder(this.#host.remove(broker))
    } catch (error) {
      this.#host.requireRunning()
      throw error instanceof NetworkError ? unreachable(error.message) : error
    } finally {
      client.close()
      this.#underway.delete(id)
    }
  }

  #handOn(broker: ManagedBroker) {
    return {
      get isUp() {
        return broker.isUp
      },
      stop: () => broker.end(true),
      start: () => this.#host.start(broker),
    }
  }

  /** The one that leaves is asked last: in the end it is not there any more. */
  #whoToAsk(leavingId: number): BrokerAddress[] {
    const serves = ({ id }: BrokerAddress): boolean => this.#host.brokers.get(id)?.state === 'running'
    const serving = this.#host.addresses().filter(serves)
    return serving.toSorted((a, b) => Number(a.id === leavingId) - Number(b.id === leavingId))
  }
}
