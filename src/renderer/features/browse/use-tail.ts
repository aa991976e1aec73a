import { computed, onScopeDispose, shallowRef } from 'vue'
import type { Failure } from '../../../shared/channel/failure.ts'
import type { TailChunk } from '../../../shared/ipc/browse.ts'
import { useClient } from '../../ipc.ts'
import type { RowSource } from './rows.ts'
import { TailRing } from './tail-ring.ts'

type Asked = Parameters<ReturnType<typeof useClient>['browse']['tail']>[0]

/** Rates are of the last two seconds: steady enough to be read, quick enough to be believed. */
const RATE_MS = 2_000

interface Rate {
  arrived: number
  shown: number
}

/**
 * Records as they come. While it is paused what is in sight stays as it is; what comes meanwhile is counted and held,
 * no more of it than the list would show.
 */
export function useTail() {
  const client = useClient()
  const ring = new TailRing()
  const version = shallowRef(0)
  const added = shallowRef(0)
  const isOpen = shallowRef(false)
  const isPaused = shallowRef(false)
  const failure = shallowRef<Failure | null>(null)
  const trouble = shallowRef<string | null>(null)
  const rate = shallowRef<Rate>({ arrived: 0, shown: 0 })
  const totals = shallowRef({ arrived: 0, matched: 0, omitted: 0 })
  let stream: ReturnType<typeof client.browse.tail> | null = null
  let recent: { arrived: number; shown: number; elapsedMs: number }[] = []
  const waiting = shallowRef(0)
  const held = new TailRing()
  let isPumping = false

  const take = ({ rows, arrived, matched, omitted, elapsedMs, trouble: why }: TailChunk) => {
    const shown = rows.offset.length
    if (isPaused.value) held.push(rows)
    else ring.push(rows)
    trouble.value = why
    totals.value = {
      arrived: totals.value.arrived + arrived,
      matched: totals.value.matched + matched,
      omitted: totals.value.omitted + omitted,
    }
    if (isPaused.value) {
      waiting.value += matched
      return
    }
    recent.push({ arrived, shown, elapsedMs })
    let spanMs = recent.reduce((sum, each) => sum + each.elapsedMs, 0)
    while (recent.length > 1 && spanMs - recent[0]!.elapsedMs >= RATE_MS) spanMs -= recent.shift()!.elapsedMs
    const perSecond = (count: number) => Math.round((count * 1_000) / Math.max(spanMs, 1_000))
    rate.value = {
      arrived: perSecond(recent.reduce((sum, each) => sum + each.arrived, 0)),
      shown: perSecond(recent.reduce((sum, each) => sum + each.shown, 0)),
    }
    if (shown > 0) {
      added.value += shown
      version.value++
    }
  }

  const pump = async () => {
    const now = stream
    if (!now || isPumping) return
    isPumping = true
    while (stream === now) {
      const step = await now.next()
      if (stream !== now || step.done) break
      if (!step.value.ok) {
        failure.value = step.value.failure
        isOpen.value = false
        break
      }
      take(step.value.value)
    }
    isPumping = false
    if (stream !== null && stream !== now) await pump()
  }

  const close = () => {
    void stream?.return(undefined)
    stream = null
    isOpen.value = false
  }

  const start = (asked: Asked) => {
    close()
    ring.clear()
    held.clear()
    waiting.value = 0
    recent = []
    failure.value = null
    trouble.value = null
    isPaused.value = false
    rate.value = { arrived: 0, shown: 0 }
    totals.value = { arrived: 0, matched: 0, omitted: 0 }
    added.value = 0
    version.value++
    isOpen.value = true
    stream = client.browse.tail(asked)
    void pump()
  }

  const source = computed<RowSource>(() => ({
    count: version.value >= 0 ? ring.count : 0,
    row: (index) => ring.row(index),
    show: () => undefined,
  }))

  onScopeDispose(close)

  return {
    source,
    /** Rows put in at the top since the tail began, for a list that keeps what is in sight in its place. */
    added,
    isOpen,
    isPaused,
    /** Records that came while it is paused. */
    waiting,
    failure,
    trouble,
    rate,
    totals,
    start,
    close,
    bounds: () => ring.bounds(),
    pause: () => (isPaused.value = true),
    resume: () => {
      if (!isPaused.value) return
      isPaused.value = false
      recent = []
      waiting.value = 0
      if (held.count === 0) return
      added.value += held.count
      ring.takeFrom(held)
      version.value++
    },
  }
}
