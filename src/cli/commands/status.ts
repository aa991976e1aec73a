import { readClusterDefinition } from '../../broker/index.ts'
import type { ClusterDefinition, ClusterStatus, Fault } from '../../broker/index.ts'
import { parseArguments } from '../arguments.ts'
import { clusterFolder, folderHelp, folderOptions } from '../cluster-folder.ts'
import { ExitCode } from '../command.ts'
import type { Command } from '../command.ts'
import { withControl } from '../control.ts'
import { failureOf } from '../failure.ts'
import { faultsText } from '../faults/text.ts'
import { statusText } from '../status-text.ts'

export const status: Command = {
  help: `Usage: ottla status [--name NAME | --data DIR] [--json]

Shows a cluster: whether it runs, its bootstrap servers, the state of each broker, and the faults in force.

Options:
${folderHelp}
  --json         print the status as one line of JSON

Exit codes: 0 it is running, 1 it failed, 2 the command line is wrong, 3 it is not running.
`,

  async run(args, terminal) {
    const { values } = parseArguments(args, { ...folderOptions, json: { type: 'boolean' } })
    const directory = clusterFolder(values)
    const { status: now, faults } = await currentStatus(directory)
    terminal.out(values.json ? `${JSON.stringify({ ...now, faults })}\n` : statusText(now))
    if (!values.json && faults.length > 0) terminal.out(`\nFaults in force:\n${faultsText(faults)}`)
    return now.state === 'stopped' ? ExitCode.notRunning : ExitCode.ok
  },
}

interface Current {
  status: ClusterStatus
  faults: Fault[]
}

async function currentStatus(directory: string): Promise<Current> {
  try {
    return await withControl(directory, async (control) => ({
      status: await control.status(),
      faults: await control.faults(),
    }))
  } catch (error) {
    // A cluster nobody runs still has a folder that tells what it is made of.
    const definition = readClusterDefinition(directory)
    if (failureOf(error)?.code !== 'NOT_RUNNING' || definition === null) throw error
    return { status: stoppedStatus(directory, definition), faults: [] }
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
      isLeaving: (definition.leaving ?? []).some(({ brokerId }) => brokerId === broker.id),
      failure: null,
    })),
  }
}
