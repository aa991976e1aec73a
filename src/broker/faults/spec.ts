/** What can be made to go wrong in a running cluster. */
import type { ErrorName } from '../protocol/errors.ts'

/** One end of a link: a broker, or everybody who is no broker. */
export type LinkEnd = number | 'clients'

/** A broker's thread stands still, as a process under SIGSTOP: its sockets stay open and nothing is answered. */
export interface FreezeSpec {
  kind: 'freeze'
  brokerId: number
}

/** Nothing gets through, and nobody is told, as with `iptables -j DROP`: what was sent waits or times out. */
export interface CutSpec {
  kind: 'cut'
  from: LinkEnd
  to: LinkEnd
  /** Only what goes from `from` to `to`. */
  oneWay: boolean
}

/** Each direction takes `delayMs` and up to `jitterMs` more. */
export interface DelaySpec {
  kind: 'delay'
  from: LinkEnd
  to: LinkEnd
  oneWay: boolean
  delayMs: number
  jitterMs: number
}

export type DiskState = 'slow' | 'full' | 'failing'

export interface DiskSpec {
  kind: 'disk'
  brokerId: number
  state: DiskState
  /** Of each commit and each read from the disk; 0 unless it is slow. */
  delayMs: number
}

/** Which requests. Null: any. */
export interface RuleMatch {
  /** Kafka's name of the API. */
  api: string
  /** `*` and `?` stand for any characters and any one. Null: every client, but no broker. */
  clientId: string | null
  /** The request names this topic; `*` and `?` as above. */
  topic: string | null
  brokerId: number | null
}

/** Which of the requests that match, counted over all brokers from 1. */
export type RuleWhen =
  | { type: 'always' }
  | { type: 'nth'; n: number }
  | { type: 'next'; n: number }
  | { type: 'every'; n: number }
  /** The same seed picks the same requests. */
  | { type: 'probability'; probability: number; seed: number }

export type RuleAction =
  | { type: 'error'; error: ErrorName }
  /** Never answered; the connection stays open. */
  | { type: 'drop' }
  | { type: 'delay'; delayMs: number }
  | { type: 'close' }

export interface RuleSpec {
  kind: 'rule'
  match: RuleMatch
  when: RuleWhen
  action: RuleAction
}

export type FaultSpec = FreezeSpec | CutSpec | DelaySpec | DiskSpec | RuleSpec
export type FaultKind = FaultSpec['kind']

/** A fault in force, as a broker is told of it. */
export interface ActiveFault {
  id: number
  spec: FaultSpec
  /** Shared by all threads of the cluster; see `HitCounter`. */
  hits: SharedArrayBuffer
}
