/** Configs of a single group (KIP-848): they override the broker's group.consumer.* for it. */
import { byName, int } from './definition.ts'

const clusterWide = { scope: 'cluster-wide' } as const

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
])
