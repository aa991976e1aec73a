import { Kafka, logLevel } from 'kafkajs'
import type { Consumer } from 'kafkajs'

/** A member of a consumer group: kafkajs, knowing nothing but the bootstrap servers. */
export class GroupMember {
  readonly #consumer: Consumer
  readonly #topic: string
  readonly #waiting: { count: number; resolve: () => void }[] = []
  #records = 0

  private constructor(consumer: Consumer, topic: string) {
    this.#consumer = consumer
    this.#topic = topic
  }

  static async join(bootstrapServers: string, groupId: string, topic: string): Promise<GroupMember> {
    const kafka = new Kafka({
      clientId: 'billing-service',
      brokers: bootstrapServers.split(','),
      logLevel: logLevel.NOTHING,
    })
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, heartbeatInterval: 500 })
    const member = new GroupMember(consumer, topic)
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: () => {
        member.#count()
        return Promise.resolve()
      },
    })
    return member
  }

  /** Resolves when it has read so many records in all. */
  read(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ count, resolve })
      this.#tell()
    })
  }

  /** It stays a member and reads nothing any more. */
  pause(): void {
    this.#consumer.pause([{ topic: this.#topic }])
  }

  /** Leaves the group. */
  async stop(): Promise<void> {
    await this.#consumer.disconnect()
  }

  #count(): void {
    this.#records += 1
    this.#tell()
  }

  #tell(): void {
    for (const { count, resolve } of this.#waiting) if (this.#records >= count) resolve()
  }
}
