/** What must hold before a cluster's folder is made, and the making of it. */
import { randomBytes } from 'node:crypto'
import { systemClock } from '../clock.ts'
import { brokerConfigProblem } from '../metadata/configs/broker-config.ts'
import { checkClusterName, readClusterDefinition, writeClusterDefinition } from './definition.ts'
import { checkPorts } from './ports.ts'
import type { ClusterDefinition } from './types.ts'
import { ClusterError } from './types.ts'

export interface CreateClusterOptions {
  name: string
  brokers: number
  firstPort: number
  /** In turn: the first broker stands in the first, and so on from the start again. None: no racks. */
  racks?: readonly string[]
  config?: Record<string, string>
}

export const MAX_BROKERS = 9
const MAX_PORT = 65_535

/** ClusterError: CLUSTER_EXISTS, PORT_TAKEN, INVALID_NAME, INVALID_CONFIG, DIRECTORY. */
export async function createCluster(
  directory: string,
  options: CreateClusterOptions,
): Promise<ClusterDefinition> {
  checkClusterName(options.name)
  checkConfig(options.config ?? {})
  checkSize(options)
  if (readClusterDefinition(directory) !== null) {
    throw new ClusterError({
      code: 'CLUSTER_EXISTS',
      message: `There is a cluster in ${directory} already.`,
      remedy: 'Open it, or choose another name or folder.',
    })
  }
  await requireFreePorts(options.firstPort, options.brokers)
  const definition: ClusterDefinition = {
    formatVersion: 1,
    name: options.name,
    clusterId: randomBytes(16).toString('base64url'),
    createdAtMs: systemClock.now(),
    brokers: Array.from({ length: options.brokers }, (_, index) => ({
      id: index + 1,
      port: options.firstPort + index,
      rack: options.racks?.[index % options.racks.length] ?? null,
    })),
    config: { ...options.config },
  }
  writeClusterDefinition(directory, definition)
  return definition
}

/** ClusterError `INVALID_CONFIG`. */
export function checkConfig(config: Record<string, string>): void {
  for (const [name, value] of Object.entries(config)) {
    const problem = brokerConfigProblem(name, value)
    if (problem === null) continue
    throw new ClusterError({
      code: 'INVALID_CONFIG',
      message: problem,
      remedy: 'Correct it, or leave it out.',
    })
  }
}

/** For one more broker. ClusterError `PORT_TAKEN`. */
export async function nextFreePort(last: number): Promise<number> {
  const { suggestion } = last < MAX_PORT ? await checkPorts(last + 1, 1) : await checkPorts(last, 1)
  if (suggestion > 0) return suggestion
  throw new ClusterError({
    code: 'PORT_TAKEN',
    message: 'No port is free for another broker.',
    remedy: 'Stop a program that listens on one.',
  })
}

async function requireFreePorts(first: number, count: number): Promise<void> {
  const { taken, suggestion } = await checkPorts(first, count)
  if (taken.length === 0) return
  const ports = taken.length === 1 ? `Port ${taken[0]} is` : `Ports ${taken.join(', ')} are`
  throw new ClusterError({
    code: 'PORT_TAKEN',
    message: `${ports} used by another program.`,
    remedy:
      suggestion === 0
        ? 'Stop that program.'
        : `Stop that program, or take ${count === 1 ? 'a free port' : 'free ports'} from ${suggestion} on.`,
  })
}

function checkSize({ brokers, firstPort }: CreateClusterOptions): void {
  if (!Number.isInteger(brokers) || brokers < 1 || brokers > MAX_BROKERS) {
    throw new ClusterError({
      code: 'INVALID_CONFIG',
      message: `A local cluster cannot have ${brokers} brokers.`,
      remedy: `Choose 1 to ${MAX_BROKERS}.`,
    })
  }
  if (!Number.isInteger(firstPort) || firstPort < 1 || firstPort + brokers - 1 > MAX_PORT) {
    throw new ClusterError({
      code: 'INVALID_CONFIG',
      message: `Ports ${firstPort} to ${firstPort + brokers - 1} are not all ports.`,
      remedy: `Choose a first port from 1 to ${MAX_PORT - brokers + 1}.`,
    })
  }
}
