import { integerOption, parseArguments } from '../arguments.ts'
import { clusterFolder, folderHelp, folderOptions } from '../cluster-folder.ts'
import { UsageError } from '../command.ts'

export interface DemoOptions {
  directory: string
  name: string | undefined
  /** Of the first broker of a cluster that has to be made; 0: any that is free. */
  firstPort: number | undefined
  ratePerSecond: number
  members: number
  protocol: DemoProtocol
  /** A member leaves and another joins every so many seconds; null: never. */
  churnSeconds: number | null
  json: boolean
}

export type DemoProtocol = 'classic' | 'consumer'

export const DEMO_TOPIC = 'demo'
export const DEMO_GROUP = 'demo-group'
export const DEMO_PARTITIONS = 6
const DEFAULT_RATE = 100
const DEFAULT_MEMBERS = 2

export const demoHelp = `Usage: ottla demo [--name NAME | --data DIR] [options]

Runs a producer and a consumer group of real Kafka clients until Ctrl+C, and prints each rebalance with its cause.
The topic is "${DEMO_TOPIC}" with ${DEMO_PARTITIONS} partitions, the group "${DEMO_GROUP}". A cluster that does not run is started, and stopped at
the end; one that is not there is made.

Options:
${folderHelp}
  --port N       the first broker's port where the cluster has to be made; 0 takes any free ones
  --rate N       records per second (default ${DEFAULT_RATE})
  --members N    how many consumers (default ${DEFAULT_MEMBERS})
  --protocol P   what the consumers speak: classic (default), or consumer, that of KIP-848
  --churn N      every N seconds the oldest consumer leaves and another joins
  --json         one JSON object a line: the entries of the history, see "ottla help history"

Exit codes: 0 it was stopped, 1 it failed, 2 the command line is wrong.
`

/** UsageError for a command line which makes no sense. */
export function parseDemoOptions(args: string[]): DemoOptions {
  const { values } = parseArguments(args, {
    ...folderOptions,
    rate: { type: 'string' },
    members: { type: 'string' },
    port: { type: 'string' },
    protocol: { type: 'string' },
    churn: { type: 'string' },
    json: { type: 'boolean' },
  })
  return {
    directory: clusterFolder(values),
    name: values.name,
    ratePerSecond: integerOption('--rate', values.rate, 1, 10_000) ?? DEFAULT_RATE,
    members: integerOption('--members', values.members, 1, 50) ?? DEFAULT_MEMBERS,
    firstPort: integerOption('--port', values.port, 0, 65_535),
    protocol: protocolOf(values.protocol),
    churnSeconds: integerOption('--churn', values.churn, 2, 3_600) ?? null,
    json: values.json ?? false,
  }
}

function protocolOf(value: string | undefined): DemoProtocol {
  if (value === undefined || value === 'classic') return 'classic'
  if (value === 'consumer') return value
  throw new UsageError(`--protocol is "classic" or "consumer", not "${value}".`)
}
