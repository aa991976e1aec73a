import { Kafka, logLevel } from 'kafkajs'

/** A user's own program: kafkajs, knowing nothing but the bootstrap servers. */
export class Client {
  readonly #kafka: Kafka

  constructor(bootstrapServers: string) {
    this.#kafka = new Kafka({
      clientId: 'app-test',
      brokers: bootstrapServers.split(','),
      logLevel: logLevel.NOTHING,
    })
  }

  async createTopic(
    topic: string,
    partitions: number,
    replicationFactor: number,
    configs: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const admin = this.#kafka.admin()
    await admin.connect()
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }))
    await admin.createTopics({
      topics: [{ topic, numPartitions: partitions, replicationFactor, configEntries }],
      waitForLeaders: true,
    })
    await admin.disconnect()
  }

  /** One partition and one replica each: there may be many. */
  async createTopics(topics: readonly string[]): Promise<void> {
    const admin = this.#kafka.admin()
    await admin.connect()
    await admin.createTopics({
      topics: topics.map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1 })),
      waitForLeaders: false,
    })
    await admin.disconnect()
  }

  async leaderOf(topic: string, partition: number): Promise<number> {
    const admin = this.#kafka.admin()
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    await admin.disconnect()
    return topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader ?? -1
  }

  async deleteTopic(topic: string): Promise<void> {
    const admin = this.#kafka.admin()
    await admin.connect()
    await admin.deleteTopics({ topics: [topic] })
    await admin.disconnect()
  }

  /** @param place the partition, where the keys shall not say */
  async produce(topic: string, values: readonly string[], place: { partition?: number } = {}): Promise<void> {
    const producer = this.#kafka.producer()
    await producer.connect()
    const messages = values.map((value) => ({ key: value, value, ...place }))
    await producer.send({ topic, acks: -1, messages })
    await producer.disconnect()
  }

  /** Reads a topic from its beginning until `count` records have come. In no order: partitions have their own. */
  async consume(topic: string, count: number): Promise<string[]> {
    const consumer = this.#kafka.consumer({
      groupId: `app-test-${crypto.randomUUID()}`,
      maxWaitTimeInMs: 200,
    })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    const values: string[] = []
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: ({ message }) => {
            if (values.push(String(message.value)) === count) resolve()
            return Promise.resolve()
          },
        })
        .catch(reject)
    })
    await consumer.disconnect()
    return values.sort()
  }
}
