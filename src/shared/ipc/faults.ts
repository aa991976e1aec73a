import { call, notice, of } from '../channel/declare.ts'
import { z } from '../channel/zod.ts'

// What is made to go wrong in a local cluster that runs, in this app or in another process.

const cluster = z.string().max(300)
const broker = z.number().int().min(0)
const milliseconds = z.number().int().min(0).max(600_000)
const count = z.number().int().min(1).max(1_000_000_000)
/** `*` and `?` stand for any characters and any one. */
const pattern = z.string().min(1).max(300).nullable()

const linkEnd = z.union([broker, z.literal('clients')])
export type LinkEnd = z.output<typeof linkEnd>

const link = { from: linkEnd, to: linkEnd, oneWay: z.boolean() }

/** Which requests a rule is about. Null: any; for `clientId` any but the brokers' own. */
const ruleMatch = z.object({
  /** Kafka's name, such as `Produce`. */
  api: z.string().min(1).max(100),
  clientId: pattern,
  topic: pattern,
  brokerId: broker.nullable(),
})

/** Which of the requests that match, counted over all brokers. */
const ruleWhen = z.discriminatedUnion('type', [
  z.object({ type: z.literal('always') }),
  z.object({ type: z.literal('nth'), n: count }),
  z.object({ type: z.literal('next'), n: count }),
  z.object({ type: z.literal('every'), n: count }),
  z.object({
    type: z.literal('probability'),
    probability: z.number().gt(0).max(1),
    seed: z.number().int().min(0),
  }),
])

const ruleAction = z.discriminatedUnion('type', [
  /** By Kafka's name, such as `NOT_LEADER_OR_FOLLOWER`. */
  z.object({ type: z.literal('error'), error: z.string().max(100) }),
  z.object({ type: z.literal('drop') }),
  z.object({ type: z.literal('delay'), delayMs: milliseconds }),
  z.object({ type: z.literal('close') }),
])

export const faultSpec = z.discriminatedUnion('kind', [
  /** As under SIGSTOP: sockets stay open, nothing is answered. */
  z.object({ kind: z.literal('freeze'), brokerId: broker }),
  /** Packets are dropped: connections hang. */
  z.object({ kind: z.literal('cut'), ...link }),
  z.object({ kind: z.literal('delay'), ...link, delayMs: milliseconds, jitterMs: milliseconds }),
  /** A `failing` disk takes the log directory offline until the broker starts again, healed or not. */
  z.object({
    kind: z.literal('disk'),
    brokerId: broker,
    state: z.enum(['slow', 'full', 'failing']),
    /** Of each commit and each read; 0 unless it is slow. */
    delayMs: milliseconds,
  }),
  z.object({ kind: z.literal('rule'), match: ruleMatch, when: ruleWhen, action: ruleAction }),
])

export type FaultSpec = z.output<typeof faultSpec>
export type FaultKind = FaultSpec['kind']

export interface Fault {
  id: number
  spec: FaultSpec
  /** In the engine's English words. */
  description: string
  createdAtMs: number
  /** How often it was met: for a rule, the requests it is about. */
  matched: number
  /** How often it did something. */
  acted: number
}

export const faults = {
  /** With their hits as they are now. Empty for a cluster that does not run. */
  list: call({ input: z.object({ cluster }), output: of<Fault[]>() }),
  /** Answers when it is in force at every broker. Takes the place of one it doubles (a disk has one state, …). */
  apply: call({ input: z.object({ cluster, spec: faultSpec }), output: of<Fault>() }),
  /** Answers with what is left. */
  remove: call({
    input: z.object({ cluster, ids: z.array(z.number().int()).max(1_000) }),
    output: of<Fault[]>(),
  }),
  clear: call({ input: z.object({ cluster }), output: of<void>() }),
  /** Applied, removed, or acted lately. Of clusters this app runs; what another process runs is to be asked for. */
  changed: notice(of<{ cluster: string; faults: Fault[] }>()),
}
