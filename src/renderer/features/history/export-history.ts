import type { Failure } from '../../../shared/channel/failure.ts'
import type { AppClient } from '../../../shared/ipc/contract.ts'
import type { HistoryEntry, HistoryFilter } from '../../../shared/ipc/history.ts'
import { csvOf, saveFile } from '../../composables/save-file.ts'
import { numberIn, partitionIn, textIn } from './details.ts'

const PAGE = 1_000

/** Saves everything that is asked for, oldest first, with the engine's own words and all details. */
export async function exportHistory(
  client: AppClient,
  {
    cluster,
    filter,
    name,
    format,
  }: { cluster: string; filter: HistoryFilter; name: string; format: 'json' | 'csv' },
): Promise<Failure | null> {
  const entries: HistoryEntry[] = []
  let next: number | null = Number.MAX_SAFE_INTEGER
  while (next !== null) {
    const page = await client.history.page({ cluster, filter, before: next, limit: PAGE })
    if (!page.ok) return page.failure
    entries.push(...page.value.entries)
    next = page.value.next
  }
  entries.reverse()
  if (format === 'csv') saveFile(`${name}-history.csv`, 'text/csv', historyCsv(entries))
  else saveFile(`${name}-history.json`, 'application/json', `${JSON.stringify(entries, null, 2)}\n`)
  return null
}

export function historyCsv(entries: readonly HistoryEntry[]): string {
  const head = [
    'time',
    'seq',
    'kind',
    'broker',
    'topic',
    'partition',
    'group',
    'leader_before',
    'leader',
    'leader_epoch',
    'isr_before',
    'isr',
    'replicas',
    'cause',
    'details',
  ]
  const rows = entries.map((entry) => {
    const { seq, atMs, kind, brokerId, cause, details } = entry
    const { before, after } = partitionIn(entry) ?? { before: null, after: null }
    return [
      new Date(atMs).toISOString(),
      seq,
      kind,
      brokerId,
      textIn(details, 'topic'),
      numberIn(details, 'partition'),
      textIn(details, 'groupId'),
      before?.leader ?? null,
      after?.leader ?? null,
      after?.leaderEpoch ?? null,
      before?.isr.join(' ') ?? null,
      after?.isr.join(' ') ?? null,
      after?.replicas.join(' ') ?? null,
      cause,
      JSON.stringify(details),
    ]
  })
  return csvOf([head, ...rows])
}
