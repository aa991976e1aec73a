import { computed, onScopeDispose, shallowRef, triggerRef } from 'vue'
import type { Failure } from '../../../shared/channel/failure.ts'
import type { Problem, ReadProgress, Reading, TopicRange } from '../../../shared/ipc/browse.ts'
import { CHUNK_ROWS } from '../../../shared/ipc/browse.ts'
import { useClient } from '../../ipc.ts'
import { PageCache } from './page-cache.ts'
import { useRestoring } from './restoring.ts'
import type { RowSource } from './rows.ts'

/** Rows read before they are needed, so that scrolling meets no gap. */
const AHEAD_ROWS = 512
/** Who went far goes on in longer steps: a part of the way so far, but no more than is kept in memory anyway. */
const AHEAD_SHARE = 0.25
const FARTHEST_AHEAD_ROWS = 16_384
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
  let isDrawing = false
  let latest: ReadProgress | null = null

  const isSearch = computed(() => open.value?.reading.filter != null)

  const wantsMore = ({ pages, reading }: OpenReading) =>
    pages.count < shownTo + (reading.filter ? UNSEEN_MATCHES : aheadOf(shownTo))

  const draw = () => {
    // Nothing new: whoever is told looks whether there is more to read, and would be told again.
    if (progress.value === latest) return
    progress.value = latest
    triggerRef(open)
  }

  /** Once for all chunks that come between two frames: they come faster than a screen can show. */
  const drawSoon = () => {
    if (isDrawing) return
    isDrawing = true
    requestAnimationFrame(() => {
      isDrawing = false
      draw()
    })
  }

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
      const isFirst = now.pages.count === 0
      now.pages.append(chunk.rows, chunk.rest)
      latest = chunk.progress
      if (chunk.problems.length > 0) problems.value = [...problems.value, ...chunk.problems]
      if (isFirst) draw()
      else drawSoon()
    }
    draw()
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
    latest = null
    progress.value = null
    problems.value = []
    const pages = new PageCache(reading.direction, reading.bounds)
    const stream = client.browse.read({ ...reading, pageRows: CHUNK_ROWS })
    state.value = 'opening'
    open.value = { reading, range, pages, stream }
    void pump()
  }

  const restore = useRestoring({
    client,
    now: () => open.value,
    onRestored: () => triggerRef(open),
    onFailure: (why) => (failure.value = why),
  })

  const source = computed<RowSource>(() => {
    const now = open.value
    return {
      count: now?.pages.count ?? 0,
      row: (index) => now?.pages.row(index) ?? null,
      show: (from, to) => {
        if (!now) return
        shownTo = Math.max(shownTo, to)
        restore(from, to)
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

function aheadOf(shownTo: number): number {
  return Math.max(AHEAD_ROWS, Math.min(shownTo * AHEAD_SHARE, FARTHEST_AHEAD_ROWS))
}
