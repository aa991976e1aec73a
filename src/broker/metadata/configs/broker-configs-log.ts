/** Broker configs of the log: the cluster's defaults for topics, and how logs are looked after. */
import { boolean, int, LONG_MAX, long, renamed } from './definition.ts'
import type { ConfigDefinition } from './definition.ts'
import { topicConfigDefinitions } from './topic-config-definitions.ts'

/** Kafka has no default for these: the synonym after them (hours, the scheduler's interval) carries it. */
const withoutDefault = new Set([
  'log.flush.interval.ms',
  'log.retention.ms',
  'log.roll.jitter.ms',
  'log.roll.ms',
])

/**
 * The strongest synonym of each topic config; these are the ones that can be changed while brokers run
 * (DynamicLogConfig in Kafka).
 */
function topicDefaults(): ConfigDefinition[] {
  return [...topicConfigDefinitions.values()].flatMap((topicConfig) => {
    const synonym = topicConfig.synonyms[0]
    if (synonym === undefined) return []
    const documentation = `What a topic without its own ${topicConfig.name} gets. ${topicConfig.documentation}`
    const definition = renamed(topicConfig, synonym.name, documentation, 'cluster-wide')
    return [withoutDefault.has(synonym.name) ? { ...definition, defaultValue: null } : definition]
  })
}

export const logConfigs: readonly ConfigDefinition[] = [
  ...topicDefaults(),
  long(
    'log.flush.scheduler.interval.ms',
    LONG_MAX,
    { atLeast: 0 },
    'The default of log.flush.interval.ms where that is not set.',
  ),
  int(
    'log.retention.hours',
    168,
    {},
    'The default retention time in hours; log.retention.minutes and log.retention.ms go before it.',
  ),
  int(
    'log.retention.minutes',
    null,
    {},
    'The default retention time in minutes; goes before log.retention.hours, log.retention.ms before it.',
  ),
  int(
    'log.roll.hours',
    168,
    { atLeast: 1 },
    'The default age at which a new segment is begun, in hours; log.roll.ms goes before it.',
  ),
  int(
    'log.roll.jitter.hours',
    0,
    { atLeast: 0 },
    'The default of segment.jitter.ms in hours; log.roll.jitter.ms goes before it.',
  ),
  long(
    'log.retention.check.interval.ms',
    300_000,
    { atLeast: 1 },
    'How often the broker looks for segments that retention lets it delete.',
  ),
  long(
    'log.initial.task.delay.ms',
    30_000,
    { atLeast: 0 },
    'How long after its start a broker begins with retention and compaction.',
  ),
  boolean('log.cleaner.enable', true, 'Whether compacted topics are compacted.'),
  long(
    'log.cleaner.backoff.ms',
    15_000,
    { atLeast: 0 },
    'How long the compactor waits when it has found nothing to do.',
    { scope: 'cluster-wide' },
  ),
]
