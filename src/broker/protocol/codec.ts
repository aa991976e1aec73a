/**
 * Encodes and decodes any version of any declared message. A declaration is compiled, once per version, into
 * closures that have the version's layout already decided; nothing looks at version ranges while bytes move.
 */
import { defaultOf } from './defaults.ts'
import { DecodeError } from './reader.ts'
import type { Reader } from './reader.ts'
import { scalarCodec } from './scalar-codec.ts'
import type { Layout, ValueCodec } from './scalar-codec.ts'
import { hasVersion } from './schema.ts'
import type { Field, Fields, Infer, Input, Message } from './schema.ts'
import { tagCodec } from './tag-buffer.ts'
import type { Member, Struct } from './tag-buffer.ts'
import type { Writer } from './writer.ts'

export { DecodeError, Reader } from './reader.ts'
export { Writer } from './writer.ts'

/**
 * Setting a field that the version cannot carry is how a handler loses data without noticing; Kafka throws. In
 * a test run we do too. In production the field is dropped: the peer chose the version, and half of an answer
 * serves it better than none.
 */
const strict = process.env['NODE_ENV'] === 'test'

const compiled = new WeakMap<Message, (ValueCodec | undefined)[]>()

/** Reads one message and leaves the reader behind it. */
export function decode<M extends Message>(message: M, version: number, reader: Reader): Infer<M> {
  const codec = codecFor(message, version)
  if (codec === undefined) throw new DecodeError(`${message.name} has no version ${version}`)
  try {
    return codec.read(reader) as Infer<M>
  } catch (error) {
    if (error instanceof DecodeError) throw new DecodeError(`${message.name} v${version}: ${error.message}`)
    throw error
  }
}

export function encode<M extends Message>(
  message: M,
  version: number,
  value: Input<M>,
  writer: Writer,
): void {
  const codec = codecFor(message, version)
  if (codec === undefined) throw new RangeError(`${message.name} has no version ${version}`)
  codec.write(writer, value)
}

function codecFor(message: Message, version: number): ValueCodec | undefined {
  const [min, max] = message.versions
  if (!Number.isInteger(version) || version < min || version > max) return undefined
  let versions = compiled.get(message)
  if (versions === undefined) compiled.set(message, (versions = []))
  return (versions[version] ??= compile(message, version))
}

function compile(message: Message, version: number): ValueCodec {
  const flexible = message.flexibleFrom !== null && version >= message.flexibleFrom
  return structCodec(message.fields, { version, flexible, nullable: false })
}

function structCodec(fields: Fields, layout: Layout): ValueCodec {
  const { version, flexible, nullable } = layout
  const members = Object.entries(fields).map(([name, field]) => member(name, field, version, flexible))
  const plain = members.filter(({ place }) => place === 'plain')
  const tags = tagCodec(members.filter(({ place }) => place === 'tagged'))
  const missing = members.filter(({ place, ignorable }) => strict && place === 'absent' && !ignorable)
  /** Cloned for every struct that is read, so that all have one shape and every absent field its default. */
  const blank: Struct = Object.fromEntries(members.map((each) => [each.name, each.default.fresh()]))
  const renewed = members.filter(({ name, place }) => place !== 'plain' && isObject(blank[name]))

  return {
    minSize: nullable ? 1 : plain.reduce((sum, { value }) => sum + value.minSize, flexible ? 1 : 0),

    read(reader) {
      if (nullable && reader.int8() < 0) return null
      const struct = { ...blank }
      for (const each of renewed) struct[each.name] = each.default.fresh()
      for (const { name, value } of plain) struct[name] = value.read(reader)
      if (flexible) tags.read(reader, struct)
      return struct
    },

    write(writer, input) {
      if (input === null && nullable) return writer.int8(-1)
      if (!isObject(input)) throw new TypeError(`not a struct: ${String(input)}`)
      if (nullable) writer.int8(1)
      for (const each of plain) {
        const given = input[each.name]
        each.value.write(writer, given === undefined ? each.default.fresh() : given)
      }
      for (const each of missing) {
        if (each.default.is(input[each.name])) continue
        throw new RangeError(`${each.name} does not exist in version ${version}`)
      }
      if (flexible) tags.write(writer, input)
    },
  }
}

/**
 * Fields for people to read. Such a sentence may quote what the client sent, and get longer than a string can be;
 * it is cut then, for half a sentence serves better than no answer.
 */
const SENTENCES: ReadonlySet<string> = new Set(['errorMessage', 'batchIndexErrorMessage'])
const LONGEST_SENTENCE = 8_000

function sentence(codec: ValueCodec): ValueCodec {
  return {
    ...codec,
    write: (writer, value) =>
      codec.write(writer, typeof value === 'string' ? value.slice(0, LONGEST_SENTENCE) : value),
  }
}

function member(name: string, field: Field, version: number, flexible: boolean): Member {
  const value = valueCodec(field, { version, flexible, nullable: hasVersion(field.nullable, version) })
  const present = hasVersion(field.versions, version)
  const tagged = present && hasVersion(field.tagged?.versions, version)
  return {
    name,
    place: tagged ? 'tagged' : present ? 'plain' : 'absent',
    tag: field.tagged?.tag ?? -1,
    ignorable: field.ignorable === true,
    value: SENTENCES.has(name) ? sentence(value) : value,
    default: defaultOf(field),
  }
}

function valueCodec(field: Field, layout: Layout): ValueCodec {
  if (field.kind === 'struct') return structCodec(field.fields, layout)
  if (field.kind === 'array') return arrayCodec(field.element, layout)
  return scalarCodec(field.kind, layout)
}

function arrayCodec(field: Field, { version, flexible, nullable }: Layout): ValueCodec {
  const element = valueCodec(field, { version, flexible, nullable: false })
  // An element without fields in this version takes no bytes; a count must be bounded all the same.
  const minSize = Math.max(1, element.minSize)
  return {
    minSize: flexible ? 1 : 4,

    read(reader) {
      const count = reader.length(flexible, 4)
      if (count === -1 && nullable) return null
      if (count < 0 || count * minSize > reader.remaining) {
        throw new DecodeError(`array of ${count} with ${reader.remaining} bytes left at ${reader.position}`)
      }
      const result: unknown[] = []
      for (let i = 0; i < count; i++) result.push(element.read(reader))
      return result
    },

    write(writer, value) {
      if (value === null && nullable) return writer.length(flexible, 4, -1)
      if (!Array.isArray(value)) throw new TypeError(`not an array: ${String(value)}`)
      writer.length(flexible, 4, value.length)
      for (const item of value) element.write(writer, item)
    },
  }
}

function isObject(value: unknown): value is Struct {
  return typeof value === 'object' && value !== null
}
