/** Clients at work while brokers die: what was acknowledged, what a group got. */
import type { Consumer, Producer } from 'kafkajs'
import type { Cluster } from '../clients/cluster.ts'
import { connectedConsumer, connectedProducer, newTopic } from '../clients/kafkajs/client.ts'

/** Values are `<key>:<sequence>`, so order and gaps can be read off them. */
export class SequenceProducer {
  readonly acknowledged = new Map<string, number>()
  readonly #producer: Producer
  readonly #topic: string
  #running = true
  readonly #lanes: Promise<void>[]

  private constructor(producer: Producer, topic: string, keys: readonly string[]) {
    this.#producer = producer
    this.#topic = topic
    this.#lanes = keys.map((key) => this.#produce(key))
  }

  static async start(cluster: Cluster, topic: string, keys: readonly string[]): Promise<SequenceProducer> {
    const producer = await connectedProducer(cluster, {
      retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 200 },
    })
    return new SequenceProducer(producer, topic, keys)
  }

  /** How many records were acknowledged in all. */
  get total(): number {
    return [...this.acknowledged.values()].reduce((sum, last) => sum + last + 1, 0)
  }

  async stop(): Promise<void> {
    this.#running = false
    await Promise.all(this.#lanes)
  }

  /** One record in flight per key; a record is retried until it is acknowledged, so the next follows it. */
  async #produce(key: string): Promise<void> {
    for (let sequence = 0; this.#running; sequence += 1) {
      await this.#producer.send({
        topic: this.#topic,
        acks: -1,
        messages: [{ key, value: `${key}:${sequence}` }],
      })
      this.acknowledged.set(key, sequence)
    }
  }
}

/** A group of one that keeps the values in the order it got them, per key. */
export class SequenceConsumer {
  readonly received = new Map<string, number[]>()

  static async start(cluster: Cluster, topic: string): Promise<SequenceConsumer> {
    const sequences = new SequenceConsumer()
    const consumer = await connectedConsumer(cluster, {
      groupId: newTopic('group'),
      sessionTimeout: 6_000,
      heartbeatInterval: 500,
      retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 200 },
    })
    await consumer.subscribe({ topic, fromBeginning: true })
    await sequences.#run(consumer)
    return sequences
  }

  async #run(consumer: Consumer): Promise<void> {
    await consumer.run({
      eachMessage: async ({ message }) => {
        const [key = '', sequence = ''] = String(message.value).split(':')
        const got = this.received.get(key) ?? []
        got.push(Number(sequence))
        this.received.set(key, got)
      },
    })
  }
}

/** Each value once, in the order of its first appearance: a retried produce or a repeated read may repeat values. */
export function withoutRepeats(sequences: readonly number[]): number[] {
  return [...new Set(sequences)]
}

export function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, sequence) => sequence)
}
