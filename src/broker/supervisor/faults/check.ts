/** Whether a value from outside (a control channel, a file, a window) is a fault, and if not, why. */
import type { FaultSpec, LinkEnd, RuleAction, RuleMatch, RuleWhen } from '../../faults/spec.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { ErrorName } from '../../protocol/errors.ts'
import { apiByKey, apis } from '../../protocol/messages/index.ts'
import { ClusterError } from '../types.ts'

/** What is wrong with one field of a fault. */
export class FaultProblem extends ClusterError {
  /** The field's name as in FaultSpec; empty: the fault as a whole. */
  readonly field: string
  readonly reason: string
  readonly remedy: string

  constructor(field: string, cause: string, remedy: string) {
    super({ code: 'INVALID_FAULT', message: `${cause}.`, remedy: `${remedy}.` })
    this.name = 'ClusterError'
    this.field = field
    this.reason = cause
    this.remedy = remedy
  }
}

type Fields = Record<string, unknown>

const MAX_MS = 600_000
const MAX_COUNT = 1_000_000_000
const MAX_TEXT = 300

/** A copy with nothing in it but what a FaultSpec has. Throws FaultProblem. */
export function checkFaultSpec(value: unknown): FaultSpec {
  const spec = fieldsOf(value, '')
  switch (spec['kind']) {
    case 'freeze':
      return { kind: 'freeze', brokerId: brokerOf(spec['brokerId']) }
    case 'cut':
      return { kind: 'cut', ...linkOf(spec) }
    case 'delay':
      return delayOf(spec)
    case 'disk':
      return diskOf(spec)
    case 'rule':
      return {
        kind: 'rule',
        match: matchOf(fieldsOf(spec['match'], 'match')),
        when: whenOf(fieldsOf(spec['when'] ?? { type: 'always' }, 'when')),
        action: actionOf(fieldsOf(spec['action'], 'action')),
      }
    default:
      throw new FaultProblem('kind', 'This is no kind of fault', 'Use freeze, cut, delay, disk or rule')
  }
}

function linkOf(spec: Fields): { from: LinkEnd; to: LinkEnd; oneWay: boolean } {
  const [from, to] = [endOf(spec['from'], 'from'), endOf(spec['to'], 'to')]
  if (from === to)
    throw new FaultProblem('from', 'A link has two different ends', 'Name two brokers, as in 1-2')
  return { from, to, oneWay: flagOf(spec['oneWay'], 'oneWay') }
}

function delayOf(spec: Fields): FaultSpec {
  const link = linkOf(spec)
  const delayMs = numberOf(spec['delayMs'], 'delayMs', 0, MAX_MS)
  const jitterMs = numberOf(spec['jitterMs'] ?? 0, 'jitterMs', 0, MAX_MS)
  if (delayMs + jitterMs > 0) return { kind: 'delay', ...link, delayMs, jitterMs }
  throw new FaultProblem('delayMs', 'A delay of nothing changes nothing', 'Give it at least 1 ms')
}

function diskOf(spec: Fields): FaultSpec {
  const brokerId = brokerOf(spec['brokerId'])
  const { state } = spec
  if (state === 'full' || state === 'failing') return { kind: 'disk', brokerId, state, delayMs: 0 }
  if (state === 'slow') {
    return { kind: 'disk', brokerId, state, delayMs: numberOf(spec['delayMs'], 'delayMs', 1, MAX_MS) }
  }
  throw new FaultProblem('state', `A disk is not made ${show(state)}`, 'Use slow, full or failing')
}

function matchOf(match: Fields): RuleMatch {
  return {
    api: apiOf(match['api']),
    clientId: textOf(match['clientId'] ?? null, 'clientId'),
    topic: textOf(match['topic'] ?? null, 'topic'),
    brokerId: (match['brokerId'] ?? null) === null ? null : brokerOf(match['brokerId']),
  }
}

function whenOf(when: Fields): RuleWhen {
  const { type } = when
  if (type === 'always') return { type }
  if (type === 'nth' || type === 'next' || type === 'every') {
    return { type, n: numberOf(when['n'], type, 1, MAX_COUNT) }
  }
  if (type === 'probability') {
    const { probability } = when
    if (typeof probability !== 'number' || !(probability > 0 && probability <= 1)) {
      throw new FaultProblem(
        'probability',
        `${show(probability)} is no probability`,
        'Use a number above 0 up to 1',
      )
    }
    return { type, probability, seed: numberOf(when['seed'] ?? 1, 'seed', 0, MAX_COUNT) }
  }
  throw new FaultProblem(
    'when',
    `${show(type)} does not say which requests`,
    'Use always, nth, next, every or probability',
  )
}

function actionOf(action: Fields): RuleAction {
  const { type } = action
  if (type === 'drop' || type === 'close') return { type }
  if (type === 'delay') return { type, delayMs: numberOf(action['delayMs'], 'delayMs', 1, MAX_MS) }
  if (type === 'error') return { type, error: errorOf(action['error']) }
  throw new FaultProblem('action', 'A rule has to do something', 'Give it an error, drop, delay or close')
}

function apiOf(value: unknown): string {
  const api =
    typeof value === 'number'
      ? apiByKey(value)
      : apis.find(({ name, key }) => [name.toLowerCase(), String(key)].includes(String(value).toLowerCase()))
  if (api !== undefined) return api.name
  throw new FaultProblem(
    'api',
    value === undefined
      ? 'A rule is about one API, and none is named'
      : `Kafka has no API ${show(value)} that is known here`,
    'Use a name such as Produce or Fetch, or its key',
  )
}

function errorOf(value: unknown): ErrorName {
  const name = String(value).toUpperCase()
  if (name in ErrorCode && name !== 'NONE') return name as ErrorName
  throw new FaultProblem(
    'error',
    `Kafka has no error ${show(value)}`,
    'Use a name such as NOT_LEADER_OR_FOLLOWER',
  )
}

function endOf(value: unknown, field: string): LinkEnd {
  if (value === 'clients') return value
  if (isBroker(value)) return value
  throw new FaultProblem(field, `${show(value)} is no end of a link`, 'Write a link as 1-2, or clients-2')
}

function brokerOf(value: unknown): number {
  if (isBroker(value)) return value
  throw new FaultProblem(
    'brokerId',
    value === undefined ? 'No broker is named' : `${show(value)} is no broker's id`,
    "Give a broker's id, such as 2",
  )
}

function isBroker(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31
}

function numberOf(value: unknown, field: string, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new FaultProblem(
    field,
    `${show(value)} is no number for ${field}`,
    `Use a whole number from ${least} to ${most}`,
  )
}

function textOf(value: unknown, field: string): string | null {
  if (value === null) return null
  if (typeof value === 'string' && value !== '' && value.length <= MAX_TEXT) return value
  throw new FaultProblem(
    field,
    `${show(value)} is nothing to compare with`,
    `Use up to ${MAX_TEXT} characters; * and ? stand for any`,
  )
}

function flagOf(value: unknown, field: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false
  throw new FaultProblem(field, `${show(value)} is neither true nor false`, 'Use true or false')
}

function fieldsOf(value: unknown, field: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new FaultProblem(
    field,
    field === '' ? 'This is no fault' : `"${field}" is missing`,
    'See "ottla help fault"',
  )
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)).slice(0, 80)
}
