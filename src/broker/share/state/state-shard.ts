/**
 * One partition of `__share_group_state` this broker leads. Every request is one synchronous step: its records are
 * applied at once and appended to the log, the answer waits for the log. When an append fails, what was applied is
 * wrong, so the shard forgets everything and loads itself from the log again, as it does when it begins.
 */
import type { Clock, Timer } from '../../clock.ts'
import type { Logger } from '../../logger.ts'
import { DecodeError } from '../../protocol/codec.ts'
import { ErrorCode, KafkaError } from '../../protocol/errors.ts'
import type { ShareState, ShareUpdateValue } from './share-state.ts'
import { snapshotOf, stateOfSnapshot, updatedState } from './share-state.ts'
import { coordinatorKeyOf, decodeStateRecord, encodeStateRecord } from './state-records.ts'
import type { SharePartitionId, ShareStateRecord } from './state-records.ts'

const LOAD_RETRY_MS = 1_000

/** Where the shards keep their state; see CoordinatorLog of the groups, which is the same for theirs. */
export interface ShareStateLog {
  /** With acks=all, in the order of the calls. Rejects with KafkaError. */
  append(
    partition: number,
    records: readonly { key: Buffer; value: Buffer | null }[],
    nowMs: number,
  ): Promise<void>
  read(partition: number): AsyncIterable<{ key: Buffer; value: Buffer | null; offset: number }>
  /** Null while the topic does not exist. */
  partitionCount(): number | null
  /** Where the next record would go. */
  endOffset(partition: number): number
  /** Deletes the records before `offset`, which are in the log of every in-sync replica. */
  deleteBefore(partition: number, offset: number): void
}

export interface StateShardOptions {
  readonly partition: number
  readonly clock: Clock
  readonly log: Logger
  readonly stateLog: ShareStateLog
  /** `share.coordinator.snapshot.update.records.per.snapshot` */
  readonly updatesPerSnapshot: () => number
  /** `share.coordinator.state.topic.prune.interval.ms` */
  readonly pruneIntervalMs: () => number
}

export class StateShard {
  readonly #options: StateShardOptions
  #status: 'loading' | 'active' | 'closed' = 'loading'
  #states = new Map<string, ShareState>()
  readonly #ids = new Map<string, SharePartitionId>()
  #loadRetry: Timer | null = null
  #pruneTimer: Timer | null = null
  /** Records in the log that a later one makes useless, as far as they are known. */
  #useless = 0
  /** Topics deleted while the shard was loading. */
  #goneTopicIds: string[] = []
  readonly #appends = new Set<Promise<void>>()

  constructor(options: StateShardOptions) {
    this.#options = options
  }

  start(): void {
    void this.#load()
  }

  close(): void {
    this.#status = 'closed'
    this.#loadRetry?.cancel()
    this.#pruneTimer?.cancel()
  }

  /** Topics are gone, and with them whatever groups have done with them. */
  onTopicsDeleted(topicIds: readonly string[]): void {
    if (this.#status === 'loading') {
      this.#goneTopicIds.push(...topicIds)
      return
    }
    const ids = [...this.#ids.values()].filter(({ topicId }) => topicIds.includes(topicId))
    // A failed write makes the shard load again, after which the state is there still, and in nobody's way.
    for (const id of ids) this.writeRemoval(id).catch(() => this.#goneTopicIds.push(id.topicId))
  }

  /** Throws KafkaError while nothing can be asked of this shard. */
  state(id: SharePartitionId): ShareState | undefined {
    if (this.#status === 'closed') throw new KafkaError(ErrorCode.NOT_COORDINATOR)
    if (this.#status === 'loading') throw new KafkaError(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    return this.#states.get(coordinatorKeyOf(id))
  }

  /** Applies at once; resolves when it is in the log. */
  writeSnapshot(id: SharePartitionId, state: ShareState): Promise<void> {
    return this.#write({ type: 'Snapshot', id, value: snapshotOf(state) })
  }

  /** As an update, or as a snapshot when there have been enough of those. */
  writeUpdate(id: SharePartitionId, state: ShareState, update: ShareUpdateValue): Promise<void> {
    if (state.updates + 1 < this.#options.updatesPerSnapshot()) {
      return this.#write({ type: 'Update', id, value: update })
    }
    const { snapshotEpoch, ...updated } = updatedState(state, update)
    const writeTimestamp = this.#options.clock.now()
    return this.writeSnapshot(id, { ...updated, snapshotEpoch: snapshotEpoch + 1, writeTimestamp })
  }

  writeRemoval(id: SharePartitionId): Promise<void> {
    return this.#write({ type: 'Snapshot', id, value: null })
  }

  /** Resolves when all that has been written so far is in the log. */
  async settled(): Promise<void> {
    try {
      await Promise.all([...this.#appends])
    } catch (error) {
      throw new KafkaError(codeOfFailedAppend(error))
    }
  }

  async #write(record: ShareStateRecord): Promise<void> {
    const { stateLog, partition, clock } = this.#options
    this.#apply(record)
    const append = stateLog.append(partition, [encodeStateRecord(record)], clock.now())
    this.#appends.add(append)
    try {
      await append
    } catch (error) {
      this.#reload(error)
      throw new KafkaError(codeOfFailedAppend(error))
    } finally {
      this.#appends.delete(append)
    }
  }

  #reload(error: unknown): void {
    if (this.#status !== 'active') return
    const { log, partition } = this.#options
    log.warn('Share group state could not be written; the partition is loaded again', {
      partition,
      error: messageOf(error),
    })
    this.#status = 'loading'
    // An append that failed by its time-out may still be in the log, and so may those after it: all must be read.
    void Promise.allSettled([...this.#appends]).then(() => this.#load())
  }

  async #load(): Promise<void> {
    const { partition, log, clock, stateLog } = this.#options
    this.#states = new Map()
    this.#ids.clear()
    this.#useless = 0
    try {
      for await (const logged of stateLog.read(partition)) {
        if (this.#status !== 'loading') return
        this.#replay(logged)
      }
    } catch (error) {
      log.error('Share group state could not be loaded; trying again', { partition, error: messageOf(error) })
      if (this.#status === 'loading') {
        this.#loadRetry = clock.setTimer(LOAD_RETRY_MS, () => void this.#load())
      }
      return
    }
    if (this.#status !== 'loading') return
    this.#status = 'active'
    log.debug('Loaded share group state', { partition, sharePartitions: this.#states.size })
    this.onTopicsDeleted(this.#goneTopicIds.splice(0))
    this.#pruneLater()
  }

  #pruneLater(): void {
    this.#pruneTimer?.cancel()
    if (this.#status !== 'active') return
    const { clock, pruneIntervalMs } = this.#options
    this.#pruneTimer = clock.setTimer(pruneIntervalMs(), () => {
      void this.#prune().finally(() => this.#pruneLater())
    })
  }

  /**
   * When most of the log is useless, everything that is known is written anew, and all before it deleted. Kafka keeps
   * the offset of each state's last snapshot and deletes up to the oldest; there an idle state has to be written anew
   * from time to time as well, or nothing would ever go.
   */
  async #prune(): Promise<void> {
    if (this.#status !== 'active' || this.#useless <= this.#states.size) return
    const { stateLog, partition, log } = this.#options
    const end = stateLog.endOffset(partition)
    const written = [...this.#states].map(([key, state]) => {
      const snapshotEpoch = state.snapshotEpoch + 1
      const writeTimestamp = this.#options.clock.now()
      return this.writeSnapshot(this.#ids.get(key)!, { ...state, snapshotEpoch, writeTimestamp })
    })
    try {
      await Promise.all(written)
      stateLog.deleteBefore(partition, end)
      this.#useless = 0
    } catch (error) {
      log.warn('Share group state could not be pruned; trying again later', {
        partition,
        error: messageOf(error),
      })
    }
  }

  #apply(record: ShareStateRecord): void {
    const key = coordinatorKeyOf(record.id)
    const known = this.#states.get(key)
    if (record.type === 'Update') {
      this.#useless++
      if (known !== undefined) this.#states.set(key, updatedState(known, record.value))
      return
    }
    if (known !== undefined || record.value === null) this.#useless++
    if (record.value === null) {
      this.#states.delete(key)
      this.#ids.delete(key)
    } else {
      this.#states.set(key, stateOfSnapshot(record.value))
      this.#ids.set(key, record.id)
    }
  }

  #replay(logged: { key: Buffer; value: Buffer | null; offset: number }): void {
    try {
      const record = decodeStateRecord(logged)
      if (record !== null) this.#apply(record)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      // One unreadable record must not take all the others with it.
      const { partition, log } = this.#options
      log.error('A share group state record cannot be read and is left out', {
        partition,
        offset: logged.offset,
        error: error.message,
      })
    }
  }
}

/** The log's own codes would speak of the group's topic to whoever asked, not of `__share_group_state`. */
function codeOfFailedAppend(error: unknown): number {
  if (!(error instanceof KafkaError)) return ErrorCode.UNKNOWN_SERVER_ERROR
  const isElsewhere =
    error.code === ErrorCode.NOT_LEADER_OR_FOLLOWER || error.code === ErrorCode.KAFKA_STORAGE_ERROR
  return isElsewhere ? ErrorCode.NOT_COORDINATOR : ErrorCode.COORDINATOR_NOT_AVAILABLE
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
