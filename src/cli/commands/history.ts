import { setTimeout as delay } from 'node:timers/promises'
import { ClusterError, historyAfter, historyPage, readClusterDefinition } from '../../broker/index.ts'
import type { HistoryFilter, KeptEntry } from '../../broker/index.ts'
import { integerOption, parseArguments } from '../arguments.ts'
import { clusterFolder, folderHelp, folderOptions } from '../cluster-folder.ts'
import { ExitCode } from '../command.ts'
import type { Command, Terminal } from '../command.ts'
import { historyLine } from '../history-text.ts'

const DEFAULT_LIMIT = 200
const MAX_LIMIT = 100_000
const LOOK_INTERVAL_MS = 250
const TOLD_AT_ONCE = 500

export const history: Command = {
  help: `Usage: ottla history [--name NAME | --data DIR] [--follow] [--json] [filters]

Shows what happened in a cluster and why: elections, ISR changes, brokers that came and went, reassignments,
rebalances of consumer groups. It is kept in the cluster's folder, so the cluster need not run.

Options:
${folderHelp}
  --limit N      the newest N entries (default ${DEFAULT_LIMIT}), oldest of them first
  --follow, -f   go on with what happens from now on, until Ctrl+C
  --json         one JSON object a line, with all details
  --kind KIND    only entries of this kind, as "leader-elected"; may be given several times
  --topic TOPIC  only entries about this topic
  --group GROUP  only entries about this consumer group
  --broker ID    only entries about this broker

Exit codes: 0 done, 1 it failed, 2 the command line is wrong.
`,

  async run(args, terminal) {
    const { values } = parseArguments(args, {
      ...folderOptions,
      follow: { type: 'boolean', short: 'f' },
      json: { type: 'boolean' },
      limit: { type: 'string' },
      kind: { type: 'string', multiple: true },
      topic: { type: 'string' },
      group: { type: 'string' },
      broker: { type: 'string' },
    })
    const directory = clusterFolder(values)
    const limit = integerOption('--limit', values.limit, 1, MAX_LIMIT) ?? DEFAULT_LIMIT
    const brokerId = integerOption('--broker', values.broker, 0, Number.MAX_SAFE_INTEGER)
    const filter: HistoryFilter = {
      ...(values.kind && { kinds: values.kind }),
      ...(values.topic !== undefined && { topic: values.topic }),
      ...(values.group !== undefined && { groupId: values.group }),
      ...(brokerId !== undefined && { brokerId }),
    }
    requireCluster(directory)
    const text = values.json ? (entry: KeptEntry) => `${JSON.stringify(entry)}\n` : historyLine
    const { entries, lastSeq } = historyPage(directory, filter, { limit })
    for (const entry of entries.reverse()) terminal.out(text(entry))
    if (values.follow)
      await follow(directory, filter, lastSeq, (entry) => terminal.out(text(entry)), terminal)
    else if (entries.length === 0 && !values.json) terminal.out('Nothing like that is in the history.\n')
    return ExitCode.ok
  },
}

/** Until the process is ended, or the cluster's folder is gone. */
async function follow(
  directory: string,
  filter: HistoryFilter,
  after: number,
  tell: (entry: KeptEntry) => void,
  terminal: Terminal,
): Promise<void> {
  let seq = after
  while (readClusterDefinition(directory) !== null) {
    const entries = historyAfter(directory, filter, { seq, limit: TOLD_AT_ONCE })
    entries.forEach(tell)
    seq = entries.at(-1)?.seq ?? seq
    if (entries.length < TOLD_AT_ONCE) await delay(LOOK_INTERVAL_MS)
  }
  terminal.err('The cluster is gone.\n')
}

function requireCluster(directory: string): void {
  if (readClusterDefinition(directory) !== null) return
  throw new ClusterError({
    code: 'DIRECTORY',
    message: `There is no cluster in ${directory}.`,
    remedy: 'Name another with --name or --data; "ottla up" makes one.',
  })
}
