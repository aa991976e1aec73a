/** What a classic group needs when its shard takes over, and when it gives up. */
import type { Turn } from '../turn.ts'
import type { ClassicGroup } from './group.ts'
import { keepAlive, prepareRebalance } from './rebalance.ts'

/** Nobody knows how long the members of a loaded group have been silent: each gets a whole session. */
export function onGroupLoaded(turn: Turn, group: ClassicGroup): void {
  for (const member of group.members.values()) keepAlive(turn, group, member)
  const { groupId, generationId, members } = group
  if (members.size > 0) {
    turn.emit({ type: 'coordinatorLoaded', groupId, atMs: turn.nowMs, generationId, members: members.size })
  }
  if (group.members.size <= turn.config.groupMaxSize) return
  prepareRebalance(turn, group, {
    kind: 'groupTooLarge',
    sentence: `the group has ${group.members.size} members and may have ${turn.config.groupMaxSize}`,
    memberIds: [],
    values: { members: group.members.size, maxMembers: turn.config.groupMaxSize },
  })
}

/** The coordinator loses the group: everybody who waits must look for the new one. */
export function failWaitingMembers(group: ClassicGroup, errorCode: number): void {
  for (const member of group.members.values()) {
    member.awaitingJoin?.fail(errorCode)
    member.awaitingSync?.fail(errorCode)
    member.awaitingJoin = null
    member.awaitingSync = null
  }
}
