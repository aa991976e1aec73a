import { notice, of } from '../channel/declare.ts'

/** How far groups are behind, all of them together. */
export interface GroupLags {
  groups: number
  /** Groups that have not committed everything there is to read. */
  lagging: number
  /** Records, over all groups. */
  totalLag: number
}

/** What moves in a cluster, as any client can tell it from two looks. Rates are per second; null where unknown. */
export interface Traffic {
  /** Growth of the end offsets of all topics but internal ones. */
  recordsIn: number | null
  /** Growth of their leaders' logs on disk. Null where brokers do not tell sizes. */
  bytesIn: number | null
  /** Advance of what consumer groups have committed: reads of clients that commit nothing are not in it. */
  recordsOut: number | null
  /** Null where coordinators do not tell. */
  lags: GroupLags | null
}

export interface TrafficSample {
  id: string
  atMs: number
  /** Null when the cluster did not answer. */
  traffic: Traffic | null
}

export const traffic = {
  /** Of every open cluster, at most once a second. */
  sampled: notice(of<TrafficSample>()),
}
