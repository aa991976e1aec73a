/** What holds for one share group: its own configs where it has them, within the bounds the brokers set. */
import type { BrokerConfig } from './broker-config.ts'
import { ConfigReader } from './config-values.ts'
import type { ConfigOverrides } from './config-values.ts'
import { groupConfigDefinitions } from './group-config-definitions.ts'
import { autoOffsetResetOf } from './share-offset-reset.ts'
import type { ShareOffsetReset } from './share-offset-reset.ts'

export interface ShareGroupConfig {
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly assignmentIntervalMs: number
  readonly recordLockDurationMs: number
  readonly deliveryCountLimit: number
  readonly partitionMaxRecordLocks: number
  readonly autoOffsetReset: ShareOffsetReset
  readonly isolationLevel: 'read_uncommitted' | 'read_committed'
}

export function resolveShareGroupConfig(
  image: ConfigOverrides,
  broker: BrokerConfig,
  groupId: string,
): ShareGroupConfig {
  const own = image.configOverrides('group', groupId)
  const read = new ConfigReader((name) => own.get(name) ?? groupConfigDefinitions.get(name)!.defaultValue)
  const within = (name: string, byDefault: number, atLeast: number, atMost: number) =>
    own.has(name) ? Math.min(Math.max(read.number(name), atLeast), atMost) : byDefault
  return {
    sessionTimeoutMs: within(
      'share.session.timeout.ms',
      broker.groupShareSessionTimeoutMs,
      broker.groupShareMinSessionTimeoutMs,
      broker.groupShareMaxSessionTimeoutMs,
    ),
    heartbeatIntervalMs: within(
      'share.heartbeat.interval.ms',
      broker.groupShareHeartbeatIntervalMs,
      broker.groupShareMinHeartbeatIntervalMs,
      broker.groupShareMaxHeartbeatIntervalMs,
    ),
    assignmentIntervalMs: within(
      'share.assignment.interval.ms',
      broker.groupShareAssignmentIntervalMs,
      broker.groupShareMinAssignmentIntervalMs,
      broker.groupShareMaxAssignmentIntervalMs,
    ),
    recordLockDurationMs: within(
      'share.record.lock.duration.ms',
      broker.groupShareRecordLockDurationMs,
      broker.groupShareMinRecordLockDurationMs,
      broker.groupShareMaxRecordLockDurationMs,
    ),
    deliveryCountLimit: broker.groupShareDeliveryCountLimit,
    partitionMaxRecordLocks: broker.groupSharePartitionMaxRecordLocks,
    autoOffsetReset: autoOffsetResetOf(read.text('share.auto.offset.reset')),
    isolationLevel: read.text<ShareGroupConfig['isolationLevel']>('share.isolation.level'),
  }
}
