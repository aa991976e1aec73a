/** A coordinator on an in-memory log, driven by a clock that only the test moves. */
import { GroupCoordinator } from '../../../src/broker/groups/coordinator.ts'
import type { GroupEvent } from '../../../src/broker/groups/events.ts'
import type {
  JoinGroupRequest,
  JoinGroupResponse,
  OffsetCommitRequest,
  SyncGroupResponse,
} from '../../../src/broker/groups/messages.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import type { LogLine } from '../../../src/broker/logger.ts'
import { MetadataCache } from '../../../src/broker/metadata/cache.ts'
import type { BrokerConfig } from '../../../src/broker/metadata/configs/broker-config.ts'
import { resolveBrokerConfig } from '../../../src/broker/metadata/configs/broker-config.ts'
import { ConfigResource } from '../../../src/broker/metadata/records.ts'
import type { MetadataRecord } from '../../../src/broker/metadata/records.ts'
import { consumerProtocolSubscription, encodeRecord } from '../../../src/broker/protocol/records/index.ts'
import { ZERO_UUID } from '../../../src/broker/protocol/schema.ts'
import { Call } from './call.ts'
import { FakeClock, settle } from '../fake-clock.ts'
import { MemoryLog } from './memory-log.ts'

export interface HarnessOptions {
  readonly config?: Partial<BrokerConfig>
  /** Topics of the cluster with their numbers of partitions. */
  readonly topics?: Readonly<Record<string, number>>
  readonly log?: MemoryLog
  readonly clock?: FakeClock
  /** Partitions of `__consumer_offsets` led by this broker from the start. */
  readonly leads?: readonly number[]
}

export interface JoinOptions {
  readonly version?: number
  readonly memberId?: string
  readonly instanceId?: string
  readonly protocols?: readonly string[] | JoinGroupRequest['protocols']
  readonly protocolType?: string
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
  readonly clientId?: string
  readonly reason?: string
  readonly topics?: readonly string[]
}

export const GROUP = 'g'

export class Harness {
  readonly clock: FakeClock
  readonly log: MemoryLog
  readonly lines: LogLine[] = []
  readonly events: GroupEvent[] = []
  readonly metadata: MetadataCache
  config: BrokerConfig
  coordinator: GroupCoordinator
  #uuids = 0

  constructor(options: HarnessOptions = {}) {
    this.clock = options.clock ?? new FakeClock()
    this.log = options.log ?? new MemoryLog()
    this.config = {
      ...resolveBrokerConfig(new Map([['node.id', '1']])),
      groupInitialRebalanceDelayMs: 0,
      // What is looked at is what each change does; that changes are answered together has tests of its own.
      groupConsumerAssignmentIntervalMs: 0,
      groupShareAssignmentIntervalMs: 0,
      ...options.config,
    }
    this.metadata = new MetadataCache({ clusterId: topicId('cluster'), clock: this.clock })
    this.coordinator = this.#newCoordinator()
    this.addTopics(options.topics ?? { t: 4, u: 2 })
    for (const partition of options.leads ?? [0]) this.coordinator.elected(partition, 0)
  }

  /** A harness that is ready to answer. */
  static async start(options: HarnessOptions = {}): Promise<Harness> {
    const harness = new Harness(options)
    await settle()
    return harness
  }

  addTopics(topics: Readonly<Record<string, number>>): void {
    this.#apply(Object.entries(topics).flatMap(([name, count]) => topicRecords(name, topicId(name), count)))
  }

  /** Gives a topic more partitions. */
  growTopic(name: string, partitions: number): void {
    const topic = this.metadata.image.topic(name)
    if (topic === undefined) throw new Error(`no topic ${name}`)
    this.#apply(topicRecords(name, topic.id, partitions).slice(1 + topic.partitions.length))
  }

  setGroupConfig(groupId: string, name: string, value: string): void {
    this.#apply([{ type: 'Config', resourceType: ConfigResource.group, resourceName: groupId, name, value }])
  }

  /** Deletes a topic, and makes a new one of the name if it is told how many partitions it has. */
  deleteTopic(name: string, recreatedPartitions = 0): void {
    const id = this.metadata.image.topic(name)?.id ?? ZERO_UUID
    const successor =
      recreatedPartitions === 0 ? [] : topicRecords(name, topicId(`${name}'`), recreatedPartitions)
    const { deletedTopics } = this.#apply([{ type: 'RemoveTopic', topicId: id }, ...successor])
    this.coordinator.onTopicsDeleted(deletedTopics)
  }

  #apply(records: readonly MetadataRecord[]) {
    const delta = this.metadata.applyBatch(this.metadata.image.offset + 1, records, { snapshot: false })
    this.coordinator.onTopicsChanged(delta)
    return delta
  }

  /** What another broker would know: a new coordinator on the same log. */
  async failOver(): Promise<void> {
    this.coordinator.resigned(0)
    this.coordinator.close()
    this.coordinator = this.#newCoordinator()
    this.coordinator.elected(0, 1)
    await settle()
  }

  /** Gives up the partition and takes it again. */
  async reload(): Promise<void> {
    this.coordinator.resigned(0)
    this.coordinator.elected(0, 1)
    await settle()
  }

  join(options: JoinOptions = {}): Call<JoinGroupResponse> {
    const { version = 9, clientId = 'c' } = options
    return new Call(
      this.coordinator.joinGroup(
        { apiVersion: version, clientId, clientAddress: '127.0.0.1:50000' },
        {
          groupId: GROUP,
          sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
          rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 60_000,
          memberId: options.memberId ?? '',
          groupInstanceId: options.instanceId ?? null,
          protocolType: options.protocolType ?? 'consumer',
          protocols: protocolsOf(options),
          reason: options.reason ?? null,
        },
      ),
    )
  }

  sync(
    memberId: string,
    generationId: number,
    assignments: Readonly<Record<string, string>> = {},
    instanceId: string | null = null,
  ): Call<SyncGroupResponse> {
    return new Call(
      this.coordinator.syncGroup({
        groupId: GROUP,
        generationId,
        memberId,
        groupInstanceId: instanceId,
        protocolType: null,
        protocolName: null,
        assignments: Object.entries(assignments).map(([id, assignment]) => ({
          memberId: id,
          assignment: Buffer.from(assignment),
        })),
      }),
    )
  }

  async heartbeat(memberId: string, generationId: number, instanceId: string | null = null): Promise<number> {
    const { errorCode } = await this.coordinator.heartbeat({
      groupId: GROUP,
      generationId,
      memberId,
      groupInstanceId: instanceId,
    })
    return errorCode ?? 0
  }

  /** The codes of the members named by id, or by instance id with a leading `#`. */
  async leave(...names: readonly string[]): Promise<number[]> {
    const { members = [] } = await this.coordinator.leaveGroup({
      groupId: GROUP,
      members: names.map((name) =>
        name.startsWith('#')
          ? { memberId: '', groupInstanceId: name.slice(1), reason: null }
          : { memberId: name, groupInstanceId: null, reason: 'closing' },
      ),
    })
    return members.map(({ errorCode }) => errorCode ?? 0)
  }

  /** Commits one offset of a partition of `t`. */
  async commit(offset: number, options: CommitOptions = {}): Promise<number> {
    return onlyCode(await this.commitCall(offset, options).response)
  }

  commitCall(offset: number, options: CommitOptions = {}) {
    const { version = 9, topic = 't', partition = 0, metadata = '', id = ZERO_UUID } = options
    const request: OffsetCommitRequest = {
      groupId: options.groupId ?? GROUP,
      generationIdOrMemberEpoch: options.generationId ?? -1,
      memberId: options.memberId ?? '',
      groupInstanceId: options.instanceId ?? null,
      retentionTimeMs: options.retentionTimeMs ?? -1,
      topics: [
        {
          name: topic,
          topicId: id,
          partitions: [
            {
              partitionIndex: partition,
              committedOffset: offset,
              committedLeaderEpoch: options.leaderEpoch ?? -1,
              committedMetadata: metadata,
            },
          ],
        },
      ],
    }
    return new Call(
      this.coordinator.commitOffsets(
        { apiVersion: version, clientId: 'c', clientAddress: '127.0.0.1:50000' },
        request,
      ),
    )
  }

  async fetch(options: FetchOptions = {}) {
    const { topic = 't', partition = 0, id = ZERO_UUID, version = 9 } = options
    const fetched = await this.coordinator.fetchOffsets(
      { apiVersion: version, clientId: 'c', clientAddress: '127.0.0.1:50000' },
      {
        groupId: options.groupId ?? GROUP,
        memberId: null,
        memberEpoch: -1,
        topics: [{ name: topic, topicId: id, partitionIndexes: [partition] }],
      },
    )
    return fetched.topics?.[0]?.partitions?.[0] ?? { errorCode: fetched.errorCode }
  }

  /** Every committed offset of a group as `topic-partition: offset`. */
  async offsets(groupId = GROUP, version = 9): Promise<Record<string, number>> {
    const { topics = [] } = await this.coordinator.fetchOffsets(
      { apiVersion: version, clientId: 'c', clientAddress: '127.0.0.1:50000' },
      { groupId, memberId: null, memberEpoch: -1, topics: null },
    )
    return Object.fromEntries(
      topics.flatMap(({ name, partitions = [] }) =>
        partitions.map((partition) => [
          `${name}-${partition.partitionIndex}`,
          partition.committedOffset ?? -1,
        ]),
      ),
    )
  }

  async describe(groupId = GROUP, version = 6) {
    const [group] = await this.coordinator.describeGroups(
      { apiVersion: version, clientId: 'c', clientAddress: '127.0.0.1:50000' },
      [groupId],
    )
    if (group === undefined) throw new Error('nothing described')
    return group
  }

  /** The state's name, or the error code of a group that is not there. */
  async state(groupId = GROUP): Promise<string> {
    return (await this.describe(groupId, 5)).groupState ?? ''
  }

  /** One dynamic member joins by both steps of KIP-394 and waits for the generation. */
  async enter(options: JoinOptions = {}): Promise<{ memberId: string; joined: Call<JoinGroupResponse> }> {
    const { memberId = '' } = await this.join(options).response
    return { memberId, joined: this.join({ ...options, memberId }) }
  }

  /** A stable group of dynamic members; each has its own id as its assignment. */
  async stableGroup(count: number, options: JoinOptions = {}): Promise<StableGroup> {
    const memberIds: string[] = []
    for (let index = 0; index < count; index++)
      memberIds.push((await this.join(options).response).memberId ?? '')
    const joins = memberIds.map((memberId) => this.join({ ...options, memberId }))
    await this.clock.elapse(this.config.groupInitialRebalanceDelayMs)
    return this.finish(memberIds, joins)
  }

  /** All joins are answered: the leader assigns each member its own id, everybody syncs. */
  async finish(
    memberIds: readonly string[],
    joins: readonly Call<JoinGroupResponse>[],
  ): Promise<StableGroup> {
    const { generationId = -1, leader = '' } = joins[0]?.value ?? {}
    const assignments = Object.fromEntries(memberIds.map((id) => [id, id]))
    const syncs = memberIds.map((id) => this.sync(id, generationId, id === leader ? assignments : {}))
    await settle()
    for (const sync of syncs)
      if (sync.value.errorCode !== 0) throw new Error(`sync failed: ${sync.value.errorCode}`)
    return { memberIds, leader, generationId, followers: memberIds.filter((id) => id !== leader) }
  }

  #newCoordinator(): GroupCoordinator {
    const coordinator = new GroupCoordinator({
      brokerId: 1,
      config: () => this.config,
      clock: this.clock,
      log: createLogger(1, (line) => this.lines.push(line)),
      metadata: this.metadata,
      writer: this.log,
      random: { uuid: () => `uuid-${++this.#uuids}` },
    })
    coordinator.onEvent((event) => this.events.push(event))
    return coordinator
  }
}

export interface StableGroup {
  readonly memberIds: readonly string[]
  readonly leader: string
  readonly followers: readonly string[]
  readonly generationId: number
}

export interface CommitOptions {
  readonly version?: number
  readonly groupId?: string
  readonly topic?: string
  readonly id?: string
  readonly partition?: number
  readonly metadata?: string | null
  readonly leaderEpoch?: number
  readonly generationId?: number
  readonly memberId?: string
  readonly instanceId?: string
  readonly retentionTimeMs?: number
}

export interface FetchOptions {
  readonly version?: number
  readonly groupId?: string
  readonly topic?: string
  readonly id?: string
  readonly partition?: number
}

/** The same id for the same name, in every run. */
export function topicId(name: string): string {
  return Buffer.alloc(16, name).toString('base64url')
}

/** A consumer's subscription as the Java client encodes it. */
export function subscription(topics: readonly string[], userData = ''): Buffer {
  return encodeRecord(consumerProtocolSubscription, 1, { topics, userData: Buffer.from(userData) })
}

function onlyCode(response: {
  topics?: readonly { partitions?: readonly { errorCode?: number | undefined }[] | undefined }[] | undefined
}): number {
  const codes = (response.topics ?? []).flatMap(({ partitions = [] }) =>
    partitions.map(({ errorCode }) => errorCode),
  )
  if (codes.length !== 1 || codes[0] === undefined) throw new Error(`not one code but ${codes.length}`)
  return codes[0]
}

function protocolsOf({ protocols = ['range'], topics = ['t'] }: JoinOptions): JoinGroupRequest['protocols'] {
  return protocols.map((protocol) =>
    typeof protocol === 'string' ? { name: protocol, metadata: subscription(topics) } : protocol,
  )
}

function topicRecords(name: string, id: string, partitions: number): MetadataRecord[] {
  const empty = { removingReplicas: [], addingReplicas: [], elr: [], lastKnownElr: [] }
  return [
    { type: 'Topic', topicId: id, name },
    ...Array.from({ length: partitions }, (_, partition): MetadataRecord => ({
      type: 'Partition',
      topicId: id,
      partition,
      replicas: [1],
      isr: [1],
      leader: 1,
      leaderRecoveryState: 0,
      leaderEpoch: 0,
      partitionEpoch: 0,
      ...empty,
    })),
  ]
}
