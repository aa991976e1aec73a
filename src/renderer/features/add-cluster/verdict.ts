import type { ConnectionReport } from '../../../shared/ipc/clusters.ts'

/** A test in one word: every address works, some do, the cluster answers but its brokers can't be reached, none does. */
export type Verdict = 'good' | 'partly' | 'advertised' | 'bad'

export function verdictOf({ servers, brokers }: ConnectionReport): Verdict {
  const failing = [...servers, ...brokers].filter(({ failure }) => failure !== null).length
  if (brokers.length === 0) return 'bad'
  if (brokers.every(({ failure }) => failure !== null)) return 'advertised'
  return failing === 0 ? 'good' : 'partly'
}
