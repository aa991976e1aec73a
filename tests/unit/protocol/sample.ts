/** Values made from a message's declaration, and what decoding them again has to give. */
import { hasVersion, ZERO_UUID } from '../../../src/broker/protocol/schema.ts'
import type { Field, Fields, Message } from '../../../src/broker/protocol/schema.ts'

export type Random = () => number
export type Plain = Record<string, unknown>

/** Mulberry32: small, and the same everywhere, so that a failure can be repeated from its seed. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Sample {
  /** Every field that exists in the version, nothing else. */
  readonly input: Plain
  /** The same with the defaults of the fields that do not. */
  readonly expected: Plain
}

export interface SampleOptions {
  /** How often a nullable field is null. */
  readonly nulls?: number
  /** Elements of an array; without it zero to three. */
  readonly elements?: number
}

export function sample(
  message: Message,
  version: number,
  random: Random,
  options: SampleOptions = {},
): Sample {
  return sampleFields(message.fields, version, random, options)
}

function sampleFields(fields: Fields, version: number, random: Random, options: SampleOptions): Sample {
  const input: Plain = {}
  const expected: Plain = {}
  for (const [name, field] of Object.entries(fields)) {
    if (!hasVersion(field.versions, version)) {
      expected[name] = defaultOf(field)
      continue
    }
    const pair = sampleField(field, version, random, options)
    input[name] = pair[0]
    expected[name] = pair[1]
  }
  return { input, expected }
}

function sampleField(
  field: Field,
  version: number,
  random: Random,
  options: SampleOptions,
): [input: unknown, expected: unknown] {
  if (hasVersion(field.nullable, version) && random() < (options.nulls ?? 0.2)) return [null, null]
  if (field.kind === 'struct') {
    const { input, expected } = sampleFields(field.fields, version, random, options)
    return [input, expected]
  }
  if (field.kind === 'array') {
    const length = options.elements ?? Math.floor(random() * 4)
    const pairs = Array.from({ length }, () => sampleField(field.element, version, random, options))
    return [pairs.map(([input]) => input), pairs.map(([, expected]) => expected)]
  }
  if (field.kind === 'records') {
    const chunks = [randomBytes(random, 10), randomBytes(random, 3000), randomBytes(random, 100)]
    return [random() < 0.5 ? chunks : Buffer.concat(chunks), Buffer.concat(chunks)]
  }
  const value = sampleScalar(field.kind, random)
  return [value, value]
}

function sampleScalar(kind: string, random: Random): unknown {
  switch (kind) {
    case 'int8':
      return int(random, -(2 ** 7), 2 ** 7 - 1)
    case 'int16':
      return int(random, -(2 ** 15), 2 ** 15 - 1)
    case 'int32':
      return int(random, -(2 ** 31), 2 ** 31 - 1)
    case 'uint16':
      return int(random, 0, 2 ** 16 - 1)
    case 'int64':
      if (random() < 0.1) return random() < 0.5 ? 2 ** 63 : -(2 ** 63)
      return int(random, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    case 'float64':
      return (random() - 0.5) * 1e9
    case 'bool':
      return random() < 0.5
    case 'uuid':
      return randomBytes(random, 16, 16).toString('base64url')
    case 'string':
      return ['orders', 'ünïcödé', '주문', '😀', 'x'.repeat(200)][int(random, 0, 4)]
    case 'bytes':
      return randomBytes(random, 40)
    default:
      throw new TypeError(`no sample of ${kind}`)
  }
}

export function int(random: Random, min: number, max: number): number {
  const roll = random()
  if (roll < 0.05) return min
  if (roll > 0.95) return max
  return Math.floor(min + random() * (max - min))
}

export function randomBytes(random: Random, max: number, min = 0): Buffer {
  const length = min + Math.floor(random() * (max - min + 1))
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)))
}

function defaultOf(field: Field): unknown {
  if (field.default !== undefined) return field.default
  switch (field.kind) {
    case 'array':
      return []
    case 'struct':
      return Object.fromEntries(Object.entries(field.fields).map(([name, each]) => [name, defaultOf(each)]))
    case 'string':
      return ''
    case 'uuid':
      return ZERO_UUID
    case 'bool':
      return false
    case 'bytes':
      return Buffer.alloc(0)
    default:
      return 0
  }
}

export function defaultsOf(message: Message): Plain {
  return Object.fromEntries(Object.entries(message.fields).map(([name, field]) => [name, defaultOf(field)]))
}
