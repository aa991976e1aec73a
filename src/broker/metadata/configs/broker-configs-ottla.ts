/** Broker configs Kafka does not have. */
import { boolean, int, string } from './definition.ts'
import type { ConfigDefinition } from './definition.ts'

export const ottlaConfigs: readonly ConfigDefinition[] = [
  string(
    'ottla.failure.detection',
    'instant',
    ['instant', 'session'],
    'How a broker’s death is noticed: "instant" when the supervisor sees its thread end, "session" only when ' +
      'broker.session.timeout.ms (or the controller’s lease) has run out, as in Kafka.',
  ),
  int(
    'ottla.controller.lease.duration.ms',
    3000,
    { atLeast: 100 },
    'How long the controller’s lease lives without being renewed; after that another broker takes the role.',
  ),
  int(
    'ottla.controller.lease.renew.interval.ms',
    500,
    { atLeast: 10 },
    'How often the controller renews its lease and the other brokers look whether it is free.',
  ),
  int(
    'ottla.metadata.log.max.records.between.snapshots',
    5000,
    { atLeast: 1 },
    'After this many metadata records a snapshot is written and older records are dropped.',
  ),
  boolean(
    'ottla.eligible.leader.replicas.enable',
    false,
    'Eligible leader replicas (KIP-966): replicas that left an ISR smaller than min.insync.replicas may still ' +
      'become leader without loss. Without it the last member of an ISR never leaves it.',
  ),
]
