import { consumerGroupHeartbeat } from '../../src/broker/protocol/messages/68-consumer-group-heartbeat.ts'
import { findCoordinator } from '../../src/broker/protocol/messages/10-find-coordinator.ts'
import { joinGroup } from '../../src/broker/protocol/messages/11-join-group.ts'
import { heartbeat } from '../../src/broker/protocol/messages/12-heartbeat.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { syncGroup } from '../../src/broker/protocol/messages/14-sync-group.ts'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import type { ResponseOf } from '../../src/broker/protocol/api.ts'
import { encodeRecord } from '../../src/broker/protocol/records/versioned.ts'
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
} from '../../src/broker/protocol/records/consumer-protocol.ts'
import { check } from './_topic.ts'
import { Wire } from './_wire.ts'

/** Longer than any benchmark: nobody has to heartbeat while something else is measured. */
const SESSION_TIMEOUT_MS = 1_800_000
const PROTOCOL_VERSION = 1

type Joined = ResponseOf<typeof joinGroup>

/** The port of a group's coordinator, asked until there is one. */
export async function coordinatorPort(bootstrapPort: number, groupId: string): Promise<number> {
  const wire = await Wire.connect(bootstrapPort)
  for (;;) {
    const answer = await wire.call(findCoordinator, 4, { keyType: 0, coordinatorKeys: [groupId] })
    const [found] = answer.coordinators
    if (found?.errorCode !== ErrorCode.NONE) continue
    wire.close()
    return found.port
  }
}

/** A member of a classic group, which does nothing by itself. */
export class ClassicMember {
  readonly groupId: string
  memberId = ''
  generationId = -1
  readonly #wire: Wire
  readonly #topic: string

  constructor(wire: Wire, groupId: string, topic: string) {
    this.#wire = wire
    this.groupId = groupId
    this.#topic = topic
  }

  /** Until the coordinator has loaded its groups, it is asked again. */
  async join(): Promise<Joined> {
    for (;;) {
      const joined = await this.#join()
      if (joined.errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) continue
      this.memberId = joined.memberId
      if (joined.errorCode === ErrorCode.MEMBER_ID_REQUIRED) continue
      check(joined.errorCode, 'JoinGroup')
      this.generationId = joined.generationId
      return joined
    }
  }

  #join(): Promise<Joined> {
    const subscription = { topics: [this.#topic] }
    const metadata = encodeRecord(consumerProtocolSubscription, PROTOCOL_VERSION, subscription)
    return this.#wire.call(joinGroup, 9, {
      groupId: this.groupId,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      rebalanceTimeoutMs: 60_000,
      memberId: this.memberId,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata }],
    })
  }

  /** The leader's sync spreads the partitions evenly; returns how many bytes of assignment came back. */
  async sync({ leader, members }: Joined, partitions: number): Promise<number> {
    const assignments =
      leader === this.memberId
        ? members.map(({ memberId }, index) => ({
            memberId,
            assignment: assignmentOf(this.#topic, share(partitions, index, members.length)),
          }))
        : []
    const synced = await this.#wire.call(syncGroup, 5, {
      groupId: this.groupId,
      generationId: this.generationId,
      memberId: this.memberId,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments,
    })
    check(synced.errorCode, 'SyncGroup')
    return synced.assignment.length
  }

  /** The error code: REBALANCE_IN_PROGRESS is news. */
  async heartbeat(): Promise<number> {
    const { groupId, generationId, memberId } = this
    return (await this.#wire.call(heartbeat, 4, { groupId, generationId, memberId })).errorCode
  }

  close(): void {
    this.#wire.close()
  }
}

/** A member of a KIP-848 group that heartbeats only when told to, and gives up at once what it is told to. */
export class ConsumerMember {
  readonly groupId: string
  readonly memberId: string
  memberEpoch = 0
  /** Of the only topic there is. */
  partitions: readonly number[] = []
  #topicId = ''
  readonly #wire: Wire
  readonly #topic: string
  #hasNews = true

  constructor(wire: Wire, groupId: string, topic: string, memberId: string) {
    this.#wire = wire
    this.groupId = groupId
    this.#topic = topic
    this.memberId = memberId
  }

  async heartbeat(): Promise<void> {
    const { groupId, memberId, memberEpoch } = this
    const owned =
      this.partitions.length === 0 ? [] : [{ topicId: this.#topicId, partitions: [...this.partitions] }]
    const isJoin = memberEpoch === 0
    const answer = await this.#wire.call(consumerGroupHeartbeat, 1, {
      groupId,
      memberId,
      memberEpoch,
      rebalanceTimeoutMs: isJoin ? 60_000 : -1,
      subscribedTopicNames: isJoin ? [this.#topic] : null,
      topicPartitions: this.#hasNews ? owned : null,
    })
    if (answer.errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) return
    check(answer.errorCode, `ConsumerGroupHeartbeat (${answer.errorMessage})`)
    this.memberEpoch = answer.memberEpoch
    this.#hasNews = answer.assignment !== null
    if (answer.assignment === null) return
    const [assigned] = answer.assignment.topicPartitions
    this.#topicId = assigned?.topicId ?? this.#topicId
    this.partitions = assigned?.partitions ?? []
  }

  close(): void {
    this.#wire.close()
  }
}

/** Resolves when every broker knows the topic with all its partitions, so that any may coordinate a group of it. */
export async function untilKnown(ports: readonly number[], topic: string, partitions: number): Promise<void> {
  for (const port of ports) {
    const wire = await Wire.connect(port)
    const count = async () => {
      const { topics } = await wire.call(metadata, 12, { topics: [{ name: topic }] })
      return topics[0]?.partitions.length ?? 0
    }
    while ((await count()) < partitions);
    wire.close()
  }
}

function share(partitions: number, index: number, members: number): number[] {
  return Array.from({ length: partitions }, (_, partition) => partition).filter(
    (partition) => partition % members === index,
  )
}

function assignmentOf(topic: string, partitions: number[]): Buffer {
  const assignedPartitions = [{ topic, partitions }]
  return encodeRecord(consumerProtocolAssignment, PROTOCOL_VERSION, { assignedPartitions })
}
