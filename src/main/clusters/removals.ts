import type { RemoveBrokerOptions } from '../../broker/index.ts'
import { FailureError } from '../../shared/channel/failure.ts'
import type { BrokerRemoval } from '../../shared/ipc/clusters.ts'
import { describeFailure } from '../failures.ts'
import type { ClusterHost } from './cluster-host.ts'

/** Of a local cluster: what a removal needs of it. */
type Leaving = Pick<ClusterHost, 'id' | 'removeBroker'>
type Followed = Leaving & Pick<ClusterHost, 'leavingBrokers' | 'report'>

/**
 * Somebody wanted it so; or it goes on with the next start of the cluster; or it could not begin, which whoever asked
 * for it hears.
 */
const EXPECTED = ['REMOVAL_CANCELLED', 'NOT_RUNNING', 'NO_REMOVAL', 'TOO_FEW_BROKERS', 'SOLE_REPLICAS']

interface Underway {
  removal: BrokerRemoval
  calledOff: AbortController
}

/** Brokers on their way out of local clusters. They go on leaving whatever page a window shows. */
export class Removals {
  readonly #tell: (removals: BrokerRemoval[]) => void
  readonly #underway = new Map<string, Underway>()

  constructor(tell: (removals: BrokerRemoval[]) => void) {
    this.#tell = tell
  }

  list(): BrokerRemoval[] {
    return [...this.#underway.values()].map(({ removal }) => removal)
  }

  /** Resolves when the broker is gone; rejects when it stays, with the reason. */
  remove(host: Leaving, broker: number, allowFewerReplicas: boolean): Promise<void> {
    return this.#remove(host, broker, { allowFewerReplicas })
  }

  /**
   * Takes up removals that are under way without having been asked for here: begun from a terminal, or before the
   * cluster was last stopped. From then on they are told and can be called off as any other.
   */
  follow(hosts: readonly Followed[]): void {
    for (const host of hosts) {
      for (const broker of host.leavingBrokers()) {
        if (this.#underway.has(keyOf(host.id, broker))) continue
        this.#remove(host, broker, { join: true }).catch((error: unknown) => {
          // Nobody here waits for it: the cluster tells that the broker stays.
          if (!EXPECTED.includes(describeFailure(error).code)) host.report(error)
        })
      }
    }
  }

  async #remove(
    host: Leaving,
    broker: number,
    how: Pick<RemoveBrokerOptions, 'allowFewerReplicas' | 'join'>,
  ): Promise<void> {
    const key = keyOf(host.id, broker)
    if (this.#underway.has(key)) {
      throw new FailureError({
        code: 'REMOVAL_UNDERWAY',
        message: `Broker ${broker} is being removed already.`,
        remedy: 'Wait until it is gone, or cancel that.',
      })
    }
    const calledOff = new AbortController()
    const place = { cluster: host.id, broker }
    const nothing = { movedReplicas: 0, totalReplicas: 0, copiedBytes: 0, totalBytes: 0 }
    this.#underway.set(key, { calledOff, removal: { ...place, step: 'moving', ...nothing } })
    this.#changed()
    try {
      await host.removeBroker(broker, {
        ...how,
        signal: calledOff.signal,
        onProgress: (progress) => {
          this.#underway.set(key, { calledOff, removal: { ...place, ...progress } })
          this.#changed()
        },
      })
    } finally {
      this.#underway.delete(key)
      this.#changed()
    }
  }

  /** Without effect once the broker is empty and being stopped. */
  cancel(cluster: string, broker: number): void {
    this.#underway.get(keyOf(cluster, broker))?.calledOff.abort()
  }

  #changed(): void {
    this.#tell(this.list())
  }
}

function keyOf(cluster: string, broker: number): string {
  return `${cluster}/${broker}`
}
