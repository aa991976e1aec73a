import { onBeforeUnmount, onDeactivated, ref, shallowRef } from 'vue'
import type { Ref } from 'vue'
import type { Failure, Result } from '../../../shared/channel/failure.ts'
import type { HistoryBoard, HistoryEntry, HistoryFilter } from '../../../shared/ipc/history.ts'
import { useClient } from '../../ipc.ts'

/** How long each event is seen when the past is played. */
const PLAY_STEP_MS = 800

/** The moment a cluster is looked at: now (null), or one that is past, with its board and what happened last. */
export function useMoment(cluster: string, filter: Ref<HistoryFilter>) {
  const client = useClient()
  const atMs = ref<number | null>(null)
  const board = shallowRef<HistoryBoard | null>(null)
  /** The last entry up to the moment. */
  const entry = shallowRef<HistoryEntry | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const isPlaying = ref(false)
  let question = 0
  let isAsking = false
  let playing: ReturnType<typeof setTimeout> | undefined

  function go(toMs: number): void {
    atMs.value = Math.round(toMs)
    question++
    if (!isAsking) void ask()
  }

  /** One question at a time: while a handle is dragged, only where it is by then is asked for next. */
  async function ask(): Promise<void> {
    isAsking = true
    for (let asked = -1; asked !== question;) {
      asked = question
      const moment = atMs.value
      if (moment === null) break
      const [then, last] = await Promise.all([
        client.history.boardAt({ cluster, atMs: moment }),
        client.history.neighbour({ cluster, filter: {}, atMs: moment + 1, direction: 'before' }),
      ])
      if (atMs.value === null) break
      keep(then, board)
      keep(last, entry)
    }
    isAsking = false
  }

  function keep<T>(result: Result<T>, into: Ref<T | null>): void {
    failure.value = result.ok ? null : result.failure
    if (result.ok) into.value = result.value
  }

  /** To the nearest event that is asked for. False: there is none on that side. */
  async function step(direction: 'before' | 'after'): Promise<boolean> {
    const from = atMs.value ?? Date.now()
    const found = await client.history.neighbour({ cluster, filter: filter.value, atMs: from, direction })
    failure.value = found.ok ? null : found.failure
    if (!found.ok || found.value === null) return false
    go(found.value.atMs)
    return true
  }

  function play(): void {
    isPlaying.value = true
    playing = setTimeout(() => {
      void step('after').then((moved) => {
        if (!isPlaying.value) return
        if (moved) play()
        else backToNow()
      })
    }, PLAY_STEP_MS)
  }

  function pause(): void {
    isPlaying.value = false
    clearTimeout(playing)
  }

  function backToNow(): void {
    pause()
    question++
    atMs.value = null
    board.value = null
    entry.value = null
    failure.value = null
  }

  onDeactivated(pause)
  onBeforeUnmount(pause)

  return { atMs, board, entry, failure, isPlaying, go, step, play, pause, backToNow }
}
