import type { ResetTarget } from '../../../shared/ipc/groups.ts'

export type ResetKind = ResetTarget['to']

export const RESET_KINDS: readonly ResetKind[] = [
  'earliest',
  'latest',
  'timestamp',
  'offset',
  'shift',
  'copy',
]

/** What the form means; null while its number or time is not one yet. */
export function targetOf(kind: ResetKind, typed: string): ResetTarget | null {
  if (kind === 'earliest' || kind === 'latest') return { to: kind }
  if (kind === 'timestamp') {
    const timestampMs = new Date(typed).getTime()
    return Number.isNaN(timestampMs) || timestampMs < 0 ? null : { to: kind, timestampMs }
  }
  if (kind === 'copy') return typed === '' ? null : { to: kind, groupId: typed }
  const value = Number(typed)
  if (typed.trim() === '' || !Number.isSafeInteger(value)) return null
  if (kind === 'shift') return { to: kind, by: value }
  return value < 0 ? null : { to: kind, offset: value }
}
