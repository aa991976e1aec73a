import { call, notice, of } from '../channel/declare.ts'
import type { Failure } from '../channel/failure.ts'
import { z } from '../channel/zod.ts'

// Demo producers and consumers: real Kafka clients which the app runs, each in a thread of its own.

export const DEMO_TOPIC = 'demo'
export const DEMO_GROUP = 'demo-group'
export const DEMO_PARTITIONS = 6
export const DEMO_PROTOCOLS = ['classic', 'consumer'] as const
export type DemoProtocol = (typeof DEMO_PROTOCOLS)[number]

/**
 * A crashed member is missed no sooner. With the classic protocol the member chooses it, and this is the least a
 * broker allows by default; with that of KIP-848 the broker does, `group.consumer.session.timeout.ms`.
 */
export const DEMO_SESSION_MS: Readonly<Record<DemoProtocol, number>> = { classic: 6_000, consumer: 45_000 }

export const DEMO_KEYS = ['uniform', 'hot'] as const

const cluster = z.string().max(300)
const name = z.string().max(100)

export const demoSettings = z.object({
  ratePerSecond: z.number().int().min(0).max(5_000),
  /** `uniform`: every key as often as another. `hot`: one key has four records of five. */
  keys: z.enum(DEMO_KEYS),
  /** What a consumer takes for one record. */
  processingMs: z.number().int().min(0).max(5_000),
  /** Of members that are started from now on; `consumer` is the protocol of KIP-848. */
  protocol: z.enum(DEMO_PROTOCOLS),
})

export type DemoSettings = z.output<typeof demoSettings>

/**
 * `joining`: not yet a member. `rebalancing`: it was told to join again, and reads nothing. `reading`: it has its
 * assignment. `stalled`: it does nothing, heartbeats included, and will go on. `leaving`: it says goodbye. `crashed`: its thread was ended in the middle of whatever it did. `failed`:
 * it can't go on just now, and tries again.
 */
export type DemoMemberState =
  'joining' | 'rebalancing' | 'reading' | 'stalled' | 'leaving' | 'crashed' | 'failed'

export interface DemoMember {
  /** Its client id. */
  name: string
  protocol: DemoProtocol
  /** Given by the coordinator; null before the first join. */
  memberId: string | null
  state: DemoMemberState
  sinceMs: number
  /** As it was told with its last join. */
  partitions: number[]
  /** Null before the first join, and always with the consumer protocol, whose client keeps its epochs to itself. */
  generation: number | null
  recordsPerSecond: number
}

export interface DemoProducer {
  name: string
  recordsPerSecond: number
  records: number
  failure: Failure | null
}

/** What a client told of itself, or was done to it. */
export type DemoHappening =
  | { kind: 'started' | 'rebalancing' | 'left' | 'crashed' }
  | { kind: 'stalled'; seconds: number }
  | { kind: 'joined'; generation: number | null; partitions: number[]; gained: number[]; lost: number[] }
  | { kind: 'grown'; partitions: number }
  | { kind: 'failed'; failure: Failure }

export type DemoEvent = DemoHappening & { id: number; atMs: number; client: string }

/** The demo of one cluster; there is none before it is started. */
export interface DemoState {
  cluster: string
  topic: string
  groupId: string
  settings: DemoSettings
  producers: DemoProducer[]
  /** Crashed ones too, until another demo begins or they are removed: the group still counts them for a while. */
  members: DemoMember[]
  /** Oldest first, the last 200. */
  events: DemoEvent[]
}

/** How long a stalled member stands still: longer than its session, so that the group finds out. */
export const DEMO_STALL_MS: Readonly<Record<DemoProtocol, number>> = {
  classic: DEMO_SESSION_MS.classic + 6_000,
  consumer: DEMO_SESSION_MS.consumer + 6_000,
}

const member = z.object({ cluster, name })

export const demo = {
  list: call({ input: z.void(), output: of<DemoState[]>() }),
  /** Makes the topic where there is none, then one producer and two consumers. */
  start: call({ input: z.object({ cluster, settings: demoSettings }), output: of<void>() }),
  change: call({ input: z.object({ cluster, settings: demoSettings }), output: of<void>() }),
  /** Everything says goodbye. The topic and the group's offsets stay. */
  stop: call({ input: z.object({ cluster }), output: of<void>() }),
  addMember: call({ input: z.object({ cluster }), output: of<void>() }),
  /** Leaves the group properly: its partitions go to the others at once. */
  removeMember: call({ input: member, output: of<void>() }),
  /** Ends the thread: the group waits for it until its session has expired. */
  crashMember: call({ input: member, output: of<void>() }),
  /** Stops it for `DEMO_STALL_MS` as a long pause would: no polls, no heartbeats. Then it goes on, and finds itself out. */
  stallMember: call({ input: member, output: of<void>() }),
  changed: notice(of<DemoState[]>()),
}
