/**
 * The way to the share coordinator of a share partition, wherever it is (Kafka's PersisterStateManager): follows it
 * when it moves, and tries again while nobody coordinates.
 */
import type { Clock } from '../../clock.ts'
import type { BrokerConnection } from '../../network/broker-connection.ts'
import type { MetadataCache } from '../../metadata/cache.ts'
import { SHARE_GROUP_STATE_TOPIC } from '../../metadata/internal-topics.ts'
import { NetworkError } from '../../network/client.ts'
import { ErrorCode, KafkaError } from '../../protocol/errors.ts'
import { coordinatorPartition } from '../../protocol/java-hash.ts'
import { initializeShareGroupState } from '../../protocol/messages/83-initialize-share-group-state.ts'
import { readShareGroupState } from '../../protocol/messages/84-read-share-group-state.ts'
import { writeShareGroupState } from '../../protocol/messages/85-write-share-group-state.ts'
import { deleteShareGroupState } from '../../protocol/messages/86-delete-share-group-state.ts'
import { readShareGroupStateSummary } from '../../protocol/messages/87-read-share-group-state-summary.ts'
import type {
  ShareCoordinator,
  ShareStateRead,
  ShareStateSummary,
  ShareStateWrite,
} from './state-coordinator.ts'
import { coordinatorKeyOf } from './state-records.ts'
import type { SharePartitionId } from './state-records.ts'

const BACKOFF_MS = 100
const TIMEOUT_MS = 10_000
const NO_LEADER_EPOCH = -1

const TRANSIENT: ReadonlySet<number> = new Set([
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.NOT_COORDINATOR,
])

export interface ShareStateClientOptions {
  readonly brokerId: number
  readonly clock: Clock
  readonly metadata: Pick<MetadataCache, 'image'>
  /** The coordinator in this very broker. */
  readonly local: ShareCoordinator
  readonly connect: (brokerId: number) => BrokerConnection
  /** Has `__share_group_state` created; does not wait for it. */
  readonly createTopic: () => void
}

interface Result {
  readonly errorCode: number
  readonly errorMessage: string | null
}

/** Everything rejects with KafkaError: COORDINATOR_NOT_AVAILABLE when there was no coordinator for ten seconds. */
export class ShareStateClient {
  readonly #options: ShareStateClientOptions

  constructor(options: ShareStateClientOptions) {
    this.#options = options
  }

  async initialize(id: SharePartitionId, stateEpoch: number, startOffset: number): Promise<void> {
    await this.#ask(
      id,
      (local) => local.initialize(id, stateEpoch, startOffset),
      async (remote) => {
        const partition = { partition: id.partition, stateEpoch, startOffset }
        const { results } = await remote.send(initializeShareGroupState, 0, request(id, partition))
        check(results[0]?.partitions[0])
      },
    )
  }

  read(id: SharePartitionId, leaderEpoch: number): Promise<ShareStateRead> {
    return this.#ask(
      id,
      (local) => local.read(id, leaderEpoch),
      async (remote) => {
        const { results } = await remote.send(
          readShareGroupState,
          0,
          request(id, { partition: id.partition, leaderEpoch }),
        )
        return check(results[0]?.partitions[0])
      },
    )
  }

  async write(id: SharePartitionId, change: ShareStateWrite): Promise<void> {
    await this.#ask(
      id,
      (local) => local.write(id, change),
      async (remote) => {
        const partition = { ...change, partition: id.partition, stateBatches: [...change.stateBatches] }
        const { results } = await remote.send(writeShareGroupState, 1, request(id, partition))
        check(results[0]?.partitions[0])
      },
    )
  }

  async remove(id: SharePartitionId): Promise<void> {
    await this.#ask(
      id,
      (local) => local.remove(id),
      async (remote) => {
        const { results } = await remote.send(
          deleteShareGroupState,
          0,
          request(id, { partition: id.partition }),
        )
        check(results[0]?.partitions[0])
      },
    )
  }

  summary(id: SharePartitionId): Promise<ShareStateSummary> {
    return this.#ask(
      id,
      (local) => local.summary(id),
      async (remote) => {
        const { results } = await remote.send(
          readShareGroupStateSummary,
          1,
          request(id, { partition: id.partition, leaderEpoch: NO_LEADER_EPOCH }),
        )
        return check(results[0]?.partitions[0])
      },
    )
  }

  async #ask<T>(
    id: SharePartitionId,
    here: (local: ShareCoordinator) => Promise<T>,
    there: (remote: BrokerConnection) => Promise<T>,
  ): Promise<T> {
    const { clock, brokerId, local, connect } = this.#options
    const deadlineMs = clock.now() + TIMEOUT_MS
    for (;;) {
      try {
        const leader = this.#leaderOf(id)
        return await (leader === brokerId ? here(local) : there(connect(leader)))
      } catch (error) {
        const isTransient =
          error instanceof NetworkError || (error instanceof KafkaError && TRANSIENT.has(error.code))
        if (!isTransient) throw error
        if (clock.now() >= deadlineMs) throw new KafkaError(ErrorCode.COORDINATOR_NOT_AVAILABLE)
      }
      await new Promise<void>((resolve) => clock.setTimer(BACKOFF_MS, resolve))
    }
  }

  #leaderOf(id: SharePartitionId): number {
    const { metadata, createTopic } = this.#options
    const partitions = metadata.image.topicsByName.get(SHARE_GROUP_STATE_TOPIC)?.partitions ?? []
    if (partitions.length === 0) createTopic()
    const partition = partitions[coordinatorPartition(coordinatorKeyOf(id), Math.max(1, partitions.length))]
    if (partition === undefined || partition.leader < 0) {
      throw new KafkaError(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    }
    return partition.leader
  }
}

function request<P>({ groupId, topicId }: SharePartitionId, partition: P) {
  return { groupId, topics: [{ topicId, partitions: [partition] }] }
}

function check<R extends Result>(result: R | undefined): R {
  if (result === undefined) throw new KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
  if (result.errorCode !== ErrorCode.NONE) {
    throw new KafkaError(result.errorCode, result.errorMessage ?? undefined)
  }
  return result
}
