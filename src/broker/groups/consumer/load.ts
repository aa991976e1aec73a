/** What a consumer group needs when its shard takes over. */
import type { Turn } from '../turn.ts'
import type { ConsumerGroup } from './group.ts'
import { sessionTimeoutMs } from './group-config.ts'
import { seenMembers } from './trace.ts'

/** Nobody knows how long the members have been silent: each gets a whole session, or time to give up partitions. */
export function onConsumerGroupLoaded(turn: Turn, group: ConsumerGroup): void {
  const { groupId, groupEpoch } = group
  for (const { memberId, memberEpoch, state, classic, rebalanceTimeoutMs } of group.members.values()) {
    const timeoutMs = classic?.sessionTimeoutMs ?? sessionTimeoutMs(turn, groupId)
    turn.schedule({ kind: 'session', groupId, memberId }, timeoutMs)
    if (state !== 'UNREVOKED_PARTITIONS') continue
    turn.schedule({ kind: 'revocation', groupId, memberId, memberEpoch }, rebalanceTimeoutMs)
  }
  if (group.members.size === 0) return
  if (group.state !== 'Stable') group.rebalancingSinceMs = turn.nowMs
  turn.emit({
    type: 'consumerGroupLoaded',
    groupId,
    atMs: turn.nowMs,
    groupEpoch,
    state: group.state,
    members: seenMembers(turn, group),
  })
}
