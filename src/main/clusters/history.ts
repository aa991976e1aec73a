import { boardAt, historyAfter, historyPage, historySlices, neighbour } from '../../broker/index.ts'
import type { HistoryFilter as KeptFilter } from '../../broker/index.ts'
import type { HandlersOf } from '../../shared/channel/server.ts'
import type { HistoryFilter, history } from '../../shared/ipc/history.ts'
import { pause } from '../sessions/pause.ts'

/** As often as anyone can follow. The file is asked, so a cluster that another process runs is followed as well. */
const LOOK_INTERVAL_MS = 250
const TOLD_AT_ONCE = 500

/** @param directoryOf the folder of a local cluster; throws FailureError for any other */
export function historyHandlers(
  directoryOf: (cluster: string) => string,
): HandlersOf<{ history: typeof history }>['history'] {
  return {
    page: ({ cluster, filter, before, limit }) =>
      historyPage(directoryOf(cluster), given(filter), before === undefined ? { limit } : { before, limit }),
    tail: async function* ({ cluster, filter, after }, signal) {
      let seq = after
      while (!signal.aborted) {
        const entries = historyAfter(directoryOf(cluster), given(filter), { seq, limit: TOLD_AT_ONCE })
        seq = entries.at(-1)?.seq ?? seq
        if (entries.length > 0) yield entries
        if (entries.length < TOLD_AT_ONCE) await pause(LOOK_INTERVAL_MS, signal)
      }
    },
    neighbour: ({ cluster, filter, atMs, direction }) =>
      neighbour(directoryOf(cluster), given(filter), { atMs, direction }),
    slices: ({ cluster, filter, fromMs, toMs, count }) =>
      historySlices(directoryOf(cluster), given(filter), { fromMs, toMs, count }),
    boardAt: ({ cluster, atMs }) => boardAt(directoryOf(cluster), atMs),
  }
}

/** Without what is not given: the engine's filter knows no `undefined`. */
function given(filter: HistoryFilter): KeptFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}
