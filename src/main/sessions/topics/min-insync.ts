import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { attempt } from './attempt.ts'
import { DESCRIBE_CONFIGS, TOPIC } from './topic-configs.ts'

const NAME = 'min.insync.replicas'
/** It seldom changes, and a change made in this window is asked for at once. */
const KEPT_MS = 5_000
/** Topics of one question. */
const ASKED_AT_ONCE = 500

/** `min.insync.replicas` of topics; null for a topic whose configs the cluster does not tell. */
export type MinInsync = ReadonlyMap<string, number | null>

/** What each topic asks of its ISR, asked every few seconds whoever wants to know it how often. */
export class MinInsyncReplicas {
  readonly #access: ClusterAccess
  #known: MinInsync = new Map()
  #askedMs = -Infinity
  #asking: Promise<MinInsync> | null = null

  constructor(access: ClusterAccess) {
    this.#access = access
  }

  /** The last known ones where the cluster does not answer. Never rejects. */
  async of(topics: readonly string[]): Promise<MinInsync> {
    const isFresh = performance.now() - this.#askedMs < KEPT_MS
    if (isFresh && topics.every((topic) => this.#known.has(topic))) return this.#known
    this.#asking ??= this.#ask(topics).finally(() => (this.#asking = null))
    return this.#asking
  }

  /** What is known may be wrong by now: it is asked for again when it is next wanted. */
  forget(): void {
    this.#askedMs = -Infinity
  }

  async #ask(topics: readonly string[]): Promise<MinInsync> {
    this.#askedMs = performance.now()
    const known = new Map<string, number | null>()
    for (let from = 0; from < topics.length; from += ASKED_AT_ONCE) {
      const told = await attempt(() => this.#askSome(topics.slice(from, from + ASKED_AT_ONCE)))
      if (!told.ok) return this.#known
      for (const [topic, value] of told.value) known.set(topic, value)
    }
    this.#known = known
    return known
  }

  async #askSome(topics: readonly string[]): Promise<[string, number | null][]> {
    const { api } = await this.#access.choose(DESCRIBE_CONFIGS)
    const resources = topics.map(
      (topic) => ({ resourceType: TOPIC, resourceName: topic, configurationKeys: [NAME] }) as const,
    )
    const { results } = await answered(api.async(await this.#access.any(), resources as never, false, false))
    return results.map(({ resourceName, configs }) => {
      const value = configs.find(({ name }) => name === NAME)?.value
      return [resourceName, value == null ? null : Number(value)]
    })
  }
}

/** How many partitions have an ISR too small for `acks=all`; null where the topic's demand is unknown. */
export function belowMinIsr(partitions: readonly { isr: readonly number[] }[], minInsync: number | null) {
  return minInsync === null ? null : partitions.filter(({ isr }) => isr.length < minInsync).length
}
