import { Kafka, logLevel } from 'kafkajs'
import type { KafkaMessage } from 'kafkajs'

/** A record as a user's own program, kafkajs, finds it. */
export interface FoundRecord {
  partition: number
  offset: number
  key: Buffer | null
  value: Buffer | null
  /** As kafkajs has them: a name that comes twice has a list. */
  headers: KafkaMessage['headers']
}

function clientOf(servers: string): Kafka {
  return new Kafka({ clientId: 'app-test', brokers: servers.split(','), logLevel: logLevel.NOTHING })
}

/** The first `count` records of a topic, in the order of their partitions and offsets. */
export async function readRecords(servers: string, topic: string, count: number): Promise<FoundRecord[]> {
  const consumer = clientOf(servers).consumer({ groupId: `app-test-${crypto.randomUUID()}` })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const found: FoundRecord[] = []
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ partition, message: { key, value, offset, headers } }) => {
          found.push({ partition, offset: Number(offset), key, value, headers })
          if (found.length === count) resolve()
          return Promise.resolve()
        },
      })
      .catch(reject)
  })
  await consumer.disconnect()
  return found.sort((one, other) => one.partition - other.partition || one.offset - other.offset)
}

const BATCH = 10

/**
 * A program that produces to every partition of a topic all the time, and outlives what brokers go through. A send is
 * for one partition: where a send is for several and a leader dies meanwhile, kafkajs 2.2.4 counts what it has yet to
 * send again as sent once the new leader has answered for its other partitions.
 */
export class BusyProducer {
  readonly #stop: () => Promise<number>

  private constructor(stop: () => Promise<number>) {
    this.#stop = stop
  }

  static async start(servers: string, topic: string, partitions: number): Promise<BusyProducer> {
    const producer = clientOf(servers).producer({ retry: { retries: 50, maxRetryTime: 500 } })
    await producer.connect()
    let running = true
    const produceTo = async (partition: number) => {
      let written = 0
      while (running) {
        const messages = Array.from({ length: BATCH }, () => ({ partition, value: String(written) }))
        await producer.send({ topic, acks: -1, messages })
        written += messages.length
      }
      return written
    }
    const lanes = Array.from({ length: partitions }, (_, partition) => produceTo(partition))
    return new BusyProducer(async () => {
      running = false
      const written = await Promise.all(lanes)
      await producer.disconnect()
      return written.reduce((sum, each) => sum + each, 0)
    })
  }

  /** How many records were acknowledged. */
  stop(): Promise<number> {
    return this.#stop()
  }
}
