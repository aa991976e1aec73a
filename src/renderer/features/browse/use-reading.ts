import { computed, onScopeDispose, shallowRef, triggerRef } from 'vue'
import type { Failure } from '../../../shared/channel/failure.ts'
import type { Problem, ReadProgress, Reading, RecordRows, TopicRange } from '../../../shared/ipc/browse.ts'
import { CHUNK_ROWS } from '../../../shared/ipc/browse.ts'
import { useClient } from '../../ipc.ts'
import { PageCache } from './page-cache.ts'
import type { RowSource } from './rows.ts'

/** Rows read before they are needed, so that scrolling meets no gap. */
const AHEAD_ROWS = 2 * CHUNK_ROWS
/** A search rests after so many matches nobody has looked at yet. */
const UNSEEN_MATCHES = 5_000

export type ReadingState = 'idle' | 'opening' | 'reading' | 'resting' | 'stopped' | 'done' | 'failed'

interface OpenReading {
  reading: Reading
  range: TopicRange
  pages: PageCache
  stream: ReturnType<ReturnType<typeof useClient>['browse']['read']>
}

/** Records read on demand: a little ahead of what is in sight, or, where something is searched, to the end. */
export function useReading() {
  const client = useClient()
  const state = shallowRef<ReadingState>('idle')
  const failure = shallowRef<Failure | null>(null)
  const progress = shallowRef<ReadProgress | null>(null)
  const problems = shallowRef<Problem[]>([])
  const open = shallowRef<OpenReading | null>(null)
  let shownTo = 0
  let isPumping = false

  const isSearch = computed(() => open.value?.reading.filter != null)

  const wantsMore = ({ pages, reading }: OpenReading) =>
    pages.count < shownTo + (reading.filter ? UNSEEN_MATCHES : AHEAD_ROWS)

  const fail = (why: Failure) => {
    failure.value = why
    state.value = 'failed'
  }

  /** Takes chunk after chunk while more is wanted; ends with the reading it began with. */
  const pump = async () => {
    const now = open.value
    if (!now || isPumping || state.value === 'done') return
    isPumping = true
    state.value = 'reading'
    while (open.value === now && state.value === 'reading') {
      if (!wantsMore(now)) {
        state.value = 'resting'
        break
      }
      const step = await now.stream.next()
      if (open.value !== now) break
      if (step.done) {
        state.value = 'done'
        break
      }
      if (!step.value.ok) {
        fail(step.value.failure)
        break
      }
      const chunk = step.value.value
      now.pages.append(chunk.rows, chunk.rest)
      progress.value = chunk.progress
      if (chunk.problems.length > 0) problems.value = [...problems.value, ...chunk.problems]
      triggerRef(open)
    }
    // A reading that was begun meanwhile waits for this one to let go.
    isPumping = false
    if (open.value !== now) await pump()
  }

  const close = () => {
    const { stream } = open.value ?? {}
    open.value = null
    state.value = 'idle'
    // What it would still answer concerns nobody.
    void stream?.return(undefined)
  }

  const start = (reading: Reading, range: TopicRange) => {
    close()
    shownTo = 0
    failure.value = null
    progress.value = null
    problems.value = []
    const pages = new PageCache(reading.direction, reading.bounds)
    const stream = client.browse.read({ ...reading, pageRows: CHUNK_ROWS })
    state.value = 'opening'
    open.value = { reading, range, pages, stream }
    void pump()
  }

  const restore = async ({ reading, pages }: OpenReading, from: number, to: number) => {
    for (const { firstRow, bounds } of pages.missing(from, to)) {
      const found: RecordRows[] = []
      for await (const step of client.browse.read({ ...reading, bounds, pageRows: CHUNK_ROWS })) {
        if (step.ok && step.value.rows.offset.length > 0) found.push(step.value.rows)
      }
      const [rows] = found.length === 1 ? found : [joined(found)]
      if (rows) pages.restore(firstRow, rows)
      triggerRef(open)
    }
  }

  const source = computed<RowSource>(() => {
    const now = open.value
    return {
      count: now?.pages.count ?? 0,
      row: (index) => now?.pages.row(index) ?? null,
      show: (from, to) => {
        if (!now) return
        shownTo = Math.max(shownTo, to)
        void restore(now, from, to)
        if (state.value === 'resting') void pump()
      },
    }
  })

  onScopeDispose(close)

  return {
    state,
    failure,
    progress,
    problems,
    open,
    isSearch,
    source,
    start,
    close,
    fail,
    stop: () => {
      if (state.value === 'reading' || state.value === 'opening') state.value = 'stopped'
    },
    resume: () => {
      if (state.value !== 'stopped' && state.value !== 'resting') return
      shownTo = Math.max(shownTo, open.value?.pages.count ?? 0)
      state.value = 'resting'
      void pump()
    },
  }
}

function joined(parts: RecordRows[]): RecordRows | undefined {
  const [first, ...others] = parts
  if (!first) return undefined
  return others.reduce(
    (all, part): RecordRows => ({
      partition: Int32Array.from([...all.partition, ...part.partition]),
      offset: Float64Array.from([...all.offset, ...part.offset]),
      timestampMs: Float64Array.from([...all.timestampMs, ...part.timestampMs]),
      key: [...all.key, ...part.key],
      value: [...all.value, ...part.value],
      keyBytes: Int32Array.from([...all.keyBytes, ...part.keyBytes]),
      valueBytes: Int32Array.from([...all.valueBytes, ...part.valueBytes]),
      headers: Int32Array.from([...all.headers, ...part.headers]),
      flags: Uint8Array.from([...all.flags, ...part.flags]),
    }),
    first,
  )
}
