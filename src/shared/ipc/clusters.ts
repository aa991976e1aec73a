import { call, notice, of } from '../channel/declare.ts'
import type { Failure } from '../channel/failure.ts'
import { z } from '../channel/zod.ts'

export type ClusterState = 'stopped' | 'starting' | 'running' | 'stopping'
export type BrokerState = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed'

export interface LocalBroker {
  id: number
  host: string
  port: number
  rack: string | null
  state: BrokerState
  isController: boolean
  failure: Failure | null
}

/** A cluster whose brokers run on this machine. Only such a cluster can be started, stopped and hurt. */
export interface LocalCluster {
  /** `local:` and the name of its folder; stays as long as the folder does. */
  id: string
  name: string
  clusterId: string
  directory: string
  state: ClusterState
  /** Who runs it: this app, another process (`ottla up`), nobody. */
  runBy: 'app' | 'other' | null
  startedAtMs: number | null
  startupMs: number | null
  bootstrapServers: string
  controllerId: number | null
  brokers: LocalBroker[]
  /** Why the last start or stop failed; gone with the next try. */
  failure: Failure | null
}

export interface PortCheck {
  taken: number[]
  /** Where the next run of free ports begins; the first port asked for when none is taken. */
  suggestion: number
}

const id = z.string().max(300)
const broker = z.object({ id, broker: z.number().int().min(0) })
const port = z.number().int().min(1).max(65_535)

export const clusterForm = z.object({
  name: z.string().regex(/^[A-Za-z0-9._-]{1,40}$/u),
  brokers: z.union([z.literal(1), z.literal(3), z.literal(5)]),
  firstPort: port,
})

export type ClusterForm = z.output<typeof clusterForm>

export const clusters = {
  list: call({ input: z.void(), output: of<LocalCluster[]>() }),
  checkPorts: call({
    input: z.object({ first: port, count: z.number().int().min(1).max(100) }),
    output: of<PortCheck>(),
  }),
  /** Makes the cluster and begins to start it; how the start goes is told by `changed`. */
  create: call({ input: clusterForm, output: of<LocalCluster>() }),
  /** Answers when the first produce would succeed. */
  start: call({ input: z.object({ id }), output: of<LocalCluster>() }),
  stop: call({ input: z.object({ id }), output: of<LocalCluster>() }),
  startBroker: call({ input: broker, output: of<LocalCluster>() }),
  /** Controlled shutdown: the broker hands over what it leads first. */
  stopBroker: call({ input: broker, output: of<LocalCluster>() }),
  /** Ends the broker's thread in the middle of whatever it does. */
  killBroker: call({ input: broker, output: of<LocalCluster>() }),
  changed: notice(of<LocalCluster[]>()),
}
