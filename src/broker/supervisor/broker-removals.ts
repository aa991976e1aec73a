import { NetworkError } from '../network/client.ts'
import { ClusterClient } from './cluster-view.ts'
import { decommission } from './decommission.ts'
import type { DecommissionProgress } from './decommission.ts'
import {
  goesOnWithTheNextStart,
  lastBroker,
  noRemoval,
  removalUnderway,
  unreachable,
} from './decommission-errors.ts'
import type { ManagedBroker } from './managed-broker.ts'
import { removeFolder } from './removal.ts'
import type { LeavingBroker } from './types.ts'
import type { BrokerAddress } from './worker-protocol.ts'

export interface RemoveBrokerOptions {
  /** Topics may end with fewer replicas than now when the other brokers are too few for them. */
  readonly allowFewerReplicas?: boolean
  /** Watches a removal that is under way, whoever asked for it, and begins none. */
  readonly join?: boolean
  /** Calls the removal off: the broker stays and runs on. Without effect once it is empty and being stopped. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: DecommissionProgress) => void
}

/** What a removal needs of the cluster it takes a broker from. */
export interface RemovalHost {
  readonly brokers: ReadonlyMap<number, ManagedBroker>
  /** Whether it has not been stopped. */
  isRunning(): boolean
  addresses(): readonly BrokerAddress[]
  /** Throws when the cluster does not run (any more). */
  requireRunning(): void
  start(broker: ManagedBroker): Promise<void>
  /** Writes down who is on the way out: the next start of the cluster goes on with it. */
  keep(leaving: readonly LeavingBroker[]): void
  /** Forgets the broker, on disk first. @returns its folder */
  remove(broker: ManagedBroker): string
  /** A removal that nobody waits for has ended, and the broker stays. */
  onStay(brokerId: number, error: unknown): void
}

interface Removal extends LeavingBroker {
  /** Goes on with what was under way when the cluster stopped: nobody waits for it. */
  readonly isResumed: boolean
  readonly calledOff: AbortController
  readonly watchers: Set<(progress: DecommissionProgress) => void>
  progress: DecommissionProgress | null
  /** Rejects when the broker stays. */
  ended: Promise<void>
}

/** Brokers on their way out of a cluster. A removal outlives the cluster's stop: it goes on with the next start. */
export class BrokerRemovals {
  readonly #host: RemovalHost
  readonly #underway = new Map<number, Removal>()

  constructor(host: RemovalHost) {
    this.#host = host
  }

  async remove(broker: ManagedBroker, options: RemoveBrokerOptions): Promise<void> {
    const { id } = broker
    this.#host.requireRunning()
    const underway = this.#underway.get(id)
    if (underway === undefined) {
      if (options.join === true) throw noRemoval(id)
      // Those that are leaving already take nothing over.
      if (this.#host.brokers.size - this.#underway.size <= 1) throw lastBroker
      const { allowFewerReplicas = false } = options
      return follow(this.#begin(broker, { allowFewerReplicas, isResumed: false }), options)
    }
    if (options.join !== true && !underway.isResumed) throw removalUnderway(id)
    return follow(underway, options)
  }

  /** Resolves when nothing is done any more, as after the end of all brokers. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#underway.values()].map(({ ended }) => ended))
  }

  /** Goes on with what was under way when the cluster was stopped or killed. */
  resume(leaving: readonly LeavingBroker[]): void {
    for (const { brokerId, allowFewerReplicas } of leaving) {
      const broker = this.#host.brokers.get(brokerId)
      if (broker === undefined) continue
      const { ended } = this.#begin(broker, { allowFewerReplicas, isResumed: true })
      ended.catch((error: unknown) => {
        if (this.#host.isRunning()) this.#host.onStay(brokerId, error)
      })
    }
  }

  #begin(broker: ManagedBroker, how: Pick<Removal, 'allowFewerReplicas' | 'isResumed'>): Removal {
    const removal: Removal = {
      brokerId: broker.id,
      calledOff: new AbortController(),
      watchers: new Set(),
      progress: null,
      ended: Promise.resolve(),
      ...how,
    }
    this.#underway.set(broker.id, removal)
    removal.ended = this.#carryOut(broker, removal)
    return removal
  }

  async #carryOut(broker: ManagedBroker, removal: Removal): Promise<void> {
    const { id } = broker
    const { allowFewerReplicas, isResumed, calledOff } = removal
    const client = new ClusterClient(() => this.#whoToAsk(id))
    try {
      if (!isResumed) this.#keep()
      const onProgress = (progress: DecommissionProgress): void => {
        removal.progress = progress
        for (const watcher of removal.watchers) watcher(progress)
      }
      await decommission(
        {
          brokerId: id,
          client,
          leaving: this.#underway,
          allowFewerReplicas,
          // It was feasible once. What keeps it from going on now (a broker that did not start) may pass.
          isBegun: isResumed,
          signal: calledOff.signal,
          onProgress,
        },
        this.#handOn(broker),
      )
      const folder = this.#host.remove(broker)
      this.#underway.delete(id)
      this.#keep()
      await removeFolder(folder)
    } catch (error) {
      this.#underway.delete(id)
      if (!this.#host.isRunning()) throw goesOnWithTheNextStart(id)
      this.#keep()
      throw error instanceof NetworkError ? unreachable(error.message) : error
    } finally {
      client.close()
    }
  }

  #keep(): void {
    this.#host.keep(
      [...this.#underway.values()].map(({ brokerId, allowFewerReplicas }) => ({
        brokerId,
        allowFewerReplicas,
      })),
    )
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

function follow(removal: Removal, { signal, onProgress }: RemoveBrokerOptions): Promise<void> {
  const callOff = (): void => removal.calledOff.abort()
  if (signal?.aborted === true) callOff()
  else signal?.addEventListener('abort', callOff, { once: true })
  if (onProgress !== undefined) {
    removal.watchers.add(onProgress)
    if (removal.progress !== null) onProgress(removal.progress)
  }
  return removal.ended
}
