import { randomUUID } from 'node:crypto'
import type { TopicConfig } from '../../../shared/ipc/topics.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { attempt } from './attempt.ts'
import { createTopic } from './topic-changes.ts'
import { topicConfigs } from './topic-configs.ts'

/** Whatever the brokers are set to. */
const DEFAULT = -1

/**
 * All configs of a topic. Apache Kafka tells no synonym for those that its brokers have in another unit, as
 * `retention.ms` of `log.retention.hours`: what would count without the topic's own value is then asked as what a new
 * topic would have, which is checked and never created.
 */
export async function configsWithDefaults(access: ClusterAccess, topic: string): Promise<TopicConfig[]> {
  const configs = await topicConfigs(access, topic)
  if (configs.every(({ inherited }) => inherited !== null)) return configs
  // A policy or a missing right may refuse it: then nobody knows.
  const told = await attempt(() =>
    createTopic(access, {
      cluster: '',
      topic: `defaults-${randomUUID()}`,
      partitions: DEFAULT,
      replicationFactor: DEFAULT,
      configs: [],
      validateOnly: true,
    }),
  )
  const ofNew = told.ok ? (told.value.configs ?? []) : []
  const defaults = new Map(ofNew.map(({ name, value, source }) => [name, { value, source }]))
  return configs.map((each) => ({ ...each, inherited: each.inherited ?? defaults.get(each.name) ?? null }))
}
