import { Kafka, logLevel } from 'kafkajs'

const INTERVAL_MS = 20

/** A program that produces so many records a second: kafkajs, each with its number as key. */
export class SteadyProducer {
  readonly #sent: () => number
  readonly #stop: () => Promise<number>

  private constructor(sent: () => number, stop: () => Promise<number>) {
    this.#sent = sent
    this.#stop = stop
  }

  static async start(servers: string, topic: string, recordsPerSecond: number): Promise<SteadyProducer> {
    const kafka = new Kafka({
      clientId: 'steady',
      brokers: servers.split(','),
      logLevel: logLevel.NOTHING,
    })
    const producer = kafka.producer()
    await producer.connect()
    const begunMs = performance.now()
    const sends: Promise<unknown>[] = []
    let sent = 0
    /** As many as are due by now: a timer that comes late makes up for it. */
    const send = () => {
      const due = Math.floor(((performance.now() - begunMs) * recordsPerSecond) / 1_000)
      const messages = Array.from({ length: due - sent }, (_, index) => ({
        key: String(sent + index),
        value: `{"n": ${sent + index}, "city": "Busan", "note": "${'x'.repeat(80)}"}`,
      }))
      sent = due
      sends.push(producer.send({ topic, acks: -1, messages }))
    }
    const timer = setInterval(send, INTERVAL_MS)
    return new SteadyProducer(
      () => sent,
      async () => {
        clearInterval(timer)
        await Promise.all(sends)
        await producer.disconnect()
        return sent
      },
    )
  }

  get sent(): number {
    return this.#sent()
  }

  /** Resolves to how many records it sent, once all of them are acknowledged. */
  stop(): Promise<number> {
    return this.#stop()
  }
}
