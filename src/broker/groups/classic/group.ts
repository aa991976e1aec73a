import { DecodeError } from '../../protocol/codec.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { decodeSubscription } from '../../protocol/records/index.ts'
import type { GroupMetadataValue } from '../records.ts'
import { ClassicMember } from './member.ts'
import type { MemberIdentity, MemberProtocol } from './member.ts'
import type { Generation, RebalanceTrace } from './trace.ts'

/**
 * The names are what clients see. A dead group is one the shard has no more, so no group here ever is in that state.
 */
export type ClassicGroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'
export const DEAD = 'Dead'

const PREVIOUS_STATES: Readonly<Record<ClassicGroupState, readonly ClassicGroupState[]>> = {
  Empty: ['PreparingRebalance'],
  PreparingRebalance: ['Empty', 'CompletingRebalance', 'Stable'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
}

/** What the Java consumer calls its kind of group; Connect, for one, has another. */
export const CONSUMER_PROTOCOL_TYPE = 'consumer'

/**
 * A group of the classic protocol (`group.protocol=classic`): members join, the leader among them assigns, all
 * others take what it says. The states and their rules are those of Kafka's ClassicGroup.
 */
export class ClassicGroup {
  readonly type = 'classic'
  readonly groupId: string
  /** In the order of joining. */
  readonly members = new Map<string, ClassicMember>()
  /** Member ids given out by MEMBER_ID_REQUIRED and not used yet (KIP-394). */
  readonly pendingJoinMembers = new Set<string>()
  /** Members of the new generation that have not sent SyncGroup. */
  readonly pendingSyncMembers = new Set<string>()
  generationId = 0
  /** Null: nobody ever joined, so the group is its offsets only. */
  protocolType: string | null = null
  protocolName: string | null = null
  leaderId: string | null = null
  /** When the group came into its state; null in records of Kafka before 2.1. */
  currentStateTimestampMs: number | null = null
  /** Topics of all members' subscriptions; null when they cannot be known (no consumers, or unreadable metadata). */
  subscribedTopics: ReadonlySet<string> | null = null
  /** Somebody new came during the initial delay, so it may be extended. */
  newMemberAdded = false
  /** The rebalance under way, for who watches. */
  trace: RebalanceTrace | null = null
  /** One whose assignment is decided, while members have yet to ask for their part of it. */
  settling: RebalanceTrace | null = null
  /** As the log has it: who is in it, with which part of the assignment. */
  lastGeneration: Generation = new Map()
  /** Partitions of each subscribed topic when they were last assigned. */
  assignedSizes: ReadonlyMap<string, number> = new Map()
  #state: ClassicGroupState = 'Empty'
  #isInitialRebalance = false
  /** Member ids by group.instance.id (KIP-345). */
  readonly #staticMembers = new Map<string, string>()

  constructor(groupId: string) {
    this.groupId = groupId
  }

  get state(): ClassicGroupState {
    return this.#state
  }

  /** The rebalance under way began in an empty group. */
  get isInitialRebalance(): boolean {
    return this.#state === 'PreparingRebalance' && this.#isInitialRebalance
  }

  get canRebalance(): boolean {
    return PREVIOUS_STATES.PreparingRebalance.includes(this.#state)
  }

  transitionTo(state: ClassicGroupState, nowMs: number): void {
    if (!PREVIOUS_STATES[state].includes(this.#state)) {
      throw new Error(`group ${this.groupId} cannot go from ${this.#state} to ${state}`)
    }
    this.#isInitialRebalance = this.#state === 'Empty'
    this.#state = state
    this.currentStateTimestampMs = nowMs
  }

  /**
   * Applies a GroupMetadata record. When the record was just written only the assignments and the state are news;
   * when it is loaded everything is. Members which are known stay the same objects, with whoever waits for them.
   */
  restore(value: GroupMetadataValue): void {
    const known = new Map(this.members)
    this.members.clear()
    this.#staticMembers.clear()
    for (const recorded of value.members) {
      const member = known.get(recorded.memberId) ?? memberFromRecord(recorded)
      member.update({
        ...termsOf(recorded),
        protocols: protocolsAfter(member, value.protocol, recorded.subscription),
      })
      member.assignment = Buffer.from(recorded.assignment)
      this.#insert(member)
    }
    this.generationId = value.generation
    this.protocolType = value.protocolType === '' ? null : value.protocolType
    this.protocolName = value.protocol
    this.leaderId = value.leader
    this.currentStateTimestampMs = value.currentStateTimestamp === -1 ? null : value.currentStateTimestamp
    this.#state = this.members.size === 0 ? 'Empty' : 'Stable'
    this.subscribedTopics = this.#computeSubscribedTopics()
    this.#rememberGeneration()
  }

  toRecord(nowMs: number, assignments: ReadonlyMap<string, Buffer>): GroupMetadataValue {
    return {
      protocolType: this.protocolType ?? '',
      generation: this.generationId,
      protocol: this.protocolName,
      leader: this.leaderId,
      currentStateTimestamp: nowMs,
      members: [...this.members.values()].map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeout: member.rebalanceTimeoutMs,
        sessionTimeout: member.sessionTimeoutMs,
        subscription: this.metadataOf(member),
        assignment: assignments.get(member.memberId) ?? member.assignment,
      })),
    }
  }

  add(member: ClassicMember, protocolType: string): void {
    if (this.members.size === 0) this.protocolType = protocolType
    this.leaderId ??= member.memberId
    this.#insert(member)
    this.pendingJoinMembers.delete(member.memberId)
  }

  remove(memberId: string): void {
    const member = this.members.get(memberId)
    this.members.delete(memberId)
    if (member?.groupInstanceId != null) this.#staticMembers.delete(member.groupInstanceId)
    if (this.leaderId === memberId) this.leaderId = firstOf(this.members.keys())
    this.pendingJoinMembers.delete(memberId)
    this.pendingSyncMembers.delete(memberId)
  }

  /** A static member came back under a new member id (KIP-345): it takes the old one's place and assignment. */
  replaceStaticMember(old: ClassicMember, member: ClassicMember): void {
    member.assignment = old.assignment
    const members = [...this.members.values()]
    this.members.clear()
    for (const each of members) this.#insert(each === old ? member : each)
    if (this.leaderId === old.memberId) this.leaderId = member.memberId
    this.pendingSyncMembers.delete(old.memberId)
    const last = this.lastGeneration.get(old.memberId)
    if (last === undefined) return
    const others = [...this.lastGeneration].filter(([memberId]) => memberId !== old.memberId)
    const { assignment } = last
    this.lastGeneration = new Map([...others, [member.memberId, { ...identityOf(member), assignment }]])
  }

  staticMemberId(groupInstanceId: string): string | undefined {
    return this.#staticMembers.get(groupInstanceId)
  }

  /** The code of a request by somebody who is not the member it says; NONE for the member itself. */
  validateMember(memberId: string, groupInstanceId: string | null): number {
    if (groupInstanceId !== null) {
      const owner = this.#staticMembers.get(groupInstanceId)
      if (owner === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
      if (owner !== memberId) return ErrorCode.FENCED_INSTANCE_ID
    }
    return this.members.has(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID
  }

  isLeader(memberId: string): boolean {
    return this.leaderId === memberId
  }

  get membersAwaitingJoin(): number {
    let count = 0
    for (const member of this.members.values()) if (member.awaitingJoin !== null) count++
    return count
  }

  /** Everyone rejoined, and nobody holds a member id it has yet to join with. */
  get hasAllMembersJoined(): boolean {
    return this.pendingJoinMembers.size === 0 && this.membersAwaitingJoin === this.members.size
  }

  /** The longest of all members': the slowest one decides. */
  get rebalanceTimeoutMs(): number {
    let longestMs = 0
    for (const member of this.members.values()) longestMs = Math.max(longestMs, member.rebalanceTimeoutMs)
    return longestMs
  }

  /** A leader that did not rejoin is replaced by a member that did; false when there is none. */
  electJoinedLeader(): boolean {
    const leader = this.leaderId === null ? undefined : this.members.get(this.leaderId)
    if (leader === undefined) return false
    if (leader.awaitingJoin !== null) return true
    for (const member of this.members.values()) {
      if (member.awaitingJoin !== null) {
        this.leaderId = member.memberId
        return true
      }
    }
    return false
  }

  /** Whether a member with these protocols would leave the group one that all members support. */
  supports(protocolType: string, protocols: readonly MemberProtocol[]): boolean {
    if (this.#state === 'Empty') return protocolType !== '' && protocols.length > 0
    if (protocolType !== this.protocolType) return false
    const common = this.#commonProtocols()
    return protocols.some(({ name }) => common === null || common.has(name))
  }

  /** Each member votes for the first of its protocols that all support. */
  selectProtocol(): string {
    const common = this.#commonProtocols()
    const votes = new Map<string, number>()
    for (const { protocols } of this.members.values()) {
      const choice = protocols.find(({ name }) => common?.has(name) === true)
      if (choice !== undefined) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1)
    }
    const winner = [...votes].reduce<[string, number] | null>(
      (best, candidate) => (best === null || candidate[1] > best[1] ? candidate : best),
      null,
    )
    if (winner === null) throw new Error(`the members of group ${this.groupId} have no protocol in common`)
    return winner[0]
  }

  /** Whoever rejoined becomes the next generation; nobody makes the group empty. */
  startNextGeneration(nowMs: number): void {
    this.generationId++
    this.protocolName = this.members.size === 0 ? null : this.selectProtocol()
    this.subscribedTopics = this.#computeSubscribedTopics()
    this.transitionTo(this.members.size === 0 ? 'Empty' : 'CompletingRebalance', nowMs)
    this.pendingSyncMembers.clear()
  }

  /** What a member told about itself under the protocol in force. */
  metadataOf(member: ClassicMember): Buffer {
    const metadata = this.protocolName === null ? undefined : member.metadataFor(this.protocolName)
    if (metadata === undefined) {
      throw new Error(
        `member ${member.memberId} of group ${this.groupId} has no protocol ${this.protocolName}`,
      )
    }
    return metadata
  }

  /** When the subscriptions cannot be known, a consumer group is taken to subscribe to everything. */
  isSubscribedTo(topic: string): boolean {
    return this.subscribedTopics?.has(topic) ?? this.protocolType === CONSUMER_PROTOCOL_TYPE
  }

  #insert(member: ClassicMember): void {
    this.members.set(member.memberId, member)
    if (member.groupInstanceId !== null) this.#staticMembers.set(member.groupInstanceId, member.memberId)
  }

  #rememberGeneration(): void {
    this.lastGeneration = new Map(
      [...this.members.values()].map((member) => [
        member.memberId,
        { ...identityOf(member), assignment: member.assignment },
      ]),
    )
  }

  /** Null when there are no members, who would support anything. */
  #commonProtocols(): Set<string> | null {
    const [first, ...others] = this.members.values()
    if (first === undefined) return null
    const names = first.protocols.map(({ name }) => name)
    return new Set(names.filter((name) => others.every((other) => other.metadataFor(name) !== undefined)))
  }

  #computeSubscribedTopics(): ReadonlySet<string> | null {
    if (this.protocolType !== CONSUMER_PROTOCOL_TYPE) return null
    if (this.members.size === 0) return new Set()
    if (this.protocolName === null) return null
    try {
      const members = [...this.members.values()]
      return new Set(members.flatMap((member) => decodeSubscription(this.metadataOf(member)).topics))
    } catch (error) {
      // The metadata belongs to the clients, and some put their own format there: then nothing is known.
      if (error instanceof DecodeError) return null
      throw error
    }
  }
}

function identityOf({ memberId, groupInstanceId, clientId, clientHost }: ClassicMember): MemberIdentity {
  return { memberId, groupInstanceId, clientId, clientHost }
}

type RecordedMember = GroupMetadataValue['members'][number]

function memberFromRecord(recorded: RecordedMember): ClassicMember {
  return new ClassicMember(recorded, { ...termsOf(recorded), protocols: [] }, 0)
}

function termsOf(recorded: RecordedMember): { sessionTimeoutMs: number; rebalanceTimeoutMs: number } {
  return {
    sessionTimeoutMs: recorded.sessionTimeout,
    rebalanceTimeoutMs:
      recorded.rebalanceTimeout === -1 ? recorded.sessionTimeout : recorded.rebalanceTimeout,
  }
}

/** The log keeps only the metadata under the protocol in force; a member that is here may know more. */
function protocolsAfter(
  member: ClassicMember,
  protocol: string | null,
  subscription: Buffer,
): readonly MemberProtocol[] {
  if (protocol === null) return member.protocols
  const isUnchanged = member.metadataFor(protocol)?.equals(subscription) === true
  return isUnchanged ? member.protocols : [{ name: protocol, metadata: Buffer.from(subscription) }]
}

function firstOf<T>(items: Iterable<T>): T | null {
  for (const item of items) return item
  return null
}
