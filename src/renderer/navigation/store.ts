import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { OpenTabs } from '../../shared/ipc/tabs.ts'
import { useClusters } from '../features/clusters/store.ts'
import { placeVisited } from '../features/quick-open/places.ts'
import { useClient } from '../ipc.ts'
import { restoredTabs, savedTabs } from './saved-tabs.ts'
import type { Location, Tab } from './tab.ts'
import { currentOf, forget, locationKey, newTab, sameLocation, visit, walk, withoutClusters } from './tab.ts'

const RECENT_LIMIT = 50
const CLOSED_LIMIT = 20
const SAVED_LIMIT = 100

/** What is open in the window: tabs, each with a history of its own, and the cluster in view. */
export const useNavigation = defineStore('navigation', () => {
  const client = useClient()
  const clusters = useClusters()
  const tabs = ref<Tab[]>([])
  const activeId = ref(0)
  const chosenCluster = ref<string | null>(null)
  /** Topics, groups and clusters by when they were last in view, newest first. */
  const recent = ref<Location[]>([])
  const closed = ref<Tab[]>([])
  let lastId = 0
  /** What was open at the last launch, until it is. */
  let saved: OpenTabs | null = null
  let features: ReadonlySet<string> = new Set()
  let hasBegun = false
  let isSaving = false
  let isUnsaved = false

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

  const tabAt = (to: Location) => tabs.value.find((tab) => sameLocation(currentOf(tab), to))

  /** Goes there in the tab in view, unless another one is there already: then that comes into view. */
  const go = (to: Location) => {
    const open = tabAt(to)
    if (open) activate(open.id)
    else if (active.value) replaceActive((tab) => visit(tab, to))
    else openTab(to)
  }

  /** Opens a tab, or shows the one which is there already. */
  const openTab = (to: Location) => {
    const open = tabAt(to)
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
    const gone = tabs.value[index]
    if (gone) closed.value = [...closed.value, gone].slice(-CLOSED_LIMIT)
    tabs.value = forget(tabs.value, id)
    const neighbour = tabs.value[Math.min(index, tabs.value.length - 1)]
    if (id === activeId.value && neighbour) activate(neighbour.id)
  }

  /** The one closed last comes back, with its history. */
  const reopenTab = () => {
    const tab = closed.value.at(-1)
    if (!tab) return
    closed.value = closed.value.slice(0, -1)
    tabs.value = [...tabs.value, { ...tab, id: ++lastId }]
    activate(lastId)
  }

  /** To the right with 1, to the left with -1, and around at the ends. */
  const stepTab = (by: number) => {
    const index = tabs.value.findIndex(({ id }) => id === activeId.value)
    const next = tabs.value.at((index + by) % tabs.value.length)
    if (next) activate(next.id)
  }

  /** By its place from the left, from 0; one beyond the last is the last. */
  const showTab = (index: number) => {
    const tab = tabs.value[Math.min(index, tabs.value.length - 1)]
    if (tab) activate(tab.id)
  }

  const showCluster = (id: string) => go({ feature: 'overview', cluster: id })

  /** Where the app opens: at the cluster that runs, else at any, else at the making of the first. */
  const begin = () => {
    if (hasBegun && tabs.value.length > 0 && clusters.list.state !== 'ready') return
    hasBegun = clusters.list.state === 'ready'
    if (saved && hasBegun && restore(saved)) return
    const first = clusters.locals.find(({ state }) => state !== 'stopped') ?? clusters.entries[0]
    if (first) showCluster(first.id)
    else go({ feature: 'create-cluster', cluster: null })
  }

  const restore = (open: OpenTabs): boolean => {
    const known = { features, clusters: new Set(clusters.entries.map(({ id }) => id)) }
    const restored = restoredTabs(open, known)
    saved = null
    if (!restored) return false
    tabs.value = restored.tabs
    recent.value = restored.recent
    lastId = Math.max(...restored.tabs.map(({ id }) => id))
    activate(restored.activeId)
    return true
  }

  /** What was open when the window was last seen; `begin` shows it. Only pages of these features can be. */
  const load = async (names: readonly string[]) => {
    features = new Set(names)
    const told = await client.tabs.load()
    saved = told.ok ? told.value : null
  }

  /** Pages about a cluster that is gone have nothing to show: they go with it. */
  const leave = (gone: ReadonlySet<string>) => {
    if (chosenCluster.value !== null && gone.has(chosenCluster.value)) chosenCluster.value = null
    closed.value = withoutClusters(closed.value, gone)
    recent.value = recent.value.filter(({ cluster }) => cluster === null || !gone.has(cluster))
    const left = withoutClusters(tabs.value, gone)
    const index = tabs.value.findIndex(({ id }) => id === activeId.value)
    tabs.value = left
    if (left.some(({ id }) => id === activeId.value)) return
    const neighbour = left[Math.min(index, left.length - 1)]
    if (neighbour) activate(neighbour.id)
    else openTab({ feature: 'clusters', cluster: null })
  }

  watch(location, (now) => {
    const place = now && placeVisited(now)
    if (!place) return
    const key = locationKey(place)
    const others = recent.value.filter((each) => locationKey(each) !== key)
    recent.value = [place, ...others].slice(0, RECENT_LIMIT)
  })

  /** At once, as the app may be quit right after; what changes while it is written is written after it. */
  const save = async () => {
    isUnsaved = true
    if (isSaving) return
    isSaving = true
    while (isUnsaved) {
      isUnsaved = false
      await client.tabs.save(savedTabs(tabs.value.slice(0, SAVED_LIMIT), activeId.value, recent.value))
    }
    isSaving = false
  }

  // Nothing is kept of a window that never had its clusters.
  watch([tabs, activeId, recent], () => {
    if (hasBegun) void save()
  })

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
    closed,
    reopenTab,
    stepTab,
    showTab,
    recent,
    load,
    showCluster,
    begin,
    back: () => replaceActive((tab) => walk(tab, -1)),
    forward: () => replaceActive((tab) => walk(tab, 1)),
  }
})
