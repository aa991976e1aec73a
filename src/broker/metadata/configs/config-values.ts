/** Where a config's value in force comes from: overrides, static configuration, defaults, in Kafka's order. */
import { brokerConfigDefinitions, brokerConfigSynonyms } from './broker-config-definitions.ts'
import { parseList } from './definition.ts'
import type { ConfigDefinition } from './definition.ts'

export type ConfigResourceType = 'topic' | 'broker' | 'group'

/** What was altered while the cluster ran; a MetadataImage is one. Broker name `''` is the whole cluster. */
export interface ConfigOverrides {
  configOverrides(type: ConfigResourceType, name: string): ReadonlyMap<string, string>
}

export const noOverrides: ConfigOverrides = { configOverrides: () => new Map() }

/** DescribeConfigs' ConfigSource. */
export const ConfigSource = {
  TOPIC_CONFIG: 1,
  DYNAMIC_BROKER_CONFIG: 2,
  DYNAMIC_DEFAULT_BROKER_CONFIG: 3,
  STATIC_BROKER_CONFIG: 4,
  DEFAULT_CONFIG: 5,
  GROUP_CONFIG: 8,
} as const

export interface SourcedValue {
  readonly name: string
  readonly value: string | null
  readonly source: number
}

/** A broker's id as its static configuration gives it; -1 when it gives none. */
export function staticBrokerId(staticConfig: ReadonlyMap<string, string>): number {
  return Number(staticConfig.get('node.id') ?? staticConfig.get('broker.id') ?? -1)
}

/**
 * Every value a broker config has somewhere, the one in force first: this broker's dynamic one, the cluster's
 * dynamic one, the static one, the default; within each source the synonyms in their own order.
 */
export function brokerConfigValues(
  name: string,
  overrides: ConfigOverrides,
  staticConfig: ReadonlyMap<string, string>,
  brokerId = staticBrokerId(staticConfig),
): SourcedValue[] {
  const synonyms = brokerConfigSynonyms(name)
  const from = (values: ReadonlyMap<string, string | null>, source: number): SourcedValue[] =>
    synonyms.flatMap((synonym) => {
      const value = values.get(synonym)
      return value === undefined || value === null ? [] : [{ name: synonym, value, source }]
    })
  const defaults = new Map(
    synonyms.map((synonym) => [synonym, brokerConfigDefinitions.get(synonym)?.defaultValue ?? null]),
  )
  return [
    ...from(overrides.configOverrides('broker', String(brokerId)), ConfigSource.DYNAMIC_BROKER_CONFIG),
    ...from(overrides.configOverrides('broker', ''), ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG),
    ...from(staticConfig, ConfigSource.STATIC_BROKER_CONFIG),
    ...from(defaults, ConfigSource.DEFAULT_CONFIG),
  ]
}

/** A broker value in the unit of the topic config it stands for (hours become milliseconds). */
export function inTopicUnit(topicConfig: ConfigDefinition, value: SourcedValue): SourcedValue {
  const factor = topicConfig.synonyms.find((synonym) => synonym.name === value.name)?.factor ?? 1
  if (factor === 1 || value.value === null) return value
  const number = Number(value.value)
  // -1 means "no limit" in every unit.
  return { ...value, value: String(number < 0 ? number : number * factor) }
}

/** The value in force of a topic config. */
export function topicConfigValue(
  definition: ConfigDefinition,
  overrides: ConfigOverrides,
  staticConfig: ReadonlyMap<string, string>,
  topicOverrides: ReadonlyMap<string, string>,
): string | null {
  const own = topicOverrides.get(definition.name)
  if (own !== undefined) return own
  const synonym = definition.synonyms[0]
  if (synonym === undefined) return definition.defaultValue
  const inForce = brokerConfigValues(synonym.name, overrides, staticConfig)[0]
  return inForce === undefined ? definition.defaultValue : inTopicUnit(definition, inForce).value
}

/** Typed access to configuration text. A name nobody defined is a mistake in this program, hence the TypeError. */
export class ConfigReader {
  readonly #valueOf: (name: string) => string | null

  constructor(valueOf: (name: string) => string | null) {
    this.#valueOf = valueOf
  }

  textOrNull(name: string): string | null {
    const value = this.#valueOf(name)?.trim()
    return value === undefined || value === '' ? null : value
  }

  text<T extends string = string>(name: string): T {
    const value = this.textOrNull(name)
    if (value === null) throw new TypeError(`configuration ${name} has no value`)
    return value as T
  }

  number(name: string): number {
    return Number(this.text(name))
  }

  boolean(name: string): boolean {
    return this.text(name).toLowerCase() === 'true'
  }

  list(name: string): string[] {
    return parseList(this.#valueOf(name) ?? '')
  }
}
