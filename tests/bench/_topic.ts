import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { createTopics } from '../../src/broker/protocol/messages/19-create-topics.ts'
import { decodeResponse } from '../../src/broker/protocol/frame.ts'
import { encodeBatch } from '../../src/broker/protocol/record-batch.ts'
import type { BenchCluster } from './_cluster.ts'
import { Wire, encode } from './_wire.ts'

export const TOPIC = 'bench'
export const RECORD_BYTES = 1024
const PRODUCE_VERSION = 9

/** Creates the benchmark's topic; resolves when every partition has its leader, to `partition → port of its leader`. */
export async function createTopic(
  cluster: BenchCluster,
  partitions: number,
  replicas: number,
): Promise<number[]> {
  const wire = await Wire.connect(cluster.brokers[0]?.port ?? 0)
  const { topics } = await wire.call(createTopics, 7, {
    topics: [
      { name: TOPIC, numPartitions: partitions, replicationFactor: replicas, assignments: [], configs: [] },
    ],
    timeoutMs: 10_000,
    validateOnly: false,
  })
  check(topics[0]?.errorCode ?? -1, 'CreateTopics')
  const ports = await leaders(cluster, wire)
  wire.close()
  return ports
}

/** `partition → port of its leader`, asked until every partition has one which knows it. */
export async function leaders(cluster: BenchCluster, wire: Wire): Promise<number[]> {
  for (;;) {
    const { topics } = await wire.call(metadata, 12, {
      topics: [{ name: TOPIC }],
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: false,
    })
    const partitions = [...(topics[0]?.partitions ?? [])].sort((a, b) => a.partitionIndex - b.partitionIndex)
    const ports = partitions.map(
      ({ leaderId }) => cluster.brokers.find(({ id }) => id === leaderId)?.port ?? 0,
    )
    if (ports.length > 0 && ports.every((port) => port > 0)) return ports
  }
}

/** A record of one kilobyte, not one that compresses to nothing. */
const value = Buffer.from(Array.from({ length: RECORD_BYTES }, (_, index) => (index * 2_654_435_761) >>> 24))

/** A whole Produce request with one batch of `records` records, made once and sent again and again. */
export function produceRequest(partition: number, records: number, acks: number): Buffer {
  const timestamp = Date.now()
  return encode(produce, PRODUCE_VERSION, {
    acks,
    timeoutMs: 30_000,
    topicData: [
      {
        name: TOPIC,
        partitionData: [
          {
            index: partition,
            records: encodeBatch({
              records: Array.from({ length: records }, () => ({ timestamp, key: null, value })),
            }),
          },
        ],
      },
    ],
  })
}

/** The error code of a Produce answer with one partition. */
export function produceErrorCode(answer: Buffer): number {
  const { body } = decodeResponse(produce, PRODUCE_VERSION, answer)
  return body.responses[0]?.partitionResponses[0]?.errorCode ?? -1
}

export function check(errorCode: number, what: string): void {
  if (errorCode !== 0) throw new Error(`${what} was answered with error ${errorCode}.`)
}
