/** Whole brokers in this process: real sockets on free ports, real SQLite in temporary folders, the system clock. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { systemClock } from '../../src/broker/clock.ts'
import { createLogger, type LogLine } from '../../src/broker/logger.ts'
import { Broker } from '../../src/broker/server/broker.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { describeCluster } from '../../src/broker/protocol/messages/60-describe-cluster.ts'
import { Client, type Address } from './client.ts'
import { until } from './until.ts'

export const CLUSTER_ID = 'wire-suite-cluster-001'
const HOST = '127.0.0.1'

export interface ClusterOptions {
  /** Broker ids count from 1. */
  brokers?: number
  config?: Record<string, string>
  /** The rack of the broker with this id. */
  rack?: (brokerId: number) => string | null
}

/** Any cluster whose brokers can be talked to, whoever runs it. */
export type Reachable = Pick<Cluster, 'client'>

export class Cluster {
  readonly #options: Required<ClusterOptions>
  readonly #directory = mkdtempSync(join(tmpdir(), 'ottla-wire-'))
  readonly #brokers = new Map<number, Broker>()
  readonly #clients = new Set<Client>()
  /** What the brokers have logged. */
  readonly log: LogLine[] = []

  private constructor({ brokers = 1, config = {}, rack = () => null }: ClusterOptions) {
    this.#options = { brokers, config, rack }
  }

  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const cluster = new Cluster(options)
    const ids = Array.from({ length: cluster.#options.brokers }, (_, index) => index + 1)
    const starts = ids.map((id) => cluster.#add(id).start())
    // Listening comes first and at once, so that the ports are known while the brokers still look for each other.
    await until('every listener', () => ids.every((id) => cluster.broker(id).port !== 0))
    const addresses = ids.map((id) => ({ id, ...cluster.address(id) }))
    for (const id of ids) cluster.broker(id).setAddresses(addresses)
    await Promise.all(starts)
    await cluster.#everybodyKnowsEverybody(ids)
    return cluster
  }

  #add(brokerId: number): Broker {
    const broker = new Broker({
      brokerId,
      host: HOST,
      port: 0,
      rack: this.#options.rack(brokerId),
      clusterId: CLUSTER_ID,
      directory: join(this.#directory, `broker-${brokerId}`),
      metadataFile: join(this.#directory, 'metadata.db'),
      config: this.#options.config,
      checkpointPort: null,
      clock: systemClock,
      log: createLogger(brokerId, (line) => this.log.push(line)),
    })
    this.#brokers.set(brokerId, broker)
    return broker
  }

  async #everybodyKnowsEverybody(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      const client = await this.client(id)
      await until(`broker ${id} to know all brokers`, async () => {
        const { brokers, controllerId } = await client.call(metadata, 12, { topics: [] })
        return brokers.length === ids.length && controllerId !== -1
      })
      client.close()
    }
  }

  /** Of the brokers that run. */
  get brokerIds(): number[] {
    return [...this.#brokers.keys()]
  }

  broker(brokerId = 1): Broker {
    return this.#brokers.get(brokerId)!
  }

  address(brokerId = 1): Address {
    return { host: HOST, port: this.broker(brokerId).port }
  }

  /** A new connection, which is closed with the cluster at the latest. */
  async client(brokerId = 1, clientId?: string | null): Promise<Client> {
    const client = await Client.open(this.address(brokerId), clientId)
    this.#clients.add(client)
    return client
  }

  /** As the brokers said when they registered, by id. */
  brokerEpochs(): Map<number, number> {
    const registrations = this.log.filter(({ message }) => message === 'Registered with the controller')
    return new Map(
      registrations.map(({ brokerId, fields }) => [brokerId ?? -1, Number(fields['brokerEpoch'])]),
    )
  }

  async controllerId(): Promise<number> {
    const client = await this.client()
    const { controllerId } = await client.call(describeCluster, 2, {})
    client.close()
    return controllerId
  }

  /** A connection to a broker that is not the controller, and has to pass requests for it on. */
  async clientOfFollower(): Promise<Client> {
    const controllerId = await this.controllerId()
    return this.client(this.brokerIds.find((id) => id !== controllerId))
  }

  /** Ends one broker in good order, so that its leaderships move first. */
  async stopBroker(brokerId: number): Promise<void> {
    const broker = this.broker(brokerId)
    this.#brokers.delete(brokerId)
    await broker.stop({ controlled: true })
  }

  /** Ends one broker without a word to the others: to them it is silent from here on. */
  async silenceBroker(brokerId: number): Promise<void> {
    const broker = this.broker(brokerId)
    this.#brokers.delete(brokerId)
    await broker.stop({ controlled: false })
  }

  /** Starts a broker that was ended, with the data it had and on whatever port is free. */
  async restartBroker(brokerId: number): Promise<void> {
    const broker = this.#add(brokerId)
    const others = this.brokerIds.filter((id) => id !== brokerId).map((id) => ({ id, ...this.address(id) }))
    broker.setAddresses(others)
    await broker.start()
  }

  /** Tells the brokers that one has died, as a supervisor does that saw it happen. */
  brokerDied(brokerId: number): void {
    for (const broker of this.#brokers.values()) broker.brokerDied(brokerId)
  }

  /** Ends everything. Rejects when a broker has logged an error: nothing a client sends may make it do that. */
  async stop(): Promise<void> {
    for (const client of this.#clients) client.close()
    await Promise.all([...this.#brokers.values()].map((broker) => broker.stop({ controlled: false })))
    rmSync(this.#directory, { recursive: true, force: true })
    const errors = this.log.filter(({ level }) => level === 'error')
    if (errors.length > 0) throw new Error(`A broker logged errors:\n${errors.map(lineOf).join('\n')}`)
  }
}

function lineOf({ brokerId, message, fields }: LogLine): string {
  return `broker ${brokerId}: ${message} ${JSON.stringify(fields)}`
}

/** One cluster for all tests of a file. */
export function useCluster(options: ClusterOptions = {}): () => Cluster {
  let cluster: Cluster | null = null
  beforeAll(async () => {
    cluster = await Cluster.start(options)
  })
  afterAll(async () => {
    await cluster?.stop()
  })
  return () => {
    if (cluster === null) throw new Error('The cluster starts in beforeAll.')
    return cluster
  }
}
