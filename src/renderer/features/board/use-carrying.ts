import { useEventListener } from '@vueuse/core'
import { computed, ref } from 'vue'
import type { Ref } from 'vue'

/** A replica in somebody's hand. */
export interface Carrying {
  row: string
  from: number
  /** The broker it is held over; null: none. */
  over: number | null
  by: 'mouse' | 'keys'
  /** Where the pointer is. */
  x: number
  y: number
}

/** A pointer that moves less is a click. */
const DRAG_PX = 4

/** Replicas are picked up, carried to another broker of the same partition, and dropped: by mouse or by keys. */
export function useCarrying(options: {
  isOn: Ref<boolean>
  drop: (row: string, from: number, to: number) => void
  say: (what: 'pickedUp' | 'over' | 'dropped' | 'putBack', carrying: Carrying) => void
}) {
  const { isOn, drop, say } = options
  const carrying = ref<Carrying | null>(null)
  const pressed = ref<{ row: string; from: number; x: number; y: number } | null>(null)

  const end = () => {
    const held = carrying.value
    carrying.value = null
    pressed.value = null
    if (!held) return
    if (held.over === null || held.over === held.from) return say('putBack', held)
    say('dropped', held)
    drop(held.row, held.from, held.over)
  }
  const putBack = () => {
    if (carrying.value) carrying.value = { ...carrying.value, over: null }
    end()
  }

  const press = (event: PointerEvent) => {
    const cell = cellAt(event.target)
    if (!isOn.value || event.button !== 0 || carrying.value || !cell || !cell.has) return
    pressed.value = { row: cell.row, from: cell.broker, x: event.clientX, y: event.clientY }
  }
  const isPressed = computed(() => pressed.value !== null)
  const whilePressed = computed(() => (isPressed.value ? window : null))
  useEventListener(whilePressed, 'pointermove', (event: PointerEvent) => {
    const start = pressed.value
    if (!start) return
    const { clientX: x, clientY: y } = event
    if (!carrying.value && Math.hypot(x - start.x, y - start.y) < DRAG_PX) return
    const cell = cellAt(document.elementFromPoint(x, y))
    const over = cell?.row === start.row ? cell.broker : null
    carrying.value = { row: start.row, from: start.from, over, by: 'mouse', x, y }
  })
  useEventListener(whilePressed, ['pointerup', 'pointercancel'], end)

  const pickUp = (row: string, from: number) => {
    carrying.value = { row, from, over: from, by: 'keys', x: 0, y: 0 }
    say('pickedUp', carrying.value)
  }
  const carryTo = (over: number) => {
    if (!carrying.value) return
    carrying.value = { ...carrying.value, over }
    say('over', carrying.value)
  }

  return { carrying, press, pickUp, carryTo, drop: end, putBack }
}

/** The cell an element is part of. */
function cellAt(target: EventTarget | null) {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-broker][data-column]') : null
  const row = cell?.closest<HTMLElement>('[data-row-key]')?.dataset['rowKey']
  if (!cell || row === undefined) return null
  return { row, broker: Number(cell.dataset['broker']), has: cell.dataset['has'] !== undefined }
}
