import { FailureError } from '../../shared/channel/failure.ts'
import type { HandlersOf } from '../../shared/channel/server.ts'
import type { sessionGroups } from '../../shared/ipc/groups.ts'

type Groups = HandlersOf<{ groups: typeof sessionGroups }>['groups']

/** What only the coordinators of a local cluster can do is not asked of anybody else: other brokers would hang up. */
export function localSteering(groups: Groups): Groups {
  const { sessions, rebalance, resetActive } = groups
  return {
    ...groups,
    sessions: (input, ...rest) => sessions(local(input), ...rest),
    rebalance: (input, ...rest) => rebalance(local(input), ...rest),
    resetActive: (input, ...rest) => resetActive(local(input), ...rest),
  }
}

function local<T extends { cluster: string }>(input: T): T {
  if (input.cluster.startsWith('local:')) return input
  throw new FailureError({
    code: 'ONLY_LOCAL',
    message: 'Only a local cluster can do that.',
    remedy: 'Kafka has no such request.',
  })
}
