/**
 * The bounds a broker sets to what a group may set for itself: `group.consumer.min.…` and `.max.…` (KIP-848), and the
 * same for share groups (KIP-932).
 */
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import { resolveBrokerConfig } from '../metadata/configs/broker-config.ts'
import type { ConfigOverrides } from '../metadata/configs/config-values.ts'

type Wanted = ReadonlyMap<string, string>

/** In words what is out of bounds, or null. */
export function groupConfigProblem(
  staticConfig: ReadonlyMap<string, string>,
  overrides: ConfigOverrides,
  wanted: Wanted,
): string | null {
  const broker = resolveBrokerConfig(staticConfig, overrides)
  for (const [name, min, max] of bounds(broker)) {
    const problem = outOfBounds(wanted, name, min, max)
    if (problem !== null) return problem
  }
  return (
    heartbeatProblem(
      wanted,
      'consumer',
      broker.groupConsumerSessionTimeoutMs,
      broker.groupConsumerHeartbeatIntervalMs,
    ) ??
    heartbeatProblem(wanted, 'share', broker.groupShareSessionTimeoutMs, broker.groupShareHeartbeatIntervalMs)
  )
}

function bounds(broker: BrokerConfig): [name: string, min: number, max: number][] {
  return [
    [
      'consumer.session.timeout.ms',
      broker.groupConsumerMinSessionTimeoutMs,
      broker.groupConsumerMaxSessionTimeoutMs,
    ],
    [
      'consumer.heartbeat.interval.ms',
      broker.groupConsumerMinHeartbeatIntervalMs,
      broker.groupConsumerMaxHeartbeatIntervalMs,
    ],
    [
      'consumer.assignment.interval.ms',
      broker.groupConsumerMinAssignmentIntervalMs,
      broker.groupConsumerMaxAssignmentIntervalMs,
    ],
    ['share.session.timeout.ms', broker.groupShareMinSessionTimeoutMs, broker.groupShareMaxSessionTimeoutMs],
    [
      'share.heartbeat.interval.ms',
      broker.groupShareMinHeartbeatIntervalMs,
      broker.groupShareMaxHeartbeatIntervalMs,
    ],
    [
      'share.assignment.interval.ms',
      broker.groupShareMinAssignmentIntervalMs,
      broker.groupShareMaxAssignmentIntervalMs,
    ],
    [
      'share.record.lock.duration.ms',
      broker.groupShareMinRecordLockDurationMs,
      broker.groupShareMaxRecordLockDurationMs,
    ],
  ]
}

function outOfBounds(wanted: Wanted, name: string, min: number, max: number): string | null {
  const value = wanted.get(name)
  if (value === undefined || (Number(value) >= min && Number(value) <= max)) return null
  return `${name} (${value}) must be between group.${name.replace('.', '.min.')} (${min}) and group.${name.replace('.', '.max.')} (${max})`
}

function heartbeatProblem(
  wanted: Wanted,
  protocol: 'consumer' | 'share',
  sessionTimeoutByDefaultMs: number,
  heartbeatIntervalByDefaultMs: number,
): string | null {
  const session = `${protocol}.session.timeout.ms`
  const heartbeat = `${protocol}.heartbeat.interval.ms`
  if (!wanted.has(session) && !wanted.has(heartbeat)) return null
  const sessionTimeoutMs = Number(wanted.get(session) ?? sessionTimeoutByDefaultMs)
  const heartbeatIntervalMs = Number(wanted.get(heartbeat) ?? heartbeatIntervalByDefaultMs)
  return heartbeatIntervalMs >= sessionTimeoutMs
    ? `${heartbeat} (${heartbeatIntervalMs}) must be less than ${session} (${sessionTimeoutMs})`
    : null
}
