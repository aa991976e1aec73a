import { computed, onActivated, onBeforeUnmount, onDeactivated, onMounted, ref, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { HistoryFilter, HistorySlice } from '../../../shared/ipc/history.ts'
import { useClient } from '../../ipc.ts'

export const SPANS = ['minute', 'tenMinutes', 'hour', 'day', 'all'] as const
export type Span = (typeof SPANS)[number]

const MINUTE_MS = 60_000
const SPAN_MS: Readonly<Record<Exclude<Span, 'all'>, number>> = {
  minute: MINUTE_MS,
  tenMinutes: 10 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 24 * 60 * MINUTE_MS,
}
const SLICES = 240
const LOOK_INTERVAL_MS = 1_000

/** The stretch of time a line shows, and what happened in it. It goes on with the clock until a moment is looked at. */
export function useRange(cluster: string, filter: Ref<HistoryFilter>, moment: Ref<number | null>) {
  const client = useClient()
  const span = ref<Span>('all')
  const sinceMs = ref<number | null>(null)
  const nowMs = ref(Date.now())
  /** Where the line ends while a moment is looked at; null: now. */
  const heldToMs = ref<number | null>(null)
  const slices = shallowRef<HistorySlice[]>([])
  let looking: ReturnType<typeof setInterval> | undefined
  let question = 0

  const lengthMs = computed(() => (span.value === 'all' ? null : SPAN_MS[span.value]))
  const toMs = computed(() => (lengthMs.value === null ? nowMs.value : (heldToMs.value ?? nowMs.value)))
  const fromMs = computed(() => {
    if (lengthMs.value !== null) return toMs.value - lengthMs.value
    return Math.min(sinceMs.value ?? toMs.value, toMs.value - 1_000)
  })

  async function look(): Promise<void> {
    const asked = ++question
    // All of it grows with the clock: marks that creep while one aims at them would not be hit.
    if (moment.value === null) nowMs.value = Date.now()
    if (sinceMs.value === null) {
      const page = await client.history.page({ cluster, filter: {}, limit: 1 })
      if (page.ok) sinceMs.value = page.value.sinceMs
    }
    const range = { fromMs: Math.max(0, fromMs.value), toMs: toMs.value }
    const told = await client.history.slices({ cluster, filter: filter.value, ...range, count: SLICES })
    if (asked === question && told.ok) slices.value = told.value
  }

  const start = () => {
    void look()
    clearInterval(looking)
    looking = setInterval(() => void (moment.value === null ? look() : undefined), LOOK_INTERVAL_MS)
  }
  const stop = () => clearInterval(looking)
  onMounted(start)
  onActivated(start)
  onDeactivated(stop)
  onBeforeUnmount(stop)
  watch([filter, span, heldToMs], () => void look())
  watch(span, () => {
    if (moment.value === null || lengthMs.value === null) heldToMs.value = null
    else heldToMs.value = Math.min(nowMs.value, moment.value + lengthMs.value / 2)
  })
  // The moment is always on the line.
  watch(moment, (atMs) => {
    if (atMs === null) heldToMs.value = null
    else if (atMs > toMs.value || atMs < fromMs.value) {
      nowMs.value = Date.now()
      if (lengthMs.value !== null) heldToMs.value = Math.min(nowMs.value, atMs + lengthMs.value / 2)
    } else heldToMs.value = toMs.value
  })

  return { span, fromMs, toMs, slices }
}
