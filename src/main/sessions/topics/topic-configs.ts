import {
  describeConfigsV1,
  describeConfigsV2,
  describeConfigsV3,
  describeConfigsV4,
  incrementalAlterConfigsV0,
  incrementalAlterConfigsV1,
} from '@platformatic/kafka'
import type { ConfigChange, ConfigSource, TopicConfig } from '../../../shared/ipc/topics.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'

/** Newest first. */
export const DESCRIBE_CONFIGS = [
  describeConfigsV4,
  describeConfigsV3,
  describeConfigsV2,
  describeConfigsV1,
] as const
export const ALTER_CONFIGS = [incrementalAlterConfigsV1, incrementalAlterConfigsV0] as const

/** Kafka's number for configs of topics. */
export const TOPIC = 2
/** Kafka's number for a value the topic has itself. */
const OWN = 1
/** What IncrementalAlterConfigs does to a value. */
export const ConfigOperation = { SET: 0, DELETE: 1 } as const

/** By Kafka's numbers. */
const SOURCES: Record<number, ConfigSource> = {
  1: 'DYNAMIC_TOPIC_CONFIG',
  2: 'DYNAMIC_BROKER_CONFIG',
  3: 'DYNAMIC_DEFAULT_BROKER_CONFIG',
  4: 'STATIC_BROKER_CONFIG',
  5: 'DEFAULT_CONFIG',
}

const TYPES: Record<number, string> = {
  1: 'BOOLEAN',
  2: 'STRING',
  3: 'INT',
  4: 'SHORT',
  5: 'LONG',
  6: 'DOUBLE',
  7: 'LIST',
  8: 'CLASS',
  9: 'PASSWORD',
}

export function sourceOf(source: number): ConfigSource {
  return SOURCES[source] ?? 'UNKNOWN'
}

/** All configs of a topic, or the named ones; by name. Rejects where the topic is gone. */
export async function topicConfigs(
  access: ClusterAccess,
  topic: string,
  names: string[] | null = null,
): Promise<TopicConfig[]> {
  const { api } = await access.choose(DESCRIBE_CONFIGS)
  const connection = await access.any()
  const resource = { resourceType: TOPIC, resourceName: topic, configurationKeys: names } as const
  const { results } = await answered(api.async(connection, [resource], true, true))
  const [result] = results
  refuse(result?.errorCode ?? -1, result?.errorMessage)
  return (result?.configs ?? []).map(configOf).sort((one, other) => (one.name < other.name ? -1 : 1))
}

interface DescribedConfig {
  name: string
  value?: string | null | undefined
  readOnly: boolean
  configSource: number
  isSensitive: boolean
  synonyms: { value?: string | null | undefined; source: number }[]
  /** Since version 3. */
  configType?: number
  documentation?: string | null | undefined
}

function configOf(described: DescribedConfig): TopicConfig {
  const inForce = { value: described.value, source: described.configSource }
  // The topic's own value is the first synonym; the one behind it counts once that is taken away.
  const isOwn = described.configSource === OWN
  const behind = isOwn ? described.synonyms.find(({ source }) => source !== OWN) : inForce
  return {
    name: described.name,
    value: described.value ?? null,
    source: sourceOf(described.configSource),
    inherited: behind ? { value: behind.value ?? null, source: sourceOf(behind.source) } : null,
    isReadOnly: described.readOnly,
    isSensitive: described.isSensitive,
    type: TYPES[described.configType ?? 0] ?? null,
    documentation: described.documentation ?? null,
  }
}

/** Sets and takes away a topic's own values, all of them or none. */
export async function alterTopicConfigs(
  access: ClusterAccess,
  topic: string,
  changes: readonly ConfigChange[],
  validateOnly: boolean,
): Promise<void> {
  const { api } = await access.choose(ALTER_CONFIGS)
  const configs = changes.map(({ name, value }) =>
    value === null
      ? ({ name, configOperation: ConfigOperation.DELETE } as const)
      : ({ name, configOperation: ConfigOperation.SET, value } as const),
  )
  const resource = { resourceType: TOPIC, resourceName: topic, configs } as const
  const { responses } = await answered(api.async(await access.controller(), [resource], validateOnly))
  refuse(responses[0]?.errorCode ?? -1, responses[0]?.errorMessage)
}
