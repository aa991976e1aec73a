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
  /** In turn for the brokers of a new cluster. */
  racks: string[] | undefined
  config: Record<string, string>
  /** A scenario file. */
  faults: string | undefined
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
  --racks A,B,…  the racks a new cluster's brokers stand in, in turn: replicas spread over them
  --set KEY=VALUE
                 a broker config of a new cluster, under Kafka's name; can be given several times
  --faults FILE  run a scenario: the faults of a YAML file take the place of those kept with the cluster, and its
                 steps follow by the clock
  --json         print one line of JSON when the cluster is ready, and nothing else
  --verbose      write more of the brokers' log to standard error

A scenario file, with all there is:
  faults:
    - rule: { api: Produce, client: app-*, topic: orders, broker: 1, next: 3, error: NOT_LEADER_OR_FOLLOWER }
    - delay: { link: 1-2, ms: 200, jitter: 50, oneWay: false }
  steps:
    - at: 5s
      freeze: { broker: 2 }
      for: 10s
    - { at: 20s, cut: clients-3, for: 5s }
    - { at: 30s, disk: { broker: 1, state: slow, ms: 50 } }
    - { at: 40s, kill: 1, for: 5s }
    - { at: 60s, clear: all }
"freeze", "cut", "delay", "disk" and "rule" are as in "ottla help fault"; "kill", "stop" and "start" name a broker.

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
    racks: { type: 'string' },
    set: { type: 'string', multiple: true },
    faults: { type: 'string' },
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
    racks: racksOption(values.racks),
    config: keyValueOptions('--set', values.set ?? []),
    faults: values.faults,
    json: values.json ?? false,
    verbose: values.verbose ?? false,
  }
}

function racksOption(text: string | undefined): string[] | undefined {
  const racks = text?.split(',').map((rack) => rack.trim())
  if (racks?.includes('') !== true) return racks
  throw new UsageError(`--racks takes names with commas between them, as in "north,south", not "${text}".`)
}
