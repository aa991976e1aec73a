import type { Bridge } from '../../../src/shared/ipc/bridge.ts'
import type { ReadChunk, TopicRange } from '../../../src/shared/ipc/browse.ts'
import type { Pulled } from '../../../src/shared/channel/messages.ts'

// Functions that run in the page: they use nothing from around them.

declare global {
  interface Window {
    readonly ottla: Bridge
  }
}

/** Where the topic's records lie, and the newest hundred of them, over the bridge every page uses. */
export async function newestPageMs({ cluster, topic }: { cluster: string; topic: string }): Promise<number> {
  const ask = async <T>(message: Parameters<Bridge['ask']>[0]) =>
    ((await window.ottla.ask(message)) as { value: T }).value
  const begunMs = performance.now()
  const target = { cluster, topic, isolation: 'read_uncommitted' }
  const range = { ...target, partitions: null, beginning: { at: 'newest' } }
  const { bounds, direction } = await ask<TopicRange>({ kind: 'call', name: 'browse.range', input: range })
  const input = { ...target, direction, bounds, filter: null, pageRows: 100 }
  const stream = await ask<number>({ kind: 'open', name: 'browse.read', input })
  let rows = 0
  while (rows < 100) {
    const pulled = await ask<Pulled<ReadChunk>>({ kind: 'pull', stream })
    if (pulled.done) break
    rows += pulled.chunk.rows.offset.length
  }
  const tookMs = performance.now() - begunMs
  await ask({ kind: 'abort', stream })
  return tookMs
}

/** Lists whose scrolling is measured: the page's own, and one that does nothing but scroll. */
export const lists = { records: '[role=grid]', plain: '[data-plain-list]' } as const

/**
 * Lays a list over the page's own that is as large and as long, and whose rows say nothing but their number: what a
 * machine needs for this much of a window to change at every frame, whatever is in it.
 */
export function coverWithPlainList({ rows, rowHeight }: { rows: number; rowHeight: number }): void {
  const { left, top, width, height } = document.querySelector('[role=grid]')!.getBoundingClientRect()
  const list = document.createElement('div')
  list.dataset['plainList'] = ''
  list.style.cssText = `position:fixed;left:${left}px;top:${top}px;width:${width}px;height:${height}px;overflow:hidden scroll;z-index:1;background:var(--ui-bg)`
  const bar = document.createElement('div')
  const barPixels = Math.min(rows * rowHeight, 15_000_000)
  bar.style.cssText = `position:relative;height:${barPixels}px`
  const lines = Array.from({ length: Math.ceil(height / rowHeight) + 1 }, () => document.createElement('div'))
  for (const line of lines) line.style.cssText = `height:${rowHeight}px;contain:strict`
  const group = document.createElement('div')
  group.style.cssText = 'position:absolute;top:0;left:0;right:0'
  group.append(...lines)
  bar.append(group)
  list.append(bar)
  document.body.append(list)
  const scale = (rows * rowHeight - height) / (barPixels - height)
  let pixels = 0
  const draw = () => {
    const first = Math.floor(pixels / rowHeight)
    for (const [slot, line] of lines.entries()) line.textContent = String(first + slot)
    group.style.transform = `translateY(${Math.round(pixels / scale) - (pixels % rowHeight)}px)`
  }
  list.addEventListener('wheel', (event) => {
    event.preventDefault()
    pixels += event.deltaY
    draw()
    list.scrollTop = Math.round(pixels / scale)
  })
  list.addEventListener('scroll', () => {
    if (Math.abs(list.scrollTop - pixels / scale) < 2) return
    pixels = list.scrollTop * scale
    draw()
  })
  draw()
}

export function removePlainList(): void {
  document.querySelector('[data-plain-list]')?.remove()
}

/** Moves a list at every frame, by the wheel or, without pixels, by its bar; milliseconds between frames. */
export async function frameGaps({
  list,
  pixels,
  frames,
}: {
  list: string
  pixels: number | null
  frames: number
}): Promise<number[]> {
  const grid = document.querySelector(list)!
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
  const gaps: number[] = []
  let lastMs = await frame()
  for (let moved = 0; moved < frames; moved++) {
    const wheel = new WheelEvent('wheel', { deltaY: pixels ?? 0, cancelable: true, bubbles: true })
    // What the page does not take itself would be the browser's, which does not scroll for a made-up event.
    const isTaken = pixels !== null && !grid.dispatchEvent(wheel)
    if (!isTaken) grid.scrollTop += pixels ?? grid.scrollHeight / 500
    const nowMs = await frame()
    gaps.push(nowMs - lastMs)
    lastMs = nowMs
  }
  return gaps
}
