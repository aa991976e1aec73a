import { setTimeout as delay } from 'node:timers/promises'
import { Producer, stringSerializers } from '@platformatic/kafka'
import type { DemoSettings } from '../../shared/ipc/demo.ts'
import { describeKafkaError } from '../sessions/kafka-failure.ts'
import type { ClientHappening, DemoClientOptions } from './contract.ts'
import { due, order } from './orders.ts'
import type { RateMeter } from './rate-meter.ts'

const TURN_MS = 100
const AGAIN_AFTER_MS = 1_000

/** Sends orders at a rate, for as long as it is not told to leave. */
export class DemoProducer {
  settings: DemoSettings
  readonly #topic: string
  readonly #meter: RateMeter
  readonly #tell: (happening: ClientHappening) => void
  readonly #producer: Producer<string, string, string, string>
  readonly #ended: Promise<void>
  #leaving = false
  #number = 0

  constructor(options: DemoClientOptions, meter: RateMeter, tell: (happening: ClientHappening) => void) {
    this.settings = options.settings
    this.#topic = options.topic
    this.#meter = meter
    this.#tell = tell
    this.#producer = new Producer({
      clientId: options.name,
      bootstrapBrokers: options.bootstrapServers,
      serializers: stringSerializers,
      acks: -1,
      // New partitions get records soon after they are made.
      metadataMaxAge: 1_000,
    })
    this.#ended = this.#run()
  }

  async leave(): Promise<void> {
    this.#leaving = true
    await this.#ended
    await this.#producer.close()
  }

  async #run(): Promise<void> {
    let rest = 0
    let beforeMs = performance.now()
    while (!this.#leaving) {
      await delay(TURN_MS)
      const nowMs = performance.now()
      const turn = due(this.settings.ratePerSecond, nowMs - beforeMs, rest)
      rest = turn.rest
      beforeMs = nowMs
      if (turn.records > 0) await this.#send(turn.records)
    }
  }

  async #send(records: number): Promise<void> {
    const messages = Array.from({ length: records }, () => ({
      topic: this.#topic,
      ...order(++this.#number, this.settings.keys, Math.random),
    }))
    try {
      await this.#producer.send({ messages })
      this.#meter.add(records, Date.now())
    } catch (error) {
      this.#tell({ kind: 'failed', failure: describeKafkaError(error) })
      if (!this.#leaving) await delay(AGAIN_AFTER_MS)
    }
  }
}
