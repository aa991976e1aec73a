import { ClusterSupervisor, ControlServer } from '../../broker/index.ts'
import { withControl } from '../control.ts'
import { failureOf } from '../failure.ts'
import { createOrCheck } from '../up/cluster.ts'

/** A cluster for as long as something needs one. */
export interface UsedCluster {
  bootstrapServers: string[]
  brokers: number
  /** Stops it where it was started for this use. */
  leave(): Promise<void>
}

/** The cluster that somebody runs, or one that is started here. ClusterError. */
export async function useCluster(
  directory: string,
  { name, firstPort }: { name: string | undefined; firstPort: number | undefined },
  onStopAsked: () => void,
): Promise<UsedCluster> {
  try {
    const status = await withControl(directory, (control) => control.status())
    return {
      bootstrapServers: status.bootstrapServers.split(','),
      brokers: status.brokers.length,
      leave: () => Promise.resolve(),
    }
  } catch (error) {
    if (failureOf(error)?.code !== 'NOT_RUNNING') throw error
  }
  await createOrCheck(directory, {
    directory,
    name,
    brokers: undefined,
    firstPort,
    racks: undefined,
    config: {},
    faults: undefined,
    json: false,
    verbose: false,
  })
  const supervisor = await ClusterSupervisor.open(directory)
  const control = await ControlServer.serve(supervisor, {
    stop: () => {
      onStopAsked()
      return Promise.resolve()
    },
  })
  const leave = async () => {
    await control.close()
    await supervisor.close()
  }
  try {
    const { bootstrapServers, brokers } = await supervisor.start()
    return { bootstrapServers: bootstrapServers.split(','), brokers: brokers.length, leave }
  } catch (error) {
    await leave()
    throw error
  }
}
