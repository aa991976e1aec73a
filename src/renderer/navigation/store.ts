import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useClusters } from '../features/clusters/store.ts'
import type { Location, Tab } from './tab.ts'
import { currentOf, forget, newTab, sameLocation, visit, walk, withoutClusters } from './tab.ts'

/** What is open in the window: tabs, each with a history of its own, and the cluster in view. */
export const useNavigation = defineStore('navigation', () => {
  const clusters = useClusters()
  const tabs = ref<Tab[]>([])
  const activeId = ref(0)
  const chosenCluster = ref<string | null>(null)
  let lastId = 0

  const active = computed(() => tabs.value.find(({ id }) => id === activeId.value) ?? null)
  const location = computed(() => (active.value ? currentOf(active.value) : null))
  /** The cluster the rail is about: that of the location, else the last one that was. */
  const clusterId = computed(() => location.value?.cluster ?? chosenCluster.value)
  const cluster = computed(() => clusters.find(clusterId.value))
  const canGoBack = computed(() => active.value !== null && active.value.position > 0)
  const canGoForward = computed(
    () => active.value !== null && active.value.position < active.value.history.length - 1,
  )

  const replaceActive = (change: (tab: Tab) => Tab) => {
    tabs.value = tabs.value.map((tab) => (tab.id === activeId.value ? change(tab) : tab))
    chosenCluster.value = location.value?.cluster ?? chosenCluster.value
  }

  /** Goes there in the tab in view. */
  const go = (to: Location) => {
    if (!active.value) openTab(to)
    else if (!sameLocation(currentOf(active.value), to)) replaceActive((tab) => visit(tab, to))
  }

  /** Opens a tab, or shows the one which is there already. */
  const openTab = (to: Location) => {
    const open = tabs.value.find((tab) => sameLocation(currentOf(tab), to))
    if (!open) tabs.value = [...tabs.value, newTab(++lastId, to)]
    activate(open?.id ?? lastId)
  }

  const activate = (id: number) => {
    activeId.value = id
    chosenCluster.value = location.value?.cluster ?? chosenCluster.value
  }

  /** The last tab stays: a window without a page says nothing. */
  const closeTab = (id: number) => {
    if (tabs.value.length === 1) return
    const index = tabs.value.findIndex((tab) => tab.id === id)
    tabs.value = forget(tabs.value, id)
    const neighbour = tabs.value[Math.min(index, tabs.value.length - 1)]
    if (id === activeId.value && neighbour) activate(neighbour.id)
  }

  const showCluster = (id: string) => go({ feature: 'overview', cluster: id })

  /** Where the app opens: at the cluster that runs, else at any, else at the making of the first. */
  const begin = () => {
    const first = clusters.locals.find(({ state }) => state !== 'stopped') ?? clusters.entries[0]
    if (first) showCluster(first.id)
    else go({ feature: 'create-cluster', cluster: null })
  }

  /** Pages about a cluster that is gone have nothing to show: they go with it. */
  const leave = (gone: ReadonlySet<string>) => {
    if (chosenCluster.value !== null && gone.has(chosenCluster.value)) chosenCluster.value = null
    const left = withoutClusters(tabs.value, gone)
    const index = tabs.value.findIndex(({ id }) => id === activeId.value)
    tabs.value = left
    if (left.some(({ id }) => id === activeId.value)) return
    const neighbour = left[Math.min(index, left.length - 1)]
    if (neighbour) activate(neighbour.id)
    else openTab({ feature: 'clusters', cluster: null })
  }

  watch(
    () => clusters.entries.map(({ id }) => id),
    (now, before) => {
      const gone = new Set(before.filter((id) => !now.includes(id)))
      if (gone.size > 0) leave(gone)
    },
  )

  return {
    tabs,
    activeId,
    active,
    location,
    clusterId,
    cluster,
    canGoBack,
    canGoForward,
    go,
    openTab,
    activate,
    closeTab,
    showCluster,
    begin,
    back: () => replaceActive((tab) => walk(tab, -1)),
    forward: () => replaceActive((tab) => walk(tab, 1)),
  }
})
