import type { ClassicTimer } from '../timers.ts'
import type { Turn } from '../turn.ts'
import { onJoinTimer, onSessionTimer, onSyncTimer } from './rebalance.ts'

/** A timer of a classic group fired. A group that is gone by now needs nothing. */
export function onClassicTimer(turn: Turn, timer: ClassicTimer): void {
  const group = turn.state.classicGroup(timer.groupId)
  if (group === undefined) return
  switch (timer.kind) {
    case 'session':
      onSessionTimer(turn, group, timer.memberId)
      return
    case 'join':
      onJoinTimer(turn, group, timer.initial)
      return
    case 'sync':
      onSyncTimer(turn, group)
      return
  }
}
