/**
 * The group coordinator of one broker. A group belongs to one partition of `__consumer_offsets`, by the hash of its
 * id, and to the coordinator on that partition's leader; this class finds the partition's shard and hands the
 * request on. Every request is answered, never rejected: failures are codes in the API's own answer.
 *
 * Beside `classic/`, further group protocols get their own folders (KIP-848's `consumer/`, KIP-932's `share/`); the
 * shard and its log are theirs, too.
 */
import type { Clock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { MetadataCache } from '../metadata/cache.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { coordinatorPartition } from '../protocol/java-hash.ts'
import { describeGroup, describeUnknownGroup, listedGroup } from './classic/describe.ts'
import { joinFailure, syncFailure } from './classic/answers.ts'
import { heartbeatAnyGroup, joinAnyGroup, leaveAnyGroup, syncAnyGroup } from './by-protocol.ts'
import { describeConsumerGroup, listedConsumerGroup, noConsumerGroup } from './consumer/describe.ts'
import { consumerGroupHeartbeat, heartbeatFailure } from './consumer/heartbeat.ts'
import type { TopicsChange } from './consumer/stale.ts'
import type { GroupEvent } from './events.ts'
import type { Group } from './group.ts'
import type { CoordinatorLog } from './log.ts'
import type {
  ClientContext,
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
  DeletedGroup,
  DescribedConsumerGroup,
  DescribedGroup,
  FetchedGroup,
  HeartbeatRequest,
  HeartbeatResponse,
  JoinGroupRequest,
  JoinGroupResponse,
  LeaveGroupRequest,
  LeaveGroupResponse,
  ListedGroup,
  ListGroupsRequest,
  ListGroupsResponse,
  OffsetCommitRequest,
  OffsetCommitResponse,
  OffsetDeleteRequest,
  OffsetDeleteResponse,
  OffsetFetchGroup,
  SteerGroupRequest,
  SteerGroupResponse,
  SyncGroupRequest,
  SyncGroupResponse,
} from './messages.ts'
import { commitAnswer, commitOffsets, isAllUnknown, resolveCommit } from './offsets/commit.ts'
import type { GoneTopic } from './offsets/delete.ts'
import { deleteGroup, deleteOffsets, offsetDeleteFailure } from './offsets/delete.ts'
import { fetchFailure, fetchOffsets } from './offsets/fetch.ts'
import { Shard } from './shard.ts'
import { steerFailure, steerGroup } from './steer.ts'
import { listedShareGroup } from './share/describe.ts'
import type { Turn } from './turn.ts'
import type { Waiter } from './waiter.ts'

export interface GroupCoordinatorOptions {
  readonly brokerId: number
  readonly config: () => BrokerConfig
  readonly clock: Clock
  readonly log: Logger
  readonly metadata: Pick<MetadataCache, 'image'>
  readonly writer: CoordinatorLog
  /** A new UUID in its usual form; member ids end in one. */
  readonly random: { uuid(): string }
}

export class GroupCoordinator {
  readonly #options: GroupCoordinatorOptions
  readonly #shards = new Map<number, Shard>()
  readonly #listeners = new Set<(event: GroupEvent) => void>()
  #isClosed = false

  constructor(options: GroupCoordinatorOptions) {
    this.#options = options
  }

  /**
   * This broker leads the partition now. A new leader epoch of a partition it leads already changes nothing: the
   * state is the log's, and the log stayed here.
   */
  elected(partition: number, leaderEpoch: number): void {
    if (this.#isClosed || this.#shards.has(partition)) return
    const { config, clock, log, metadata, writer, random } = this.#options
    log.debug('Loading groups', { partition, leaderEpoch })
    const shard = new Shard({
      partition,
      config,
      image: () => metadata.image,
      clock,
      log,
      writer,
      newUuid: () => random.uuid(),
      emit: (event) => this.#tell(event),
    })
    this.#shards.set(partition, shard)
    shard.start()
  }

  /** Another broker leads the partition, or none: the groups are its business. */
  resigned(partition: number): void {
    this.#shards.get(partition)?.close(ErrorCode.NOT_COORDINATOR)
    this.#shards.delete(partition)
  }

  close(): void {
    this.#isClosed = true
    for (const shard of this.#shards.values()) shard.close(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    this.#shards.clear()
  }

  /** Tells what happens in the groups of this coordinator. Returns how to stop. */
  onEvent(listener: (event: GroupEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  joinGroup(context: ClientContext, request: JoinGroupRequest): Promise<JoinGroupResponse> {
    const failure = (errorCode: number) => joinFailure(errorCode, request.memberId)
    const { groupMinSessionTimeoutMs, groupMaxSessionTimeoutMs } = this.#options.config()
    const { groupId, sessionTimeoutMs } = request
    if (groupId === '') return answer(failure(ErrorCode.INVALID_GROUP_ID))
    if (sessionTimeoutMs < groupMinSessionTimeoutMs || sessionTimeoutMs > groupMaxSessionTimeoutMs) {
      return answer(failure(ErrorCode.INVALID_SESSION_TIMEOUT))
    }
    return this.#decide(groupId, failure, (turn, waiter) => joinAnyGroup(turn, context, request, waiter))
  }

  syncGroup(request: SyncGroupRequest): Promise<SyncGroupResponse> {
    if (request.groupId === '') return answer(syncFailure(ErrorCode.INVALID_GROUP_ID))
    return this.#decide(request.groupId, syncFailure, (turn, waiter) => syncAnyGroup(turn, request, waiter))
  }

  heartbeat(request: HeartbeatRequest): Promise<HeartbeatResponse> {
    // While the group is loading nobody knows better, and its sessions start anew after that.
    const failure = (errorCode: number) => ({
      errorCode: errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.NONE : errorCode,
    })
    if (request.groupId === '') return answer(failure(ErrorCode.INVALID_GROUP_ID))
    return this.#ask(request.groupId, failure, (turn) => ({ errorCode: heartbeatAnyGroup(turn, request) }))
  }

  leaveGroup(request: LeaveGroupRequest): Promise<LeaveGroupResponse> {
    const failure = (errorCode: number): LeaveGroupResponse => ({ errorCode, members: [] })
    if (request.groupId === '') return answer(failure(ErrorCode.INVALID_GROUP_ID))
    return this.#ask(request.groupId, failure, (turn) => ({
      errorCode: ErrorCode.NONE,
      members: leaveAnyGroup(turn, request),
    }))
  }

  /** In the order of the ids. */
  describeGroups(context: ClientContext, groupIds: readonly string[]): Promise<DescribedGroup[]> {
    const describe = (groupId: string) =>
      this.#ask<DescribedGroup>(
        groupId,
        (errorCode) => ({ groupId, errorCode }),
        ({ state }) => {
          const group = state.groups.get(groupId)
          return group?.type === 'classic'
            ? describeGroup(group)
            : describeUnknownGroup(groupId, context.apiVersion, group?.type ?? null)
        },
      )
    return Promise.all(groupIds.map(describe))
  }

  /** The groups of this coordinator alone: clients ask every broker. */
  async listGroups(request: ListGroupsRequest): Promise<ListGroupsResponse> {
    const states = lowerCased(request.statesFilter)
    const types = lowerCased(request.typesFilter)
    const isAsked = ({ groupState, groupType }: ListedGroup) =>
      (states.size === 0 || states.has((groupState ?? '').toLowerCase())) &&
      (types.size === 0 || types.has((groupType ?? '').toLowerCase()))
    const list = (shard: Shard) =>
      shard.request<ListGroupsResponse>(
        (errorCode) => ({ errorCode, groups: [] }),
        (turn, waiter) => {
          const groups = [...turn.state.groups.values()].map(listed).filter(isAsked)
          turn.answer(waiter, { errorCode: ErrorCode.NONE, groups })
        },
      )
    if (this.#isClosed) return { errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE, groups: [] }
    const lists = await Promise.all(Array.from(this.#shards.values(), list))
    const failed = lists.find(
      ({ errorCode }) => errorCode !== ErrorCode.NONE && errorCode !== ErrorCode.NOT_COORDINATOR,
    )
    return failed ?? { errorCode: ErrorCode.NONE, groups: lists.flatMap(({ groups }) => groups ?? []) }
  }

  /** One result for each different id. */
  deleteGroups(groupIds: readonly string[]): Promise<DeletedGroup[]> {
    const remove = (groupId: string) =>
      this.#ask(
        groupId,
        (errorCode) => ({ groupId, errorCode }),
        (turn) => ({ groupId, errorCode: deleteGroup(turn, groupId) }),
      )
    return Promise.all(Array.from(new Set(groupIds), remove))
  }

  commitOffsets(context: ClientContext, request: OffsetCommitRequest): Promise<OffsetCommitResponse> {
    const topics = resolveCommit(request.topics, this.#options.metadata.image)
    const failure = (errorCode: number) => commitAnswer(topics, () => errorCode)
    // Nothing is left to commit, so the group need not even exist.
    if (isAllUnknown(topics)) return answer(failure(ErrorCode.NONE))
    return this.#ask(request.groupId, failure, (turn) => commitOffsets(turn, context, request, topics))
  }

  fetchOffsets(context: ClientContext, request: OffsetFetchGroup): Promise<FetchedGroup> {
    const { image } = this.#options.metadata
    return this.#ask(
      request.groupId,
      (errorCode) => fetchFailure(request, errorCode),
      ({ state }) => fetchOffsets(state, request, context.apiVersion, image),
    )
  }

  deleteOffsets(request: OffsetDeleteRequest): Promise<OffsetDeleteResponse> {
    const { image } = this.#options.metadata
    if (request.groupId === '') return answer(offsetDeleteFailure(ErrorCode.INVALID_GROUP_ID))
    return this.#ask(request.groupId, offsetDeleteFailure, (turn) => deleteOffsets(turn, request, image))
  }

  /** Heartbeats of the consumer protocol (KIP-848), which join and leave, too. */
  consumerGroupHeartbeat(
    context: ClientContext,
    request: ConsumerGroupHeartbeatRequest,
  ): Promise<ConsumerGroupHeartbeatResponse> {
    // No partition is responsible for it, so nobody would look at the request.
    if (request.groupId === '') {
      return answer(heartbeatFailure(ErrorCode.INVALID_REQUEST, "GroupId can't be empty."))
    }
    return this.#ask(request.groupId, heartbeatFailure, (turn) =>
      consumerGroupHeartbeat(turn, context, request),
    )
  }

  /** In the order of the ids. */
  describeConsumerGroups(groupIds: readonly string[]): Promise<DescribedConsumerGroup[]> {
    const describe = (groupId: string): Promise<DescribedConsumerGroup> => {
      if (groupId === '') return Promise.resolve({ groupId, errorCode: ErrorCode.INVALID_GROUP_ID })
      return this.#ask<DescribedConsumerGroup>(
        groupId,
        (errorCode) => ({ groupId, errorCode }),
        (turn) => {
          const group = turn.state.groups.get(groupId)
          if (group?.type === 'consumer') return describeConsumerGroup(turn, group)
          const why = group === undefined ? 'not found' : 'is not a consumer group'
          return noConsumerGroup(groupId, `Group ${groupId} ${why}.`)
        },
      )
    }
    return Promise.all(groupIds.map(describe))
  }

  /** The image has other topics now, or other partitions of them. */
  onTopicsChanged(change: TopicsChange): void {
    for (const shard of this.#shards.values()) shard.onTopicsChanged(change)
  }

  /** What a person does to a group; see `steer.ts`. */
  steerGroup(request: SteerGroupRequest): Promise<SteerGroupResponse> {
    return this.#ask(request.groupId, steerFailure, (turn) => steerGroup(turn, request))
  }

  /** Topics are gone from the image: so are the offsets committed of them. */
  onTopicsDeleted(topics: readonly GoneTopic[]): void {
    if (topics.length === 0) return
    for (const shard of this.#shards.values()) shard.onTopicsDeleted(topics)
  }

  /** One step of the shard a group belongs to; `failure` is the answer when it is not here, or not ready. */
  ask<Response>(
    groupId: string,
    failure: (errorCode: number) => Response,
    decide: (turn: Turn) => Response,
  ): Promise<Response> {
    return this.#ask(groupId, failure, decide)
  }

  /** A request that is answered by one step. */
  #ask<Response>(
    groupId: string,
    failure: (errorCode: number) => Response,
    decide: (turn: Turn) => Response,
  ): Promise<Response> {
    return this.#decide(groupId, failure, (turn, waiter) => turn.answer(waiter, decide(turn)))
  }

  /** A request that may have to wait for others. */
  #decide<Response>(
    groupId: string,
    failure: (errorCode: number) => Response,
    decide: (turn: Turn, waiter: Waiter<Response>) => void,
  ): Promise<Response> {
    if (this.#isClosed) return answer(failure(ErrorCode.COORDINATOR_NOT_AVAILABLE))
    const partitions = this.#options.writer.partitionCount()
    // A client that comes here without having asked for the coordinator has to ask, which creates the topic.
    const shard =
      partitions === null ? undefined : this.#shards.get(coordinatorPartition(groupId, partitions))
    return shard?.request(failure, decide) ?? answer(failure(ErrorCode.NOT_COORDINATOR))
  }

  #tell(event: GroupEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        this.#options.log.error('A listener of group events failed', {
          event: event.type,
          error: String(error),
        })
      }
    }
  }
}

function listed(group: Group): ListedGroup {
  switch (group.type) {
    case 'classic':
      return listedGroup(group)
    case 'consumer':
      return listedConsumerGroup(group)
    case 'share':
      return listedShareGroup(group)
  }
}

function answer<Response>(response: Response): Promise<Response> {
  return Promise.resolve(response)
}

function lowerCased(filter: readonly string[]): ReadonlySet<string> {
  return new Set(filter.map((value) => value.trim().toLowerCase()))
}
