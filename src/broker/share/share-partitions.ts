/**
 * The share partitions of the partitions this broker leads, made when they are first asked for: with the state the
 * share coordinator has, under this leader's epoch, so that no earlier leader can write any more.
 */
import type { Clock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { ShareGroupConfig } from '../metadata/configs/share-group-config.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { Partition } from '../replication/partition.ts'
import { SharePartition } from './share-partition.ts'
import { startOffsetFor } from './share-start.ts'
import type { ShareStateClient } from './state/state-client.ts'
import { UNINITIALIZED_OFFSET } from './state/share-state.ts'

export interface SharePartitionsOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly state: Pick<ShareStateClient, 'read' | 'write'>
  readonly config: (groupId: string) => ShareGroupConfig
  /** Something has become available in a share partition of this partition. */
  readonly available: (topicId: string, partition: number) => void
}

interface Entry {
  readonly groupId: string
  readonly topicId: string
  readonly partition: number
  readonly leaderEpoch: number
  readonly loading: Promise<SharePartition>
  loaded: SharePartition | null
}

export class SharePartitions {
  readonly #options: SharePartitionsOptions
  readonly #entries = new Map<string, Entry>()

  constructor(options: SharePartitionsOptions) {
    this.#options = options
  }

  /** Rejects with KafkaError: what ShareFetch answers for the partition. */
  get(groupId: string, partition: Partition): Promise<SharePartition> {
    const key = entryKey(groupId, partition.topicId, partition.partition)
    const known = this.#entries.get(key)
    if (known !== undefined && known.leaderEpoch === partition.leaderEpoch) return known.loading
    known?.loaded?.fence(new KafkaError(ErrorCode.NOT_LEADER_OR_FOLLOWER))
    const loading = this.#load(groupId, partition, key)
    const { topicId, partition: index, leaderEpoch } = partition
    const entry: Entry = { groupId, topicId, partition: index, leaderEpoch, loading, loaded: null }
    this.#entries.set(key, entry)
    loading.then(
      (loaded) => {
        entry.loaded = loaded
        // The leadership went away while it was read.
        if (this.#entries.get(key) !== entry) loaded.fence(new KafkaError(ErrorCode.NOT_LEADER_OR_FOLLOWER))
      },
      () => this.#forget(key, loading),
    )
    return loading
  }

  /** One that is in use already. */
  loaded(groupId: string, topicId: string, partition: number): SharePartition | null {
    return this.#entries.get(entryKey(groupId, topicId, partition))?.loaded ?? null
  }

  /** This broker leads the partition no more, or in another epoch. */
  fencePartition(topicId: string, partition: number, code: number): void {
    for (const [key, entry] of [...this.#entries]) {
      if (entry.topicId === topicId && entry.partition === partition) this.#fence(key, entry, code)
    }
  }

  /** Nobody of the group fetches here any more: whoever comes next begins with what the share coordinator has. */
  async dropGroup(groupId: string): Promise<void> {
    const entries = [...this.#entries].filter(([, entry]) => entry.groupId === groupId)
    for (const [key, entry] of entries) {
      await entry.loaded?.settled()
      if (this.#entries.get(key) === entry && entry.loaded !== null)
        this.#fence(key, entry, ErrorCode.NOT_LEADER_OR_FOLLOWER)
    }
  }

  close(): void {
    for (const [key, entry] of [...this.#entries]) this.#fence(key, entry, ErrorCode.NOT_LEADER_OR_FOLLOWER)
  }

  async #load(groupId: string, partition: Partition, key: string): Promise<SharePartition> {
    const { state, clock, log, config, available } = this.#options
    const { topicId, partition: index, leaderEpoch } = partition
    const id = { groupId, topicId, partition: index }
    let read
    try {
      read = await state.read(id, leaderEpoch)
    } catch (error) {
      throw answerFor(error)
    }
    const isNew = read.startOffset === UNINITIALIZED_OFFSET
    const startOffset = isNew
      ? startOffsetFor(partition, config(groupId).autoOffsetReset, clock.now())
      : // An unclean election has cut the log: there is nothing left of what was delivered.
        Math.min(read.startOffset, partition.log.logEndOffset)
    const { stateEpoch } = read
    const share: SharePartition = new SharePartition({
      startOffset,
      stateBatches: read.stateBatches.filter(({ lastOffset }) => lastOffset < partition.log.logEndOffset),
      clock,
      settings: () => config(groupId),
      write: (change) => state.write(id, { ...change, stateEpoch, leaderEpoch }),
      available: () => available(topicId, index),
      fenced: (error) => {
        log.debug('A share partition is fenced', { ...id, leaderEpoch, error: error.message })
        if (this.#entries.get(key)?.loaded === share) this.#entries.delete(key)
        available(topicId, index)
      },
    })
    return share
  }

  #forget(key: string, loading: Promise<SharePartition>): void {
    if (this.#entries.get(key)?.loading === loading) this.#entries.delete(key)
  }

  #fence(key: string, entry: Entry, code: number): void {
    this.#entries.delete(key)
    entry.loaded?.fence(new KafkaError(code))
  }
}

function entryKey(groupId: string, topicId: string, partition: number): string {
  return `${topicId}:${partition}:${groupId}`
}

/** The share coordinator's codes as the partition's leader passes them on (SharePartition.maybeInitialize). */
export function answerFor(error: unknown): KafkaError {
  if (!(error instanceof KafkaError)) return new KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR, String(error))
  switch (error.code) {
    case ErrorCode.FENCED_STATE_EPOCH:
    case ErrorCode.FENCED_LEADER_EPOCH:
      return new KafkaError(ErrorCode.NOT_LEADER_OR_FOLLOWER, 'The share partition has begun anew.')
    case ErrorCode.NOT_COORDINATOR:
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
      return new KafkaError(ErrorCode.COORDINATOR_NOT_AVAILABLE, error.message)
    default:
      return error
  }
}
