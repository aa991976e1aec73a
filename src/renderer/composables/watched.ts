import { onActivated, onBeforeUnmount, onDeactivated, onMounted, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { Result } from '../../shared/channel/failure.ts'
import type { RemoteValue } from './remote-value.ts'

const AGAIN_AFTER_MS = 1_000

/** A stream of newest values, in which a single failure ends nothing, and null says that nothing has changed. */
export type WatchStream<T> = AsyncGenerator<Result<Result<T> | null>, void>

/**
 * Something elsewhere that is looked at as long as the component that calls this is on the screen. A stream that ends
 * is opened again.
 */
export function useWatched<T>(open: () => WatchStream<T>): {
  current: Readonly<ShallowRef<RemoteValue<T>>>
  restart: () => void
} {
  const current: ShallowRef<RemoteValue<T>> = shallowRef({ state: 'idle', value: null })
  let run = 0

  const take = (result: Result<T>) => {
    current.value = result.ok
      ? { state: 'ready', value: result.value }
      : { state: 'failed', value: current.value.value, failure: result.failure }
  }

  const start = async () => {
    const mine = ++run
    if (current.value.state === 'idle') current.value = { state: 'loading', value: null }
    while (mine === run) {
      for await (const chunk of open()) {
        if (mine !== run) break
        if (!chunk.ok) take(chunk)
        else if (chunk.value) take(chunk.value)
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS))
    }
  }
  const stop = () => void run++

  onMounted(() => void start())
  onActivated(() => void start())
  onDeactivated(stop)
  onBeforeUnmount(stop)

  return { current, restart: () => void start() }
}

/** Runs `act` now and every `intervalMs` while the component is on the screen; never twice at once. */
export function useRepeated(act: () => Promise<void>, intervalMs: number, isOn: Ref<boolean>): void {
  let run = 0
  const start = async () => {
    const mine = ++run
    while (mine === run) {
      if (isOn.value) await act()
      await new Promise((resolve) => setTimeout(resolve, intervalMs))
    }
  }
  onMounted(() => void start())
  onActivated(() => void start())
  onDeactivated(() => void run++)
  onBeforeUnmount(() => void run++)
}
