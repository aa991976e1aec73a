/**
 * The answer by which an API says an error without having done anything, as Kafka's `AbstractRequest.getErrorResponse`
 * makes it. Made from the declarations of the two messages: what the request lists, the response lists with the error.
 */
import type { Api } from '../protocol/api.ts'
import { defaultOf } from '../protocol/defaults.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { hasVersion } from '../protocol/schema.ts'
import type { Field, Fields } from '../protocol/schema.ts'

type Struct = Record<string, unknown>

/** Codes that say something of one partition or topic: where an answer lists these, they carry the code. */
const OF_ONE_ENTRY: ReadonlySet<number> = new Set([
  ErrorCode.OFFSET_OUT_OF_RANGE,
  ErrorCode.CORRUPT_MESSAGE,
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.INVALID_FETCH_SIZE,
  ErrorCode.LEADER_NOT_AVAILABLE,
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.REPLICA_NOT_AVAILABLE,
  ErrorCode.MESSAGE_TOO_LARGE,
  ErrorCode.OFFSET_METADATA_TOO_LARGE,
  ErrorCode.INVALID_TOPIC_EXCEPTION,
  ErrorCode.RECORD_LIST_TOO_LARGE,
  ErrorCode.NOT_ENOUGH_REPLICAS,
  ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
  ErrorCode.TOPIC_AUTHORIZATION_FAILED,
  ErrorCode.KAFKA_STORAGE_ERROR,
  ErrorCode.FENCED_LEADER_EPOCH,
  ErrorCode.UNKNOWN_LEADER_EPOCH,
  ErrorCode.OFFSET_NOT_AVAILABLE,
  ErrorCode.UNSTABLE_OFFSET_COMMIT,
  ErrorCode.INVALID_RECORD,
  ErrorCode.UNKNOWN_TOPIC_ID,
  ErrorCode.INCONSISTENT_TOPIC_ID,
])

/** AddPartitionsToTxn calls it by another name. */
const ERRORS = ['errorCode', 'partitionErrorCode']

/** Offsets that Kafka says to be -1 where there is an error, without its messages declaring that. */
const OFFSETS: ReadonlySet<string> = new Set(['baseOffset', 'committedOffset', 'highWatermark'])

/** Names under which requests and responses speak of the same thing. */
const SAME: readonly (readonly string[])[] = [
  ['topic', 'name', 'topicName'],
  ['partition', 'partitionIndex', 'index', 'partitionId'],
  ['groupId', 'group'],
  ['key'],
]

export function errorAnswer(api: Api, version: number, request: unknown, code: number): Struct {
  const answer = mirror(api.response.fields, request as Struct, version)
  const byEntry = OF_ONE_ENTRY.has(code)
  if (!byEntry && putOutermost(api.response.fields, answer, version, code)) return answer
  if (putInnermost(api.response.fields, answer, version, code)) return answer
  putOutermost(api.response.fields, answer, version, code)
  return answer
}

/** Puts the error into the entries of an answer that are of topics for which `concerns` says yes. */
export function putIntoTopics(
  topics: Iterable<{ name?: string | null | undefined; errorCode?: number | undefined }>,
  code: number,
  concerns: (topic: string) => boolean,
): void {
  for (const topic of topics) {
    if (typeof topic.name === 'string' && concerns(topic.name)) topic.errorCode = code
  }
}

/** A response with an entry for each that the request lists. */
function mirror(fields: Fields, request: Struct, version: number): Struct {
  const answer: Struct = {}
  for (const [name, field] of Object.entries(fields)) {
    if (!hasVersion(field.versions, version)) continue
    answer[name] =
      field.kind === 'array' ? mirrorList(name, field.element, request, version) : withoutValue(name, field)
    const asked = sameIn(request, name)
    if (field.kind !== 'array' && asked !== undefined && !ERRORS.includes(name)) answer[name] = asked
  }
  return answer
}

function withoutValue(name: string, field: Field): unknown {
  return OFFSETS.has(name) ? -1 : defaultOf(field).fresh()
}

function mirrorList(name: string, element: Field, request: Struct, version: number): unknown[] {
  if (element.kind !== 'struct' || !carriesError(element.fields, version)) return []
  return listIn(request, name).map((item) =>
    typeof item === 'object' && item !== null
      ? mirror(element.fields, item as Struct, version)
      : mirrorScalar(element.fields, item, version),
  )
}

/** An entry asked for by its mere name or number: the first field of that type is what it is called by. */
function mirrorScalar(fields: Fields, item: unknown, version: number): Struct {
  const answer = mirror(fields, {}, version)
  const [name] =
    Object.entries(fields).find(
      ([each, field]) =>
        !ERRORS.includes(each) &&
        hasVersion(field.versions, version) &&
        (typeof item === 'string' ? field.kind === 'string' : field.kind === 'int32') &&
        each !== 'errorMessage',
    ) ?? []
  if (name !== undefined) answer[name] = item
  return answer
}

/** The list of the request that a list of the response answers: of the same name, or the only one with anything in it. */
function listIn(request: Struct, name: string): readonly unknown[] {
  const same = request[name]
  if (Array.isArray(same) && same.length > 0) return same
  const lists = Object.entries(request).filter(
    ([each, value]) => Array.isArray(value) && value.length > 0 && !each.startsWith('forgotten'),
  )
  return (lists[0]?.[1] as unknown[] | undefined) ?? []
}

function sameIn(request: Struct, name: string): unknown {
  const names = SAME.find((each) => each.includes(name)) ?? [name]
  const found = names.map((each) => request[each]).find((value) => value !== undefined)
  return isScalar(found) ? found : undefined
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function carriesError(fields: Fields, version: number): boolean {
  return Object.entries(fields).some(
    ([name, field]) =>
      hasVersion(field.versions, version) &&
      (ERRORS.includes(name) ||
        (field.kind === 'array' &&
          field.element.kind === 'struct' &&
          carriesError(field.element.fields, version))),
  )
}

/** Where a struct says its error; undefined where it has no place for one. */
function errorIn(fields: Fields, version: number): string | undefined {
  return ERRORS.find((name) => hasVersion(fields[name]?.versions, version))
}

/** At the highest level that has a place for it. @returns whether there is one */
function putOutermost(fields: Fields, answer: Struct, version: number, code: number): boolean {
  const error = errorIn(fields, version)
  if (error !== undefined) {
    answer[error] = code
    return true
  }
  return lists(fields, answer)
    .map(({ element, item }) => putOutermost(element, item, version, code))
    .includes(true)
}

/** At the lowest level that has a place for it. @returns whether there is one */
function putInnermost(fields: Fields, answer: Struct, version: number, code: number): boolean {
  const below = lists(fields, answer).map(({ element, item }) => putInnermost(element, item, version, code))
  if (below.includes(true)) return true
  const error = errorIn(fields, version)
  if (error === undefined) return false
  answer[error] = code
  return true
}

function lists(fields: Fields, answer: Struct): { element: Fields; item: Struct }[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const items = answer[name]
    if (field.kind !== 'array' || field.element.kind !== 'struct' || !Array.isArray(items)) return []
    const element = field.element.fields
    return items.map((item) => ({ element, item: item as Struct }))
  })
}
