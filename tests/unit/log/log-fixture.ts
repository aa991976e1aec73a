import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { LogManager } from '../../../src/broker/log/log-manager.ts'
import type { LogManagerOptions } from '../../../src/broker/log/log-manager.ts'
import type { LeaderAppend, PartitionLog } from '../../../src/broker/log/partition-log.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import type { LogLine } from '../../../src/broker/logger.ts'
import type { TopicConfig } from '../../../src/broker/metadata/configs/topic-config.ts'
import { KafkaError } from '../../../src/broker/protocol/errors.ts'
import { BatchAttribute, batchesIn, encodeBatch } from '../../../src/broker/protocol/record-batch.ts'
import type { BatchInput, RecordInput } from '../../../src/broker/protocol/record-batch.ts'
import { FakeClock } from '../fake-clock.ts'
import { TOPIC, TOPIC_ID, topicConfig } from './topic-config.ts'

export { TOPIC, TOPIC_ID, topicConfig } from './topic-config.ts'

/** One broker's logs in a folder of their own, which the test may close and open again. */
export class LogFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'ottla-log-'))
  readonly clock = new FakeClock()
  readonly lines: LogLine[] = []
  readonly config: TopicConfig
  readonly #options: Partial<LogManagerOptions>
  logs: LogManager
  log: PartitionLog

  constructor(config: Partial<TopicConfig> = {}, options: Partial<LogManagerOptions> = {}) {
    this.config = topicConfig(config)
    this.#options = options
    this.logs = this.#open()
    this.log = this.partition(0)
    onTestFinished(() => {
      this.logs.close()
      rmSync(this.folder, { recursive: true, force: true })
    })
  }

  get file(): string {
    return join(this.folder, 'log.db')
  }

  #open(): LogManager {
    const log = createLogger(1, (line) => this.lines.push(line))
    return new LogManager({ dataDir: this.folder, clock: this.clock, log, ...this.#options })
  }

  partition(index: number, config: TopicConfig = this.config): PartitionLog {
    return this.logs.getOrCreate(TOPIC_ID, TOPIC, index, config)
  }

  reopen(): PartitionLog {
    this.logs.close()
    this.logs = this.#open()
    this.log = this.partition(0)
    return this.log
  }

  /** Appends and waits for the commit. */
  async append(records: Buffer, leaderEpoch = 0): Promise<LeaderAppend> {
    const appended = appendTo(this.log, records, { leaderEpoch, nowMs: this.clock.now() })
    await this.logs.committed()
    return appended
  }

  /** `count` batches of one record each, their timestamps counting up from `timestamp`; all below the high watermark. */
  async fill(count: number, batch: BatchOptions = {}): Promise<void> {
    const timestamp = batch.timestamp ?? this.clock.now()
    for (let i = 0; i < count; i++) await this.append(batchOf({ ...batch, timestamp: timestamp + i }))
    this.log.updateHighWatermark(this.log.logEndOffset)
  }
}

export function appendTo(
  log: PartitionLog,
  records: Buffer,
  { leaderEpoch = 0, nowMs = 0, origin = 'client' as 'client' | 'coordinator' } = {},
): LeaderAppend {
  return log.appendAsLeader(records, { leaderEpoch, nowMs, origin })
}

export interface BatchOptions extends Omit<BatchInput, 'records'> {
  records?: number
  timestamp?: number
  valueBytes?: number
  key?: string | null
}

export function batchOf(options: BatchOptions = {}): Buffer {
  const { records = 1, timestamp = 0, valueBytes = 10, key = null, ...input } = options
  const made: RecordInput[] = Array.from({ length: records }, (_, index) => ({
    timestamp,
    key: key === null ? null : Buffer.from(`${key}-${index}`),
    value: Buffer.alloc(valueBytes, index),
  }))
  return encodeBatch({ ...input, records: made })
}

/** A batch as a leader has stored it. */
export function replicated(baseOffset: number, leaderEpoch: number, options: BatchOptions = {}): Buffer {
  return batchOf({ ...options, baseOffset, partitionLeaderEpoch: leaderEpoch })
}

export interface MarkerOptions {
  type: 'commit' | 'abort'
  producerId: number
  producerEpoch?: number
  coordinatorEpoch?: number
  timestamp?: number
}

/** The control batch which ends a transaction. */
export function markerOf(options: MarkerOptions): Buffer {
  const { producerId, producerEpoch = 0, coordinatorEpoch = 0, timestamp = 0 } = options
  const key = Buffer.alloc(4)
  key.writeInt16BE({ abort: 0, commit: 1 }[options.type], 2)
  const value = Buffer.alloc(6)
  value.writeInt32BE(coordinatorEpoch, 2)
  return encodeBatch({
    attributes: BatchAttribute.TRANSACTIONAL | BatchAttribute.CONTROL,
    producerId,
    producerEpoch,
    records: [{ timestamp, key, value }],
  })
}

/** [base offset, last offset] of each batch read. */
export function offsetsOf(batches: readonly Buffer[]): [number, number][] {
  return batches.flatMap((buffer) =>
    [...batchesIn(buffer)].map(({ header }): [number, number] => [header.baseOffset, header.lastOffset]),
  )
}

export function readAll(log: PartitionLog, fromOffset = log.logStartOffset): Buffer[] {
  return log.read(fromOffset, Number.MAX_SAFE_INTEGER, Infinity, true).batches
}

/** The code of the KafkaError `run` throws. */
export function codeOf(run: () => unknown): number {
  try {
    run()
  } catch (error) {
    if (error instanceof KafkaError) return error.code
    throw error
  }
  throw new Error('nothing was thrown')
}
