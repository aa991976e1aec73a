/**
 * Makes answers of two clusters comparable: what may differ by its nature is replaced by a word, field by field, and
 * everything else stays.
 */
import { errorName, KafkaError } from '../../../src/broker/protocol/errors.ts'
import { batchesIn, decodeRecords } from '../../../src/broker/protocol/record-batch.ts'
import { ZERO_UUID } from '../../../src/broker/protocol/schema.ts'

export type Plain = null | boolean | number | string | Plain[] | { [name: string]: Plain }

/** The names given to ids in the course of a scenario. */
export class Names {
  readonly #names = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  /** @returns the name of an id; the first one asked for is "<kind> 1" */
  of(kind: string, id: string): string {
    const key = `${kind} ${id}`
    const known = this.#names.get(key)
    if (known !== undefined) return known
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    const name = `${kind} ${count}`
    this.#names.set(key, name)
    return name
  }
}

type Mask = (value: unknown, names: Names) => unknown

/** Ids that scripts chose are the same on both clusters. */
const CHOSEN_BY_SCRIPT = /^(?:.{1,2}|A{21}.)$/

const named =
  (kind: string): Mask =>
  (value, names) =>
    value === '' || value === null || value === ZERO_UUID || CHOSEN_BY_SCRIPT.test(String(value))
      ? value
      : names.of(kind, String(value))

const masked =
  (word: string): Mask =>
  (value) =>
    typeof value === 'number' && value <= 0 ? value : `<${word}>`

/** Why a field is not compared as it is. Sentinels (-1, 0, "", null, the zero uuid) always are. */
const MASKS: Readonly<Record<string, Mask>> = {
  // Only to be read more easily.
  errorCode: (value) => errorName(Number(value)),
  topicConfigErrorCode: (value) => errorName(Number(value)),
  // The sentence is the engine's own; compared is whether there is one.
  errorMessage: (value) => (value === null || value === '' ? null : '<a sentence>'),
  batchIndexErrorMessage: (value) => (value === null ? null : '<a sentence>'),
  documentation: (value) => (value === null || value === '' ? null : '<text>'),
  // Made at random.
  topicId: (value) => (value === ZERO_UUID ? value : '<topic id>'),
  clusterId: () => '<cluster id>',
  memberId: named('member'),
  leader: (value, names) => (typeof value === 'string' ? named('member')(value, names) : value),
  sessionId: masked('session'),
  producerId: (value) => (Number(value) < 0 ? value : '<producer id>'),
  directoryId: named('directory'),
  replicaDirectoryId: named('directory'),
  // The machine's.
  port: masked('port'),
  logDir: () => '<folder>',
  totalBytes: masked('bytes'),
  usableBytes: masked('bytes'),
  // Clocks.
  logAppendTimeMs: masked('time'),
  lastFetchTimestamp: masked('time'),
  lastCaughtUpTimestamp: masked('time'),
  // Counted by what happened before in the whole cluster.
  finalizedFeaturesEpoch: masked('epoch'),
  partitionEpoch: masked('epoch'),
  brokerEpoch: masked('epoch'),
  // How many epochs a change takes: Kafka counts one more when it learns what it waited for.
  memberEpoch: masked('epoch'),
  groupEpoch: masked('epoch'),
  assignmentEpoch: masked('epoch'),
  // KRaft names any living broker; and which broker coordinates is a matter of placement.
  controllerId: masked('a broker'),
}

/** Sets, or in hash order in Kafka: compared one by one under what identifies them. The order of all else counts. */
const SETS = new Set([
  'apiKeys',
  'brokers',
  'configResources',
  'configs',
  'finalizedFeatures',
  'groups',
  'isrNodes',
  'members',
  'nodeEndpoints',
  'offlineReplicas',
  'replicaElectionResults',
  'responses',
  'results',
  'subscribedTopicNames',
  'supportedFeatures',
  'topicPartitions',
  'topics',
])
const IDENTITY = [
  'apiKey',
  'name',
  'topic',
  'resourceName',
  'groupId',
  'nodeId',
  'brokerId',
  'memberId',
  'topicName',
  'topicId',
]

export function normalise(value: unknown, names: Names, field = ''): Plain {
  const mask = MASKS[field]
  if (mask !== undefined) return normalise(mask(value, names), names)
  if (Buffer.isBuffer(value)) return field === 'records' ? recordsOf(value, names) : value.toString('latin1')
  if (Array.isArray(value)) {
    if (SETS.has(field)) return value.every(isObject) ? keyed(value, names) : value.toSorted(byText)
    return value.map((element) => normalise(element, names))
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, each]) => [name, normalise(each, names, name)] as const)
    return Object.fromEntries(fields)
  }
  return (value ?? null) as Plain
}

/** What a consumer gets to see of a record set. */
function recordsOf(buffer: Buffer, names: Names): Plain {
  return [...batchesIn(buffer)].map(({ position, header }) => ({
    baseOffset: header.baseOffset,
    lastOffset: header.lastOffset,
    leaderEpoch: header.partitionLeaderEpoch,
    producerId: normalise(header.producerId, names, 'producerId'),
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    timestampType: header.timestampType,
    values: valuesOf(buffer, position),
  }))
}

function valuesOf(buffer: Buffer, position: number): string[] {
  try {
    return decodeRecords(buffer, position).map(({ value }) => String(value).slice(0, 20))
  } catch (error) {
    if (error instanceof KafkaError) return ['<cannot be opened>']
    throw error
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value)
}

/** Elements under what identifies them, in that order; what has the same name as another is counted. */
function keyed(elements: readonly Record<string, unknown>[], names: Names): { [name: string]: Plain } {
  const found: { [name: string]: Plain } = {}
  for (const element of elements) {
    const field = IDENTITY.find((each) => element[each] != null && element[each] !== '') ?? ''
    const name = String(normalise(element[field], names, field) ?? '')
    const count = Object.keys(found).filter((each) => each === name || each.startsWith(`${name} #`)).length
    found[count === 0 ? name : `${name} #${count + 1}`] = normalise(element, names)
  }
  return found
}

function byText(a: unknown, b: unknown): number {
  return String(a).padStart(12) < String(b).padStart(12) ? -1 : 1
}
