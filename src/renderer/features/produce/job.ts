import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import type { Failure, Result } from '../../../shared/channel/failure.ts'
import type { ProduceProblem, ProduceProgress } from '../../../shared/ipc/produce.ts'
import type { RunningJob } from './running-jobs.ts'
import { useRunningJobs } from './running-jobs.ts'

export type JobState = 'idle' | 'running' | 'done' | 'stopped' | 'failed'

/** A sending of many records: its progress, and its end at any moment. */
export function useProduceJob() {
  const state = ref<JobState>('idle')
  const progress = shallowRef<ProduceProgress | null>(null)
  const problems = ref<ProduceProblem[]>([])
  const failure = shallowRef<Failure | null>(null)
  const running = useRunningJobs()
  let end: (() => void) | null = null
  let stream: AsyncGenerator<Result<ProduceProgress>, void> | null = null

  /** `job` is what the rest of the window is told of it. */
  const start = async (job: RunningJob, opened: AsyncGenerator<Result<ProduceProgress>, void>) => {
    end?.()
    end = running.begin(job)
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
    if (stream !== opened) return
    stream = null
    end?.()
  }

  const stop = () => {
    if (state.value !== 'running') return
    state.value = 'stopped'
    end?.()
  }
  onBeforeUnmount(stop)

  /** Between 0 and 1; null where the total is not known. */
  const share = computed(() => {
    const { sent = 0, failed = 0, total = null } = progress.value ?? {}
    return total === null ? null : (sent + failed) / Math.max(1, total)
  })

  return { state, progress, problems, failure, share, start, stop }
}
