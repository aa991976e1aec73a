import type { CoordinatorLog } from '../groups/log.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { MetadataCache } from '../metadata/cache.ts'
import { OFFSETS_TOPIC } from '../metadata/internal-topics.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { batchesIn, decodeRecords, encodeBatch } from '../protocol/record-batch.ts'
import type { ReplicaManager } from '../replication/replica-manager.ts'
import { StorageError } from '../storage/storage-error.ts'

const ALL_IN_SYNC = -1
const READ_BYTES = 1024 * 1024

/**
 * A coordinator's topic as the coordinator sees it (`__consumer_offsets` for groups, `__share_group_state` for what
 * share groups have done): real records in a real topic, written with acks=all.
 */
export class OffsetsLog implements CoordinatorLog {
  readonly #topic: string
  readonly #logs: Pick<LogManager, 'committed'>
  readonly #replicas: ReplicaManager
  readonly #metadata: MetadataCache
  readonly #timeoutMs: () => number

  constructor(
    logs: Pick<LogManager, 'committed'>,
    replicas: ReplicaManager,
    metadata: MetadataCache,
    timeoutMs: () => number,
    topic = OFFSETS_TOPIC,
  ) {
    this.#topic = topic
    this.#logs = logs
    this.#replicas = replicas
    this.#metadata = metadata
    this.#timeoutMs = timeoutMs
  }

  partitionCount(): number | null {
    return this.#metadata.image.topicsByName.get(this.#topic)?.partitions.length ?? null
  }

  endOffset(partition: number): number {
    return this.#logOf(partition).nextOffset
  }

  /** Throws KafkaError. */
  deleteBefore(partition: number, offset: number): void {
    const log = this.#logOf(partition)
    log.advanceLogStart(Math.min(offset, log.highWatermark))
  }

  async append(
    partition: number,
    records: { key: Buffer; value: Buffer | null }[],
    nowMs: number,
  ): Promise<void> {
    const batch = encodeBatch({ records: records.map((record) => ({ ...record, timestamp: nowMs })) })
    const [result] = await this.#replicas.appendRecords({
      requiredAcks: ALL_IN_SYNC,
      timeoutMs: this.#timeoutMs(),
      entries: [{ topic: this.#topic, partition, records: batch }],
      origin: 'coordinator',
    })
    const errorCode = result?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR
    if (errorCode !== ErrorCode.NONE) throw new KafkaError(errorCode, result?.errorMessage ?? undefined)
  }

  /** Every record from the log's start to its end as it is now, for a coordinator that loads. */
  async *read(partition: number) {
    const log = this.#logOf(partition)
    await this.#settled()
    const end = log.logEndOffset
    for (let offset = log.logStartOffset; offset < end;) {
      const { batches } = log.read(offset, READ_BYTES, end, true)
      for (const buffer of batches) {
        for (const { position, header } of batchesIn(buffer)) {
          if (!header.isControl) yield* keyed(buffer, position)
          offset = header.lastOffset + 1
        }
      }
      if (batches.length === 0) return
      // A long log must not keep the broker from its other work.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #logOf(partition: number) {
    const log = this.#replicas.partition(this.#topic, partition)?.log
    if (log === undefined) throw new KafkaError(ErrorCode.NOT_COORDINATOR)
    return log
  }

  /** What was appended as a follower in this very turn belongs to the log, too, if its commit succeeds. */
  async #settled(): Promise<void> {
    try {
      await this.#logs.committed()
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
    }
  }
}

function* keyed(buffer: Buffer, position: number) {
  for (const { key, value, timestamp, offset } of decodeRecords(buffer, position)) {
    if (key !== null) yield { key, value, timestamp, offset }
  }
}
