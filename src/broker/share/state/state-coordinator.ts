/**
 * The share coordinator of one broker (Kafka's ShareCoordinatorService): keeps what share groups have done with
 * partitions, for the leaders of those partitions and for the group coordinators. The state of a share partition is
 * in one partition of `__share_group_state`, by the hash of group, topic id and partition.
 *
 * State epochs say which beginning of a share partition is meant, leader epochs which leader of the partition: a
 * writer from before either is fenced.
 */
import type { Clock } from '../../clock.ts'
import type { Logger } from '../../logger.ts'
import type { BrokerConfig } from '../../metadata/configs/broker-config.ts'
import type { MetadataCache } from '../../metadata/cache.ts'
import { ErrorCode, KafkaError } from '../../protocol/errors.ts'
import { coordinatorPartition } from '../../protocol/java-hash.ts'
import type { StateBatch } from '../delivery-state.ts'
import type { ShareState } from './share-state.ts'
import { UNINITIALIZED_OFFSET, UNKNOWN_COUNT } from './share-state.ts'
import { coordinatorKeyOf } from './state-records.ts'
import type { SharePartitionId } from './state-records.ts'
import { StateShard } from './state-shard.ts'
import type { ShareStateLog } from './state-shard.ts'

export interface ShareCoordinatorOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly config: () => BrokerConfig
  readonly metadata: Pick<MetadataCache, 'image'>
  readonly stateLog: ShareStateLog
}

export interface ShareStateRead {
  readonly stateEpoch: number
  readonly startOffset: number
  readonly stateBatches: readonly StateBatch[]
}

export interface ShareStateSummary {
  readonly stateEpoch: number
  readonly leaderEpoch: number
  readonly startOffset: number
  readonly deliveryCompleteCount: number
}

export interface ShareStateWrite {
  readonly stateEpoch: number
  readonly leaderEpoch: number
  readonly startOffset: number
  readonly deliveryCompleteCount: number
  readonly stateBatches: readonly StateBatch[]
}

const NO_LEADER_EPOCH = -1
/** Whoever leads the partition may be the first to write. */
const FIRST_LEADER_EPOCH = 0

/** Everything rejects, or throws, with KafkaError. */
export class ShareCoordinator {
  readonly #options: ShareCoordinatorOptions
  readonly #shards = new Map<number, StateShard>()
  #isClosed = false

  constructor(options: ShareCoordinatorOptions) {
    this.#options = options
  }

  elected(partition: number): void {
    if (this.#isClosed || this.#shards.has(partition)) return
    const { clock, log, stateLog, config } = this.#options
    const shard = new StateShard({
      partition,
      clock,
      log,
      stateLog,
      updatesPerSnapshot: () => config().shareCoordinatorSnapshotUpdateRecordsPerSnapshot,
      pruneIntervalMs: () => config().shareCoordinatorStateTopicPruneIntervalMs,
    })
    this.#shards.set(partition, shard)
    shard.start()
  }

  resigned(partition: number): void {
    this.#shards.get(partition)?.close()
    this.#shards.delete(partition)
  }

  onTopicsDeleted(topicIds: readonly string[]): void {
    for (const shard of this.#shards.values()) shard.onTopicsDeleted(topicIds)
  }

  close(): void {
    this.#isClosed = true
    for (const shard of this.#shards.values()) shard.close()
    this.#shards.clear()
  }

  /** Begins anew, whatever there was in an earlier state epoch. */
  async initialize(id: SharePartitionId, stateEpoch: number, startOffset: number): Promise<void> {
    const shard = this.#shardOf(id)
    const known = shard.state(id)
    this.#checkPartition(id)
    if (known !== undefined && stateEpoch < known.stateEpoch)
      throw new KafkaError(ErrorCode.FENCED_STATE_EPOCH)
    const nowMs = this.#options.clock.now()
    await shard.writeSnapshot(id, {
      snapshotEpoch: known === undefined ? 0 : known.snapshotEpoch + 1,
      stateEpoch,
      leaderEpoch: FIRST_LEADER_EPOCH,
      startOffset,
      deliveryCompleteCount: startOffset === UNINITIALIZED_OFFSET ? UNKNOWN_COUNT : 0,
      createTimestamp: nowMs,
      writeTimestamp: nowMs,
      stateBatches: [],
      updates: 0,
    })
  }

  /** For a leader that begins: from now on an earlier one cannot write any more. */
  async read(id: SharePartitionId, leaderEpoch: number): Promise<ShareStateRead> {
    const shard = this.#shardOf(id)
    const state = this.#known(shard, id)
    checkLeaderEpoch(state, leaderEpoch)
    const { stateEpoch, startOffset, stateBatches } = state
    if (leaderEpoch > state.leaderEpoch) {
      const { snapshotEpoch, deliveryCompleteCount } = state
      await shard.writeUpdate(id, state, {
        snapshotEpoch,
        leaderEpoch,
        startOffset,
        deliveryCompleteCount,
        stateBatches: [],
      })
    } else {
      await shard.settled()
    }
    return { stateEpoch, startOffset, stateBatches }
  }

  async write(id: SharePartitionId, change: ShareStateWrite): Promise<void> {
    const shard = this.#shardOf(id)
    const state = this.#known(shard, id)
    if (change.stateEpoch < state.stateEpoch) throw new KafkaError(ErrorCode.FENCED_STATE_EPOCH)
    checkLeaderEpoch(state, change.leaderEpoch)
    const { startOffset, deliveryCompleteCount } = change
    await shard.writeUpdate(id, state, {
      snapshotEpoch: state.snapshotEpoch,
      leaderEpoch: Math.max(change.leaderEpoch, state.leaderEpoch),
      startOffset,
      deliveryCompleteCount,
      stateBatches: [...change.stateBatches],
    })
  }

  /** What does not exist is removed already. */
  async remove(id: SharePartitionId): Promise<void> {
    const shard = this.#shardOf(id)
    if (shard.state(id) === undefined) return
    await shard.writeRemoval(id)
  }

  /** Nothing is known of a share partition that has not begun. */
  async summary(id: SharePartitionId): Promise<ShareStateSummary> {
    const shard = this.#shardOf(id)
    const state = shard.state(id)
    this.#checkPartition(id)
    await shard.settled()
    return {
      stateEpoch: state?.stateEpoch ?? 0,
      leaderEpoch: state?.leaderEpoch ?? FIRST_LEADER_EPOCH,
      startOffset: state?.startOffset ?? UNINITIALIZED_OFFSET,
      deliveryCompleteCount: state?.deliveryCompleteCount ?? UNKNOWN_COUNT,
    }
  }

  #known(shard: StateShard, id: SharePartitionId): ShareState {
    const state = shard.state(id)
    this.#checkPartition(id)
    if (state !== undefined) return state
    throw new KafkaError(
      ErrorCode.INVALID_REQUEST,
      `Group ${id.groupId} has not begun with partition ${id.partition} of ${id.topicId}: initialize its state first.`,
    )
  }

  #shardOf(id: SharePartitionId): StateShard {
    if (this.#isClosed) throw new KafkaError(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    if (id.groupId === '') throw new KafkaError(ErrorCode.INVALID_REQUEST, 'The group id is empty.')
    const count = this.#options.stateLog.partitionCount()
    if (count === null) throw new KafkaError(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    const shard = this.#shards.get(coordinatorPartition(coordinatorKeyOf(id), count))
    if (shard === undefined) throw new KafkaError(ErrorCode.NOT_COORDINATOR)
    return shard
  }

  #checkPartition({ topicId, partition }: SharePartitionId): void {
    const topic = this.#options.metadata.image.topicsById.get(topicId)
    if (topic?.partitions[partition] === undefined) {
      throw new KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    }
  }
}

function checkLeaderEpoch(state: ShareState, leaderEpoch: number): void {
  if (leaderEpoch !== NO_LEADER_EPOCH && leaderEpoch < state.leaderEpoch) {
    throw new KafkaError(ErrorCode.FENCED_LEADER_EPOCH)
  }
}
