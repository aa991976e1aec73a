import { computed, ref, shallowRef } from 'vue'
import type { LookedPartition } from '../../../shared/ipc/board.ts'
import { useRepeated } from '../../composables/watched.ts'
import { useClient } from '../../ipc.ts'
import type { BoardRow } from './rows.ts'
import type { Figures } from './state.ts'
import { keyOf } from './state.ts'

const LOOK_MS = 250
/** Of one question. */
const ASKED_AT_ONCE = 500

/** High watermarks, ends and lags of the partitions in sight, and of no others: there may be thousands. */
export function useFigures(cluster: string) {
  const client = useClient()
  const figures = shallowRef<Figures>(new Map())
  // Not deeply reactive: what goes to main is copied, and a proxy can't be.
  const inSight = shallowRef<readonly BoardRow[]>([])
  const asked = computed<LookedPartition[]>(() =>
    inSight.value.flatMap((row) =>
      row.kind === 'partition'
        ? [
            {
              topic: row.topic,
              partition: row.partition.partition,
              leader: row.partition.leader,
              replicas: row.partition.replicas,
            },
          ]
        : [],
    ),
  )

  const look = async () => {
    if (asked.value.length === 0) return
    const told = await client.board.figures({ cluster, partitions: asked.value.slice(0, ASKED_AT_ONCE) })
    if (told.ok) figures.value = new Map(told.value.map((each) => [keyOf(each), each]))
  }
  useRepeated(look, LOOK_MS, ref(true))

  return { figures, see: (rows: readonly BoardRow[]) => (inSight.value = rows) }
}
