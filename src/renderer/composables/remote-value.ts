import { computed, shallowRef } from 'vue'
import type { ComputedRef, ShallowRef } from 'vue'
import type { Failure, Result } from '../../shared/channel/failure.ts'

/** Something that is elsewhere and takes time: four states, each of which is drawn (RemoteView.vue). */
export type RemoteValue<T> =
  | { state: 'idle'; value: null }
  /** The value of before stays on the screen. */
  | { state: 'loading'; value: T | null }
  | { state: 'ready'; value: T }
  | { state: 'failed'; value: T | null; failure: Failure }

export interface UsedRemoteValue<T> {
  current: Readonly<ShallowRef<RemoteValue<T>>>
  /** The last value that came, whatever happened after it. */
  value: ComputedRef<T | null>
  load: () => Promise<void>
  /** A value that came by itself, as a notice does. */
  take: (result: Result<T>) => void
}

/** Holds what `ask` answers. Of two answers under way only that to the later question counts. */
export function useRemoteValue<T>(ask: () => Promise<Result<T>>): UsedRemoteValue<T> {
  const current = shallowRef<RemoteValue<T>>({ state: 'idle', value: null })
  let question = 0

  const take = (result: Result<T>) => {
    current.value = result.ok
      ? { state: 'ready', value: result.value }
      : { state: 'failed', value: current.value.value, failure: result.failure }
  }

  const load = async () => {
    const asked = ++question
    current.value = { state: 'loading', value: current.value.value }
    const answer = await ask()
    if (asked === question) take(answer)
  }

  return { current, value: computed(() => current.value.value), load, take }
}
