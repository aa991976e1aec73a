/** Configs of a single group (KIP-848, KIP-932): they override the broker's group.consumer.* and group.share.* for it. */
import { byName, int, string } from './definition.ts'
import type { ConfigDefinition } from './definition.ts'
import { offsetResetProblem } from './share-offset-reset.ts'

const clusterWide = { scope: 'cluster-wide' } as const

const OFFSET_RESET = 'share.auto.offset.reset'

const shareAutoOffsetReset: ConfigDefinition = {
  ...string(
    OFFSET_RESET,
    'latest',
    [],
    'Where the share group begins with a partition it has never read: earliest, latest or by_duration:<ISO 8601>.',
    clusterWide,
  ),
  validate(value) {
    const problem = offsetResetProblem(value.trim())
    return problem === null ? null : `Invalid value ${value} for configuration ${OFFSET_RESET}: ${problem}`
  },
}

export const groupConfigDefinitions = byName([
  int(
    'consumer.heartbeat.interval.ms',
    5000,
    { atLeast: 1 },
    'How often the group’s members send heartbeats.',
    { ...clusterWide, synonyms: [{ name: 'group.consumer.heartbeat.interval.ms', factor: 1 }] },
  ),
  int(
    'consumer.session.timeout.ms',
    45_000,
    { atLeast: 1 },
    'A member of the group that is silent for this long is removed.',
    { ...clusterWide, synonyms: [{ name: 'group.consumer.session.timeout.ms', factor: 1 }] },
  ),
  int(
    'consumer.assignment.interval.ms',
    1000,
    { atLeast: 0 },
    'The group is assigned anew at most this often.',
    { ...clusterWide, synonyms: [{ name: 'group.consumer.assignment.interval.ms', factor: 1 }] },
  ),
  int(
    'share.assignment.interval.ms',
    1000,
    { atLeast: 0 },
    'The share group is assigned anew at most this often.',
    { ...clusterWide, synonyms: [{ name: 'group.share.assignment.interval.ms', factor: 1 }] },
  ),
  int(
    'share.heartbeat.interval.ms',
    5000,
    { atLeast: 1 },
    'How often the share group’s members send heartbeats.',
    { ...clusterWide, synonyms: [{ name: 'group.share.heartbeat.interval.ms', factor: 1 }] },
  ),
  int(
    'share.session.timeout.ms',
    45_000,
    { atLeast: 1 },
    'A member of the share group that is silent for this long is removed.',
    { ...clusterWide, synonyms: [{ name: 'group.share.session.timeout.ms', factor: 1 }] },
  ),
  int(
    'share.record.lock.duration.ms',
    30_000,
    { atLeast: 1000 },
    'How long a consumer of the share group holds the records it was given.',
    { ...clusterWide, synonyms: [{ name: 'group.share.record.lock.duration.ms', factor: 1 }] },
  ),
  shareAutoOffsetReset,
  string(
    'share.isolation.level',
    'read_uncommitted',
    ['read_committed', 'read_uncommitted'],
    'Whether the share group is given records of transactions that are not committed.',
    clusterWide,
  ),
])
