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

/** Moves the list at every frame, by the wheel or, without pixels, by its bar; milliseconds between frames. */
export async function frameGaps({
  pixels,
  frames,
}: {
  pixels: number | null
  frames: number
}): Promise<number[]> {
  const grid = document.querySelector('[role=grid]')!
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
