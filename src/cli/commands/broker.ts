import { brokerActions } from '../../broker/index.ts'
import type { BrokerAction, ClusterStatus } from '../../broker/index.ts'
import { integerOption, parseArguments } from '../arguments.ts'
import { clusterFolder, folderHelp, folderOptions } from '../cluster-folder.ts'
import { ExitCode, UsageError } from '../command.ts'
import type { Command } from '../command.ts'
import { withControl } from '../control.ts'

const past: Record<BrokerAction, string> = { kill: 'killed', stop: 'stopped', start: 'running' }

export const broker: Command = {
  help: `Usage: ottla broker kill|stop|start ID [--name NAME | --data DIR] [--json]
       ottla broker add [--name NAME | --data DIR] [--json]

Acts on one broker of a running cluster, or gives it another one.

  kill   end it at once, in the middle of whatever it does
  stop   shut it down: it hands its partitions over first
  start  start it again after a kill, a stop or a failure
  add    start one more, with the next id and the next free port; what is stored
         stays where it is, new topics use the new broker too

Options:
${folderHelp}
  --json         print the cluster's status afterwards as one line of JSON

Exit codes: 0 done, 1 it failed, 2 the command line is wrong, 3 the cluster is not running.
`,

  async run(args, terminal) {
    const { values, positionals } = parseArguments(args, { ...folderOptions, json: { type: 'boolean' } }, 2)
    if (positionals[0] === 'add') {
      if (positionals[1] !== undefined) throw new UsageError('A new broker gets the next id by itself.')
      const grown = await withControl(clusterFolder(values), (control) => control.addBroker())
      terminal.out(values.json ? `${JSON.stringify(grown)}\n` : addedText(grown))
      return ExitCode.ok
    }
    const action = actionOf(positionals[0])
    const id = integerOption('The broker', positionals[1], 1, 2_147_483_647)
    if (id === undefined) throw new UsageError(`Which broker is to ${action}?`)
    const now = await withControl(clusterFolder(values), (control) => control.broker(action, id))
    terminal.out(values.json ? `${JSON.stringify(now)}\n` : `Broker ${id} is ${past[action]}.\n`)
    return ExitCode.ok
  },
}

function addedText({ brokers, bootstrapServers }: ClusterStatus): string {
  const added = brokers.at(-1)
  return `Broker ${added?.id} is running on ${added?.host}:${added?.port}.\n\nbootstrap servers  ${bootstrapServers}\n`
}

function actionOf(text: string | undefined): BrokerAction {
  if (text === undefined) throw new UsageError('Kill, stop, start or add?')
  const action = brokerActions.find((each) => each === text)
  if (action) return action
  throw new UsageError(`A broker can be killed, stopped, started and added, not "${text}".`)
}
