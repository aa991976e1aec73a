import { Kafka, logLevel } from 'kafkajs'

export interface ManyPartitions {
  topics: number
  partitions: number
  replicas: number
}

/** Topics `topic-00`, `topic-01`, … in one request. */
export async function manyPartitions(
  servers: string,
  { topics, partitions, replicas }: ManyPartitions,
): Promise<void> {
  const kafka = new Kafka({
    clientId: 'app-test',
    brokers: servers.split(','),
    logLevel: logLevel.NOTHING,
    requestTimeout: 60_000,
  })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    timeout: 60_000,
    waitForLeaders: true,
    topics: Array.from({ length: topics }, (_, index) => ({
      topic: `topic-${String(index).padStart(2, '0')}`,
      numPartitions: partitions,
      replicationFactor: replicas,
    })),
  })
  await admin.disconnect()
}
