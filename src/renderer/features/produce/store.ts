import { defineStore } from 'pinia'
import { computed, reactive } from 'vue'
import type { Failure } from '../../../shared/channel/failure.ts'
import type { Template } from '../../../shared/ipc/produce.ts'
import { useRemoteValue } from '../../composables/remote-value.ts'
import { useClient } from '../../ipc.ts'
import type { RecordForm } from './form.ts'
import { recordOf, targetOf } from './form.ts'

/** Something to send, whole enough to be sent once more. */
export interface Sending {
  topic: string
  form: RecordForm
}

/** What became of something that was sent from here. */
export interface SentEntry {
  id: number
  topic: string
  atMs: number
  elapsedMs: number
  key: string
  partition: number
  offset: number | null
}

const HISTORY_LIMIT = 50

/** What was sent from this window, and templates. */
export const useProduce = defineStore('produce', () => {
  const client = useClient()
  const saved = useRemoteValue<Template[]>(() => client.templates.list())
  const lastSent = reactive(new Map<string, Sending>())
  const history = reactive(new Map<string, SentEntry[]>())
  let lastId = 0

  client.templates.changed((templates) => saved.take({ ok: true, value: templates }))

  return {
    templates: computed(() => saved.value.value ?? []),
    loadTemplates: saved.load,
    saveTemplate: async (name: string, { topic, form }: { topic: string | null; form: RecordForm }) =>
      saved.take(await client.templates.save({ name, topic, form: JSON.stringify(form) })),
    removeTemplate: async (name: string) => saved.take(await client.templates.remove({ name })),

    lastIn: (cluster: string) => lastSent.get(cluster) ?? null,
    historyOf: (cluster: string) => history.get(cluster) ?? [],

    /** Null when it was written. */
    send: async (cluster: string, sending: Sending): Promise<Failure | null> => {
      const { topic, form } = sending
      // Vue's proxies don't cross a process boundary.
      const kept = JSON.parse(JSON.stringify(form)) as RecordForm
      const result = await client.produce.send({ ...targetOf(cluster, topic, kept), record: recordOf(kept) })
      if (!result.ok) return result.failure
      lastSent.set(cluster, { topic, form: kept })
      const entry: SentEntry = {
        id: ++lastId,
        topic,
        atMs: Date.now(),
        key: kept.key.encoding === 'null' ? 'null' : kept.key.text.slice(0, 80),
        ...result.value,
      }
      history.set(cluster, [entry, ...(history.get(cluster) ?? [])].slice(0, HISTORY_LIMIT))
      return null
    },
  }
})
