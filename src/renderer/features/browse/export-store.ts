import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Failure } from '../../../shared/channel/failure.ts'
import type { ExportProgress } from '../../../shared/ipc/browse.ts'
import { useClient } from '../../ipc.ts'

type Asked = Parameters<ReturnType<typeof useClient>['browse']['export']>[0]

export interface ExportJob {
  id: number
  topic: string
  progress: ExportProgress | null
  failure: Failure | null
  cancelled: boolean
}

/** Exports go on while other pages are in view. */
export const useExports = defineStore('exports', () => {
  const client = useClient()
  const jobs = ref<ExportJob[]>([])
  const streams = new Map<number, { stop: () => void }>()
  let lastId = 0

  const change = (id: number, changed: Partial<ExportJob>) => {
    jobs.value = jobs.value.map((job) => (job.id === id ? { ...job, ...changed } : job))
  }

  const dismiss = (id: number) => {
    jobs.value = jobs.value.filter((job) => job.id !== id)
  }

  const run = async (asked: Asked) => {
    const id = ++lastId
    let isStopped = false
    jobs.value = [...jobs.value, { id, topic: asked.topic, progress: null, failure: null, cancelled: false }]
    streams.set(id, { stop: () => (isStopped = true) })
    for await (const step of client.browse.export(asked)) {
      if (isStopped) break
      if (!step.ok) change(id, { failure: step.failure })
      else if (step.value.state === 'dismissed') dismiss(id)
      else change(id, { progress: step.value })
    }
    streams.delete(id)
    if (isStopped) change(id, { cancelled: true })
  }

  return { jobs, run, dismiss, cancel: (id: number) => streams.get(id)?.stop() }
})
