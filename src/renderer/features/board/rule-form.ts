import type { FaultSpec } from '../../../shared/ipc/faults.ts'

/** A request rule as it is typed. */
export interface RuleForm {
  api: string
  clientId: string
  topic: string
  /** Null: all of them. */
  brokerId: number | null
  when: 'always' | 'nth' | 'next' | 'every' | 'probability'
  n: number | ''
  probability: number | ''
  seed: number | ''
  action: 'error' | 'drop' | 'delay' | 'close'
  error: string
  delayMs: number | ''
}

/** Kafka's names of what is made to fail most often; others can be typed. */
export const COMMON_APIS = [
  'Produce',
  'Fetch',
  'ListOffsets',
  'Metadata',
  'OffsetCommit',
  'OffsetFetch',
  'FindCoordinator',
  'JoinGroup',
  'Heartbeat',
  'SyncGroup',
  'CreateTopics',
  'InitProducerId',
  'EndTxn',
  'ConsumerGroupHeartbeat',
]

export const COMMON_ERRORS = [
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'KAFKA_STORAGE_ERROR',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'REBALANCE_IN_PROGRESS',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_SERVER_ERROR',
]

const MAX_MS = 600_000

export function emptyRule(brokerId: number | null): RuleForm {
  return {
    api: 'Produce',
    clientId: '',
    topic: '',
    brokerId,
    when: 'always',
    n: 3,
    probability: 0.1,
    seed: 1,
    action: 'error',
    error: 'NOT_LEADER_OR_FOLLOWER',
    delayMs: 1000,
  }
}

/** Fields with a problem, each with the key of its sentence. Which names there are is the engine's to say. */
export function problemsOf(
  form: RuleForm,
): Partial<Record<'api' | 'n' | 'probability' | 'seed' | 'error' | 'delayMs', string>> {
  const isWhole = (value: number | '', from: number) => Number.isInteger(value) && Number(value) >= from
  const counts = ['nth', 'next', 'every'].includes(form.when)
  return {
    ...(form.api.trim() === '' ? { api: 'required' } : {}),
    ...(counts && !isWhole(form.n, 1) ? { n: 'nInvalid' } : {}),
    ...(form.when === 'probability' && !(Number(form.probability) > 0 && Number(form.probability) <= 1)
      ? { probability: 'probabilityInvalid' }
      : {}),
    ...(form.when === 'probability' && !isWhole(form.seed, 0) ? { seed: 'required' } : {}),
    ...(form.action === 'error' && form.error.trim() === '' ? { error: 'required' } : {}),
    ...(form.action === 'delay' && !(isWhole(form.delayMs, 1) && Number(form.delayMs) <= MAX_MS)
      ? { delayMs: 'delayInvalid' }
      : {}),
  }
}

export function specOf(form: RuleForm): FaultSpec {
  const pattern = (text: string) => (text.trim() === '' ? null : text.trim())
  return {
    kind: 'rule',
    match: {
      api: form.api.trim(),
      clientId: pattern(form.clientId),
      topic: pattern(form.topic),
      brokerId: form.brokerId,
    },
    when: whenOf(form),
    action: actionOf(form),
  }
}

function whenOf({ when, n, probability, seed }: RuleForm): Extract<FaultSpec, { kind: 'rule' }>['when'] {
  if (when === 'always') return { type: when }
  if (when === 'probability') return { type: when, probability: Number(probability), seed: Number(seed) }
  return { type: when, n: Number(n) }
}

function actionOf({ action, error, delayMs }: RuleForm): Extract<FaultSpec, { kind: 'rule' }>['action'] {
  if (action === 'error') return { type: action, error: error.trim().toUpperCase() }
  if (action === 'delay') return { type: action, delayMs: Number(delayMs) }
  return { type: action }
}
