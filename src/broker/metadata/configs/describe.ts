/** Configs as DescribeConfigs tells them: the value in force, its source, and every value that stands behind it. */
import { brokerConfigDefinitions } from './broker-config-definitions.ts'
import { brokerConfigValues, ConfigSource, inTopicUnit, staticBrokerId } from './config-values.ts'
import type { ConfigOverrides, SourcedValue } from './config-values.ts'
import type { ConfigDefinition, ConfigType } from './definition.ts'
import { groupConfigDefinitions } from './group-config-definitions.ts'
import { topicConfigDefinitions } from './topic-config-definitions.ts'

/** DescribeConfigs' ConfigType. */
const configTypeIds: Readonly<Record<ConfigType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
}

export interface DescribedConfig {
  readonly name: string
  /** Null when there is none, and when it is sensitive. */
  readonly value: string | null
  readonly readOnly: boolean
  readonly configSource: number
  readonly isSensitive: boolean
  /** Every value the config has somewhere, the one in force first. */
  readonly synonyms: readonly SourcedValue[]
  readonly configType: number
  readonly documentation: string
}

/** A topic's configs, given what was set for it. */
export function describeTopicConfigs(
  overrides: ConfigOverrides,
  staticConfig: ReadonlyMap<string, string>,
  topicOverrides: ReadonlyMap<string, string>,
): DescribedConfig[] {
  return describeWithBrokerDefaults(
    topicConfigDefinitions,
    ConfigSource.TOPIC_CONFIG,
    overrides,
    staticConfig,
    topicOverrides,
  )
}

export function describeGroupConfigs(
  overrides: ConfigOverrides,
  staticConfig: ReadonlyMap<string, string>,
  groupOverrides: ReadonlyMap<string, string>,
): DescribedConfig[] {
  return describeWithBrokerDefaults(
    groupConfigDefinitions,
    ConfigSource.GROUP_CONFIG,
    overrides,
    staticConfig,
    groupOverrides,
  )
}

/** All configs of the broker whose static configuration is given. */
export function describeBrokerConfigs(
  overrides: ConfigOverrides,
  staticConfig: ReadonlyMap<string, string>,
): DescribedConfig[] {
  const brokerId = staticBrokerId(staticConfig)
  return [...brokerConfigDefinitions.values()]
    .filter(({ internal }) => !internal)
    .map((definition) => {
      const { name } = definition
      const values = brokerConfigValues(name, overrides, staticConfig, brokerId)
      // Its own value only: that of a synonym may be in another unit.
      const value = values.find((each) => each.name === name)?.value ?? null
      return described(definition, withoutDefaultsOfOthers(values, name), value)
    })
}

/** The configs that were set for the whole cluster (resource name `''`): these only, as in Kafka. */
export function describeClusterConfigs(overrides: ConfigOverrides): DescribedConfig[] {
  return [...overrides.configOverrides('broker', '')].flatMap(([name, value]) => {
    const definition = brokerConfigDefinitions.get(name)
    const inForce = { name, value, source: ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG }
    return definition === undefined ? [] : [described(definition, [inForce], value)]
  })
}

function describeWithBrokerDefaults(
  definitions: ReadonlyMap<string, ConfigDefinition>,
  ownSource: number,
  overrides: ConfigOverrides,
  staticConfig: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string>,
): DescribedConfig[] {
  return [...definitions.values()]
    .filter(({ name, internal }) => !internal || own.has(name))
    .map((definition) => {
      const { name, synonyms, defaultValue } = definition
      const ownValue = own.get(name)
      const brokerConfig = synonyms[0]?.name
      const inherited: SourcedValue[] =
        brokerConfig === undefined
          ? [{ name, value: defaultValue, source: ConfigSource.DEFAULT_CONFIG }]
          : brokerConfigValues(brokerConfig, overrides, staticConfig)
      const set = ownValue === undefined ? [] : [{ name, value: ownValue, source: ownSource }]
      const values = [...set, ...inherited]
      const [inForce] = values
      const value = inForce === undefined ? null : inTopicUnit(definition, inForce).value
      const isTopicsAlone = brokerConfig === undefined && ownSource === ConfigSource.TOPIC_CONFIG
      const told = isTopicsAlone ? set : withoutDefaultsOfOthers(values, brokerConfig)
      return described(definition, told, value)
    })
}

/**
 * Kafka does not tell that a config in milliseconds has its default from one in hours: the default of a synonym is
 * left out, what was set for it is not.
 */
function withoutDefaultsOfOthers(values: readonly SourcedValue[], name: string | undefined): SourcedValue[] {
  return values.filter(
    (each) => each.source !== ConfigSource.DEFAULT_CONFIG || name === undefined || each.name === name,
  )
}

/** @param values every value behind the config, the one in force first */
function described(
  definition: ConfigDefinition,
  values: readonly SourcedValue[],
  value: string | null,
): DescribedConfig {
  const isSensitive = definition.type === 'password'
  return {
    name: definition.name,
    value: isSensitive ? null : value,
    readOnly: definition.scope === 'read-only',
    configSource: values[0]?.source ?? ConfigSource.DEFAULT_CONFIG,
    isSensitive,
    synonyms: isSensitive ? values.map((each) => ({ ...each, value: null })) : values,
    configType: configTypeIds[definition.type],
    documentation: definition.documentation,
  }
}
