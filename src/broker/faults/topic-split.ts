/**
 * One request taken apart by the topics it names, and the answers of its parts put together again. Kafka answers most
 * requests topic by topic, so an error meant for one topic must not keep the others from their true answers.
 */
import { hasVersion } from '../protocol/schema.ts'
import type { Field, Fields, StructField } from '../protocol/schema.ts'
import { LISTS_OF_NAMES, requestTopics } from './request-topics.ts'

type Struct = Record<string, unknown>
type NameOf = (topicId: string) => string | null

/** In which fields the entries of an answer say what topic they are of. */
const NAMES = ['topic', 'topicName', 'topicId', 'name', 'resourceName']

export interface Parts {
  concerned: Struct
  /** Null: nothing is left. */
  rest: Struct | null
}

/** Both parts are whole requests; what is of no topic stays with the rest. */
export function splitByTopic(request: Struct, concerns: (topic: string) => boolean, nameOf: NameOf): Parts {
  const concerned = keep(request, (topic) => topic !== null && concerns(topic), nameOf)
  const rest = keep(request, (topic) => topic === null || !concerns(topic), nameOf)
  return { concerned, rest: isEmptied(request, rest) ? null : rest }
}

function keep(struct: Struct, wants: (topic: string | null) => boolean, nameOf: NameOf): Struct {
  return Object.fromEntries(
    Object.entries(struct).map(([field, member]) => {
      if (!Array.isArray(member)) return [field, member]
      const items = member as unknown[]
      if (LISTS_OF_NAMES.has(field)) return [field, items.filter((item) => wants(item as string))]
      return [field, items.flatMap((item) => keepItem(field, item, wants, nameOf))]
    }),
  )
}

function keepItem(
  field: string,
  item: unknown,
  wants: (topic: string | null) => boolean,
  nameOf: NameOf,
): unknown[] {
  if (typeof item !== 'object' || item === null) return [item]
  const entry = item as Struct
  const [own = null] = requestTopics({ [field]: [scalarsOf(entry)] }, nameOf)
  const isOfOneTopic = own !== null || requestTopics({ [field]: [entry] }, nameOf).size === 0
  if (isOfOneTopic) return wants(own) ? [entry] : []
  const kept = keep(entry, wants, nameOf)
  return isEmptied(entry, kept) ? [] : [kept]
}

function scalarsOf(entry: Struct): Struct {
  return Object.fromEntries(Object.entries(entry).filter(([, member]) => !Array.isArray(member)))
}

/** Whether a list that had something in it has nothing now. */
function isEmptied(before: Struct, after: Struct): boolean {
  return Object.entries(before).some(([field, member]) => {
    const left = after[field]
    return Array.isArray(member) && member.length > 0 && Array.isArray(left) && left.length === 0
  })
}

/** Whether an answer says its errors topic by topic, and nowhere above. */
export function isErrorByTopic(fields: Fields, answer: Struct, version: number): boolean {
  return Object.entries(fields).every(([name, field]) => {
    if (!hasVersion(field.versions, version)) return true
    if (name === 'errorCode') return answer[name] === 0
    if (!isListOfStructs(field) || isTopicEntry(field.element.fields)) return true
    const items = (answer[name] ?? []) as Struct[]
    return items.every((item) => isErrorByTopic(field.element.fields, item, version))
  })
}

/** Adds to an answer the entries of another one, which is about other topics. */
export function mergeAnswer(fields: Fields, answer: Struct, added: Struct, version: number): void {
  for (const [name, field] of Object.entries(fields)) {
    const items = added[name]
    if (!isListOfStructs(field) || !Array.isArray(items) || items.length === 0) continue
    const list = (answer[name] ??= []) as Struct[]
    const { fields: element } = field.element
    for (const item of items as Struct[]) {
      const same = isTopicEntry(element)
        ? undefined
        : list.find((each) => isSameEntry(element, each, item, version))
      if (same === undefined) list.push(item)
      else mergeAnswer(element, same, item, version)
    }
  }
}

function isListOfStructs(field: Field): field is Field & { kind: 'array'; element: StructField } {
  return field.kind === 'array' && field.element.kind === 'struct'
}

function isTopicEntry(fields: Fields): boolean {
  return NAMES.some((name) => name in fields)
}

/** An entry is called by its first string, such as the group's id. */
function isSameEntry(fields: Fields, one: Struct, other: Struct, version: number): boolean {
  const [key] =
    Object.entries(fields).find(
      ([, field]) => field.kind === 'string' && hasVersion(field.versions, version),
    ) ?? []
  return key !== undefined && one[key] === other[key]
}
