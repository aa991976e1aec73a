import type { Broker, ConnectionPool } from '@platformatic/kafka'
import { GenericError, MultipleErrors } from '@platformatic/kafka'
import { setTimeout as delay } from 'node:timers/promises'
import { FailureError } from '../../../shared/channel/failure.ts'
import type { Isolation } from '../../../shared/ipc/browse.ts'
import { ErrorCode } from '../error-codes.ts'
import type { Cluster, TopicMetadata } from './cluster.ts'
import { heard } from './cluster.ts'
import type { FetchedPartition } from './fetch-api.ts'
import { fetchRecords } from './fetch-api.ts'
import { isPassing, refusal } from './kafka-error.ts'
import { listOffsets } from './list-offsets-api.ts'

/** A failover of Ottla's own cluster takes less than one second, of Kafka's defaults less than ten. */
const RETRY_FOR_MS = 12_000
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 800
/** Of one Fetch answer with many partitions in it. */
const ANSWER_BYTES = 32 * 1024 * 1024

interface Wanted {
  partition: number
  offset: number
  maxBytes: number
  resolve: (fetched: FetchedPartition) => void
  reject: (error: unknown) => void
}

/**
 * One topic, read by hand: which partition from which offset is the caller's choice each time, so nothing is
 * fetched twice and nothing is committed. Follows leaders as they move.
 */
export class TopicSource {
  readonly topic: string
  readonly isolation: Isolation
  readonly #cluster: Cluster
  readonly #pool: ConnectionPool
  readonly #signal: AbortSignal
  #leaders = new Map<number, Broker | null>()
  #refreshing: Promise<void> | null = null
  /** Partitions asked for in this turn, which become one request to each leader. */
  #wanted: Wanted[] = []
  #underWay = 0

  constructor(cluster: Cluster, topic: string, isolation: Isolation, signal: AbortSignal) {
    this.topic = topic
    this.isolation = isolation
    this.#cluster = cluster
    this.#pool = cluster.shelf.take()
    this.#signal = signal
  }

  /** `partition → leader`, null without one. */
  get leaders(): ReadonlyMap<number, Broker | null> {
    return this.#leaders
  }

  async connect(): Promise<void> {
    const remembered = this.#cluster.remembered(this.topic)
    if (remembered) this.#take(remembered)
    else await this.#retrying(() => this.refresh())
  }

  close(): void {
    if (this.#underWay === 0 && this.#refreshing === null) this.#cluster.shelf.giveBack(this.#pool)
    else this.#cluster.shelf.discard(this.#pool)
  }

  /** Asks anew who leads. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null))
    return this.#refreshing
  }

  /** Offsets by partition; -1 where no record is as young as `timestamp`. Partitions without a leader are left out. */
  async offsets(partitions: readonly number[], timestamp: number): Promise<Map<number, number>> {
    return this.#retrying(async () => {
      const byBroker = this.#byLeader(partitions.filter((partition) => this.#leaders.get(partition)))
      const { listOffsets: version } = await this.#cluster.versions(this.#pool)
      const answers = await Promise.all(
        [...byBroker].map(async ([broker, ids]) => {
          const connection = heard(await this.#pool.get(broker))
          return listOffsets(connection, version, {
            topic: this.topic,
            isolation: this.isolation,
            partitions: ids.map((partition) => ({ partition, timestamp })),
          })
        }),
      )
      const listed = answers.flat()
      const refused = listed.find(({ errorCode }) => errorCode !== 0)
      if (refused) throw this.#refusal(refused.partition, refused.errorCode)
      return new Map(listed.map(({ partition, offset }) => [partition, offset]))
    })
  }

  /** One answer for one partition. Errors that pass are waited out; the others are in its `errorCode`. */
  async fetch(partition: number, offset: number, maxBytes: number): Promise<FetchedPartition> {
    return this.#retrying(async () => {
      const fetched = await new Promise<FetchedPartition>((resolve, reject) => {
        if (this.#wanted.push({ partition, offset, maxBytes, resolve, reject }) === 1) {
          queueMicrotask(() => this.#sendWanted())
        }
      })
      if (isPassing(fetched.errorCode)) throw this.#refusal(partition, fetched.errorCode)
      return fetched
    })
  }

  /** Waits at one broker for what comes next in the partitions it leads. */
  async poll(
    broker: Broker,
    partitions: { partition: number; offset: number; maxBytes: number }[],
    maxWaitMs: number,
  ): Promise<FetchedPartition[]> {
    this.#underWay++
    try {
      const { fetch: version } = await this.#cluster.versions(this.#pool)
      return await fetchRecords(heard(await this.#pool.get(broker)), version, {
        topic: this.topic,
        isolation: this.isolation,
        maxWaitMs,
        minBytes: 1,
        maxBytes: ANSWER_BYTES,
        partitions,
      })
    } finally {
      this.#underWay--
    }
  }

  #sendWanted(): void {
    const wanted = this.#wanted
    this.#wanted = []
    const byPartition = new Map(wanted.map((each) => [each.partition, each]))
    // The same partition twice in one request is not Kafka's protocol; it happens only to two readers of one source.
    for (const each of wanted) if (byPartition.get(each.partition) !== each) this.#sendAlone(each)
    for (const [broker, ids] of this.#byLeader([...byPartition.keys()])) {
      this.#send(
        broker,
        ids.map((id) => byPartition.get(id)!),
      )
    }
    for (const each of byPartition.values()) {
      if (!this.#leaders.get(each.partition))
        each.reject(this.#refusal(each.partition, ErrorCode.LEADER_NOT_AVAILABLE))
    }
  }

  #sendAlone(wanted: Wanted): void {
    const leader = this.#leaders.get(wanted.partition)
    if (leader) this.#send(leader, [wanted])
    else wanted.reject(this.#refusal(wanted.partition, ErrorCode.LEADER_NOT_AVAILABLE))
  }

  #send(broker: Broker, wanted: Wanted[]): void {
    // Nothing to wait for: an empty answer is asked again by whoever knows that there is more.
    this.poll(
      broker,
      wanted.map(({ partition, offset, maxBytes }) => ({ partition, offset, maxBytes })),
      0,
    ).then(
      (answers) => {
        const byPartition = new Map(answers.map((answer) => [answer.partition, answer]))
        for (const { partition, resolve, reject } of wanted) {
          const answer = byPartition.get(partition)
          if (answer) resolve(answer)
          else reject(this.#refusal(partition, answers[0]?.errorCode ?? -1))
        }
      },
      (error: unknown) => wanted.forEach(({ reject }) => reject(error)),
    )
  }

  #byLeader(partitions: readonly number[]): Map<Broker, number[]> {
    const byLeader = new Map<Broker, number[]>()
    for (const partition of partitions) {
      const leader = this.#leaders.get(partition)
      if (leader) byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition])
    }
    return byLeader
  }

  async #refresh(): Promise<void> {
    const [found] = await this.#cluster.metadata(this.#pool, this.topic)
    this.#take(found)
  }

  #take(found: TopicMetadata | undefined): void {
    if (!found || (found.errorCode !== 0 && found.partitions.length === 0)) {
      throw unknownTopic(this.topic, found?.errorCode ?? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    }
    this.#leaders = new Map(found.partitions.map(({ partition, leader }) => [partition, leader]))
  }

  async #retrying<T>(act: () => Promise<T>): Promise<T> {
    const begunMs = performance.now()
    let pauseMs = FIRST_PAUSE_MS
    for (;;) {
      try {
        return await act()
      } catch (error) {
        this.#signal.throwIfAborted()
        if (!mayPass(error) || performance.now() - begunMs > RETRY_FOR_MS) throw error
      }
      await delay(pauseMs, undefined, { signal: this.#signal })
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      // Whether this was of use shows when the request is sent again.
      await this.refresh().catch(() => undefined)
    }
  }

  #refusal(partition: number, errorCode: number): FailureError {
    return refusal(errorCode, `Partition ${partition} of ${this.topic} can’t be read`)
  }
}

/** Final, unlike what a single partition answers while its leader moves: nobody waits for a topic that is gone. */
function unknownTopic(topic: string, errorCode: number): FailureError {
  const { failure } = refusal(errorCode, `Topic ${topic} can’t be read`)
  if (errorCode !== ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) return new FailureError(failure)
  return new FailureError({
    ...failure,
    code: 'UNKNOWN_TOPIC',
    message: `There is no topic ${topic}.`,
    remedy: 'Choose another topic.',
  })
}

function mayPass(error: unknown): boolean {
  if (error instanceof FailureError) {
    return error.failure.code === 'KAFKA' && isPassing(error.failure.kafka?.errorCode ?? -1)
  }
  return error instanceof GenericError || error instanceof MultipleErrors
}
