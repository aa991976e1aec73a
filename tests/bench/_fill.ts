import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { createTopics } from '../../src/broker/protocol/messages/19-create-topics.ts'
import { decodeResponse } from '../../src/broker/protocol/frame.ts'
import type { RecordInput } from '../../src/broker/protocol/record-batch.ts'
import { encodeBatch } from '../../src/broker/protocol/record-batch.ts'
import { encode, Wire } from './_wire.ts'

const PRODUCE_VERSION = 9
const BATCH_RECORDS = 500
const TIMEOUT_MS = 30_000

export interface NewTopic {
  /** Of any broker. */
  bootstrapPort: number
  topic: string
  partitions: number
  replicas: number
}

/** Creates a topic; resolves to `partition → port of its leader` as soon as every partition has one. */
export async function newTopic({ bootstrapPort, topic, partitions, replicas }: NewTopic): Promise<number[]> {
  const wire = await Wire.connect(bootstrapPort)
  const created = await wire.call(createTopics, 7, {
    topics: [
      { name: topic, numPartitions: partitions, replicationFactor: replicas, assignments: [], configs: [] },
    ],
    timeoutMs: TIMEOUT_MS,
    validateOnly: false,
  })
  refuse(created.topics[0]?.errorCode ?? -1, 'CreateTopics')
  const ports = await leaderPorts(wire, topic, partitions)
  wire.close()
  return ports
}

async function leaderPorts(wire: Wire, topic: string, partitions: number): Promise<number[]> {
  for (;;) {
    const { topics, brokers } = await wire.call(metadata, 12, {
      topics: [{ name: topic }],
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: false,
    })
    const ports = (topics[0]?.partitions ?? [])
      .toSorted((one, other) => one.partitionIndex - other.partitionIndex)
      .map(({ leaderId }) => brokers.find(({ nodeId }) => nodeId === leaderId)?.port ?? 0)
    if (ports.length === partitions && ports.every((port) => port > 0)) return ports
  }
}

/** Numbers go round the partitions: record 0 to the first, record 1 to the second. */
export interface Filling {
  topic: string
  /** `partition → port of its leader`. */
  leaders: number[]
  records: number
  record: (id: number) => RecordInput
}

/** Writes numbered records in large batches, one in flight at each partition: as fast as they can be encoded. */
export async function fill({ topic, leaders, records, record }: Filling): Promise<void> {
  const round = leaders.length * BATCH_RECORDS
  const wires = new Map<number, Wire>()
  for (const port of new Set(leaders)) wires.set(port, await Wire.connect(port))
  for (let first = 0; first < records; first += round) {
    const sent = leaders.flatMap((port, partition) => {
      const ids = Array.from(
        { length: BATCH_RECORDS },
        (_, index) => first + index * leaders.length + partition,
      )
      const batch = ids.filter((id) => id < records).map(record)
      return batch.length === 0
        ? []
        : [append(wires.get(port)!, topic, partition, encodeBatch({ records: batch }))]
    })
    await Promise.all(sent)
  }
  for (const wire of wires.values()) wire.close()
}

async function append(wire: Wire, topic: string, partition: number, batch: Buffer): Promise<void> {
  const topicData = [{ name: topic, partitionData: [{ index: partition, records: batch }] }]
  const request = encode(produce, PRODUCE_VERSION, { acks: 1, timeoutMs: TIMEOUT_MS, topicData })
  const { body } = decodeResponse(produce, PRODUCE_VERSION, await wire.exchange(request))
  refuse(body.responses[0]?.partitionResponses[0]?.errorCode ?? -1, 'Produce')
}

function refuse(errorCode: number, what: string): void {
  if (errorCode !== 0) throw new Error(`${what} was answered with error ${errorCode}.`)
}
