import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { keyOf } from '../groups/bounds.ts'
import { CONSUMER, LATEST, LIST_OFFSETS, NO_EPOCH, READ_UNCOMMITTED } from '../topics/offsets.ts'
import type { Counters } from './growth.ts'
import type { LedPartition } from './led-partitions.ts'
import { byLeader } from './led-partitions.ts'

/** The end offset of every partition, with one request to each leader. Partitions that can't tell are left out. */
export async function endOffsets(
  access: ClusterAccess,
  partitions: readonly LedPartition[],
): Promise<Counters> {
  const { api } = await access.choose(LIST_OFFSETS)
  const asked = await Promise.all(
    [...byLeader(partitions)].map(async ([leader, topics]) => {
      const request = [...topics].map(([name, ids]) => ({
        name,
        partitions: ids.map((partitionIndex) => ({
          partitionIndex,
          currentLeaderEpoch: NO_EPOCH,
          timestamp: LATEST,
        })),
      }))
      const connection = await access.broker(leader)
      return answered(api.async(connection, CONSUMER, READ_UNCOMMITTED, request))
    }),
  )
  return new Map(
    asked
      .flatMap(({ topics }) => topics)
      .flatMap(({ name, partitions: told }) =>
        told
          .filter(({ errorCode, offset }) => errorCode === 0 && offset >= 0n)
          .map(({ partitionIndex, offset }) => [
            keyOf({ topic: name, partition: partitionIndex }),
            Number(offset),
          ]),
      ),
  )
}
