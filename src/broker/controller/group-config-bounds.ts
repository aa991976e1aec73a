/** The bounds a broker sets to what a group may set for itself: `group.consumer.min.…` and `.max.…` (KIP-848). */
import type { ConfigOverrides } from '../metadata/configs/config-values.ts'
import { resolveBrokerConfig } from '../metadata/configs/broker-config.ts'

/** In words what is out of bounds, or null. */
export function groupConfigProblem(
  staticConfig: ReadonlyMap<string, string>,
  overrides: ConfigOverrides,
  wanted: ReadonlyMap<string, string>,
): string | null {
  const broker = resolveBrokerConfig(staticConfig, overrides)
  const session = 'consumer.session.timeout.ms'
  const heartbeat = 'consumer.heartbeat.interval.ms'
  const problem =
    outOfBounds(
      wanted,
      session,
      broker.groupConsumerMinSessionTimeoutMs,
      broker.groupConsumerMaxSessionTimeoutMs,
    ) ??
    outOfBounds(
      wanted,
      heartbeat,
      broker.groupConsumerMinHeartbeatIntervalMs,
      broker.groupConsumerMaxHeartbeatIntervalMs,
    )
  if (problem !== null) return problem
  const sessionTimeoutMs = Number(wanted.get(session) ?? broker.groupConsumerSessionTimeoutMs)
  const heartbeatIntervalMs = Number(wanted.get(heartbeat) ?? broker.groupConsumerHeartbeatIntervalMs)
  const isAsked = wanted.has(session) || wanted.has(heartbeat)
  return isAsked && heartbeatIntervalMs >= sessionTimeoutMs
    ? `${heartbeat} (${heartbeatIntervalMs}) must be less than ${session} (${sessionTimeoutMs})`
    : null
}

function outOfBounds(
  wanted: ReadonlyMap<string, string>,
  name: string,
  min: number,
  max: number,
): string | null {
  const value = wanted.get(name)
  if (value === undefined || (Number(value) >= min && Number(value) <= max)) return null
  return `${name} (${value}) must be between group.${name.replace('.', '.min.')} (${min}) and group.${name.replace('.', '.max.')} (${max})`
}
