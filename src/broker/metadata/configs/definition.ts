/** One configuration key as a value: its type, default, what it accepts, and what it is for. */

export type ConfigType =
  'boolean' | 'int' | 'long' | 'short' | 'double' | 'string' | 'list' | 'class' | 'password'

/**
 * What IncrementalAlterConfigs may do with a broker config while brokers run (KIP-226): nothing, set it for one
 * broker, or set it for one broker or for the whole cluster. A topic config is always `cluster-wide`.
 */
export type ConfigScope = 'read-only' | 'per-broker' | 'cluster-wide'

/** A broker config that gives a topic config its default; `factor` turns its unit into the topic config's. */
export interface ConfigSynonym {
  readonly name: string
  readonly factor: number
}

export interface ConfigDefinition {
  readonly name: string
  readonly type: ConfigType
  /** As text, as every value in Kafka's protocol is; null: there is none. */
  readonly defaultValue: string | null
  /** A sentence that says what is wrong with the value, or null when it is accepted. */
  validate(value: string): string | null
  readonly documentation: string
  readonly scope: ConfigScope
  /** Topic configs only: the broker configs its default comes from, the strongest first. */
  readonly synonyms: readonly ConfigSynonym[]
  /** Never listed by DescribeConfigs; accepted all the same. */
  readonly internal: boolean
}

export interface ConfigOptions {
  readonly scope?: ConfigScope
  readonly synonyms?: readonly ConfigSynonym[]
  readonly internal?: boolean
}

export interface Range {
  readonly atLeast?: number
  readonly atMost?: number
}

/** Java's Long.MAX_VALUE, which is how Kafka writes "no limit" for most longs. */
export const LONG_MAX = '9223372036854775807'
export const INT_MAX = 2147483647

type Check = (value: string) => string | null

/** Gives the reason of a refusal Kafka's sentence around it. */
function define(
  name: string,
  type: ConfigType,
  defaultValue: string | number | boolean | null,
  check: Check,
  documentation: string,
  options: ConfigOptions = {},
): ConfigDefinition {
  return {
    name,
    type,
    defaultValue: defaultValue === null ? null : String(defaultValue),
    validate(value) {
      const reason = check(value.trim())
      return reason === null ? null : `Invalid value ${value} for configuration ${name}: ${reason}`
    },
    documentation,
    scope: options.scope ?? 'read-only',
    synonyms: options.synonyms ?? [],
    internal: options.internal ?? false,
  }
}

function inRange(value: number, { atLeast, atMost }: Range): string | null {
  if (atLeast !== undefined && value < atLeast) return `Value must be at least ${atLeast}`
  if (atMost !== undefined && value > atMost) return `Value must be no more than ${atMost}`
  return null
}

function integer(javaType: 'SHORT' | 'INT' | 'LONG', range: Range): Check {
  const bits = { SHORT: 16n, INT: 32n, LONG: 64n }[javaType]
  const limit = 1n << (bits - 1n)
  return (value) => {
    if (!/^[+-]?\d+$/.test(value)) return `Not a number of type ${javaType}`
    // BigInt, because Long.MAX_VALUE and the number above it are the same double.
    const exact = BigInt(value.startsWith('+') ? value.slice(1) : value)
    if (exact >= limit || exact < -limit) return `Not a number of type ${javaType}`
    return inRange(Number(exact), range)
  }
}

export function boolean(name: string, defaultValue: boolean, documentation: string, options?: ConfigOptions) {
  const check: Check = (value) =>
    /^(true|false)$/i.test(value) ? null : 'Expected value to be either true or false'
  return define(name, 'boolean', defaultValue, check, documentation, options)
}

export function int(
  name: string,
  defaultValue: number | null,
  range: Range,
  documentation: string,
  options?: ConfigOptions,
) {
  return define(name, 'int', defaultValue, integer('INT', range), documentation, options)
}

export function short(
  name: string,
  defaultValue: number,
  range: Range,
  documentation: string,
  options?: ConfigOptions,
) {
  return define(name, 'short', defaultValue, integer('SHORT', range), documentation, options)
}

export function long(
  name: string,
  defaultValue: number | string | null,
  range: Range,
  documentation: string,
  options?: ConfigOptions,
) {
  return define(name, 'long', defaultValue, integer('LONG', range), documentation, options)
}

export function double(
  name: string,
  defaultValue: number,
  range: Range,
  documentation: string,
  options?: ConfigOptions,
) {
  const check: Check = (value) => {
    const parsed = value === '' ? NaN : Number(value)
    return Number.isNaN(parsed) ? 'Not a number of type DOUBLE' : inRange(parsed, range)
  }
  return define(name, 'double', defaultValue, check, documentation, options)
}

/** `allowed` empty: any text. */
export function string(
  name: string,
  defaultValue: string | null,
  allowed: readonly string[],
  documentation: string,
  options?: ConfigOptions,
) {
  const check: Check = (value) =>
    allowed.length === 0 || allowed.includes(value) ? null : `String must be one of: ${allowed.join(', ')}`
  return define(name, 'string', defaultValue, check, documentation, options)
}

/** Elements separated by commas; `allowed` empty: any element. */
export function list(
  name: string,
  defaultValue: string,
  allowed: readonly string[],
  documentation: string,
  options?: ConfigOptions,
  checkElement: Check = () => null,
) {
  const check: Check = (value) => {
    const elements = parseList(value)
    // KIP-1161: a list config holds each of its elements once.
    if (new Set(elements).size !== elements.length) return 'The list must not contain duplicates'
    const stranger = elements.find((element) => allowed.length > 0 && !allowed.includes(element))
    if (stranger !== undefined) return `String must be one of: ${allowed.join(', ')}`
    return elements.map(checkElement).find((reason) => reason !== null) ?? null
  }
  return define(name, 'list', defaultValue, check, documentation, options)
}

/** `'a, b'` → `['a', 'b']`; `''` → `[]`. */
export function parseList(value: string): string[] {
  return value
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '')
}

/** Same key, other name: how a broker config takes over the type and limits of the topic config it defaults. */
export function renamed(
  definition: ConfigDefinition,
  name: string,
  documentation: string,
  scope: ConfigScope,
): ConfigDefinition {
  return {
    ...definition,
    name,
    documentation,
    scope,
    synonyms: [],
    validate: (value) =>
      definition.validate(value)?.replace(`configuration ${definition.name}:`, `configuration ${name}:`) ??
      null,
  }
}

export function byName(definitions: readonly ConfigDefinition[]): ReadonlyMap<string, ConfigDefinition> {
  return new Map(definitions.map((definition) => [definition.name, definition]))
}
