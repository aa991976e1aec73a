import { startCluster, type Cluster } from '../../clients/cluster.ts'
import { COMMON_CONFIG, type TestedCluster } from './cluster.ts'

/** `ottla up`, reached and managed as any user does it. */
export class Ottla implements TestedCluster {
  readonly name = 'Ottla'
  readonly #cluster: Cluster

  private constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  static async start(): Promise<Ottla> {
    return new Ottla(await startCluster({ brokers: 3, config: { ...COMMON_CONFIG } }))
  }

  /** What it wrote to standard error. */
  get log(): string {
    return this.#cluster.log
  }

  address(brokerId: number) {
    const broker = this.#cluster.ready.brokers.find(({ id }) => id === brokerId)
    return { host: '127.0.0.1', port: broker!.port }
  }

  kill(brokerId: number): Promise<void> {
    return this.#act('kill', brokerId)
  }

  stop(brokerId: number): Promise<void> {
    return this.#act('stop', brokerId)
  }

  start(brokerId: number): Promise<void> {
    return this.#act('start', brokerId)
  }

  async close(): Promise<void> {
    await this.#cluster.stop()
  }

  async #act(verb: string, brokerId: number): Promise<void> {
    const { code, err } = await this.#cluster.ottla('broker', verb, String(brokerId))
    if (code !== 0) throw new Error(`ottla broker ${verb} ${brokerId}: ${err}`)
  }
}
