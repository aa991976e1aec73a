import type { Failure } from '../../../shared/channel/failure.ts'
import type { Bound, Reading, RecordRows } from '../../../shared/ipc/browse.ts'
import { CHUNK_ROWS } from '../../../shared/ipc/browse.ts'
import type { useClient } from '../../ipc.ts'
import type { PageCache } from './page-cache.ts'

/** Beyond what is in sight, so that slow scrolling meets no gap. */
const AROUND_ROWS = 128

interface Restored {
  reading: Reading
  pages: PageCache
}

interface Options {
  client: ReturnType<typeof useClient>
  /** What is read at the moment. */
  now: () => Restored | null
  onRestored: () => void
  onFailure: (why: Failure) => void
}

/**
 * Reads pages again that have left the memory. One at a time, and always of what is in sight by then: a list that is
 * dragged along passes many pages at which nobody looks.
 */
export function useRestoring({ client, now, onRestored, onFailure }: Options) {
  let shown = { from: 0, to: 0 }
  let isRestoring = false

  const readAgain = async (reading: Reading, bounds: Bound[]): Promise<RecordRows | null> => {
    const found: RecordRows[] = []
    for await (const step of client.browse.read({ ...reading, bounds, pageRows: CHUNK_ROWS })) {
      if (!step.ok) {
        onFailure(step.failure)
        return null
      }
      found.push(step.value.rows)
    }
    return joined(found)
  }

  const restoreShown = async () => {
    for (;;) {
      const open = now()
      const [page] = open?.pages.missing(shown.from - AROUND_ROWS, shown.to + AROUND_ROWS) ?? []
      if (!open || !page) return
      const rows = await readAgain(open.reading, page.bounds)
      // After a failure it is tried again with the next scrolling.
      if (!rows) return
      open.pages.restore(page.firstRow, rows)
      if (now()?.pages === open.pages) onRestored()
    }
  }

  return (from: number, to: number) => {
    shown = { from, to }
    if (isRestoring) return
    isRestoring = true
    void restoreShown().finally(() => (isRestoring = false))
  }
}

/** As one page. */
function joined(parts: RecordRows[]): RecordRows {
  const [only] = parts
  // Nearly always: who drags the bar asks for many pages, and each copy is garbage.
  if (only && parts.length === 1) return only
  return {
    partition: Int32Array.from(parts.flatMap(({ partition }) => [...partition])),
    offset: Float64Array.from(parts.flatMap(({ offset }) => [...offset])),
    timestampMs: Float64Array.from(parts.flatMap(({ timestampMs }) => [...timestampMs])),
    key: parts.flatMap(({ key }) => key),
    value: parts.flatMap(({ value }) => value),
    keyBytes: Int32Array.from(parts.flatMap(({ keyBytes }) => [...keyBytes])),
    valueBytes: Int32Array.from(parts.flatMap(({ valueBytes }) => [...valueBytes])),
    headers: Int32Array.from(parts.flatMap(({ headers }) => [...headers])),
    flags: Uint8Array.from(parts.flatMap(({ flags }) => [...flags])),
  }
}
