/**
 * Share groups as the leader of their partitions serves them (Kafka's SharePartitionManager): sessions, fetches,
 * acknowledgements. Who belongs to a group is not known here, nor asked: that is its coordinator's business.
 */
import type { Clock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { MetadataCache } from '../metadata/cache.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import { resolveShareGroupConfig } from '../metadata/configs/share-group-config.ts'
import type { ShareGroupConfig } from '../metadata/configs/share-group-config.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { Partition } from '../replication/partition.ts'
import type { ReplicaManager } from '../replication/replica-manager.ts'
import type { Acknowledgement } from './acknowledgements.ts'
import { ShareFetches } from './share-fetches.ts'
import type { SharedRecords, ShareFetchParams, ShareFetchTarget } from './share-fetches.ts'
import { answerFor, SharePartitions } from './share-partitions.ts'
import { ShareSessions } from './share-sessions.ts'
import type { SharePartitionName, ShareSession } from './share-sessions.ts'
import type { ShareStateClient } from './state/state-client.ts'

export interface ShareManagerOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly config: () => BrokerConfig
  readonly metadata: Pick<MetadataCache, 'image'>
  readonly replicas: Pick<ReplicaManager, 'partitionById'>
  readonly state: Pick<ShareStateClient, 'read' | 'write'>
}

export interface ShareResult {
  readonly errorCode: number
  readonly errorMessage: string | null
}

export interface ClientConnection {
  onClosed(run: () => void): void
}

export const NO_FAILURE: ShareResult = { errorCode: ErrorCode.NONE, errorMessage: null }

type FetchRequest = Omit<ShareFetchParams, 'targets' | 'isolationLevel'> & {
  readonly groupId: string
  readonly partitions: readonly SharePartitionName[]
}

export class ShareManager {
  readonly sessions: ShareSessions
  readonly #options: ShareManagerOptions
  readonly #partitions: SharePartitions
  readonly #fetches: ShareFetches
  readonly #watched = new WeakSet<ClientConnection>()

  constructor(options: ShareManagerOptions) {
    const { clock, log, state, config } = options
    this.#options = options
    this.sessions = new ShareSessions({ maxSessions: () => config().groupShareMaxShareSessions })
    this.#fetches = new ShareFetches(clock, log)
    this.#partitions = new SharePartitions({
      clock,
      log,
      state,
      config: (groupId) => this.configOf(groupId),
      available: (topicId, partition) => this.#fetches.check(topicId, partition),
    })
  }

  configOf(groupId: string): ShareGroupConfig {
    return resolveShareGroupConfig(this.#options.metadata.image, this.#options.config(), groupId)
  }

  /** One result a partition, in their order. Never rejects: failures are codes. */
  async fetch(request: FetchRequest): Promise<SharedRecords[]> {
    const found = await Promise.all(request.partitions.map((name) => this.#target(request.groupId, name)))
    const targets = found.filter((each) => 'share' in each)
    const mustNotWait = targets.length < found.length
    const { isolationLevel } = this.configOf(request.groupId)
    const read =
      targets.length === 0
        ? []
        : await this.#fetches.fetch({
            ...request,
            maxWaitMs: mustNotWait ? 0 : request.maxWaitMs,
            isolationLevel,
            targets,
          })
    const results = read[Symbol.iterator]()
    return found.map((each) =>
      'share' in each ? results.next().value! : { ...each, records: [], acquired: [] },
    )
  }

  /** Never rejects: failures are codes. */
  async acknowledge(
    groupId: string,
    memberId: string,
    name: SharePartitionName,
    acknowledgements: readonly Acknowledgement[],
  ): Promise<ShareResult> {
    try {
      this.#leading(name)
      const share = this.#partitions.loaded(groupId, name.topicId, name.partition)
      // Nothing was acquired from this leader, so nothing is to be acknowledged to it.
      if (share === null) throw new KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
      await share.acknowledge(memberId, acknowledgements)
      return NO_FAILURE
    } catch (error) {
      const { code, message } = answerFor(error)
      return { errorCode: code, errorMessage: message }
    }
  }

  /** The member is done, or gone: what it holds is for others. */
  async closeSession(session: ShareSession): Promise<void> {
    const { groupId, memberId } = session
    this.sessions.close(session)
    const held = [...session.partitions.values()].flatMap(
      ({ topicId, partition }) => this.#partitions.loaded(groupId, topicId, partition) ?? [],
    )
    // What could not be written has fenced its share partition, which is all there is to do.
    await Promise.allSettled(held.map((share) => share.release(memberId)))
    if (!this.sessions.hasSessionOf(groupId)) await this.#partitions.dropGroup(groupId)
  }

  /** Ends the sessions of a connection with it. */
  watch(connection: ClientConnection): void {
    if (this.#watched.has(connection)) return
    this.#watched.add(connection)
    connection.onClosed(() => {
      for (const session of this.sessions.openedBy(connection)) void this.closeSession(session)
    })
  }

  /** More of a partition may be read. */
  onReadable({ topicId, partition }: Partition): void {
    this.#fetches.check(topicId, partition)
  }

  /** This broker leads the partition no more, or begins to lead it anew. */
  onLeadershipChanged(topicId: string, partition: number): void {
    this.#partitions.fencePartition(topicId, partition, ErrorCode.NOT_LEADER_OR_FOLLOWER)
    this.#fetches.check(topicId, partition)
  }

  close(): void {
    this.#partitions.close()
  }

  async #target(groupId: string, name: SharePartitionName): Promise<ShareFetchTarget | ShareResult> {
    try {
      const partition = this.#leading(name)
      return { partition, share: await this.#partitions.get(groupId, partition) }
    } catch (error) {
      const { code, message } = answerFor(error)
      return { errorCode: code, errorMessage: message }
    }
  }

  #leading({ topicId, partition: index }: SharePartitionName): Partition {
    const topic = this.#options.metadata.image.topicsById.get(topicId)
    if (topic === undefined) throw new KafkaError(ErrorCode.UNKNOWN_TOPIC_ID)
    if (topic.partitions[index] === undefined) throw new KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    const partition = this.#options.replicas.partitionById(topicId, index)
    if (partition === undefined) throw new KafkaError(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    const servingError = partition.checkServing(-1, true)
    if (servingError !== ErrorCode.NONE) throw new KafkaError(servingError)
    return partition
  }
}
