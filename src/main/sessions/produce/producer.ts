import { setTimeout as delay } from 'node:timers/promises'
import type { Failure } from '../../../shared/channel/failure.ts'
import { FailureError } from '../../../shared/channel/failure.ts'
import type { Acks, Keyless } from '../../../shared/ipc/produce.ts'
import type { ClusterAccess, PartitionMetadata } from '../cluster-access.ts'
import { ErrorCode } from '../error-codes.ts'
import { describeKafkaError } from '../kafka-failure.ts'
import { refusalOf, refuse } from '../refusals.ts'
import type { OutgoingRecord } from './content.ts'
import { Partitioner } from './partitioner.ts'
import type { PartitionOutcome } from './produce-request.ts'
import { produceRecords } from './produce-request.ts'

/** What became of one record. */
export type Outcome = { partition: number; offset: number | null } | { partition: number; failure: Failure }

/** Answers by which a broker says that it has written nothing, and that another try may go better. */
const NOTHING_WRITTEN = new Set<number>([
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.LEADER_NOT_AVAILABLE,
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.NOT_ENOUGH_REPLICAS,
])
const RETRY_FOR_MS = 8_000
const RETRY_PAUSE_MS = 100

interface Batch {
  partition: number
  records: { index: number; record: OutgoingRecord }[]
}

/**
 * Writes records to one topic. What may have been written is never written again: a request that was lost on its way
 * is told as it is, so that nobody finds a record twice.
 */
export class TopicProducer {
  readonly #access: ClusterAccess
  readonly #topic: string
  readonly #acks: Acks
  readonly #partitioner: Partitioner
  #partitions: PartitionMetadata[] = []

  constructor(access: ClusterAccess, topic: string, acks: Acks, keyless: Keyless) {
    this.#access = access
    this.#topic = topic
    this.#acks = acks
    this.#partitioner = new Partitioner(keyless)
  }

  /** Outcomes in the order of the records. Rejects when the topic is not there; nothing was written then. */
  async send(records: readonly OutgoingRecord[]): Promise<Outcome[]> {
    if (this.#partitions.length === 0) await this.#refresh()
    const outcomes: Outcome[] = []
    const set = (index: number, outcome: Outcome) => (outcomes[index] = outcome)
    let left = this.#batches(records, set)
    const beganMs = performance.now()
    while (left.length > 0) {
      const again = (
        await Promise.all(this.#byLeader(left).map((group) => this.#sendGroup(group, set)))
      ).flat()
      left = again.map(({ batch }) => batch)
      if (left.length === 0) break
      if (performance.now() - beganMs > RETRY_FOR_MS) {
        for (const { batch, failure } of again) fail(batch, failure, set)
        break
      }
      await delay(RETRY_PAUSE_MS)
      // Whether this was of use shows when the batch is sent again.
      await this.#refresh().catch(() => undefined)
    }
    return outcomes
  }

  async #refresh(): Promise<void> {
    const { topics } = await this.#access.metadata([this.#topic])
    const found = topics[0]
    if (!found || found.partitions.length === 0) {
      refuse(found?.errorCode || ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic ${this.#topic}`)
    }
    this.#partitions = found?.partitions ?? []
  }

  #batches(records: readonly OutgoingRecord[], set: (index: number, outcome: Outcome) => void): Batch[] {
    const available = this.#partitions
      .filter(({ leader }) => leader !== null)
      .map(({ partition }) => partition)
    const batches = new Map<number, Batch>()
    for (const [index, record] of records.entries()) {
      const count = this.#partitions.length
      const partition = record.partition ?? this.#partitioner.choose(record.key, count, available)
      if (partition >= count) {
        set(index, { partition, failure: noSuchPartition(this.#topic, partition, count) })
        continue
      }
      const batch = batches.get(partition) ?? { partition, records: [] }
      batch.records.push({ index, record })
      batches.set(partition, batch)
    }
    return [...batches.values()]
  }

  #byLeader(batches: readonly Batch[]): { leader: number | null; batches: Batch[] }[] {
    const groups = new Map<number | null, Batch[]>()
    for (const batch of batches) {
      const leader = this.#partitions.find(({ partition }) => partition === batch.partition)?.leader ?? null
      groups.set(leader, [...(groups.get(leader) ?? []), batch])
    }
    return [...groups].map(([leader, grouped]) => ({ leader, batches: grouped }))
  }

  /** Returns what shall be tried again. */
  async #sendGroup(
    { leader, batches }: { leader: number | null; batches: Batch[] },
    set: (index: number, outcome: Outcome) => void,
  ): Promise<{ batch: Batch; failure: Failure }[]> {
    if (leader === null)
      return batches.map((batch) => ({ batch, failure: refusalOf(ErrorCode.LEADER_NOT_AVAILABLE) }))
    let connection
    try {
      connection = await this.#access.broker(leader)
    } catch (error) {
      return batches.map((batch) => ({ batch, failure: failureOf(error) }))
    }
    const byPartition = new Map(
      batches.map(({ partition, records }) => [partition, records.map(({ record }) => record)]),
    )
    let answers: PartitionOutcome[]
    try {
      answers = await produceRecords(this.#access, connection, this.#topic, byPartition, this.#acks)
    } catch (error) {
      for (const batch of batches) fail(batch, lost(error), set)
      return []
    }
    const again: { batch: Batch; failure: Failure }[] = []
    for (const batch of batches) {
      const answer = answers.find(({ partition }) => partition === batch.partition)
      if (answer?.errorCode === 0) succeed(batch, answer.baseOffset, set)
      else {
        const failure = refusalOf(answer?.errorCode ?? -1, answer?.message)
        if (NOTHING_WRITTEN.has(answer?.errorCode ?? -1)) again.push({ batch, failure })
        else fail(batch, failure, set)
      }
    }
    return again
  }
}

function succeed(
  { partition, records }: Batch,
  baseOffset: number | null,
  set: (index: number, outcome: Outcome) => void,
): void {
  for (const [position, { index }] of records.entries()) {
    set(index, { partition, offset: baseOffset === null ? null : baseOffset + position })
  }
}

function fail(
  { partition, records }: Batch,
  failure: Failure,
  set: (index: number, outcome: Outcome) => void,
): void {
  for (const { index } of records) set(index, { partition, failure })
}

function failureOf(error: unknown): Failure {
  return error instanceof FailureError ? error.failure : describeKafkaError(error)
}

/** A request without an answer may have been carried out all the same. */
function lost(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure
  return {
    code: 'PRODUCE_LOST',
    message: `The broker did not answer: ${describeKafkaError(error).message}`,
    remedy: 'The record may have been written or not. Look for it before it is sent again.',
  }
}

function noSuchPartition(topic: string, partition: number, count: number): Failure {
  return {
    code: 'NO_SUCH_PARTITION',
    message: `Topic ${topic} has no partition ${partition}: its ${count} partitions are 0 to ${count - 1}.`,
    remedy: 'Choose another partition, or add partitions to the topic.',
  }
}
