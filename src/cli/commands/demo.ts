import { historyAfter, historyPage } from '../../broker/index.ts'
import { ExitCode } from '../command.ts'
import type { Command, Terminal } from '../command.ts'
import type { DemoClient } from '../demo/clients.ts'
import { consume, makeTopic, pause, produce } from '../demo/clients.ts'
import { useCluster } from '../demo/cluster.ts'
import type { DemoOptions } from '../demo/options.ts'
import { DEMO_GROUP, demoHelp, parseDemoOptions } from '../demo/options.ts'
import { rebalanceText } from '../demo/text.ts'
import { ensureWithResolvers } from '../demo/with-resolvers.ts'
import { Ending } from '../up/ending.ts'

const LOOK_INTERVAL_MS = 250
const TOLD_AT_ONCE = 500

export const demo: Command = {
  help: demoHelp,

  async run(args, terminal) {
    const options = parseDemoOptions(args)
    ensureWithResolvers()
    const stopping = new AbortController()
    const ending = new Ending(() => terminal.err('Stopping the demo. Ctrl+C again ends it at once.\n'))
    void ending.reached.then(() => stopping.abort())
    const cluster = await useCluster(options.directory, options, () => ending.end())
    try {
      const { bootstrapServers, brokers } = cluster
      await makeTopic(bootstrapServers, brokers)
      const { lastSeq } = historyPage(options.directory, {}, { limit: 1 })
      if (!options.json) terminal.out(`The demo runs at ${bootstrapServers.join(',')}. Ctrl+C ends it.\n`)
      await Promise.all([
        runClients(bootstrapServers, options, stopping.signal, terminal),
        tellRebalances(options, lastSeq, stopping.signal, terminal),
      ])
    } finally {
      await cluster.leave()
    }
    return ExitCode.ok
  },
}

async function runClients(
  bootstrapServers: string[],
  { ratePerSecond, members, protocol, churnSeconds }: DemoOptions,
  stopping: AbortSignal,
  terminal: Terminal,
): Promise<void> {
  const onProblem = (message: string) => terminal.err(`ottla: ${message}\n`)
  const producer = produce(bootstrapServers, ratePerSecond, onProblem)
  const consumers: DemoClient[] = []
  let number = 0
  const add = () => consumers.push(consume(bootstrapServers, { number: ++number, protocol }, onProblem))
  for (let index = 0; index < members; index++) add()
  while (!stopping.aborted) {
    await pause((churnSeconds ?? 3_600) * 1_000, stopping)
    if (stopping.aborted || churnSeconds === null) continue
    add()
    await consumers.shift()?.leave()
  }
  await Promise.all([producer, ...consumers].map((client) => client.leave()))
}

/** From the history the cluster keeps, whoever runs it. */
async function tellRebalances(
  { directory, json }: DemoOptions,
  after: number,
  stopping: AbortSignal,
  terminal: Terminal,
): Promise<void> {
  let seq = after
  while (!stopping.aborted) {
    const entries = historyAfter(directory, { groupId: DEMO_GROUP }, { seq, limit: TOLD_AT_ONCE })
    seq = entries.at(-1)?.seq ?? seq
    for (const entry of entries) {
      const text = json ? `${JSON.stringify(entry)}\n` : rebalanceText(entry)
      if (text !== null) terminal.out(text)
    }
    await pause(LOOK_INTERVAL_MS, stopping)
  }
}
