import { checkFaultSpec } from '../../broker/index.ts'
import type { FaultSpec } from '../../broker/index.ts'
import { integerOption } from '../arguments.ts'
import { UsageError } from '../command.ts'

const MOST = 1_000_000_000

/** The options of `ottla fault rule`. */
export const ruleOptions = {
  api: { type: 'string' },
  client: { type: 'string' },
  topic: { type: 'string' },
  broker: { type: 'string' },
  nth: { type: 'string' },
  next: { type: 'string' },
  every: { type: 'string' },
  probability: { type: 'string' },
  seed: { type: 'string' },
  error: { type: 'string' },
  drop: { type: 'boolean' },
  delay: { type: 'string' },
  close: { type: 'boolean' },
} as const

export interface RuleValues {
  api?: string | undefined
  client?: string | undefined
  topic?: string | undefined
  broker?: string | undefined
  nth?: string | undefined
  next?: string | undefined
  every?: string | undefined
  probability?: string | undefined
  seed?: string | undefined
  error?: string | undefined
  drop?: boolean | undefined
  delay?: string | undefined
  close?: boolean | undefined
}

/** UsageError, ClusterError `INVALID_FAULT`. */
export function ruleOf(values: RuleValues): FaultSpec {
  return checkFaultSpec({
    kind: 'rule',
    match: {
      api: values.api,
      clientId: values.client,
      topic: values.topic,
      brokerId: integerOption('--broker', values.broker, 0, MOST),
    },
    when: whenOf(values),
    action: actionOf(values),
  })
}

function whenOf(values: RuleValues): Record<string, unknown> {
  const type = onlyOne(values, ['nth', 'next', 'every', 'probability'])
  if (type === undefined) return { type: 'always' }
  if (type !== 'probability') return { type, n: integerOption(`--${type}`, String(values[type]), 1, MOST) }
  return {
    type,
    probability: Number(values.probability),
    seed: integerOption('--seed', values.seed, 0, MOST),
  }
}

function actionOf(values: RuleValues): Record<string, unknown> {
  const type = onlyOne(values, ['error', 'drop', 'delay', 'close'])
  if (type === undefined) throw new UsageError('What is the rule to do: --error, --drop, --delay or --close?')
  return { type, error: values.error, delayMs: integerOption('--delay', values.delay, 1, MOST) }
}

function onlyOne<Key extends keyof RuleValues>(values: RuleValues, keys: readonly Key[]): Key | undefined {
  const given = keys.filter((key) => values[key] !== undefined)
  if (given.length > 1) throw new UsageError(`--${given.join(' and --')} exclude one another.`)
  return given[0]
}
