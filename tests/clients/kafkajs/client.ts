import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import type { Admin, Consumer, ConsumerConfig, KafkaMessage, Producer, ProducerConfig } from 'kafkajs'
import { onTestFinished } from 'vitest'
import type { Cluster } from '../cluster.ts'

// kafkajs 2 tells of its new default partitioner on every start.
process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1'

export type ReceivedMessage = KafkaMessage & { partition: number }

/** Whatever runs a cluster: a process of its own, or this one. */
type Addressed = Pick<Cluster, 'addresses'>

/** A topic nobody else has. */
export function newTopic(prefix = 'topic'): string {
  return `${prefix}-${randomUUID()}`
}

export function kafkajs(cluster: Addressed): Kafka {
  return new Kafka({ clientId: 'kafkajs', brokers: cluster.addresses, logLevel: logLevel.NOTHING })
}

export async function connectedAdmin(cluster: Addressed): Promise<Admin> {
  const admin = kafkajs(cluster).admin()
  await admin.connect()
  onTestFinished(() => admin.disconnect())
  return admin
}

export async function connectedProducer(cluster: Addressed, config: ProducerConfig = {}): Promise<Producer> {
  const producer = kafkajs(cluster).producer(config)
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  return producer
}

export async function connectedConsumer(cluster: Addressed, config: ConsumerConfig): Promise<Consumer> {
  // Leaving waits for the fetch under way, which waits this long for records.
  const consumer = kafkajs(cluster).consumer({ maxWaitTimeInMs: 200, ...config })
  await consumer.connect()
  onTestFinished(() => consumer.disconnect())
  return consumer
}

/** A topic with its partitions led: what follows can produce at once. */
export async function createTopic(
  cluster: Cluster,
  options: { partitions?: number; replicas?: number; config?: Record<string, string> } = {},
): Promise<string> {
  const { partitions = 1, replicas = 3, config = {} } = options
  const admin = await connectedAdmin(cluster)
  const topic = newTopic()
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic,
        numPartitions: partitions,
        replicationFactor: replicas,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      },
    ],
  })
  return topic
}

/** The first `count` messages of a topic, read by a group of its own. */
export async function readMessages(
  cluster: Cluster,
  topic: string,
  count: number,
): Promise<ReceivedMessage[]> {
  const consumer = await connectedConsumer(cluster, { groupId: newTopic('reader') })
  await consumer.subscribe({ topic, fromBeginning: true })
  const messages: ReceivedMessage[] = []
  await new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error))
    consumer
      .run({
        eachMessage: async ({ partition, message }) => {
          messages.push({ ...message, partition })
          if (messages.length >= count) resolve()
        },
      })
      .catch(reject)
  })
  return messages
}
