/** A cluster as the app and `ottla up` run it, real threads and all, in this process: so a test sees what it tells. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { ClusterSupervisor, checkPorts } from '../../src/broker/index.ts'
import type { BrokerStatus, Fault, FaultSpec, HistoryEntry } from '../../src/broker/index.ts'
import type { LogLine } from '../../src/broker/logger.ts'
import { ErrorCode, errorName } from '../../src/broker/protocol/errors.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { createTopics } from '../../src/broker/protocol/messages/19-create-topics.ts'
import { Client } from '../wire/client.ts'
import type { Topic } from '../wire/topics.ts'
import { until } from '../wire/until.ts'

/** Everything a broker waits for comes sooner than Kafka's defaults, in the same proportions. */
const QUICK: Readonly<Record<string, string>> = {
  'broker.heartbeat.interval.ms': '200',
  'broker.session.timeout.ms': '1200',
  'replica.lag.time.max.ms': '1200',
  'replica.fetch.wait.max.ms': '100',
  'replica.fetch.backoff.ms': '50',
  'replica.socket.timeout.ms': '1500',
  'request.timeout.ms': '2000',
  'controller.socket.timeout.ms': '2000',
  'ottla.controller.lease.duration.ms': '1000',
  'ottla.controller.lease.renew.interval.ms': '200',
  'group.initial.rebalance.delay.ms': '0',
  'offsets.commit.timeout.ms': '1000',
}

export interface FaultClusterOptions {
  brokers?: number
  config?: Record<string, string>
}

export interface PartitionState {
  leaderId: number
  leaderEpoch: number
  isrNodes: number[]
}

const WORKERS = fileURLToPath(new URL('../../out/cli/', import.meta.url))
const FROM_PORT = 21_000
/** Clusters that live at the same time keep apart: the port of a dead broker is free, and still its own. */
const PORTS_OF_ONE = 4
let clusters = 0

export class FaultCluster {
  readonly supervisor: ClusterSupervisor
  readonly directory: string
  readonly history: HistoryEntry[] = []
  readonly log: LogLine[] = []
  readonly #clients = new Set<Client>()

  private constructor(supervisor: ClusterSupervisor, directory: string) {
    this.supervisor = supervisor
    this.directory = directory
    supervisor.onEvent((event) => {
      if (event.type === 'history') this.history.push(event.entry)
      if (event.type === 'log') this.log.push(event.line)
    })
  }

  /** Started, and closed with the test. */
  static async start({ brokers = 3, config = {} }: FaultClusterOptions = {}): Promise<FaultCluster> {
    const directory = mkdtempSync(join(tmpdir(), 'ottla-faults-'))
    const from = FROM_PORT + (process.pid % 800) * 20 + (clusters++ % 5) * PORTS_OF_ONE
    const firstPort = (await checkPorts(from, brokers)).suggestion
    await ClusterSupervisor.create(directory, {
      name: 'faults',
      brokers,
      firstPort,
      config: { ...QUICK, ...config },
    })
    // The last to be done of what is to be done at the end.
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    return FaultCluster.open(directory)
  }

  static async open(directory: string): Promise<FaultCluster> {
    const supervisor = await ClusterSupervisor.open(directory, {
      workerUrl: pathToFileURL(join(WORKERS, 'broker-worker.js')),
      checkpointWorkerUrl: pathToFileURL(join(WORKERS, 'checkpoint-worker.js')),
    })
    const cluster = new FaultCluster(supervisor, directory)
    onTestFinished(() => cluster.close())
    await supervisor.start()
    return cluster
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close()
    await this.supervisor.close()
  }

  get addresses(): string[] {
    return this.supervisor.status().bootstrapServers.split(',')
  }

  get controllerId(): number {
    return this.supervisor.status().controllerId ?? -1
  }

  broker(id: number): BrokerStatus {
    const broker = this.supervisor.status().brokers.find((each) => each.id === id)
    if (broker === undefined) throw new Error(`There is no broker ${id}.`)
    return broker
  }

  apply(spec: FaultSpec): Promise<Fault> {
    return this.supervisor.faults.apply(spec)
  }

  /** As it is now, with its hits. */
  fault(id: number): Fault {
    const fault = this.supervisor.faults.list().find((each) => each.id === id)
    if (fault === undefined) throw new Error(`There is no fault ${id}.`)
    return fault
  }

  async client(brokerId: number, clientId = 'faults'): Promise<Client> {
    const client = await Client.open(this.broker(brokerId), clientId)
    this.#clients.add(client)
    return client
  }

  /** The replicas of each partition, the preferred leader first; resolves when all of them are led and in sync. */
  async createTopic(
    name: string,
    assignment: number[][],
    configs: Record<string, string> = {},
  ): Promise<Topic> {
    const client = await this.client(assignment[0]?.[0] ?? 1)
    const { topics } = await client.call(createTopics, 7, {
      topics: [
        {
          name,
          numPartitions: -1,
          replicationFactor: -1,
          assignments: assignment.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
          configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
        },
      ],
      timeoutMs: 10_000,
    })
    client.close()
    const [created] = topics
    if (created?.errorCode !== ErrorCode.NONE) throw new Error(errorName(created?.errorCode ?? -1))
    const topic = { name, id: created.topicId }
    for (const [index, brokers] of assignment.entries()) {
      await this.until(topic, index, ({ isrNodes }) => isrNodes.length === brokers.length, brokers)
    }
    return topic
  }

  /** Waits until the brokers asked (all that run and are not frozen, without any) know the partition to be so. */
  async until(
    topic: Topic,
    index: number,
    isSo: (state: PartitionState) => boolean,
    brokerIds: readonly number[],
  ): Promise<void> {
    for (const id of brokerIds) {
      await until(`partition ${index} at broker ${id}`, async () =>
        isSo(await this.partition(topic, index, id)),
      )
    }
  }

  /** A partition as one broker knows it. */
  async partition({ name }: Topic, index: number, brokerId: number): Promise<PartitionState> {
    const client = await Client.open(this.broker(brokerId), 'faults-watch')
    try {
      const request = { topics: [{ name }], allowAutoTopicCreation: false }
      const { topics } = await client.call(metadata, 12, request)
      const found = topics[0]?.partitions.find(({ partitionIndex }) => partitionIndex === index)
      return found ?? { leaderId: -1, leaderEpoch: -1, isrNodes: [] }
    } finally {
      client.close()
    }
  }
}
