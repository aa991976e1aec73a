import type { Failure } from '../../../shared/channel/failure.ts'
import type { GroupSample } from '../../../shared/ipc/groups.ts'
import type { AppClient } from '../../../shared/ipc/contract.ts'
import { csvOf, saveFile } from '../../composables/save-file.ts'

const KEPT_ENTRIES = 1_000
const DAY_MS = 24 * 60 * 60_000

interface ExportWish {
  cluster: string
  sample: GroupSample
  format: 'json' | 'csv'
  isLocal: boolean
}

/** Saves what is known of a group: offsets as a table, or everything with lags and rebalances as JSON. */
export async function exportGroup(
  client: AppClient,
  { cluster, sample, format, isLocal }: ExportWish,
): Promise<Failure | null> {
  const { groupId } = sample
  if (format === 'csv') {
    saveFile(`${groupId}.csv`, 'text/csv', offsetsCsv(sample))
    return null
  }
  const lags = await client.groups.lagHistory({ cluster, groupId, fromMs: Date.now() - DAY_MS })
  if (!lags.ok) return lags.failure
  const filter = { groupId }
  const history = isLocal ? await client.history.page({ cluster, filter, limit: KEPT_ENTRIES }) : null
  if (history !== null && !history.ok) return history.failure
  const whole = { ...sample, lagHistory: lags.value, history: history?.value.entries ?? null }
  saveFile(`${groupId}.json`, 'application/json', `${JSON.stringify(whole, null, 2)}\n`)
  return null
}

/** One line a partition; what is not known is an empty field. */
export function offsetsCsv({ groupId, members, partitions }: GroupSample): string {
  const clients = new Map(members.map(({ memberId, clientId }) => [memberId, clientId]))
  const head = [
    'group',
    'topic',
    'partition',
    'committed_offset',
    'log_start_offset',
    'end_offset',
    'lag',
    'time_lag_ms',
    'consumed_per_second',
    'member_id',
    'client_id',
    'metadata',
  ]
  const rows = partitions.map((each) => [
    groupId,
    each.topic,
    each.partition,
    each.committedOffset,
    each.logStartOffset,
    each.endOffset,
    each.lag,
    each.timeLagMs,
    each.consumedPerSecond,
    each.memberId,
    each.memberId === null ? null : (clients.get(each.memberId) ?? null),
    each.metadata,
  ])
  return csvOf([head, ...rows])
}
