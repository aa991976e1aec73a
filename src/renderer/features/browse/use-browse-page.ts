import { computed, onActivated, onDeactivated, onMounted, ref, shallowRef, toRaw } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Failure } from '../../../shared/channel/failure.ts'
import type { Bound, ExportFormat, TopicRange } from '../../../shared/ipc/browse.ts'
import { useRemoteValue } from '../../composables/remote-value.ts'
import { useClient } from '../../ipc.ts'
import { useNavigation } from '../../navigation/store.ts'
import { useBrowseActions } from './actions.ts'
import { boundsBefore, joinedBounds, joinedProgress, rowsInOrder } from './earlier.ts'
import { useExports } from './export-store.ts'
import { hitsOf } from './highlight.ts'
import { browseLocation } from './location.ts'
import { boundsBetween } from './page-cache.ts'
import type { Row } from './rows.ts'
import { useReading } from './use-reading.ts'
import { useTail } from './use-tail.ts'
import type { SearchForm, StartMode, View } from './view.ts'
import { beginningOf, emptySearch, filterOf } from './view.ts'

interface PageOptions {
  cluster: string
  topic: string | null
  partition: number | null
  offset: number | null
  focusSearch: () => void
  toTop: () => void
}

/** Everything a browse page holds: what is asked for, what came, what is open. */
export function useBrowsePage({ cluster, topic, partition, offset, focusSearch, toTop }: PageOptions) {
  const { t } = useI18n()
  const client = useClient()
  const navigation = useNavigation()
  const actions = useBrowseActions()
  const exports = useExports()
  const reading = useReading()
  const earlier = useReading()
  const tail = useTail()

  const view = ref<View>({
    mode: offset === null ? 'newest' : 'offset',
    offset,
    timestampMs: null,
    partitions: partition === null ? null : [partition],
    isolation: 'read_uncommitted',
  })
  const form = ref<SearchForm>(emptySearch())
  const range = shallowRef<TopicRange | null>(null)
  const rangeFailure = shallowRef<Failure | null>(null)
  const chosen = ref<number | null>(null)
  const opened = shallowRef<{ partition: number; offset: number } | null>(null)
  const topics = useRemoteValue(() => client.browse.topics({ cluster }))
  let question = 0

  const isLive = computed(() => view.value.mode === 'live')
  const source = computed(() => {
    if (isLive.value) return tail.source.value
    return earlier.open.value ? rowsInOrder(earlier.source.value, reading.source.value) : reading.source.value
  })
  /** What lies before the offset or the time that was chosen. */
  const before = computed(() => {
    const now = reading.open.value
    const begins = view.value.mode === 'offset' || view.value.mode === 'timestamp'
    return now && begins ? boundsBefore(now.range, toRaw(view.value).partitions) : []
  })
  const hits = computed(() => hitsOf(form.value))
  const topicNames = computed(() => {
    const all = topics.value.value ?? []
    // Internal topics last: they are browsed, but seldom.
    return [...all].sort((a, b) => Number(a.isInternal) - Number(b.isInternal)).map(({ name }) => name)
  })
  const partitionIds = computed(() => range.value?.partitions.map((each) => each.partition) ?? [])
  const wideTime = computed(() => {
    const oldest = reading.progress.value?.oldestMs ?? null
    return !isLive.value && oldest !== null && new Date(oldest).toDateString() !== new Date().toDateString()
  })

  const askRange = async () => {
    if (topic === null) return null
    const asked = ++question
    // What goes to main is copied, and Vue's proxies cannot be.
    const { partitions, isolation } = toRaw(view.value)
    const beginning = beginningOf(view.value) ?? { at: 'newest' as const }
    const answer = await client.browse.range({ cluster, topic, isolation, partitions, beginning })
    if (asked !== question) return null
    rangeFailure.value = answer.ok ? null : answer.failure
    if (answer.ok) range.value = answer.value
    return answer.ok ? answer.value : null
  }

  const read = async () => {
    if (topic === null) return
    reading.close()
    earlier.close()
    tail.close()
    chosen.value = null
    opened.value = null
    toTop()
    const { isolation, partitions } = toRaw(view.value)
    const filter = filterOf(form.value)
    if (isLive.value) {
      tail.start({ cluster, topic, isolation, partitions, filter })
      await askRange()
      return
    }
    const found = await askRange()
    if (!found) return
    const { bounds, direction } = found
    reading.start({ cluster, topic, isolation, direction, bounds, filter }, found)
  }

  const readEarlier = () => {
    const now = reading.open.value
    if (!now || before.value.length === 0 || earlier.open.value) return
    earlier.start({ ...now.reading, direction: 'backward', bounds: before.value }, now.range)
  }

  /** What is on the page, or all that was asked for; always the whole records, not their previews. */
  const exportNow = async (what: 'loaded' | 'range', format: ExportFormat) => {
    if (topic === null) return
    const { isolation } = view.value
    const filter = filterOf(form.value)
    const now = reading.open.value
    const asked = { cluster, topic, isolation, filter, format, limit: null }
    if (isLive.value) {
      const bounds = what === 'loaded' ? tail.bounds() : ((await askRange())?.bounds ?? [])
      void exports.run({ ...asked, direction: 'forward', bounds })
      return
    }
    if (!now) return
    const { bounds, direction } = now.reading
    const first = earlier.open.value
    const loadedBefore = first
      ? boundsBetween(first.reading.bounds, first.pages.rest, first.reading.direction)
      : []
    const loaded: Bound[] = joinedBounds(loadedBefore, boundsBetween(bounds, now.pages.rest, direction))
    void exports.run({
      ...asked,
      direction,
      bounds: what === 'loaded' ? loaded : bounds,
    })
  }

  const exportItems = computed(() => {
    const item = (what: 'loaded' | 'range', format: ExportFormat) => ({
      label: t(`browse.export.${what}`, { format: format === 'csv' ? 'CSV' : 'NDJSON' }),
      icon: format === 'csv' ? 'i-lucide-table' : 'i-lucide-braces',
      onSelect: () => void exportNow(what, format),
    })
    return [
      [item('loaded', 'ndjson'), item('loaded', 'csv')],
      [item('range', 'ndjson'), item('range', 'csv')],
    ]
  })

  const emptyText = computed(() => {
    if (source.value.count > 0) return ''
    if (isLive.value) return tail.isOpen.value ? t('browse.tail.nothing') : ''
    if (reading.state.value !== 'done') return ''
    return reading.isSearch.value ? t('browse.nothingFound') : t('browse.nothingHere')
  })

  const inView = {
    read: (mode: StartMode) => {
      view.value = { ...view.value, mode, timestampMs: view.value.timestampMs ?? Date.now() - 3_600_000 }
      void read()
    },
    focusSearch,
    exportRange: () => void exportNow('range', 'ndjson'),
    readEarlier,
    togglePause: () => (tail.isPaused.value ? tail.resume() : tail.pause()),
    isPaused: () => (isLive.value ? tail.isPaused.value : null),
  }
  onMounted(() => {
    actions.current = inView
    void topics.load()
    void read()
  })
  onActivated(() => (actions.current = inView))
  onDeactivated(() => (actions.current = null))

  return {
    reading,
    /** Rows before the chosen beginning, put in above it so far; null while none were asked for. */
    earlierRows: computed(() => (earlier.open.value ? earlier.source.value.count : null)),
    canReadEarlier: computed(() => before.value.length > 0 && earlier.open.value === null),
    readEarlier,
    /** Of all that is in the list, before the chosen beginning and after it. */
    progress: computed(() => joinedProgress(earlier.progress.value, reading.progress.value)),
    problems: computed(() => [...earlier.problems.value, ...reading.problems.value]),
    tail,
    view,
    form,
    chosen,
    opened,
    source,
    hits,
    isLive,
    wideTime,
    topics,
    topicNames,
    partitionIds,
    exportItems,
    emptyText,
    read: () => void read(),
    isBusy: computed(
      () => !isLive.value && reading.isSearch.value && ['reading', 'opening'].includes(reading.state.value),
    ),
    failure: computed(
      () =>
        rangeFailure.value ??
        (isLive.value ? tail.failure.value : (reading.failure.value ?? earlier.failure.value)),
    ),
    retry: () => void read(),
    openRow: (row: Row) => {
      if (row.brokenRecords === null) opened.value = { partition: row.partition, offset: row.offset }
    },
    goTo: (name: string) => navigation.go(browseLocation({ cluster, topic: name })),
  }
}
