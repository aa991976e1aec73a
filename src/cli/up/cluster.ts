import { ClusterError, ClusterSupervisor, checkPorts, readClusterDefinition } from '../../broker/index.ts'
import type { ClusterDefinition } from '../../broker/index.ts'
import { DEFAULT_NAME } from '../cluster-folder.ts'
import { failureOf } from '../failure.ts'
import { DEFAULT_BROKERS, DEFAULT_FIRST_PORT } from './options.ts'
import type { UpOptions } from './options.ts'

/**
 * Creates the cluster in `directory`, or makes sure that the one there is the one that was asked for.
 *
 * ClusterError: `MISMATCH` for options which contradict an existing cluster, else what `ClusterSupervisor.create` says.
 */
export async function createOrCheck(directory: string, options: UpOptions): Promise<void> {
  const existing = readClusterDefinition(directory)
  if (existing) checkAgainst(existing, directory, options)
  else await create(directory, options)
}

async function create(directory: string, options: UpOptions): Promise<void> {
  const brokers = options.brokers ?? DEFAULT_BROKERS
  const firstPort =
    options.firstPort === 0 ? await anyFreePorts(brokers) : (options.firstPort ?? DEFAULT_FIRST_PORT)
  try {
    const { config, racks = [], name = DEFAULT_NAME } = options
    await ClusterSupervisor.create(directory, { name, brokers, firstPort, racks, config })
  } catch (error) {
    const ports = Array.from({ length: brokers }, (_, index) => firstPort + index)
    if (failureOf(error)?.code === 'PORT_TAKEN') await requireFreePorts(ports, true)
    throw error
  }
}

/** Starts somewhere at random, so that clusters which start at the same moment don't all want the same ports. */
async function anyFreePorts(count: number): Promise<number> {
  const from = 20_000 + Math.floor(Math.random() * 10_000)
  return (await checkPorts(from, count)).suggestion
}

function checkAgainst(existing: ClusterDefinition, directory: string, options: UpOptions): void {
  const { brokers, firstPort, racks, name, config } = options
  const ports = existing.brokers.map(({ port }) => port)
  const [first = 0, count] = [ports[0], existing.brokers.length]
  if (name !== undefined && name !== existing.name) {
    throw mismatch(existing, directory, `is named ${existing.name}, not ${name}`, '--name')
  }
  if (brokers !== undefined && brokers !== count) {
    throw mismatch(
      existing,
      directory,
      `has ${count} ${count === 1 ? 'broker' : 'brokers'}, not ${brokers}`,
      '--brokers',
    )
  }
  if (firstPort !== undefined && firstPort !== 0 && firstPort !== first) {
    throw mismatch(existing, directory, `has its first port at ${first}, not ${firstPort}`, '--port')
  }
  const present = existing.brokers.map(({ rack }) => rack ?? 'no rack')
  if (racks !== undefined && present.some((rack, index) => rack !== racks[index % racks.length])) {
    throw mismatch(existing, directory, `has its brokers in ${present.join(', ')}`, '--racks')
  }
  for (const [key, value] of Object.entries(config)) {
    const known = existing.config[key]
    if (known === value) continue
    const difference = known === undefined ? `does not set ${key}` : `sets ${key} to ${known}, not ${value}`
    throw mismatch(existing, directory, `was created with a configuration which ${difference}`, '--set')
  }
}

function mismatch(
  existing: ClusterDefinition,
  directory: string,
  difference: string,
  option: string,
): ClusterError {
  return new ClusterError({
    code: 'MISMATCH',
    message: `The cluster in ${directory}, created as ${existing.name}, ${difference}.`,
    remedy: `Leave ${option} out to run it as it is, or create another cluster with another --name or --data.`,
  })
}

/** ClusterError `PORT_TAKEN`, in the words of the command line. */
export async function requireFreePorts(ports: readonly number[], isNew: boolean): Promise<void> {
  const first = Math.min(...ports)
  // Where a broker was removed there is a gap, and what others do with that port is their business.
  const { taken: used, suggestion } = await checkPorts(first, Math.max(...ports) - first + 1)
  const taken = used.filter((port) => ports.includes(port))
  if (taken.length === 0) return
  throw new ClusterError({
    code: 'PORT_TAKEN',
    message:
      taken.length === 1
        ? `Port ${taken.join()} is used by another program.`
        : `The ports ${taken.join(', ')} are used by other programs.`,
    remedy: isNew
      ? `Use free ones: ottla up --port ${suggestion}`
      : `End that first, or run another cluster: ottla up --name other --port ${suggestion}`,
  })
}
