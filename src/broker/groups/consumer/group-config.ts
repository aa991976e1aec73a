/** What a group may set for itself (`kafka-configs --entity-type groups`), over the broker's `group.consumer.*`. */
import type { Turn } from '../turn.ts'
import { ASSIGNORS, uniform } from '../assignors/index.ts'
import type { Assignor } from '../assignors/index.ts'

export function sessionTimeoutMs({ image, config }: Turn, groupId: string): number {
  const own = image.configOverrides('group', groupId).get('consumer.session.timeout.ms')
  return own === undefined ? config.groupConsumerSessionTimeoutMs : Number(own)
}

export function heartbeatIntervalMs({ image, config }: Turn, groupId: string): number {
  const own = image.configOverrides('group', groupId).get('consumer.heartbeat.interval.ms')
  return own === undefined ? config.groupConsumerHeartbeatIntervalMs : Number(own)
}

/** How long a target assignment stands at least before the next is computed; 0: not at all. */
export function assignmentIntervalMs({ image, config }: Turn, groupId: string): number {
  const own = image.configOverrides('group', groupId).get('consumer.assignment.interval.ms')
  return inRange(
    own === undefined ? config.groupConsumerAssignmentIntervalMs : Number(own),
    config.groupConsumerMinAssignmentIntervalMs,
    config.groupConsumerMaxAssignmentIntervalMs,
  )
}

/** The brokers' bounds may have changed since the value was set. */
function inRange(value: number, atLeast: number, atMost: number): number {
  return Math.min(Math.max(value, atLeast), atMost)
}

/** In the order of `group.consumer.assignors`, the first being the default. */
export function offeredAssignors({ config }: Pick<Turn, 'config'>): readonly Assignor[] {
  const offered = config.groupConsumerAssignors.flatMap((name) => ASSIGNORS.get(name) ?? [])
  return offered.length === 0 ? [uniform] : offered
}
