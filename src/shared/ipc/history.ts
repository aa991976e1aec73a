import { call, of, stream } from '../channel/declare.ts'
import { z } from '../channel/zod.ts'

// What happened in a local cluster, as its folder keeps it: readable while the cluster runs and while it does not.

/** Something that happened. `details` are plain values in the words of the metadata: `topic`, `isr`, `groupId`, … */
export interface HistoryEntry {
  /** Its place: later entries have greater numbers. */
  seq: number
  atMs: number
  brokerId: number | null
  /** `leader-elected`, `isr-shrunk`, `broker-killed`, `rebalance-completed`, … */
  kind: string
  /** In the engine's English words. */
  cause: string
  details: Record<string, unknown>
}

export interface HistoryPage {
  /** Newest first. */
  entries: HistoryEntry[]
  /** Give it as `before` for the page after this one; null: there is none. */
  next: number | null
  /** The newest entry of all, whatever was asked for: `tail` goes on from here. 0: none. */
  lastSeq: number
  /** When the oldest kept entry was; null: none. */
  sinceMs: number | null
}

export interface BoardPartition {
  partition: number
  /** -1: none. */
  leader: number
  leaderEpoch: number
  partitionEpoch: number
  replicas: number[]
  isr: number[]
  addingReplicas: number[]
  removingReplicas: number[]
}

export interface BoardBroker {
  id: number
  host: string
  port: number
  rack: string | null
  epoch: number
  fenced: boolean
  inControlledShutdown: boolean
  /** Whether its thread lived. */
  running: boolean
  /** By a fault: alive, and silent. */
  frozen: boolean
}

/** The cluster as it was at a moment. */
export interface HistoryBoard {
  /** Of the last entry it was made from; null: nothing is kept of that time. */
  atMs: number | null
  controllerId: number | null
  controllerEpoch: number
  brokers: BoardBroker[]
  topics: { topicId: string; topic: string; partitions: BoardPartition[] }[]
}

/** How many entries of which kinds a stretch of time has. */
export interface HistorySlice {
  /** Of the first one in it. */
  atMs: number
  kinds: Record<string, number>
}

const cluster = z.string().max(300)
const seq = z.number().int().min(0)
const atMs = z.number().int().min(0)

/** Everything given has to be so; of `kinds`, one of them. */
const filter = z.object({
  fromMs: atMs.optional(),
  toMs: atMs.optional(),
  kinds: z.array(z.string().max(100)).min(1).max(100).optional(),
  topic: z.string().max(249).optional(),
  partition: z.number().int().min(0).optional(),
  /** One it is about, or one it is told with: who led before, who left an ISR, who was added. */
  brokerId: z.number().int().min(0).optional(),
  groupId: z.string().max(32_767).optional(),
  /** In its cause, its topic, its group, or the description of its fault; upper and lower case alike. */
  text: z.string().min(1).max(300).optional(),
})

export type HistoryFilter = z.output<typeof filter>

export const history = {
  page: call({
    input: z.object({ cluster, filter, before: seq.optional(), limit: z.number().int().min(1).max(1_000) }),
    output: of<HistoryPage>(),
  }),
  /** What happens after the entry `after`, oldest first, several at a time; never ends by itself. */
  tail: stream({ input: z.object({ cluster, filter, after: seq }), chunk: of<HistoryEntry[]>() }),
  /** The nearest entry before or after a moment; null: there is none. */
  neighbour: call({
    input: z.object({ cluster, filter, atMs, direction: z.enum(['before', 'after']) }),
    output: of<HistoryEntry | null>(),
  }),
  /** A stretch of time cut into `count` equal slices; those without entries are left out. */
  slices: call({
    input: z.object({
      cluster,
      filter,
      fromMs: atMs,
      toMs: atMs,
      count: z.number().int().min(1).max(1_000),
    }),
    output: of<HistorySlice[]>(),
  }),
  boardAt: call({ input: z.object({ cluster, atMs }), output: of<HistoryBoard>() }),
}
