import { NetworkError } from '../network/client.ts'
import type { KafkaClient } from '../network/client.ts'
import type { MetadataCache } from '../metadata/cache.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { listOffsets } from '../protocol/messages/02-list-offsets.ts'

const CONSUMER = -1
const LATEST = -1
const LIST_OFFSETS_VERSION = 6

/** Where a partition ends for consumers, from its leader; null when that does not tell. */
export async function endOffsetFromLeader(
  metadata: Pick<MetadataCache, 'image'>,
  connect: (brokerId: number) => KafkaClient,
  name: string,
  partitionIndex: number,
): Promise<number | null> {
  const leader = metadata.image.partition(name, partitionIndex)?.leader ?? -1
  if (leader < 0) return null
  try {
    const { topics } = await connect(leader).send(listOffsets, LIST_OFFSETS_VERSION, {
      replicaId: CONSUMER,
      isolationLevel: 0,
      topics: [{ name, partitions: [{ partitionIndex, currentLeaderEpoch: -1, timestamp: LATEST }] }],
    })
    const listed = topics[0]?.partitions[0]
    return listed?.errorCode === ErrorCode.NONE ? listed.offset : null
  } catch (error) {
    if (error instanceof NetworkError || error instanceof KafkaError) return null
    throw error
  }
}
