import { call, notice, of, stream } from '../channel/declare.ts'
import { z } from '../channel/zod.ts'

const cluster = z.string().max(300)
const topic = z.string().min(1).max(249)
/** Far above what a broker takes by default: that a record is too large is the broker's to say. */
const MAX_TEXT = 64 * 1024 * 1024

/** A key, a value or a header's value as typed. Null and empty are two things. */
const content = z.discriminatedUnion('as', [
  z.object({ as: z.literal('null') }),
  z.object({ as: z.literal('text'), text: z.string().max(MAX_TEXT) }),
  z.object({ as: z.literal('hex'), hex: z.string().max(MAX_TEXT) }),
])

const typedRecord = z.object({
  key: content,
  value: content,
  /** In order; names may repeat. */
  headers: z.array(z.object({ name: z.string().max(100_000), value: content })).max(10_000),
  /** Null: by key, or where there is none as `keyless` says. */
  partition: z.number().int().min(0).nullable(),
})

const acks = z.enum(['all', 'leader', 'none'])
/** Where records without a key go: around in turn, or a batch at a time to one partition. */
const keyless = z.enum(['sticky', 'round-robin'])

const target = z.object({ cluster, topic, acks, keyless })

export type Content = z.output<typeof content>
export type TypedRecord = z.output<typeof typedRecord>
export type Acks = z.output<typeof acks>
export type Keyless = z.output<typeof keyless>
export type Target = z.output<typeof target>

/** What must be known of a topic to say where a record will go. */
export interface TopicShape {
  partitions: number
  /** Of the configs; null where the cluster does not tell. */
  maxMessageBytes: number | null
}

/** Where a record is now. Its offset is null where nobody was asked to tell (acks none). */
export interface SentRecord {
  partition: number
  offset: number | null
  elapsedMs: number
}

export interface ProduceProblem {
  /** Of the file, from 1; null for a record that was made here. */
  line: number | null
  message: string
}

export interface ProduceProgress {
  sent: number
  failed: number
  /** Records there are in all; null while a file is still being read. */
  total: number | null
  elapsedMs: number
  last: { partition: number; offset: number | null } | null
  /** At most PROBLEM_LIMIT in all; more are counted in `failed` only. Only those since the last telling. */
  problems: ProduceProblem[]
  isDone: boolean
}

export const PROBLEM_LIMIT = 100

const many = target.extend({
  /** `{{index}}`, `{{uuid}}` and `{{now}}` in its texts stand for another value in each record. */
  record: typedRecord,
  count: z.number().int().min(1).max(10_000_000),
  intervalMs: z.number().int().min(0).max(3_600_000),
})

const fromFile = target.extend({ file: z.string().max(4_096) })

export type ManyRecords = z.output<typeof many>
export type RecordsFile = z.output<typeof fromFile>

/** What the session does; main passes it on. Leaving a stream stops it. */
export const sessionProduce = {
  shape: call({ input: z.object({ cluster, topic }), output: of<TopicShape>() }),
  send: call({ input: target.extend({ record: typedRecord }), output: of<SentRecord>() }),
  many: stream({ input: many, chunk: of<ProduceProgress>() }),
  /** A file of one JSON object a line: `{"key", "value", "headers", "partition"}`. */
  file: stream({ input: fromFile, chunk: of<ProduceProgress>() }),
}

/** A record kept under a name. */
const template = z.object({
  name: z.string().min(1).max(100),
  topic: topic.nullable(),
  /** The form as it was; only the window reads it. */
  form: z.string().max(1_000_000),
})

export type Template = z.output<typeof template>

export interface ChosenFile {
  /** Names the file to `produce.file`: windows do not name paths. */
  id: string
  name: string
  sizeInBytes: number
}

export const produce = {
  ...sessionProduce,
  /** Asks the user for a file; null when dismissed. */
  chooseFile: call({ input: z.void(), output: of<ChosenFile | null>() }),
}

export const templates = {
  list: call({ input: z.void(), output: of<Template[]>() }),
  /** One of the same name is replaced. */
  save: call({ input: template, output: of<Template[]>() }),
  remove: call({ input: z.object({ name: z.string() }), output: of<Template[]>() }),
  changed: notice(of<Template[]>()),
}
