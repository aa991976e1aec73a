import { computed, nextTick, ref } from 'vue'
import type { Ref } from 'vue'
import type { BoardRow } from './rows.ts'

const PAGE = 10

/** The one cell of the board that Tab comes to, moved by the arrow keys. */
export function useCursor(options: {
  rows: Ref<readonly BoardRow[]>
  columns: Ref<number>
  /** Indices of rows that are drawn. */
  drawn: Ref<readonly number[]>
  reveal: (index: number) => void
  grid: Ref<HTMLElement | null>
}) {
  const { rows, columns, drawn, reveal, grid } = options
  const wanted = ref({ index: 1, column: 0 })

  /** One that is scrolled away would be out of reach of Tab. */
  const cursor = computed(() => {
    const [first] = drawn.value
    const last = drawn.value.at(-1)
    if (first === undefined || last === undefined) return wanted.value
    const { index, column } = wanted.value
    return index >= first && index <= last ? { index, column } : { index: first, column }
  })

  const goTo = async (index: number, column: number) => {
    const to = {
      index: Math.max(0, Math.min(rows.value.length - 1, index)),
      column: Math.max(0, Math.min(columns.value - 1, column)),
    }
    reveal(to.index)
    wanted.value = to
    await nextTick()
    // A scroll is told with the next frame, and drawn after it.
    await new Promise((resolve) => requestAnimationFrame(() => resolve(null)))
    await nextTick()
    const row = grid.value?.querySelector(`[data-row-index="${to.index}"]`)
    const cell =
      row?.querySelector<HTMLElement>(`[data-column="${to.column}"]`) ??
      row?.querySelector<HTMLElement>('[data-column]')
    cell?.focus()
  }

  /** Whether the key was one of these. */
  const step = (key: string): boolean => {
    const { index, column } = cursor.value
    const to: Record<string, readonly [number, number]> = {
      ArrowUp: [index - 1, column],
      ArrowDown: [index + 1, column],
      ArrowLeft: [index, column - 1],
      ArrowRight: [index, column + 1],
      Home: [index, 0],
      End: [index, columns.value - 1],
      PageUp: [index - PAGE, column],
      PageDown: [index + PAGE, column],
    }
    const place = to[key]
    if (place) void goTo(...place)
    return place !== undefined
  }

  /** Somebody clicked there, or came there by Tab. */
  const take = (index: number, column: number) => (wanted.value = { index, column })

  return { cursor, step, take }
}
