/**
 * A real Apache Kafka in KRaft mode from its published jars. Node 1 is broker and the only controller, 2 and 3 are
 * brokers: so any two brokers but the first may be down at once and there is still somebody to elect.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from '../../clients/program.ts'
import { fetchJars, jarFolder } from '../maven.ts'
import { APACHE_KAFKA_VERSION } from './known-differences.ts'
import { BROKER_IDS, COMMON_CONFIG, type TestedCluster } from './cluster.ts'

const HOST = '127.0.0.1'
const JARS = `apache-kafka-${APACHE_KAFKA_VERSION}`
const JVM = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(jarFolder(JARS), '*')]

/** Ottla has eligible leader replicas (KIP-966) off by default; compared is the rule both have then. */
const FEATURES = ['--feature', 'eligible.leader.replicas.version=0']

/** Fetches Apache Kafka once. Returns why it cannot be had, or null. */
export function prepareApacheKafka(): string | null {
  return fetchJars(join(import.meta.dirname, 'pom.xml'), JARS)
}

export interface ApacheKafkaOptions {
  /** Beside COMMON_CONFIG, of all brokers. */
  config?: Readonly<Record<string, string>>
  /** Of broker 1, 2 and 3. */
  racks?: readonly string[]
}

export class ApacheKafka implements TestedCluster {
  readonly name = 'Apache Kafka'
  readonly #folder: string
  readonly #ports: readonly number[]
  readonly #options: ApacheKafkaOptions
  readonly #processes = new Map<number, ChildProcess>()

  private constructor(folder: string, ports: readonly number[], options: ApacheKafkaOptions) {
    this.#folder = folder
    this.#ports = ports
    this.#options = options
  }

  static async start(options: ApacheKafkaOptions = {}): Promise<ApacheKafka> {
    const cluster = new ApacheKafka(mkdtempSync(join(tmpdir(), 'ottla-kafka-')), await freePorts(4), options)
    try {
      await cluster.#format()
      await Promise.all(BROKER_IDS.map((id) => cluster.start(id)))
      return cluster
    } catch (error) {
      await cluster.close()
      throw error
    }
  }

  address(brokerId: number) {
    return { host: HOST, port: this.#ports[brokerId]! }
  }

  async kill(brokerId: number): Promise<void> {
    await this.#end(brokerId, 'SIGKILL')
  }

  async stop(brokerId: number): Promise<void> {
    await this.#end(brokerId, 'SIGTERM')
  }

  start(brokerId: number): Promise<void> {
    const child = spawn('java', [...JVM, 'kafka.Kafka', this.#properties(brokerId)], { stdio: 'ignore' })
    this.#processes.set(brokerId, child)
    return once(child, 'spawn').then(() => undefined)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#processes.keys()].map((id) => this.kill(id)))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #end(brokerId: number, signal: NodeJS.Signals): Promise<void> {
    const child = this.#processes.get(brokerId)
    this.#processes.delete(brokerId)
    if (child === undefined || child.exitCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }

  /** Only the controller's folder needs Kafka's tool, which decides about features; the brokers' hold their names. */
  async #format(): Promise<void> {
    const clusterId = randomBytes(16).toString('base64url')
    for (const id of BROKER_IDS) this.#writeProperties(id)
    const tool = [...JVM, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', this.#properties(1)]
    const { code, out, err } = await runProgram('java', [...tool, ...FEATURES])
    if (code !== 0) throw new Error(`Apache Kafka's storage could not be formatted: ${out}${err}`)
    for (const id of BROKER_IDS.slice(1)) {
      mkdirSync(this.#data(id))
      writeFileSync(
        join(this.#data(id), 'meta.properties'),
        `version=1\ncluster.id=${clusterId}\nnode.id=${id}\n`,
      )
    }
  }

  #writeProperties(id: number): void {
    const controller = `${HOST}:${this.#ports[0]}`
    const listeners = `PLAINTEXT://${HOST}:${this.#ports[id]}`
    const rack = this.#options.racks?.[id - 1]
    const properties = {
      ...COMMON_CONFIG,
      ...this.#options.config,
      ...(rack === undefined ? {} : { 'broker.rack': rack }),
      'process.roles': id === 1 ? 'broker,controller' : 'broker',
      'node.id': id,
      'advertised.listeners': listeners,
      listeners: id === 1 ? `${listeners},CONTROLLER://${controller}` : listeners,
      'controller.listener.names': 'CONTROLLER',
      'controller.quorum.voters': `1@${controller}`,
      'log.dirs': this.#data(id),
    }
    const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`)
    writeFileSync(this.#properties(id), lines.join(''))
  }

  #properties(id: number): string {
    return join(this.#folder, `${id}.properties`)
  }

  #data(id: number): string {
    return join(this.#folder, `broker-${id}`)
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, HOST))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
