import { computed, onActivated, onBeforeUnmount, onDeactivated, onMounted, ref, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { Failure } from '../../../shared/channel/failure.ts'
import type { HistoryEntry, HistoryFilter } from '../../../shared/ipc/history.ts'
import { useClient } from '../../ipc.ts'

const PAGE = 300
/** What happens is shown so often at most, however often it happens. */
const SHOW_INTERVAL_MS = 100
const AGAIN_AFTER_MS = 1_000

/**
 * A cluster's history, newest first: what is kept page by page, and what happens from now on. While `isHeld`, new
 * entries wait, so that nothing moves under a reader's eyes.
 */
export function useEntries(cluster: string, filter: Ref<HistoryFilter>, isHeld: Ref<boolean>) {
  const client = useClient()
  const entries = shallowRef<HistoryEntry[]>([])
  const waiting = shallowRef<HistoryEntry[]>([])
  const next = ref<number | null>(null)
  /** When the oldest kept entry was, and the newest known; null: there is none. */
  const sinceMs = ref<number | null>(null)
  const newestMs = ref<number | null>(null)
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const failure = shallowRef<Failure | null>(null)
  let run = 0
  let isReading = false
  let arrived: HistoryEntry[] = []
  let showing: ReturnType<typeof setTimeout> | null = null

  async function follow(): Promise<void> {
    const mine = ++run
    while (mine === run) {
      const asked = { cluster, filter: filter.value }
      const page = await client.history.page({ ...asked, limit: PAGE })
      if (mine !== run) return
      failure.value = page.ok ? null : page.failure
      state.value = page.ok ? 'ready' : 'failed'
      if (page.ok) {
        take(page.value.entries, page.value.next)
        sinceMs.value = page.value.sinceMs
        newestMs.value = Math.max(newestMs.value ?? 0, page.value.entries[0]?.atMs ?? 0) || null
        for await (const chunk of client.history.tail({ ...asked, after: page.value.lastSeq })) {
          if (mine !== run) return
          if (chunk.ok) arrive(chunk.value)
          else failure.value = chunk.failure
        }
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS))
    }
  }

  /** Looked at again after a while, what is read far below stays there. */
  function take(page: HistoryEntry[], after: number | null): void {
    arrived = []
    waiting.value = []
    entries.value = page
    next.value = after
  }

  function arrive(chunk: readonly HistoryEntry[]): void {
    arrived = [...chunk.toReversed(), ...arrived]
    showing ??= setTimeout(() => {
      showing = null
      show()
    }, SHOW_INTERVAL_MS)
  }

  function show(): void {
    const [newest] = arrived
    if (newest === undefined) return
    newestMs.value = newest.atMs
    sinceMs.value ??= arrived.at(-1)?.atMs ?? null
    if (isHeld.value) waiting.value = [...arrived, ...waiting.value]
    else entries.value = [...arrived, ...waiting.value, ...entries.value]
    if (!isHeld.value) waiting.value = []
    arrived = []
  }

  /** What waited is shown. */
  function release(): void {
    entries.value = [...waiting.value, ...entries.value]
    waiting.value = []
  }

  /** The next page of what was before. */
  async function readOn(): Promise<void> {
    if (next.value === null || isReading) return
    isReading = true
    const mine = run
    const page = await client.history.page({ cluster, filter: filter.value, before: next.value, limit: PAGE })
    isReading = false
    if (mine !== run) return
    failure.value = page.ok ? null : page.failure
    if (!page.ok) return
    entries.value = [...entries.value, ...page.value.entries]
    next.value = page.value.next
  }

  function stop(): void {
    run++
    if (showing !== null) clearTimeout(showing)
    showing = null
  }

  onMounted(() => void follow())
  onActivated(() => void follow())
  onDeactivated(stop)
  onBeforeUnmount(stop)
  watch(filter, () => {
    state.value = 'loading'
    void follow()
  })
  watch(isHeld, (held) => {
    if (!held) release()
  })

  return {
    entries,
    waiting: computed(() => waiting.value.length),
    hasMore: computed(() => next.value !== null),
    sinceMs,
    newestMs,
    state,
    failure,
    readOn,
    release,
    restart: () => void follow(),
  }
}
