import { createLogger } from '../../../src/broker/logger.ts'
import { KafkaClient } from '../../../src/broker/network/client.ts'
import { Peers } from '../../../src/broker/network/peers.ts'
import { KafkaServer } from '../../../src/broker/network/server.ts'
import { systemClock as clock } from '../../../src/broker/clock.ts'
import { produce } from '../../../src/broker/protocol/messages/00-produce.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { batch, contentOf } from './requests.ts'
import type { ProduceResult } from './requests.ts'

const log = createLogger(null, () => undefined)

/** The harness's brokers behind listeners, and between them connections as the engine makes them. */
export class SocketCluster {
  readonly #cluster: TestCluster
  readonly #servers = new Map<number, KafkaServer>()
  readonly #peers: Peers[] = []
  readonly #client: KafkaClient

  private constructor(cluster: TestCluster, servers: Map<number, KafkaServer>, peers: Peers[]) {
    this.#cluster = cluster
    this.#servers = servers
    this.#peers = peers
    const port = servers.get(1)!.port
    this.#client = new KafkaClient({
      host: '127.0.0.1',
      port,
      clientId: 'test',
      requestTimeoutMs: 10_000,
      clock,
      log,
    })
  }

  static async start(brokers: number): Promise<SocketCluster> {
    const servers = new Map<number, KafkaServer>()
    const peers: Peers[] = []
    const cluster = new TestCluster({
      brokers,
      clock,
      connector: (from) => {
        const resolve = (id: number) => ({ host: '127.0.0.1', port: servers.get(id)!.port })
        const own = new Peers({ brokerId: from, requestTimeoutMs: 10_000, clock, log, resolve })
        peers.push(own)
        return (to, purpose) => own.connect(to, purpose)
      },
    })
    for (const { id, dispatcher } of cluster.brokers.values()) {
      servers.set(id, await listen(dispatcher.respond))
    }
    cluster.controller.createTopic(TOPIC, [[...cluster.brokers.keys()]])
    return new SocketCluster(cluster, servers, peers)
  }

  createTopic(name: string): void {
    this.#cluster.controller.createTopic(name, [[...this.#cluster.brokers.keys()]])
  }

  async produce(value: string, topic = TOPIC): Promise<ProduceResult> {
    const response = await this.#client.send(produce, 12, {
      acks: -1,
      timeoutMs: 5_000,
      topicData: [{ name: topic, partitionData: [{ index: 0, records: batch([value]) }] }],
    })
    return response.responses[0]!.partitionResponses[0]!
  }

  contents(brokerId: number): string[] {
    return contentOf(this.#cluster, brokerId)
  }

  async close(): Promise<void> {
    this.#client.close()
    for (const peers of this.#peers) peers.close()
    await this.#cluster.close()
    for (const server of this.#servers.values()) await server.close()
  }
}

function listen(respond: Parameters<typeof KafkaServer.listen>[0]['respond']): Promise<KafkaServer> {
  return KafkaServer.listen({
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes: 1 << 26,
    maxIdleMs: 60_000,
    respond,
    log,
  })
}
