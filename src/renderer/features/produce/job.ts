import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import type { Failure, Result } from '../../../shared/channel/failure.ts'
import type { ProduceProblem, ProduceProgress } from '../../../shared/ipc/produce.ts'

export type JobState = 'idle' | 'running' | 'done' | 'stopped' | 'failed'

/** A sending of many records: its progress, and its end at any moment. */
export function useProduceJob() {
  const state = ref<JobState>('idle')
  const progress = shallowRef<ProduceProgress | null>(null)
  const problems = ref<ProduceProblem[]>([])
  const failure = shallowRef<Failure | null>(null)
  let stream: AsyncGenerator<Result<ProduceProgress>, void> | null = null

  const start = async (opened: AsyncGenerator<Result<ProduceProgress>, void>) => {
    stream = opened
    state.value = 'running'
    progress.value = null
    problems.value = []
    failure.value = null
    for await (const chunk of opened) {
      if (stream !== opened) break
      if (chunk.ok) {
        progress.value = chunk.value
        problems.value = [...problems.value, ...chunk.value.problems]
        if (chunk.value.isDone) state.value = 'done'
      } else {
        failure.value = chunk.failure
        state.value = 'failed'
      }
      if (state.value !== 'running') break
    }
    if (stream === opened) stream = null
  }

  const stop = () => {
    if (state.value !== 'running') return
    state.value = 'stopped'
  }
  onBeforeUnmount(stop)

  /** Between 0 and 1; null where the total is not known. */
  const share = computed(() => {
    const { sent = 0, failed = 0, total = null } = progress.value ?? {}
    return total === null ? null : (sent + failed) / Math.max(1, total)
  })

  return { state, progress, problems, failure, share, start, stop }
}
