import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

/** A sending of many records that is under way. */
export interface RunningJob {
  cluster: string
  topic: string
}

/** What sends by itself just now, on whichever page it was begun. */
export const useRunningJobs = defineStore('running-jobs', () => {
  const jobs = ref<(RunningJob & { id: number })[]>([])
  let lastId = 0

  return {
    jobs: computed<readonly RunningJob[]>(() => jobs.value),
    /** Returns how to take it off again. */
    begin: (job: RunningJob) => {
      const id = ++lastId
      jobs.value = [...jobs.value, { ...job, id }]
      return () => (jobs.value = jobs.value.filter((each) => each.id !== id))
    },
  }
})
