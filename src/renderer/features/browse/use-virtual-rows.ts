import { useElementSize, useTimeoutFn } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import type { Ref } from 'vue'

/** Chromium draws nothing beyond 33.5 million pixels: a longer list gets a shorter scroll bar. */
const LARGEST_HEIGHT = 15_000_000
/** Drawn above and below what is in sight, for whoever scrolls slowly to meet no gap. */
const OVERSCAN = 6
/** Without a move for so long a list rests. */
const REST_MS = 100

/** Which rows of a list of equally high rows are in sight. Knows pixels only: no row costs memory. */
export function useVirtualRows(
  element: Ref<HTMLElement | null>,
  options: { count: () => number; rowHeight: number },
) {
  const { count, rowHeight } = options
  const { height: viewport } = useElementSize(element)
  /** Pixels above the first one in sight, as if the list were as high as it is long. */
  const top = ref(0)

  const fullHeight = computed(() => count() * rowHeight)
  const spacer = computed(() => Math.min(fullHeight.value, LARGEST_HEIGHT))
  const isScaled = computed(() => fullHeight.value > LARGEST_HEIGHT)
  const range = computed(() => Math.max(0, fullHeight.value - viewport.value))
  const barRange = computed(() => Math.max(0, spacer.value - viewport.value))

  /** None while every step goes beyond them: then they are a third more work for nobody to see. */
  const overscan = ref(OVERSCAN)
  const { start: restSoon } = useTimeoutFn(() => (overscan.value = OVERSCAN), REST_MS, { immediate: false })
  const from = computed(() => Math.max(0, Math.floor(top.value / rowHeight) - overscan.value))
  const to = computed(() =>
    Math.min(count(), Math.ceil((top.value + viewport.value) / rowHeight) + overscan.value),
  )
  // Whole pixels: between two of them text is drawn blurred.
  const barTop = () => (isScaled.value ? Math.round((top.value / range.value) * barRange.value) : top.value)
  /** Where the first drawn row goes, within the spacer. */
  const shift = computed(() => from.value * rowHeight - top.value + barTop())

  const goTo = (pixels: number) => {
    if (Math.abs(pixels - top.value) > OVERSCAN * rowHeight) {
      overscan.value = 0
      restSoon()
    }
    top.value = pixels
  }

  const moveTo = (pixels: number) => {
    goTo(Math.max(0, Math.min(pixels, range.value)))
    if (element.value) element.value.scrollTop = barTop()
  }

  const onScroll = () => {
    const at = element.value?.scrollTop ?? 0
    // The bar of a scaled list is coarser than a row: what was moved by the wheel is not read back from it.
    if (isScaled.value && Math.abs(at - barTop()) < 2) return
    goTo(isScaled.value && barRange.value > 0 ? (at / barRange.value) * range.value : at)
  }

  const onWheel = (event: WheelEvent) => {
    if (!isScaled.value || event.ctrlKey) return
    event.preventDefault()
    moveTo(top.value + event.deltaY)
  }

  watch(
    range,
    (now) => {
      if (top.value > now) moveTo(now)
      // A scaled bar stays as high as it is when the list grows. At its end it could not be pulled any further.
      else if (isScaled.value) moveTo(top.value)
    },
    { flush: 'post' },
  )

  return {
    from,
    to,
    top,
    spacer,
    shift,
    viewport,
    onScroll,
    onWheel,
    moveTo,
    /** Scrolls as little as brings a row into sight. */
    reveal: (index: number) => {
      const above = index * rowHeight
      if (above < top.value) moveTo(above)
      else if (above + rowHeight > top.value + viewport.value) moveTo(above + rowHeight - viewport.value)
    },
    /** Rows were put in above: what is in sight stays where it is, unless that is the top and a list grows there. */
    keepPlace: (rows: number, alsoAtTop = false) => {
      if (top.value > 0 || alsoAtTop) moveTo(top.value + rows * rowHeight)
    },
  }
}
