import type { Connection } from '@platformatic/kafka'
import {
  produceV10,
  produceV11,
  produceV3,
  produceV4,
  produceV5,
  produceV6,
  produceV7,
  produceV8,
  produceV9,
} from '@platformatic/kafka'
import type { Acks } from '../../../shared/ipc/produce.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import type { OutgoingRecord } from './content.ts'

const PRODUCE = [
  produceV11,
  produceV10,
  produceV9,
  produceV8,
  produceV7,
  produceV6,
  produceV5,
  produceV4,
  produceV3,
] as const

const ACKS: Record<Acks, number> = { all: -1, leader: 1, none: 0 }
/** For the brokers; the connection's own time-out is longer, so that it is the broker's answer which is told. */
const TIMEOUT_MS = 15_000

export interface PartitionOutcome {
  partition: number
  errorCode: number
  /** The broker's own words, where it has any. */
  message: string | null
  /** Of the first record; null where nobody was asked to tell. */
  baseOffset: number | null
}

interface PartitionAnswer {
  index: number
  errorCode: number
  baseOffset: bigint
  /** Since version 8. */
  errorMessage?: string | null | undefined
  recordErrors?: { batchIndexErrorMessage?: string | null | undefined }[]
}

/** The messages of the client's types have neither null values nor null headers; its encoder has them. */
type ClientMessages = Parameters<typeof produceV9.api.async>[3]

/** One Produce request to one leader: one batch for each partition, in the order given. */
export async function produceRecords(
  access: ClusterAccess,
  connection: Connection,
  topic: string,
  batches: ReadonlyMap<number, readonly OutgoingRecord[]>,
  acks: Acks,
): Promise<PartitionOutcome[]> {
  const { api } = await access.choose(PRODUCE)
  const timestamp = BigInt(Date.now())
  const messages = [...batches].flatMap(([partition, records]) =>
    records.map(({ key, value, headers }) => ({
      topic,
      partition,
      timestamp,
      key,
      value,
      // A Map with buffers for keys holds the same name twice, for they are two buffers.
      headers: new Map(headers.map((header) => [Buffer.from(header.name, 'utf8'), header.value])),
    })),
  )
  const answer = await answered(
    api.async(connection, ACKS[acks], TIMEOUT_MS, messages as unknown as ClientMessages),
  )
  if (typeof answer === 'boolean') {
    return [...batches.keys()].map((partition) => ({
      partition,
      errorCode: 0,
      message: null,
      baseOffset: null,
    }))
  }
  return answer.responses.flatMap(({ partitionResponses }) => partitionResponses.map(outcomeOf))
}

function outcomeOf({
  index,
  errorCode,
  baseOffset,
  errorMessage,
  recordErrors,
}: PartitionAnswer): PartitionOutcome {
  const words =
    errorMessage || recordErrors?.find((each) => each.batchIndexErrorMessage)?.batchIndexErrorMessage
  return {
    partition: index,
    errorCode,
    message: words ?? null,
    baseOffset: errorCode === 0 ? Number(baseOffset) : null,
  }
}
