/** Real clients at work while brokers suffer: what was acknowledged, what may be there, what was read where. */
import {
  Consumer as PlatformaticConsumer,
  MessagesStreamModes,
  stringDeserializers,
} from '@platformatic/kafka'
import { Kafka, logLevel } from 'kafkajs'
import type { Consumer, ISocketFactoryArgs, Producer } from 'kafkajs'
import { connect } from 'node:net'

const CLIENT = {
  // Whenever kafkajs gives a dead connection up once more, and under faults that is often, its `unref` leaves another
  // listener on the socket (Connection.disconnect). They go with the socket, so their number is no leak.
  socketFactory: ({ host, port, onConnect }: ISocketFactoryArgs) =>
    connect({ host, port }, onConnect).setMaxListeners(0),
  logLevel: logLevel.NOTHING,
  // A frozen broker answers nothing: waiting for it as long as by default would be all the test does.
  requestTimeout: 1_500,
  connectionTimeout: 1_000,
  retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 1_000 },
}

/** One partition's producer: a record at a time, numbered from 0, so that order and gaps can be read off. */
export class Lane {
  readonly acknowledged: number[] = []
  /** Sent without an answer in the end: it may be there or not. */
  readonly uncertain = new Set<number>()
  readonly errors: string[] = []
  readonly #kafka: Kafka
  readonly #topic: string
  readonly #partition: number
  #next = 0
  #running = true
  readonly #done: Promise<void>

  constructor(addresses: string[], topic: string, partition: number) {
    this.#kafka = new Kafka({ clientId: `lane-${partition}`, brokers: addresses, ...CLIENT })
    this.#topic = topic
    this.#partition = partition
    this.#done = this.#run()
  }

  /** The record under way is still waited for. */
  stop(): Promise<void> {
    this.#running = false
    return this.#done
  }

  /** A producer whose send failed has lost count of its sequences, and another takes over. */
  async #run(): Promise<void> {
    while (this.#running) {
      const producer = this.#kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
      try {
        await producer.connect()
        await this.#produce(producer)
      } catch (error) {
        this.errors.push(String(error))
      }
      await producer.disconnect().catch((error: unknown) => this.errors.push(String(error)))
    }
  }

  async #produce(producer: Producer): Promise<void> {
    while (this.#running) {
      const sequence = this.#next++
      this.uncertain.add(sequence)
      await producer.send({
        topic: this.#topic,
        acks: -1,
        timeout: 1_000,
        messages: [{ partition: this.#partition, value: String(sequence) }],
      })
      this.uncertain.delete(sequence)
      this.acknowledged.push(sequence)
    }
  }
}

/** What consumers have seen: a value for each partition and offset, which must never be another. */
export class Sightings {
  readonly contradictions: string[] = []
  readonly #seen = new Map<string, string>()

  saw(who: string, partition: number, offset: number, value: string): void {
    const place = `${partition}/${offset}`
    const before = this.#seen.get(place)
    if (before !== undefined && before !== value) {
      this.contradictions.push(`${who} read ${value} at ${place}, where ${before} was read before`)
    }
    this.#seen.set(place, value)
  }

  /** `partition/offset` → value. */
  get seen(): ReadonlyMap<string, string> {
    return this.#seen
  }
}

export interface Reader {
  readonly count: () => number
  /** Why it had to begin anew, each time, with the moment. */
  readonly troubles: readonly string[]
  stop(): Promise<void>
}

export async function kafkajsReader(
  addresses: string[],
  topic: string,
  sightings: Sightings,
): Promise<Reader> {
  let count = 0
  const consumer: Consumer = new Kafka({ clientId: 'reader', brokers: addresses, ...CLIENT }).consumer({
    groupId: 'kafkajs-readers',
    sessionTimeout: 6_000,
    heartbeatInterval: 500,
    maxWaitTimeInMs: 200,
    retry: CLIENT.retry,
  })
  const troubles: string[] = []
  consumer.on('consumer.crash', ({ payload }) => troubles.push(troubleOf(payload.error)))
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      count += 1
      sightings.saw('kafkajs', partition, Number(message.offset), String(message.value))
      return Promise.resolve()
    },
  })
  return { count: () => count, troubles, stop: () => consumer.disconnect() }
}

/** Begins anew, with what its group has committed, whenever its stream ends by an error. */
export function platformaticReader(addresses: string[], topic: string, sightings: Sightings): Reader {
  let count = 0
  let running = true
  let close: () => Promise<unknown> = () => Promise.resolve()
  const troubles: string[] = []
  const read = async (): Promise<void> => {
    const consumer = new PlatformaticConsumer({
      clientId: 'platformatic-reader',
      bootstrapBrokers: addresses,
      groupId: 'platformatic-readers',
      deserializers: stringDeserializers,
      timeout: 1_500,
      connectTimeout: 1_000,
      retries: 5,
      retryDelay: 100,
      maxWaitTime: 200,
      sessionTimeout: 6_000,
      heartbeatInterval: 500,
    })
    close = () => consumer.close(true)
    // It tells so, and no more, when it could not join again: it is no member then, and its stream never ends by itself.
    consumer.on('error', (error) => {
      troubles.push(troubleOf(error))
      void close().catch((failure: unknown) => troubles.push(troubleOf(failure)))
    })
    const stream = await consumer.consume({
      topics: [topic],
      mode: MessagesStreamModes.EARLIEST,
      autocommit: true,
    })
    for await (const { partition, offset, value } of stream) {
      count += 1
      sightings.saw('platformatic', partition, Number(offset), value)
      if (!running) break
    }
  }
  const ended = (async () => {
    while (running) {
      await read().catch((error: unknown) => troubles.push(troubleOf(error)))
      await close().catch(() => undefined)
    }
  })()
  return {
    count: () => count,
    troubles,
    async stop() {
      running = false
      await close().catch(() => undefined)
      await ended
    },
  }
}

function troubleOf(error: unknown): string {
  return `${new Date().toISOString().slice(11, 23)} ${error instanceof Error ? error.message : String(error)}`
}
