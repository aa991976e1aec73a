import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { Failure, Result } from '../../../shared/channel/failure.ts'
import type { DemoSettings, DemoState } from '../../../shared/ipc/demo.ts'
import { useRemoteValue } from '../../composables/remote-value.ts'
import { useClient } from '../../ipc.ts'

export const FIRST_SETTINGS: DemoSettings = {
  ratePerSecond: 50,
  keys: 'uniform',
  processingMs: 5,
  protocol: 'classic',
}

/** What was asked and not done, of one cluster. */
interface Failed {
  cluster: string
  failure: Failure
}

/** Demos as main tells of them, and what can be done to them. */
export const useDemos = defineStore('demos', () => {
  const client = useClient()
  const list = useRemoteValue<DemoState[]>(() => client.demo.list())
  const acting = ref<string[]>([])
  const lastFailure = ref<Failed | null>(null)

  client.demo.changed((demos) => list.take({ ok: true, value: demos }))

  /** `key` is what is acted upon: nothing is asked twice at once. */
  const act = async (cluster: string, key: string, ask: () => Promise<Result<void>>): Promise<void> => {
    if (acting.value.includes(key)) return
    acting.value = [...acting.value, key]
    lastFailure.value = null
    const result = await ask()
    acting.value = acting.value.filter((each) => each !== key)
    if (!result.ok) lastFailure.value = { cluster, failure: result.failure }
  }

  const inAll = (count: (demo: DemoState) => number) =>
    (list.value.value ?? []).reduce((sum, demo) => sum + count(demo), 0)

  return {
    list: list.current,
    load: list.load,
    of: (cluster: string) => list.value.value?.find((demo) => demo.cluster === cluster) ?? null,
    first: computed(() => list.value.value?.[0] ?? null),
    producers: computed(() => inAll((demo) => demo.producers.length)),
    consumers: computed(() =>
      inAll((demo) => demo.members.filter(({ state }) => state !== 'crashed').length),
    ),
    failureIn: (cluster: string) =>
      lastFailure.value?.cluster === cluster ? lastFailure.value.failure : null,
    isActing: (key: string) => acting.value.includes(key),

    start: (cluster: string, settings: DemoSettings) =>
      act(cluster, cluster, () => client.demo.start({ cluster, settings })),
    change: (cluster: string, settings: DemoSettings) =>
      act(cluster, `${cluster}/settings`, () => client.demo.change({ cluster, settings })),
    stop: (cluster: string) => act(cluster, cluster, () => client.demo.stop({ cluster })),
    addMember: (cluster: string) =>
      act(cluster, `${cluster}/members`, () => client.demo.addMember({ cluster })),
    removeMember: (cluster: string, name: string) =>
      act(cluster, `${cluster}/${name}`, () => client.demo.removeMember({ cluster, name })),
    crashMember: (cluster: string, name: string) =>
      act(cluster, `${cluster}/${name}`, () => client.demo.crashMember({ cluster, name })),
    stallMember: (cluster: string, name: string) =>
      act(cluster, `${cluster}/${name}`, () => client.demo.stallMember({ cluster, name })),
    addPartitions: (cluster: string, topic: string, added: number) =>
      act(cluster, `${cluster}/partitions`, () => client.topics.growBy({ cluster, topic, added })),
  }
})
