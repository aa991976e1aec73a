import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import type { Clock, Timer } from '../clock.ts'
import { soundDisk } from '../faults/disk.ts'
import type { Disk } from '../faults/disk.ts'
import type { Logger } from '../logger.ts'
import type { TopicConfig } from '../metadata/configs/topic-config.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { WalCheckpointer } from '../storage/checkpoint.ts'
import { LogStore, PAGE_SIZE_BYTES } from '../storage/log-store.ts'
import type { PartitionRow } from '../storage/log-store.ts'
import { StorageError, storageErrorOf } from '../storage/storage-error.ts'
import { TailCache } from '../storage/tail-cache.ts'
import { GroupCommit } from './group-commit.ts'
import type { Committable } from './group-commit.ts'
import type { LogHost } from './log-host.ts'
import { PartitionLog } from './partition-log.ts'
import { Purger } from './purger.ts'

export interface LogManagerOptions {
  /** The broker's own folder, made if absent; holds log.db. */
  dataDir: string
  clock: Clock
  log: Logger
  /** Bound of the batches kept in memory. */
  tailCacheBytes?: number
  /** To the cluster's checkpoint thread; without it checkpoints are made here, when nothing is appended. */
  checkpointPort?: MessagePort
  logRetentionCheckIntervalMs?: number
  replicaHighWatermarkCheckpointIntervalMs?: number
  producerIdExpirationMs?: number
  disk?: Disk
}

/** A partition on disk, whether or not getOrCreate has opened it. */
export interface StoredPartition {
  topicId: string
  topic: string
  partition: number
}

const DEFAULT_TAIL_CACHE_BYTES = 32 * 1024 * 1024
const DEFAULT_RETENTION_CHECK_MS = 300_000
/** log.initial.task.delay.ms: a start is busy enough. */
const INITIAL_TASK_DELAY_MS = 30_000
const DEFAULT_HIGH_WATERMARK_CHECKPOINT_MS = 5000
const DEFAULT_PRODUCER_EXPIRATION_MS = 86_400_000
/** producer.id.expiration.check.interval.ms */
const PRODUCER_EXPIRATION_CHECK_MS = 600_000
/**
 * All logs of one broker, in one database (Kafka's LogManager). Logs on disk are opened as they are asked for.
 * Throws StorageError when the database cannot be opened.
 */
export class LogManager {
  readonly #options: LogManagerOptions
  readonly #store: LogStore
  readonly #tails: TailCache
  readonly #checkpointer: WalCheckpointer
  readonly #commits: GroupCommit<PartitionLog>
  readonly #purger: Purger
  readonly #host: LogHost
  readonly #stored = new Map<string, PartitionRow>()
  readonly #byId = new Map<string, PartitionLog>()
  readonly #byName = new Map<string, Map<number, PartitionLog>>()
  readonly #committedListeners: ((logs: PartitionLog[]) => void)[] = []
  readonly #offlineListeners: ((error: StorageError) => void)[] = []
  readonly #timers = new Map<string, Timer>()
  #offline: StorageError | null = null
  #isClosed = false

  constructor(options: LogManagerOptions) {
    const { clock, log, dataDir } = options
    this.#options = options
    makeDirectory(dataDir)
    this.#store = new LogStore(join(dataDir, 'log.db'), { disk: options.disk ?? soundDisk })
    this.#tails = new TailCache(options.tailCacheBytes ?? DEFAULT_TAIL_CACHE_BYTES)
    const { database, file } = this.#store
    this.#checkpointer = new WalCheckpointer({ database, file, clock, log, port: options.checkpointPort })
    const onFailed = (error: StorageError) => this.#failed(error)
    this.#commits = new GroupCommit({
      store: this.#store,
      onCommitted: (logs, bytes) => this.#afterCommit(logs, bytes),
      onFailed,
      onMistake: (error) => log.error('A commit failed in an unforeseen way', { error: describe(error) }),
    })
    const onWrote = (bytes: number) => this.#checkpointer.wrote(bytes)
    this.#purger = new Purger({ store: this.#store, clock, log, onWrote, onFailed })
    this.#host = this.#createHost()
    for (const row of this.#store.partitions()) this.#stored.set(keyOf(row.topicId, row.partition), row)
    for (const { slot } of this.#store.deletedPartitions()) this.#purger.purgePartition(slot)
  }

  /** Where the logs are. */
  get directory(): string {
    return this.#options.dataDir
  }

  /** The database failed: every append and read is answered with KAFKA_STORAGE_ERROR until the broker starts again. */
  get isOffline(): boolean {
    return this.#offline !== null
  }

  /** Throws StorageError where the disk fails already. */
  checkDisk(): void {
    this.#guarded(() => this.#store.read(() => undefined))
  }

  /** Throws StorageError, KafkaError KAFKA_STORAGE_ERROR when offline. */
  getOrCreate(topicId: string, topic: string, partition: number, config: TopicConfig): PartitionLog {
    const key = keyOf(topicId, partition)
    const open = this.#byId.get(key)
    if (open !== undefined) return open
    this.#checkOnline()
    const row =
      this.#stored.get(key) ?? this.#guarded(() => this.#store.createPartition(topicId, topic, partition))
    this.#stored.set(key, row)
    const log = this.#guarded(() => this.#store.read(() => new PartitionLog(this.#host, row, config)))
    this.#byId.set(key, log)
    const ofTopic = this.#byName.get(topic) ?? new Map<number, PartitionLog>()
    this.#byName.set(topic, ofTopic.set(partition, log))
    return log
  }

  /** Of the topic of that name opened last, should there have been several. */
  get(topic: string, partition: number): PartitionLog | undefined {
    return this.#byName.get(topic)?.get(partition)
  }

  getById(topicId: string, partition: number): PartitionLog | undefined {
    return this.#byId.get(keyOf(topicId, partition))
  }

  /** The logs opened since the start. */
  all(): PartitionLog[] {
    return [...this.#byId.values()]
  }

  /** Everything on disk: what is here and not in the metadata is a stray and may be deleted. */
  stored(): StoredPartition[] {
    return [...this.#stored.values()].map(({ topicId, topic, partition }) => ({ topicId, topic, partition }))
  }

  updateConfig(topic: string, config: TopicConfig): void {
    for (const log of this.#byName.get(topic)?.values() ?? []) log.config = config
  }

  /** At once gone for everybody; its batches are removed from the disk by and by. Throws StorageError. */
  delete(topicId: string, partition: number): void {
    const key = keyOf(topicId, partition)
    const row = this.#stored.get(key)
    if (row === undefined) return
    this.#commits.flush()
    const log = this.#byId.get(key)
    const slot = log?.slot ?? row.slot
    this.#guarded(() => this.#store.markDeleted(slot))
    this.#stored.delete(key)
    this.#byId.delete(key)
    if (this.get(row.topic, partition) === log) this.#byName.get(row.topic)?.delete(partition)
    if (this.#byName.get(row.topic)?.size === 0) this.#byName.delete(row.topic)
    log?.dispose()
    this.#purger.purgePartition(slot)
  }

  /**
   * Resolves when everything appended so far is committed; rejects with StorageError when it could not be, and is
   * forgotten. To be asked right after the append, before anything else is done with a log.
   */
  committed(): Promise<void> {
    return this.#commits.committed()
  }

  /** After every commit with the logs it changed, before `committed()` resolves. */
  onCommitted(listener: (logs: PartitionLog[]) => void): void {
    this.#committedListeners.push(listener)
  }

  /** Once, when the database has failed for good. */
  onOffline(listener: (error: StorageError) => void): void {
    this.#offlineListeners.push(listener)
  }

  /** Fault injection: as if the disk were full once log.db has `bytes`; null: as much room as there really is. */
  limitSize(bytes: number | null): void {
    this.#store.limitSize(bytes)
  }

  /** Retention, high watermark checkpoints and expiry of producers, from now on, by the Clock. */
  startMaintenance(): void {
    const { logRetentionCheckIntervalMs, replicaHighWatermarkCheckpointIntervalMs } = this.#options
    this.#repeat(
      'retention',
      logRetentionCheckIntervalMs ?? DEFAULT_RETENTION_CHECK_MS,
      () => this.#retain(),
      {
        firstMs: INITIAL_TASK_DELAY_MS,
      },
    )
    const checkpointMs = replicaHighWatermarkCheckpointIntervalMs ?? DEFAULT_HIGH_WATERMARK_CHECKPOINT_MS
    this.#repeat('high watermarks', checkpointMs, () => this.#saveHighWatermarks())
    this.#repeat('producers', PRODUCER_EXPIRATION_CHECK_MS, () => this.#expireProducers())
  }

  /** Commits what is pending and closes the database. */
  close(): void {
    if (this.#isClosed) return
    this.#commits.flush()
    if (!this.isOffline) this.#attempt('closing the log', () => this.#saveHighWatermarks())
    this.#isClosed = true
    for (const timer of this.#timers.values()) timer.cancel()
    this.#purger.close()
    this.#checkpointer.close()
    this.#store.close()
  }

  #repeat(name: string, everyMs: number, run: () => void, { firstMs = everyMs } = {}): void {
    const after = (delayMs: number) => {
      const timer = this.#options.clock.setTimer(delayMs, () => {
        this.#attempt(name, run)
        if (!this.#isClosed && !this.isOffline) after(everyMs)
      })
      this.#timers.set(name, timer)
    }
    after(firstMs)
  }

  /** What fails here fails only for now: it is tried again when its time comes. */
  #attempt(name: string, run: () => void): void {
    try {
      if (!this.isOffline) run()
    } catch (error) {
      if (!(error instanceof StorageError) && !(error instanceof KafkaError)) throw error
      this.#options.log.warn(error.message, { during: name })
    }
  }

  #retain(): void {
    const nowMs = this.#options.clock.now()
    for (const log of this.#byId.values()) {
      const segments = log.applyRetention(nowMs)
      if (segments === 0) continue
      const { topic, partition, logStartOffset } = log
      this.#options.log.info('Deleted segments by retention', { topic, partition, segments, logStartOffset })
    }
  }

  #saveHighWatermarks(): void {
    const changed = this.all().filter((log) => !log.isHighWatermarkStored)
    if (changed.length === 0) return
    this.#guarded(() =>
      this.#store.transaction(() => {
        for (const log of changed) log.saveHighWatermark()
      }),
    )
    this.#checkpointer.wrote(PAGE_SIZE_BYTES)
  }

  #expireProducers(): void {
    const nowMs = this.#options.clock.now()
    const expirationMs = this.#options.producerIdExpirationMs ?? DEFAULT_PRODUCER_EXPIRATION_MS
    for (const log of this.#byId.values()) log.expireProducers(nowMs, expirationMs)
  }

  #afterCommit(logs: PartitionLog[], bytes: number): void {
    for (const listener of this.#committedListeners) {
      try {
        listener(logs)
      } catch (error) {
        // The data is on disk: those who wait for it must hear that, whatever a listener makes of it.
        this.#options.log.error('A listener for commits failed', { error: describe(error) })
      }
    }
    // A commit also writes the last page of each table it appends to, as far as that is filled.
    this.#checkpointer.wrote(bytes + logs.length * PAGE_SIZE_BYTES)
  }

  #failed(error: StorageError): void {
    this.#options.log.error(error.message, { remedy: error.remedy, cause: describe(error.cause) })
    if (error.kind === 'full') this.#options.disk?.ranOut()
    if (error.isTransient || this.#offline !== null) return
    this.#offline = error
    for (const listener of this.#offlineListeners) listener(error)
  }

  #checkOnline(): void {
    if (this.#offline !== null) throw new KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, this.#offline.message)
  }

  /** Runs what throws StorageError, and remembers if that says the end. */
  #guarded<T>(run: () => T): T {
    try {
      return run()
    } catch (error) {
      const meaning = storageErrorOf(error, this.#store.file)
      if (meaning instanceof StorageError) this.#failed(meaning)
      throw meaning
    }
  }

  #createHost(): LogHost {
    return {
      nowMs: () => this.#options.clock.now(),
      openStore: (slot) => this.#store.open(slot),
      openTail: () => this.#tails.openTail(),
      checkOnline: () => this.#checkOnline(),
      add: (log: Committable) => this.#commits.add(log as PartitionLog),
      flush: () => this.#commits.flush(),
      read: (read) => this.#readGuarded(read),
      write: (write) => this.#guarded(() => this.#store.transaction(write)),
      replace: (row, startOffset) => {
        const replacement = this.#guarded(() => this.#store.replacePartition(row, startOffset))
        this.#stored.set(keyOf(row.topicId, row.partition), replacement)
        this.#purger.purgePartition(row.slot)
        return replacement
      },
      purgeBelow: (slot, offset) => this.#purger.purgeBelow(slot, offset),
    }
  }

  #readGuarded<T>(read: () => T): T {
    try {
      return this.#guarded(() => this.#store.read(read))
    } catch (error) {
      if (error instanceof StorageError) throw new KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, error.message)
      throw error
    }
  }
}

function keyOf(topicId: string, partition: number): string {
  return `${topicId}-${partition}`
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true })
  } catch (error) {
    throw storageErrorOf(error, directory)
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
