import { brokerActions } from '../../broker/index.ts'
import type { BrokerAction, ClusterStatus, DecommissionProgress } from '../../broker/index.ts'
import { integerOption, parseArguments } from '../arguments.ts'
import { clusterFolder, folderHelp, folderOptions } from '../cluster-folder.ts'
import { ExitCode, UsageError } from '../command.ts'
import type { Command, Terminal } from '../command.ts'
import { withControl } from '../control.ts'

const options = {
  ...folderOptions,
  json: { type: 'boolean' },
  rack: { type: 'string' },
  'fewer-replicas': { type: 'boolean' },
} as const

const past: Record<BrokerAction, string> = { kill: 'killed', stop: 'stopped', start: 'running' }

export const broker: Command = {
  help: `Usage: ottla broker kill|stop|start ID [--name NAME | --data DIR] [--json]
       ottla broker add [--rack RACK] [--name NAME | --data DIR] [--json]
       ottla broker remove ID [--fewer-replicas] [--name NAME | --data DIR] [--json]

Acts on one broker of a running cluster, gives it another one, or takes one out.

  kill   end it at once, in the middle of whatever it does
  stop   shut it down: it hands its partitions over first
  start  start it again after a kill, a stop or a failure
  add    start one more, with the next id and the next free port; what is stored
         stays where it is, new topics use the new broker too
  remove move its replicas to the other brokers, shut it down, forget it, and
         delete its folder; Ctrl+C calls that off and the broker stays. When the
         cluster is stopped meanwhile, it goes on with the next start

Options:
${folderHelp}
  --rack RACK    the rack a new broker stands in: replicas spread over racks
  --fewer-replicas
                 remove a broker even if the others are too few for as many
                 replicas as the topics have now
  --json         print the cluster's status afterwards as one line of JSON

Exit codes: 0 done, 1 it failed, 2 the command line is wrong, 3 the cluster is not running.
`,

  async run(args, terminal) {
    const { values, positionals } = parseArguments(args, options, 2)
    const { rack } = values
    const fewerReplicas = values['fewer-replicas'] === true
    if (rack !== undefined && positionals[0] !== 'add') throw new UsageError('--rack is for "broker add".')
    if (fewerReplicas && positionals[0] !== 'remove') {
      throw new UsageError('--fewer-replicas is for "broker remove".')
    }
    if (positionals[0] === 'add') {
      if (positionals[1] !== undefined) throw new UsageError('A new broker gets the next id by itself.')
      const place = rack === undefined ? {} : { rack }
      const grown = await withControl(clusterFolder(values), (control) => control.addBroker(place))
      terminal.out(values.json ? `${JSON.stringify(grown)}\n` : addedText(grown))
      return ExitCode.ok
    }
    const id = integerOption('The broker', positionals[1], 1, 2_147_483_647)
    if (positionals[0] === 'remove') {
      if (id === undefined) throw new UsageError('Which broker is to be removed?')
      const onProgress = values.json ? () => undefined : progressTo(terminal)
      const left = await withControl(clusterFolder(values), (control) =>
        control.removeBroker(id, { allowFewerReplicas: fewerReplicas, onProgress }),
      )
      terminal.out(values.json ? `${JSON.stringify(left)}\n` : `Broker ${id} is removed.\n`)
      return ExitCode.ok
    }
    const action = actionOf(positionals[0])
    if (id === undefined) throw new UsageError(`Which broker is to ${action}?`)
    const now = await withControl(clusterFolder(values), (control) => control.broker(action, id))
    terminal.out(values.json ? `${JSON.stringify(now)}\n` : `Broker ${id} is ${past[action]}.\n`)
    return ExitCode.ok
  },
}

/** A line for each replica that has moved and each step, not for each time somebody looked. */
function progressTo(terminal: Terminal): (progress: DecommissionProgress) => void {
  let last = ''
  return ({ step, movedReplicas, totalReplicas }) => {
    const line =
      step === 'moving'
        ? `moving replicas: ${movedReplicas} of ${totalReplicas}`
        : step === 'stopping'
          ? 'shutting the broker down'
          : 'making the cluster forget it'
    if (line !== last) terminal.err(`${line}\n`)
    last = line
  }
}

function addedText({ brokers, bootstrapServers }: ClusterStatus): string {
  const added = brokers.at(-1)
  return `Broker ${added?.id} is running on ${added?.host}:${added?.port}.\n\nbootstrap servers  ${bootstrapServers}\n`
}

function actionOf(text: string | undefined): BrokerAction {
  if (text === undefined) throw new UsageError('Kill, stop, start, add or remove?')
  const action = brokerActions.find((each) => each === text)
  if (action) return action
  throw new UsageError(`A broker can be killed, stopped, started, added and removed, not "${text}".`)
}
