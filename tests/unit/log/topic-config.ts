import { noOverrides } from '../../../src/broker/metadata/configs/config-values.ts'
import { resolveTopicConfig } from '../../../src/broker/metadata/configs/topic-config.ts'
import type { TopicConfig } from '../../../src/broker/metadata/configs/topic-config.ts'

export const TOPIC_ID = 'dG9waWMtMDAwMDAwMDAwMQ'
export const TOPIC = 'orders'

export function topicConfig(overrides: Partial<TopicConfig> = {}): TopicConfig {
  return { ...resolveTopicConfig(noOverrides, new Map(), TOPIC), ...overrides }
}
