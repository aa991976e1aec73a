import type { Reader } from '@platformatic/kafka'
import { Writer, createAPI } from '@platformatic/kafka'
import type { RefusedPartition } from '../../../shared/ipc/board.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { refusalOf, refuse } from '../refusals.ts'

// ElectLeaders, which the client library does not have.

const KEY = 43
/** The first flexible one, of Kafka 2.4. */
const VERSION = 2
const PREFERRED = 0
const TIMEOUT_MS = 15_000
/** The preferred replica leads already. */
const ELECTION_NOT_NEEDED = 84

interface ElectedTopic {
  topic: string
  partitions: { partition: number; errorCode: number; errorMessage: string | null }[]
}

type Asked = readonly { topic: string; partitions: readonly number[] }[] | null

const electLeadersV2 = {
  api: createAPI<[topics: Asked], { errorCode: number; topics: ElectedTopic[] }>(
    KEY,
    VERSION,
    (topics: Asked) =>
      Writer.create()
        .appendInt8(PREFERRED)
        .appendArray(topics === null ? null : [...topics], (writer, { topic, partitions }) => {
          writer
            .appendString(topic)
            .appendArray([...partitions], (each, partition) => void each.appendInt32(partition), true, false)
        })
        .appendInt32(TIMEOUT_MS)
        .appendTaggedFields(),
    (_correlationId, _key, _version, reader) => {
      reader.readInt32()
      return {
        errorCode: reader.readInt16(),
        topics: reader.readArray((each: Reader) => ({
          topic: each.readString(),
          partitions: each.readArray((result: Reader) => ({
            partition: result.readInt32(),
            errorCode: result.readInt16(),
            errorMessage: result.readNullableString(),
          })),
        })),
      }
    },
  ),
}

/** Gives leaderships back to the preferred replicas: of the named topics, or of all. */
export async function electPreferred(
  access: ClusterAccess,
  topics: readonly string[] | null,
): Promise<{ elected: number; refused: RefusedPartition[] }> {
  const { api } = await access.choose([electLeadersV2])
  const answer = await api.async(await access.controller(), await partitionsOf(access, topics))
  refuse(answer.errorCode)
  const results = answer.topics.flatMap(({ topic, partitions }) =>
    partitions.map((each) => ({ topic, ...each })),
  )
  return {
    elected: results.filter(({ errorCode }) => errorCode === 0).length,
    refused: results
      .filter(({ errorCode }) => errorCode !== 0 && errorCode !== ELECTION_NOT_NEEDED)
      .map(({ topic, partition, errorCode, errorMessage }) => ({
        topic,
        partition,
        failure: refusalOf(errorCode, errorMessage),
      })),
  }
}

async function partitionsOf(access: ClusterAccess, topics: readonly string[] | null): Promise<Asked> {
  if (topics === null) return null
  const metadata = await access.metadata(topics)
  return metadata.topics.map(({ name, partitions }) => ({
    topic: name,
    partitions: partitions.map(({ partition }) => partition),
  }))
}
