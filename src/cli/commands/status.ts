import { readClusterDefinition } from '../../broker/index.ts'
import type { ClusterDefinition, ClusterStatus } from '../../broker/index.ts'
import { parseArguments } from '../arguments.ts'
import { clusterFolder, folderHelp, folderOptions } from '../cluster-folder.ts'
import { ExitCode } from '../command.ts'
import type { Command } from '../command.ts'
import { withControl } from '../control.ts'
import { failureOf } from '../failure.ts'
import { statusText } from '../status-text.ts'

export const status: Command = {
  help: `Usage: ottla status [--name NAME | --data DIR] [--json]

Shows a cluster: whether it runs, its bootstrap servers, and the state of each broker.

Options:
${folderHelp}
  --json         print the status as one line of JSON

Exit codes: 0 it is running, 1 it failed, 2 the command line is wrong, 3 it is not running.
`,

  async run(args, terminal) {
    const { values } = parseArguments(args, { ...folderOptions, json: { type: 'boolean' } })
    const directory = clusterFolder(values)
    const now = await currentStatus(directory)
    terminal.out(values.json ? `${JSON.stringify(now)}\n` : statusText(now))
    return now.state === 'stopped' ? ExitCode.notRunning : ExitCode.ok
  },
}

async function currentStatus(directory: string): Promise<ClusterStatus> {
  try {
    return await withControl(directory, (control) => control.status())
  } catch (error) {
    // A cluster nobody runs still has a folder that tells what it is made of.
    const definition = readClusterDefinition(directory)
    if (failureOf(error)?.code !== 'NOT_RUNNING' || definition === null) throw error
    return stoppedStatus(directory, definition)
  }
}

function stoppedStatus(directory: string, definition: ClusterDefinition): ClusterStatus {
  return {
    name: definition.name,
    clusterId: definition.clusterId,
    directory,
    state: 'stopped',
    startedAtMs: null,
    startupMs: null,
    bootstrapServers: definition.brokers.map(({ port }) => `127.0.0.1:${port}`).join(','),
    controllerId: null,
    brokers: definition.brokers.map((broker) => ({
      ...broker,
      host: '127.0.0.1',
      state: 'stopped',
      isController: false,
      failure: null,
    })),
  }
}
