/** Topics made for a test. */
import { ErrorCode, errorName } from '../../src/broker/protocol/errors.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { createTopics } from '../../src/broker/protocol/messages/19-create-topics.ts'
import type { Client } from './client.ts'
import type { Cluster } from './harness.ts'
import { until } from './until.ts'

export interface Topic {
  name: string
  id: string
}

export interface TopicOptions {
  name?: string
  partitions?: number
  replicas?: number
  /** The replicas of each partition, the preferred leader first; instead of the two above. */
  assignment?: readonly (readonly number[])[]
  configs?: Readonly<Record<string, string>>
}

let count = 0

/** A name nobody has had yet. */
export function freshName(what = 'topic'): string {
  return `${what}-${process.pid}-${++count}`
}

/** Creates a topic and waits until every broker knows it with all its leaders. */
export async function createTopic(cluster: Cluster, options: TopicOptions = {}): Promise<Topic> {
  const { name = freshName(), partitions = 1, replicas = 1, assignment, configs = {} } = options
  const client = await cluster.client()
  const { topics } = await client.call(createTopics, 7, {
    topics: [
      {
        name,
        numPartitions: assignment === undefined ? partitions : -1,
        replicationFactor: assignment === undefined ? replicas : -1,
        assignments: (assignment ?? []).map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
        configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      },
    ],
    timeoutMs: 10_000,
  })
  client.close()
  const [created] = topics
  if (created?.errorCode !== ErrorCode.NONE) {
    throw new Error(`${name}: ${errorName(created?.errorCode ?? -1)} ${created?.errorMessage}`)
  }
  await everywhere(cluster, (broker) => hasLeaders(broker, name))
  return { name, id: created.topicId }
}

/** Waits for something on every broker. */
export async function everywhere(
  cluster: Cluster,
  isTrue: (broker: Client) => Promise<boolean>,
): Promise<void> {
  for (const id of cluster.brokerIds) {
    const client = await cluster.client(id)
    await until(`broker ${id}`, () => isTrue(client))
    client.close()
  }
}

async function hasLeaders(client: Client, name: string): Promise<boolean> {
  const request = { topics: [{ name }], allowAutoTopicCreation: false }
  const { topics } = await client.call(metadata, 12, request)
  const partitions = topics[0]?.partitions ?? []
  return partitions.length > 0 && partitions.every(({ leaderId }) => leaderId !== -1)
}

/** The first topic's first partition as this broker knows it. */
export async function partitionOf({ name }: Topic, client: Client, index = 0) {
  const { topics } = await client.call(metadata, 12, { topics: [{ name }], allowAutoTopicCreation: false })
  return topics[0]!.partitions.find(({ partitionIndex }) => partitionIndex === index)!
}

/** Waits until no broker knows a topic of this name any more. */
export async function gone(cluster: Cluster, { name }: Topic): Promise<void> {
  await everywhere(cluster, async (client) => {
    const request = { topics: [{ name }], allowAutoTopicCreation: false }
    const { topics } = await client.call(metadata, 12, request)
    return topics[0]!.errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  })
}
