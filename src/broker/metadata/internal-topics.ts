/** The topics in which coordinators keep their state (Kafka's Topic.isInternal). */
export const OFFSETS_TOPIC = '__consumer_offsets'
export const TRANSACTION_STATE_TOPIC = '__transaction_state'
export const SHARE_GROUP_STATE_TOPIC = '__share_group_state'

const INTERNAL_TOPICS: ReadonlySet<string> = new Set([
  OFFSETS_TOPIC,
  TRANSACTION_STATE_TOPIC,
  SHARE_GROUP_STATE_TOPIC,
])

/** Clients see such a topic marked, and may not write to it. */
export function isInternalTopic(name: string): boolean {
  return INTERNAL_TOPICS.has(name)
}
