import { folderHelp, folderOptions, clusterFolder } from '../cluster-folder.ts'
import { integerOption, keyValueOptions, parseArguments } from '../arguments.ts'
import { UsageError } from '../command.ts'

/** What `ottla up` was asked for; undefined is what the user left open. */
export interface UpOptions {
  /** Null: a temporary one. */
  directory: string | null
  name: string | undefined
  brokers: number | undefined
  /** 0: whatever is free. */
  firstPort: number | undefined
  config: Record<string, string>
  json: boolean
  verbose: boolean
}

export const DEFAULT_BROKERS = 3
export const DEFAULT_FIRST_PORT = 9092
const LAST_PORT = 65_535

export const upHelp = `Usage: ottla up [options]

Runs a cluster in the foreground until Ctrl+C. The first run creates it, later runs open it with its data.
It is ready, and says so, when the first record can be produced.

Options:
${folderHelp}
  --ephemeral    keep the data in a temporary folder, and remove it at the end
  --brokers N    how many brokers a new cluster has (default ${DEFAULT_BROKERS})
  --port PORT    the first broker's port, the others follow (default ${DEFAULT_FIRST_PORT}; 0: any that are free)
  --set KEY=VALUE
                 a broker config of a new cluster, under Kafka's name; can be given several times
  --json         print one line of JSON when the cluster is ready, and nothing else
  --verbose      write more of the brokers' log to standard error

The brokers' log goes to standard error, warnings and errors only unless --verbose is given.
Ctrl+C or SIGTERM stops the cluster cleanly, with exit code 0; a second one ends it at once.

Exit codes: 0 it was stopped, 1 it failed, 2 the command line is wrong.
`

/** UsageError for a command line which makes no sense. */
export function parseUpOptions(args: string[]): UpOptions {
  const { values } = parseArguments(args, {
    ...folderOptions,
    ephemeral: { type: 'boolean' },
    brokers: { type: 'string' },
    port: { type: 'string' },
    set: { type: 'string', multiple: true },
    json: { type: 'boolean' },
    verbose: { type: 'boolean' },
  })
  if (values.ephemeral && values.data !== undefined) {
    throw new UsageError('--ephemeral keeps nothing, so it takes no --data.')
  }
  const brokers = integerOption('--brokers', values.brokers, 1, 99)
  const directory = clusterFolder(values)
  return {
    directory: values.ephemeral ? null : directory,
    name: values.name,
    brokers,
    firstPort: integerOption('--port', values.port, 0, LAST_PORT),
    config: keyValueOptions('--set', values.set ?? []),
    json: values.json ?? false,
    verbose: values.verbose ?? false,
  }
}
