/** Kafka's own message declarations (JSON with comments), in the terms ours have. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseVersions } from '../../../src/broker/protocol/schema.ts'
import type { Field, Fields } from '../../../src/broker/protocol/schema.ts'

export interface KafkaMessage {
  readonly name: string
  readonly apiKey?: number
  readonly type: string
  readonly validVersions: string
  readonly flexibleVersions?: string
  readonly latestVersionUnstable?: boolean
  readonly fields: readonly KafkaField[]
  readonly commonStructs?: readonly { readonly name: string; readonly fields: readonly KafkaField[] }[]
}

interface KafkaField {
  readonly name: string
  readonly type: string
  readonly versions?: string
  readonly nullableVersions?: string
  readonly taggedVersions?: string
  readonly tag?: number
  readonly default?: string | number | boolean | null
  readonly ignorable?: boolean
  readonly fields?: readonly KafkaField[]
}

/** One field, in a form both sides can be brought to. */
export interface Shape {
  readonly name: string
  readonly type: string
  readonly versions: string
  readonly nullable: string
  readonly tagged: string
  readonly default: string
  readonly ignorable: boolean
  readonly fields: readonly Shape[]
}

export function readKafkaMessages(folder: string): Map<string, KafkaMessage> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const messages = files.map((name) => parse(readFileSync(join(folder, name), 'utf8')))
  return new Map(messages.map((message) => [message.name, message]))
}

function parse(text: string): KafkaMessage {
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, '')) as KafkaMessage
}

/** What Kafka declares, without the fields of versions above `max`. */
export function shapeOfKafka(message: KafkaMessage, max: number): Shape[] {
  const structs = new Map(message.commonStructs?.map(({ name, fields }) => [name, fields]))
  const shapesOf = (fields: readonly KafkaField[]): Shape[] =>
    fields.filter((field) => parseVersions(versionsOf(field))[0] <= max).map(shapeOf)

  function shapeOf(field: KafkaField): Shape {
    const element = field.type.replace('[]', '')
    const fields = field.fields ?? structs.get(element)
    const isArray = field.type.startsWith('[]')
    return {
      name: field.name.charAt(0).toLowerCase() + field.name.slice(1),
      type: (isArray ? '[]' : '') + (fields === undefined ? element : 'struct'),
      versions: versionsOf(field),
      nullable: field.nullableVersions ?? '',
      tagged: field.taggedVersions === undefined ? '' : `${field.tag} in ${field.taggedVersions}`,
      default: kafkaDefault(field),
      ignorable: field.ignorable ?? false,
      fields: fields === undefined ? [] : shapesOf(fields),
    }
  }
  return shapesOf(message.fields)
}

function versionsOf(field: KafkaField): string {
  const versions = field.versions ?? field.taggedVersions
  if (versions === undefined) throw new TypeError(`${field.name} has no versions`)
  return versions
}

/** A default written out that is the type's own anyway counts as none. */
function kafkaDefault(field: KafkaField): string {
  if (field.type === 'records') return 'null'
  const text = String(field.default ?? (field.default === null ? 'null' : ''))
  if (text === '' || text === 'null') return text
  if (field.type === 'bool') return text === 'false' ? '' : text
  if (field.type === 'string') return text
  return Number(text) === 0 ? '' : String(Number(text))
}

/** What we declare. */
export function shapeOfOurs(fields: Fields): Shape[] {
  return Object.entries(fields).map(([name, field]) => {
    const element = field.kind === 'array' ? field.element : field
    return {
      name,
      type: (field.kind === 'array' ? '[]' : '') + element.kind,
      versions: field.versions,
      nullable: field.nullable ?? '',
      tagged: field.tagged === undefined ? '' : `${field.tagged.tag} in ${field.tagged.versions}`,
      default: ourDefault(field),
      ignorable: field.ignorable ?? false,
      fields: element.kind === 'struct' ? shapeOfOurs(element.fields) : [],
    }
  })
}

function ourDefault(field: Field): string {
  return field.default === undefined ? '' : String(field.default)
}
