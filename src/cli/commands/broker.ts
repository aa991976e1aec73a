import { brokerActions } from '../../broker/index.ts'
import type { BrokerAction } from '../../broker/index.ts'
import { integerOption, parseArguments } from '../arguments.ts'
import { clusterFolder, folderHelp, folderOptions } from '../cluster-folder.ts'
import { ExitCode, UsageError } from '../command.ts'
import type { Command } from '../command.ts'
import { withControl } from '../control.ts'

const past: Record<BrokerAction, string> = { kill: 'killed', stop: 'stopped', start: 'running' }

export const broker: Command = {
  help: `Usage: ottla broker kill|stop|start ID [--name NAME | --data DIR] [--json]

Acts on one broker of a running cluster.

  kill   end it at once, in the middle of whatever it does
  stop   shut it down: it hands its partitions over first
  start  start it again after a kill, a stop or a failure

Options:
${folderHelp}
  --json         print the cluster's status afterwards as one line of JSON

Exit codes: 0 done, 1 it failed, 2 the command line is wrong, 3 the cluster is not running.
`,

  async run(args, terminal) {
    const { values, positionals } = parseArguments(args, { ...folderOptions, json: { type: 'boolean' } }, 2)
    const action = actionOf(positionals[0])
    const id = integerOption('The broker', positionals[1], 1, 2_147_483_647)
    if (id === undefined) throw new UsageError(`Which broker is to ${action}?`)
    const now = await withControl(clusterFolder(values), (control) => control.broker(action, id))
    terminal.out(values.json ? `${JSON.stringify(now)}\n` : `Broker ${id} is ${past[action]}.\n`)
    return ExitCode.ok
  },
}

function actionOf(text: string | undefined): BrokerAction {
  if (text === undefined) throw new UsageError('Kill, stop or start?')
  const action = brokerActions.find((each) => each === text)
  if (action) return action
  throw new UsageError(`A broker can be killed, stopped and started, not "${text}".`)
}
