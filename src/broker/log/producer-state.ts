import { ErrorCode, KafkaError } from '../protocol/errors.ts'

/** A batch of an idempotent producer, remembered so that its second sending is known. */
export interface ProducerBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly timestamp: number
}

/** What a partition knows of one producer. Replaced, never changed. */
export interface ProducerEntry {
  readonly producerId: number
  readonly producerEpoch: number
  /** Of the last transaction marker, −1 when there was none. */
  readonly coordinatorEpoch: number
  readonly lastTimestamp: number
  /** First offset of the open transaction, null when none is open. */
  readonly txnFirstOffset: number | null
  /** The newest ones of this epoch, oldest first. */
  readonly batches: readonly ProducerBatch[]
}

/** As DescribeProducers shows it. */
export interface ActiveProducer {
  producerId: number
  producerEpoch: number
  /** −1 when nothing of its epoch was appended. */
  lastSequence: number
  lastTimestamp: number
  coordinatorEpoch: number
  /** First offset of the open transaction, −1 when none. */
  currentTxnStartOffset: number
}

/** The part of a batch producers are judged by. */
export interface ProducedBatch {
  producerId: number
  producerEpoch: number
  baseSequence: number
  lastSequence: number
  baseOffset: number
  lastOffset: number
  maxTimestamp: number
  isTransactional: boolean
}

export interface TransactionMarker {
  producerId: number
  producerEpoch: number
  /** −1: not known (a marker seen again when the log is opened). */
  coordinatorEpoch: number
  offset: number
  timestamp: number
}

/** NUM_BATCHES_TO_RETAIN: a producer may have five requests in flight. */
const BATCHES_REMEMBERED = 5
const MAX_SEQUENCE = 2 ** 31 - 1
const NO_SEQUENCE = -1

/**
 * What every producer appended last to one partition: for finding duplicates, gaps in the sequence and producers
 * that were fenced, and for knowing which transactions are open (Kafka's ProducerStateManager, ProducerAppendInfo).
 *
 * Followers build it from the batches they copy, so that a new leader knows the same.
 */
export class ProducerState {
  #entries = new Map<number, ProducerEntry>()
  /** What entries were at the last `mark`, for those which changed since. */
  #changed: Map<number, ProducerEntry | undefined> | null = null

  get size(): number {
    return this.#entries.size
  }

  entries(): Iterable<ProducerEntry> {
    return this.#entries.values()
  }

  get(producerId: number): ProducerEntry | undefined {
    return this.#entries.get(producerId)
  }

  /** The batch as it was appended before; undefined when it was not, or too long ago to know. */
  findDuplicate(batch: ProducedBatch): ProducerBatch | undefined {
    const entry = this.#entries.get(batch.producerId)
    if (entry === undefined || entry.producerEpoch !== batch.producerEpoch) return undefined
    return entry.batches.find(
      ({ firstSequence, lastSequence }) =>
        firstSequence === batch.baseSequence && lastSequence === batch.lastSequence,
    )
  }

  /** Throws KafkaError if the producer may not append this batch now. Duplicates are to be found before. */
  check(batch: ProducedBatch): void {
    const entry = this.#entries.get(batch.producerId)
    // Forgotten or never seen: any sequence is taken, as nothing is known that could contradict it.
    if (entry === undefined) return
    this.#checkEpoch(entry, batch.producerEpoch)
    this.#checkSequence(entry, batch)
    if (entry.txnFirstOffset !== null && !batch.isTransactional) {
      throw new KafkaError(
        ErrorCode.INVALID_TXN_STATE,
        `Producer ${entry.producerId} has a transaction open and sent a batch outside of it.`,
      )
    }
  }

  /** Throws KafkaError if a marker of this epoch or this coordinator comes too late. */
  checkMarker(marker: TransactionMarker): void {
    const entry = this.#entries.get(marker.producerId)
    if (entry === undefined) return
    this.#checkEpoch(entry, marker.producerEpoch)
    if (entry.coordinatorEpoch > marker.coordinatorEpoch) {
      throw new KafkaError(
        ErrorCode.TRANSACTION_COORDINATOR_FENCED,
        `The marker is of coordinator epoch ${marker.coordinatorEpoch}, the last one was of ${entry.coordinatorEpoch}.`,
      )
    }
  }

  #checkEpoch(entry: ProducerEntry, producerEpoch: number): void {
    if (producerEpoch >= entry.producerEpoch) return
    throw new KafkaError(
      ErrorCode.INVALID_PRODUCER_EPOCH,
      `Producer ${entry.producerId} has epoch ${entry.producerEpoch}, the batch is of epoch ${producerEpoch}.`,
    )
  }

  #checkSequence(entry: ProducerEntry, batch: ProducedBatch): void {
    const { producerId, producerEpoch, baseSequence } = batch
    const lastSequence =
      producerEpoch === entry.producerEpoch
        ? (entry.batches.at(-1)?.lastSequence ?? NO_SEQUENCE)
        : NO_SEQUENCE
    const expected = lastSequence === MAX_SEQUENCE ? 0 : lastSequence + 1
    if (baseSequence === expected) return
    throw new KafkaError(
      ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
      `Producer ${producerId} of epoch ${producerEpoch} sent sequence ${baseSequence} where ${expected} follows.`,
    )
  }

  /** Takes note of an appended batch, which was checked or comes from the leader. */
  append(batch: ProducedBatch): void {
    const { producerId, producerEpoch, baseOffset, lastOffset, maxTimestamp } = batch
    const entry = this.#entries.get(producerId)
    // A new epoch starts its sequence anew, and the old epoch's batches can never come again.
    const batches = entry?.producerEpoch === producerEpoch ? entry.batches : []
    const appended = {
      firstSequence: batch.baseSequence,
      lastSequence: batch.lastSequence,
      firstOffset: baseOffset,
      lastOffset,
      timestamp: maxTimestamp,
    }
    const txnFirstOffset = entry?.txnFirstOffset ?? null
    this.#set({
      producerId,
      producerEpoch,
      coordinatorEpoch: entry?.coordinatorEpoch ?? -1,
      lastTimestamp: maxTimestamp,
      txnFirstOffset: txnFirstOffset ?? (batch.isTransactional ? baseOffset : null),
      batches: [...batches.slice(1 - BATCHES_REMEMBERED), appended],
    })
  }

  /** Takes note of a marker. @returns first offset of the transaction it ended, null if that had no records here */
  endTransaction(marker: TransactionMarker): number | null {
    const { producerId, producerEpoch, coordinatorEpoch, timestamp } = marker
    const entry = this.#entries.get(producerId)
    this.#set({
      producerId,
      producerEpoch,
      coordinatorEpoch: Math.max(coordinatorEpoch, entry?.coordinatorEpoch ?? -1),
      lastTimestamp: timestamp,
      txnFirstOffset: null,
      // A marker of a higher epoch is how a coordinator fences a producer: what follows starts at 0.
      batches: entry?.producerEpoch === producerEpoch ? entry.batches : [],
    })
    return entry?.txnFirstOffset ?? null
  }

  /** Forgets producers that did nothing for `expirationMs`; not those with an open transaction. */
  expire(nowMs: number, expirationMs: number): void {
    for (const entry of this.#entries.values()) {
      const isIdle = nowMs - entry.lastTimestamp >= expirationMs
      if (isIdle && entry.txnFirstOffset === null) this.#entries.delete(entry.producerId)
    }
  }

  /** From here on changes can be undone. */
  mark(): void {
    this.#changed = new Map()
  }

  /** Keeps what changed since `mark`. */
  keep(): void {
    this.#changed = null
  }

  /** Takes back what changed since `mark`. */
  undo(): void {
    for (const [producerId, entry] of this.#changed ?? []) {
      if (entry === undefined) this.#entries.delete(producerId)
      else this.#entries.set(producerId, entry)
    }
    this.#changed = null
  }

  #set(entry: ProducerEntry): void {
    const { producerId } = entry
    if (this.#changed !== null && !this.#changed.has(producerId)) {
      this.#changed.set(producerId, this.#entries.get(producerId))
    }
    this.#entries.set(producerId, entry)
  }

  snapshot(): string {
    return JSON.stringify([...this.#entries.values()])
  }

  /** In place of all there is. */
  load(snapshot: string): void {
    const entries = JSON.parse(snapshot) as ProducerEntry[]
    this.#entries = new Map(entries.map((entry) => [entry.producerId, entry]))
  }
}

/** Sequence of a batch's last record. */
export function lastSequenceOf(baseSequence: number, lastOffsetDelta: number): number {
  if (baseSequence === NO_SEQUENCE) return NO_SEQUENCE
  const sum = baseSequence + lastOffsetDelta
  return sum > MAX_SEQUENCE ? sum - MAX_SEQUENCE - 1 : sum
}

export function activeProducerOf(entry: ProducerEntry): ActiveProducer {
  return {
    producerId: entry.producerId,
    producerEpoch: entry.producerEpoch,
    lastSequence: entry.batches.at(-1)?.lastSequence ?? -1,
    lastTimestamp: entry.lastTimestamp,
    coordinatorEpoch: entry.coordinatorEpoch,
    currentTxnStartOffset: entry.txnFirstOffset ?? -1,
  }
}
