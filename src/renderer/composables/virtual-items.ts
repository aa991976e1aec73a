import { useElementSize, useScroll } from '@vueuse/core'
import { computed } from 'vue'
import type { ComputedRef, Ref } from 'vue'

export interface VirtualItems {
  /** Indices to draw. */
  indices: ComputedRef<number[]>
  /** Length of the whole, in pixels. */
  totalPx: ComputedRef<number>
  /** Scrolls as little as it takes to see an item. */
  reveal: (index: number) => void
}

/** Which of many items of one size are in sight of a scrolled element: only these are drawn. */
export function useVirtualItems(
  element: Ref<HTMLElement | null>,
  options: { count: Ref<number>; sizePx: number; axis?: 'x' | 'y'; overscan?: number },
): VirtualItems {
  const { count, sizePx, axis = 'y', overscan = 6 } = options
  const { width, height } = useElementSize(element)
  const { x, y } = useScroll(element)
  const position = axis === 'x' ? x : y
  const length = axis === 'x' ? width : height

  const indices = computed(() => {
    const first = Math.max(0, Math.floor(position.value / sizePx) - overscan)
    const last = Math.min(count.value, Math.ceil((position.value + length.value) / sizePx) + overscan)
    return Array.from({ length: Math.max(0, last - first) }, (_, step) => first + step)
  })

  const reveal = (index: number) => {
    const start = index * sizePx
    if (start < position.value) position.value = start
    const end = start + sizePx
    if (end > position.value + length.value) position.value = end - length.value
  }

  return { indices, totalPx: computed(() => count.value * sizePx), reveal }
}
