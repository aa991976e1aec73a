import type { ClusterShape } from '../../../shared/ipc/board.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { listGroups } from '../groups/group-list.ts'
import { attempt } from '../topics/attempt.ts'

/** Groups come and go seldom, and every broker has to be asked. */
const KEPT_MS = 2_000

type Told = ClusterShape['coordinators']

/** Which brokers look after groups. Nobody waits for it: a broker that does not answer must not hold up the board. */
export class Coordinators {
  readonly #access: ClusterAccess
  #told: Told = []
  #askedMs = -Infinity
  #asking = false

  constructor(access: ClusterAccess) {
    this.#access = access
  }

  /** As of a moment ago; asks anew for the next time. */
  latest(): Told {
    if (!this.#asking && performance.now() - this.#askedMs >= KEPT_MS) void this.#ask()
    return this.#told
  }

  async #ask(): Promise<void> {
    this.#asking = true
    const listed = await attempt(() => listGroups(this.#access))
    this.#asking = false
    this.#askedMs = performance.now()
    if (!listed.ok) return
    const counts = new Map<number, number>()
    for (const { coordinator } of listed.value.groups) {
      if (coordinator !== null) counts.set(coordinator, (counts.get(coordinator) ?? 0) + 1)
    }
    this.#told = [...counts]
      .map(([broker, groups]) => ({ broker, groups }))
      .sort((one, other) => one.broker - other.broker)
  }
}
