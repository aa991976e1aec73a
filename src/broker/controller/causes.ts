/** Why the controller changed something: a word and its values, for who says it in other words, and a sentence. */
import { ElectionType } from './elect-leaders.ts'
import type { ControllerChange } from './events.ts'
import type { NextState } from './heartbeats.ts'

export type CauseKind =
  | 'brokerDied'
  | 'sessionExpired'
  | 'brokerStarted'
  | 'brokerReady'
  | 'brokerShuttingDown'
  | 'logDirOffline'
  | 'leaseTaken'
  | 'leaseLost'
  | 'controllerBegins'
  | 'autoRebalance'
  | 'uncleanSweep'
  | 'configChanged'
  | 'followerLagged'
  | 'followerCaughtUp'
  | 'replicasMoved'
  | 'replicasReported'
  | 'preferredElection'
  | 'uncleanElection'
  | 'requested'

export interface Cause {
  readonly kind: CauseKind
  readonly values: Readonly<Record<string, string | number>>
  readonly sentence: string
}

/** One for all that a decision changes, or one for each change. Asked once the decision is made. */
export type CauseOf = Cause | ((change: ControllerChange) => Cause)

export const causes = {
  brokerDied: (brokerId: number) => cause('brokerDied', { brokerId }, `broker ${brokerId} died`),

  sessionExpired: (brokerId: number, sessionTimeoutMs: number) =>
    cause(
      'sessionExpired',
      { brokerId, sessionTimeoutMs },
      `broker ${brokerId} sent no heartbeat for ${sessionTimeoutMs} ms`,
    ),

  brokerStarted: (brokerId: number) => cause('brokerStarted', { brokerId }, `broker ${brokerId} started`),

  /** It has read the metadata log past its own registration. */
  brokerReady: (brokerId: number) =>
    cause('brokerReady', { brokerId }, `broker ${brokerId} has read the metadata and serves`),

  brokerShuttingDown: (brokerId: number) =>
    cause('brokerShuttingDown', { brokerId }, `broker ${brokerId} is shutting down`),

  logDirOffline: (brokerId: number) =>
    cause(
      'logDirOffline',
      { brokerId },
      `broker ${brokerId} asked to be fenced: its log directory is offline`,
    ),

  /** A broker asks to be unfenced or fenced by its heartbeats only. */
  heartbeat: (brokerId: number, next: NextState, wantShutDown: boolean): Cause => {
    if (next === 'unfenced') return causes.brokerReady(brokerId)
    return wantShutDown ? causes.brokerShuttingDown(brokerId) : causes.logDirOffline(brokerId)
  },

  leaseTaken: (brokerId: number) =>
    cause('leaseTaken', { brokerId }, `broker ${brokerId} took the controller lease`),

  leaseLost: (reason: string) => cause('leaseLost', { reason }, reason),

  controllerBegins: cause('controllerBegins', {}, 'what the new controller found'),

  autoRebalance: cause('autoRebalance', {}, 'auto.leader.rebalance.enable'),

  uncleanSweep: cause('uncleanSweep', {}, 'unclean.leader.election.enable'),

  configChanged: (name: string) => cause('configChanged', { name }, `${name} was changed`),

  /** AlterPartition: the leader says what became of its followers. */
  reported: (leader: number, replicaLagTimeMaxMs: number) => {
    return ({ kind, details }: ControllerChange): Cause => {
      const added = idsIn(details['added'])
      const removed = idsIn(details['removed'])
      if (kind === 'isr-shrunk') {
        const values = { leader, followers: removed, replicaLagTimeMaxMs }
        const sentence = `the follower ${removed} was not caught up with the leader ${leader} for ${replicaLagTimeMaxMs} ms`
        return cause('followerLagged', values, sentence)
      }
      if (kind === 'isr-expanded') {
        const values = { leader, followers: added }
        return cause('followerCaughtUp', values, `the follower ${added} caught up with the leader ${leader}`)
      }
      if (COMPLETION.has(kind)) {
        return cause(
          'replicasMoved',
          { leader },
          'the new replicas have caught up: the reassignment is complete',
        )
      }
      return cause('replicasReported', { leader }, `the leader ${leader} reported its replicas’ progress`)
    }
  },

  election: (electionType: number) =>
    electionType === ElectionType.UNCLEAN
      ? cause('uncleanElection', {}, 'an unclean election was asked for (ElectLeaders)')
      : cause('preferredElection', {}, 'a preferred election was asked for (ElectLeaders)'),

  requested: (api: string) => cause('requested', { api }, `asked for (${api})`),
}

/** What a leader's report changes besides its ISR, when it was the last thing a reassignment waited for. */
const COMPLETION = new Set<ControllerChange['kind']>([
  'reassignment-completed',
  'leader-elected',
  'isr-changed',
])

function cause(kind: CauseKind, values: Cause['values'], sentence: string): Cause {
  return { kind, values, sentence }
}

function idsIn(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : ''
}
