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
  /** On its way out of the cluster; while it is stopped: it will be so again with the next start. */
  isLeaving: boolean
  failure: Failure | null
}

/** A cluster whose brokers run on this machine. Only such a cluster can be started, stopped and hurt. */
export interface LocalCluster {
  kind: 'local'
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
  /** Why the last start or stop failed, or a removal that went on by itself; gone with the next start or stop. */
  failure: Failure | null
}

/** A cluster known by its address alone, wherever it runs. What it is like is told by its samples (overview.ts). */
export interface RemoteCluster {
  kind: 'remote'
  /** `remote:` and an id of the app's own. */
  id: string
  name: string
  /** `host:port,host:port` */
  bootstrapServers: string
}

export type Cluster = LocalCluster | RemoteCluster

export interface PortCheck {
  taken: number[]
  /** Where the next run of free ports begins; the first port asked for when none is taken. */
  suggestion: number
}

/** A broker on its way out of a cluster: others take its replicas first. */
export interface BrokerRemoval {
  cluster: string
  broker: number
  step: 'moving' | 'stopping' | 'forgetting'
  movedReplicas: number
  totalReplicas: number
  /** Of the replicas on their way: what has arrived, of what their leaders have. */
  copiedBytes: number
  totalBytes: number
}

/** What goes with a stopped cluster when it is deleted. */
export interface ClusterContents {
  /** The user's own; Kafka's internal ones are not counted. */
  topics: number
  partitions: number
  /** Each once, however many replicas it has. */
  records: number
  sizeInBytes: number
}

export interface FolderSize {
  id: string
  sizeInBytes: number
}

/** What became of a try to reach one address. */
export interface AddressCheck {
  /** `host:port` */
  address: string
  /** Null for a broker the cluster did not number, as a bootstrap server. */
  broker: number | null
  /** Null: it answers. */
  failure: Failure | null
}

/** How far a client would get with some bootstrap servers. */
export interface ConnectionReport {
  /** The addresses as they were given. */
  servers: AddressCheck[]
  /** The addresses that the first server which answered advertises; these are what clients use. Empty if none did. */
  brokers: AddressCheck[]
  clusterId: string | null
}

const id = z.string().max(300)
const broker = z.object({ id, broker: z.number().int().min(0) })
const port = z.number().int().min(1).max(65_535)
const localName = z.string().regex(/^[A-Za-z0-9._-]{1,40}$/u)

export const clusterForm = z.object({
  name: localName,
  brokers: z.union([z.literal(1), z.literal(3), z.literal(5)]),
  firstPort: port,
})

export type ClusterForm = z.output<typeof clusterForm>

const HIGHEST_PORT = 65_535
const ADDRESS = /^(?<host>\[[0-9A-Fa-f:.%]+\]|[^\s:,/[\]]+):(?<port>\d{1,5})$/u

export interface Address {
  host: string
  port: number
}

/** `host:port`, or `[IPv6 address]:port`. Null for anything else. */
export function parseAddress(text: string): Address | null {
  const { host, port } = ADDRESS.exec(text)?.groups ?? {}
  if (host === undefined || port === undefined) return null
  const number = Number(port)
  if (number < 1 || number > HIGHEST_PORT) return null
  return { host: host.replace(/^\[|\]$/gu, ''), port: number }
}

/** The addresses of a list as people write and paste it: separated by commas, spaces or lines. */
export function splitAddresses(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/u).filter((each) => each !== ''))]
}

const bootstrapServers = z
  .string()
  .max(4_000)
  .refine((text) => {
    const addresses = splitAddresses(text)
    return addresses.length > 0 && addresses.every((each) => parseAddress(each) !== null)
  })
  .transform((text) => splitAddresses(text).join(','))

export const remoteForm = z.object({
  name: z.string().trim().min(1).max(60),
  bootstrapServers,
})

export type RemoteForm = z.output<typeof remoteForm>

export const clusters = {
  list: call({ input: z.void(), output: of<Cluster[]>() }),
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
  /** One more broker, with the next id and the next free port; answers when it serves. */
  addBroker: call({
    input: z.object({ id, rack: z.string().min(1).max(100).optional() }),
    output: of<LocalCluster>(),
  }),
  /** Its replicas move to the others first; answers when it is gone. */
  removeBroker: call({
    input: broker.extend({ allowFewerReplicas: z.boolean() }),
    output: of<LocalCluster>(),
  }),
  /** The broker stays; replicas that have moved stay where they are. */
  cancelRemoval: call({ input: broker, output: of<void>() }),
  removals: call({ input: z.void(), output: of<BrokerRemoval[]>() }),
  /** Another name for people: folder, cluster id and addresses stay. Local names are as in `clusterForm`. */
  rename: call({ input: z.object({ id, name: remoteForm.shape.name }), output: of<Cluster>() }),
  /** Of a local cluster that is stopped. */
  contents: call({ input: z.object({ id }), output: of<ClusterContents>() }),
  /** Disk used by every local cluster. */
  sizes: call({ input: z.void(), output: of<FolderSize[]>() }),
  /** Removes a stopped local cluster with its folder, or forgets a remote one. `name` must be its own. */
  delete: call({ input: z.object({ id, name: z.string() }), output: of<void>() }),
  addRemote: call({ input: remoteForm, output: of<RemoteCluster>() }),
  /** Another name, another address, or both. */
  changeRemote: call({ input: remoteForm.extend({ id }), output: of<RemoteCluster>() }),
  /** Tries the addresses as a client would, and says of each what is wrong with it. Keeps nothing. */
  test: call({ input: remoteForm.pick({ bootstrapServers: true }), output: of<ConnectionReport>() }),
  changed: notice(of<Cluster[]>()),
  /** All there are. */
  removalsChanged: notice(of<BrokerRemoval[]>()),
}
