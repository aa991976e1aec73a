import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'
import type { ConsumerOptions, ProducerOptions } from '@platformatic/kafka'
import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { Cluster } from '../cluster.ts'

export function newName(prefix: string): string {
  return `${prefix}-${randomUUID()}`
}

function baseOptions(cluster: Cluster) {
  return { clientId: 'platformatic', bootstrapBrokers: cluster.addresses }
}

export function openAdmin(cluster: Cluster): Admin {
  const admin = new Admin({ ...baseOptions(cluster), strict: true })
  onTestFinished(() => admin.close())
  return admin
}

export function openProducer(
  cluster: Cluster,
  options: Partial<ProducerOptions<string, string, string, string>> = {},
): Producer<string, string, string, string> {
  const producer = new Producer<string, string, string, string>({
    ...baseOptions(cluster),
    serializers: stringSerializers,
    strict: true,
    ...options,
  })
  onTestFinished(() => producer.close())
  return producer
}

export function openConsumer(
  cluster: Cluster,
  options: Partial<ConsumerOptions<string, string, string, string>> = {},
): Consumer<string, string, string, string> {
  const consumer = new Consumer<string, string, string, string>({
    ...baseOptions(cluster),
    groupId: newName('group'),
    deserializers: stringDeserializers,
    sessionTimeout: 10_000,
    heartbeatInterval: 500,
    maxWaitTime: 500,
    ...options,
  } as ConsumerOptions<string, string, string, string>)
  onTestFinished(() => consumer.close(true))
  return consumer
}

/** A topic with its partitions led. */
export async function createTopic(
  cluster: Cluster,
  options: { partitions?: number; replicas?: number } = {},
): Promise<string> {
  const { partitions = 1, replicas = 3 } = options
  const topic = newName('topic')
  await openAdmin(cluster).createTopics({ topics: [topic], partitions, replicas })
  return topic
}
