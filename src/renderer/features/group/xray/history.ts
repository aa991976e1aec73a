import { computed, onActivated, onBeforeUnmount, onDeactivated, onMounted, ref, shallowRef } from 'vue'
import type { Failure } from '../../../../shared/channel/failure.ts'
import type { HistoryEntry } from '../../../../shared/ipc/history.ts'
import { useClient } from '../../../ipc.ts'
import { classicRebalances } from './classic.ts'
import { consumerRebalances } from './consumer.ts'
import type { Rebalance, Remark } from './rebalance.ts'

/** Entries that are kept in the window: some hundred rebalances. */
const KEPT = 1_000
const AGAIN_AFTER_MS = 1_000
const REMARKS = ['static-member-returned', 'static-member-away', 'group-coordinator-loaded']

/** What the cluster's history has of a group, and what happens while one looks. */
export function useGroupHistory(cluster: string, groupId: string) {
  const client = useClient()
  const entries = shallowRef<HistoryEntry[]>([])
  const loaded = ref(false)
  const failure = shallowRef<Failure | null>(null)
  const nowMs = ref(Date.now())
  let run = 0
  let ticking: ReturnType<typeof setInterval> | undefined

  async function follow(): Promise<void> {
    const mine = ++run
    const filter = { groupId }
    while (mine === run) {
      const page = await client.history.page({ cluster, filter, limit: KEPT })
      if (mine !== run) return
      failure.value = page.ok ? null : page.failure
      loaded.value ||= page.ok
      if (page.ok) {
        entries.value = page.value.entries.reverse()
        for await (const chunk of client.history.tail({ cluster, filter, after: page.value.lastSeq })) {
          if (mine !== run) return
          if (!chunk.ok) failure.value = chunk.failure
          else entries.value = [...entries.value, ...chunk.value].slice(-KEPT)
        }
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS))
    }
  }
  function start(): void {
    void follow()
    clearInterval(ticking)
    // A rebalance that runs grows while nothing is told of it.
    ticking = setInterval(() => (isRunning.value ? (nowMs.value = Date.now()) : undefined), 250)
  }
  function stop(): void {
    run++
    clearInterval(ticking)
  }
  onMounted(start)
  onActivated(start)
  onDeactivated(stop)
  onBeforeUnmount(stop)

  const isRunning = computed(() => newest.value?.endedMs === null)
  /** Newest first. */
  const rebalances = computed<Rebalance[]>(() =>
    [
      ...classicRebalances(entries.value, nowMs.value),
      ...consumerRebalances(entries.value, nowMs.value),
    ].sort((one, other) => other.startedMs - one.startedMs),
  )
  const newest = computed(() => rebalances.value[0] ?? null)
  const remarks = computed<Remark[]>(() =>
    entries.value
      .filter(({ kind }) => REMARKS.includes(kind))
      .map(({ seq, atMs, kind, brokerId, details }) => ({
        key: `r${seq}`,
        atMs,
        kind,
        brokerId,
        values: details,
      })),
  )
  return { rebalances, remarks, loaded, failure, isRunning }
}
