import type { AssignorMember, GroupAssignment } from './assignor.ts'

export interface TopicPartition {
  readonly topicId: string
  readonly partition: number
}

/** What one member will get. */
export class MemberDraft {
  readonly member: AssignorMember
  readonly partitions = new Map<string, Set<number>>()
  count = 0

  constructor(member: AssignorMember) {
    this.member = member
  }

  add({ topicId, partition }: TopicPartition): void {
    const partitions = this.partitions.get(topicId) ?? new Set<number>()
    this.partitions.set(topicId, partitions)
    partitions.add(partition)
    this.count++
  }

  remove({ topicId, partition }: TopicPartition): void {
    const partitions = this.partitions.get(topicId)
    if (partitions?.delete(partition) !== true) return
    if (partitions.size === 0) this.partitions.delete(topicId)
    this.count--
  }
}

/** An assignment in the making: a draft for each member, and the partitions nobody has yet. */
export class Draft {
  /** By member id in its natural order, so that every coordinator comes to the same result. */
  readonly drafts: readonly MemberDraft[]
  readonly #topics: ReadonlyMap<string, number>
  readonly #taken = new Map<string, Set<number>>()

  constructor(members: readonly AssignorMember[], topics: ReadonlyMap<string, number>) {
    this.drafts = [...members]
      .sort((a, b) => (a.memberId < b.memberId ? -1 : a.memberId > b.memberId ? 1 : 0))
      .map((member) => new MemberDraft(member))
    this.#topics = topics
  }

  /** What the member has and may keep: of topics that exist, that it subscribes to, and that nobody kept before. */
  keepable({ assigned, subscribedTopicIds }: AssignorMember): TopicPartition[] {
    const kept: TopicPartition[] = []
    for (const [topicId, partitions] of assigned) {
      const partitionCount = this.#topics.get(topicId)
      if (partitionCount === undefined || !subscribedTopicIds.has(topicId)) continue
      for (const partition of partitions) {
        if (partition < partitionCount && !this.#isTaken({ topicId, partition })) {
          kept.push({ topicId, partition })
        }
      }
    }
    return kept
  }

  give(draft: MemberDraft, topicPartition: TopicPartition): void {
    const { topicId, partition } = topicPartition
    const taken = this.#taken.get(topicId) ?? new Set<number>()
    this.#taken.set(topicId, taken)
    taken.add(partition)
    draft.add(topicPartition)
  }

  /** Partitions of the topics, in their order, that nobody has. */
  unassigned(topicIds: Iterable<string>): TopicPartition[] {
    const free: TopicPartition[] = []
    for (const topicId of topicIds) {
      for (let partition = 0; partition < (this.#topics.get(topicId) ?? 0); partition++) {
        if (!this.#isTaken({ topicId, partition })) free.push({ topicId, partition })
      }
    }
    return free
  }

  result(): GroupAssignment {
    return new Map(this.drafts.map(({ member, partitions }) => [member.memberId, partitions]))
  }

  #isTaken({ topicId, partition }: TopicPartition): boolean {
    return this.#taken.get(topicId)?.has(partition) === true
  }
}
