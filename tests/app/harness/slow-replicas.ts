import { Kafka, logLevel } from 'kafkajs'

/** Kafka's number for brokers among what has configs. */
const BROKER = 4
const RECORD_BYTES = 500_000
const RECORDS = 10
const SLOW = '1000'
const FAST = '1000000000'

/** A topic of one partition and one replica, of which a copy would take an hour until `hurry` is called. */
export interface SlowTopic {
  /** The broker that has it. */
  broker: number
  hurry: () => Promise<void>
}

export async function slowTopic(servers: string, topic: string): Promise<SlowTopic> {
  const kafka = new Kafka({ clientId: 'app-test', brokers: servers.split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    topics: [
      {
        topic,
        numPartitions: 1,
        replicationFactor: 1,
        configEntries: [{ name: 'leader.replication.throttled.replicas', value: '*' }],
      },
    ],
    waitForLeaders: true,
  })
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  const broker = topics[0]?.partitions[0]?.leader ?? -1
  const producer = kafka.producer()
  await producer.connect()
  for (const part of Array.from({ length: RECORDS }).keys()) {
    const value = `${part} ${'x'.repeat(RECORD_BYTES)}`
    await producer.send({ topic, acks: -1, messages: [{ partition: 0, value }] })
  }
  await producer.disconnect()
  const limitTo = async (value: string) => {
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: BROKER,
          name: String(broker),
          configEntries: [{ name: 'leader.replication.throttled.rate', value }],
        },
      ],
    })
  }
  await limitTo(SLOW)
  return {
    broker,
    hurry: async () => {
      await limitTo(FAST)
      await admin.disconnect()
    },
  }
}
