import type { Clock, Timer } from '../clock.ts'

/** Those of a classic group; a member's session is timed in every group. */
export type ClassicTimer =
  /** A member, or a member id given out and not used yet (KIP-394), has not been heard of. */
  | { readonly kind: 'session'; readonly groupId: string; readonly memberId: string }
  /** The time for members to rejoin is over. */
  | { readonly kind: 'join'; readonly groupId: string; readonly initial: InitialDelay | null }
  /** The time for members of a new generation to send SyncGroup is over. */
  | { readonly kind: 'sync'; readonly groupId: string }

/** A shard's timers are values, so that what happens when one fires is decided like a request. */
export type GroupTimer =
  | ClassicTimer
  /** A member of a consumer group has not given up in time, at this epoch, what it was told to. */
  | {
      readonly kind: 'revocation'
      readonly groupId: string
      readonly memberId: string
      readonly memberEpoch: number
    }
  /** A classic member of a consumer group has not rejoined, or not sent SyncGroup, in time. */
  | { readonly kind: 'memberJoin' | 'memberSync'; readonly groupId: string; readonly memberId: string }
  /** Look for expired offsets. */
  | { readonly kind: 'expiry' }

/** The first rebalance of a group waits for more members, again and again while newcomers arrive. */
export interface InitialDelay {
  readonly delayMs: number
  readonly remainingMs: number
}

export class TimerTable {
  readonly #running = new Map<string, Timer>()
  readonly #clock: Clock
  readonly #onFired: (timer: GroupTimer) => void

  constructor(clock: Clock, onFired: (timer: GroupTimer) => void) {
    this.#clock = clock
    this.#onFired = onFired
  }

  schedule(timer: GroupTimer, delayMs: number): void {
    const key = keyOf(timer)
    this.#running.get(key)?.cancel()
    const running = this.#clock.setTimer(delayMs, () => {
      this.#running.delete(key)
      this.#onFired(timer)
    })
    this.#running.set(key, running)
  }

  isSet(timer: GroupTimer): boolean {
    return this.#running.has(keyOf(timer))
  }

  cancel(timer: GroupTimer): void {
    const key = keyOf(timer)
    this.#running.get(key)?.cancel()
    this.#running.delete(key)
  }

  cancelAll(): void {
    for (const timer of this.#running.values()) timer.cancel()
    this.#running.clear()
  }
}

/** A group has one join and one sync timer, a member one of each of its own, a shard one expiry timer. */
function keyOf(timer: GroupTimer): string {
  switch (timer.kind) {
    case 'session':
    case 'revocation':
    case 'memberJoin':
    case 'memberSync':
      return `${timer.kind}\0${timer.groupId}\0${timer.memberId}`
    case 'join':
    case 'sync':
      return `${timer.kind}\0${timer.groupId}`
    case 'expiry':
      return timer.kind
  }
}
