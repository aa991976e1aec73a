/**
 * Server-side assignors (KIP-848): who of a group's members reads which partitions. Pure functions; share groups
 * (KIP-932) use the same interface.
 */

/** Partitions by topic id. A topic without partitions is left out. */
export type TopicPartitions = ReadonlyMap<string, ReadonlySet<number>>

/** Targets by member id: every member of the group has one, an empty one if need be. */
export type GroupAssignment = ReadonlyMap<string, TopicPartitions>

export interface AssignorMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly rackId: string | null
  /** Ids of topics. One that is not among the assignor's topics does not exist (yet). */
  readonly subscribedTopicIds: ReadonlySet<string>
  /** The target the member has now, which a sticky assignor changes as little as it can. */
  readonly assigned: TopicPartitions
}

export interface Assignor {
  /** As clients ask for it (`group.remote.assignor`) and `group.consumer.assignors` lists it. */
  readonly name: string
  /**
   * @param members in any order; the result does not depend on it.
   * @param topics number of partitions by topic id; in the order in which they should be assigned.
   */
  assign(members: readonly AssignorMember[], topics: ReadonlyMap<string, number>): GroupAssignment
}
