import type { FaultSpec, LinkEnd } from '../../../shared/ipc/faults.ts'

export interface LinkForm {
  from: LinkEnd
  to: LinkEnd
  kind: 'cut' | 'delay'
  delayMs: number | ''
  jitterMs: number | ''
  oneWay: boolean
}

export type LinkProblem = 'same' | 'noDelay'

const MAX_MS = 600_000

/** What is wrong with it; null: nothing. */
export function problemOf({ from, to, kind, delayMs, jitterMs }: LinkForm): LinkProblem | null {
  if (from === to) return 'same'
  if (kind === 'cut') return null
  const isTime = (ms: number | '') => Number.isInteger(ms) && Number(ms) >= 0 && Number(ms) <= MAX_MS
  return isTime(delayMs) && isTime(jitterMs) && Number(delayMs) + Number(jitterMs) > 0 ? null : 'noDelay'
}

export function specOf({ from, to, kind, delayMs, jitterMs, oneWay }: LinkForm): FaultSpec {
  const ends = { from, to, oneWay }
  if (kind === 'cut') return { kind, ...ends }
  return { kind, ...ends, delayMs: Number(delayMs), jitterMs: Number(jitterMs) }
}
