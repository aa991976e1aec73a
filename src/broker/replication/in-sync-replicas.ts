import type { Clock, Timer } from '../clock.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { alterPartitionFailure } from './alter-partition.ts'
import type { AlterPartitionAnswer } from './alter-partition.ts'

interface CommittedIsr {
  readonly kind: 'committed'
  readonly isr: ReadonlySet<number>
  readonly maximalIsr: ReadonlySet<number>
}

interface PendingIsr {
  readonly kind: 'expand' | 'shrink'
  readonly isr: ReadonlySet<number>
  readonly maximalIsr: ReadonlySet<number>
  readonly proposed: ReadonlySet<number>
  readonly before: CommittedIsr
}

export interface InSyncReplicasOptions {
  readonly clock: Clock
  /** Sends a proposal to the controller, with the epochs of the moment. */
  submit(proposed: ReadonlySet<number>): Promise<AlterPartitionAnswer>
  /** Whether an answer still belongs to the leader's present epochs; takes over the new partition epoch if so. */
  accept(answer: AlterPartitionAnswer): boolean
  /** A proposal could not be brought to an end, and will be sent again. */
  retrying(reason: string): void
  /** A proposal has been answered; `message` says how, and the ISR may be another than before. */
  settled(message: string, details: Record<string, unknown>): void
}

/** Kafka's AlterPartitionManager waits this long before it repeats a request that failed as a whole. */
const ALTER_PARTITION_RETRY_MS = 50

/**
 * The ISR as its leader sees it, which may be ahead of the controller (KIP-497, Kafka's PartitionState).
 *
 * The leader proposes a change and goes on before the answer is there, so it must be right under both outcomes: a
 * proposed new member counts for the high watermark at once, a proposed leaver counts until the controller has
 * confirmed that it is out. That set is the maximal ISR. One proposal is in flight at a time.
 */
export class InSyncReplicas {
  readonly #options: InSyncReplicasOptions
  #state: CommittedIsr | PendingIsr = committed([])
  #retry: Timer | null = null

  constructor(options: InSyncReplicasOptions) {
    this.#options = options
  }

  /** What the controller is known to have. */
  get isr(): ReadonlySet<number> {
    return this.#state.isr
  }

  get maximalIsr(): ReadonlySet<number> {
    return this.#state.maximalIsr
  }

  get isChanging(): boolean {
    return this.#state.kind !== 'committed'
  }

  /** What is proposed, or null. */
  get proposed(): ReadonlySet<number> | null {
    return this.#state.kind === 'committed' ? null : this.#state.proposed
  }

  /** The metadata says what the ISR is; a proposal in flight is forgotten. */
  set(members: Iterable<number>): void {
    this.#replace(committed(members))
  }

  /** Does nothing while a proposal is in flight. */
  expand(member: number): void {
    const before = this.#state
    if (before.kind !== 'committed') return
    const proposed = new Set([...before.isr, member])
    this.#propose({ kind: 'expand', isr: before.isr, maximalIsr: proposed, proposed, before })
  }

  /** Does nothing while a proposal is in flight. */
  shrink(leavers: readonly number[]): void {
    const before = this.#state
    if (before.kind !== 'committed') return
    const proposed = new Set([...before.isr].filter((id) => !leavers.includes(id)))
    this.#propose({ kind: 'shrink', isr: before.isr, maximalIsr: before.isr, proposed, before })
  }

  #propose(pending: PendingIsr): void {
    this.#replace(pending)
    this.#submit(pending)
  }

  #submit(pending: PendingIsr): void {
    this.#options.submit(pending.proposed).then(
      (answer) => this.#settle(pending, answer),
      (error: unknown) => this.#submitLater(pending, error instanceof Error ? error.message : String(error)),
    )
  }

  #settle(pending: PendingIsr, answer: AlterPartitionAnswer): void {
    // A new epoch or newer metadata has replaced the proposal; what became of it is in the metadata.
    if (this.#state !== pending) return
    const error = errorName(answer.errorCode)
    if (answer.errorCode === ErrorCode.NONE) return this.#confirm(pending, answer)
    switch (alterPartitionFailure(answer.errorCode)) {
      case 'revert':
        this.#replace(pending.before)
        return this.#options.settled('The controller refused an ISR change', { error })
      case 'abandon':
        return this.#options.settled('An ISR change is left to newer metadata', { error })
      case 'retry':
        return this.#submitLater(pending, error)
    }
  }

  #confirm(pending: PendingIsr, answer: AlterPartitionAnswer): void {
    if (!this.#options.accept(answer)) return
    this.#replace(committed(answer.isr))
    this.#options.settled(pending.kind === 'expand' ? 'An ISR grew' : 'An ISR shrank', {
      isr: [...answer.isr],
      partitionEpoch: answer.partitionEpoch,
    })
  }

  #submitLater(pending: PendingIsr, reason: string): void {
    if (this.#state !== pending) return
    this.#options.retrying(reason)
    this.#retry = this.#options.clock.setTimer(ALTER_PARTITION_RETRY_MS, () => {
      if (this.#state === pending) this.#submit(pending)
    })
  }

  #replace(state: CommittedIsr | PendingIsr): void {
    this.#retry?.cancel()
    this.#retry = null
    this.#state = state
  }
}

function committed(members: Iterable<number>): CommittedIsr {
  const isr = new Set(members)
  return { kind: 'committed', isr, maximalIsr: isr }
}
