/**
 * DescribeLogDirs v1–5 (KIP-113): this broker's log directory, which holds its database, with the size of each replica
 * in it and how far it is behind. Null topics asks for all; what is named and not here is left out.
 *
 * - The offset lag of a follower counts from the high watermark its leader told it last, so it says how much a replica
 *   that is being added still lacks. Kafka counts from the follower's own high watermark, and always says 0. -1: the
 *   leader has told none yet.
 * - A directory that failed is KAFKA_STORAGE_ERROR, with nothing in it.
 *
 * Version notes: v3 an error for the whole; v4 size and free space of the volume (KIP-827); v5 whether the directory is
 * closed to new partitions (KIP-1066), which none ever is here.
 * Gaps: there is one directory, so no replica is ever on its way to another.
 */
import type { RequestOf } from '../protocol/api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { describeLogDirs } from '../protocol/messages/35-describe-log-dirs.ts'
import type { ReplicaSize } from '../replication/log-directory.ts'
import { handler } from './handler.ts'

export const describeLogDirsHandler = handler(describeLogDirs, ({ topics }, _, { replicas }) => {
  const directory = replicas.logDirectory()
  return {
    errorCode: ErrorCode.NONE,
    results: [
      {
        errorCode: directory.isOffline ? ErrorCode.KAFKA_STORAGE_ERROR : ErrorCode.NONE,
        logDir: directory.path,
        topics: byTopic(directory.replicas.filter((replica) => isAsked(replica, topics))),
        totalBytes: directory.totalBytes,
        usableBytes: directory.usableBytes,
        isCordoned: false,
      },
    ],
  }
})

function isAsked(
  { topic, partition }: ReplicaSize,
  asked: RequestOf<typeof describeLogDirs>['topics'],
): boolean {
  return asked === null || asked.some((each) => each.topic === topic && each.partitions.includes(partition))
}

function byTopic(replicas: readonly ReplicaSize[]) {
  const topics = new Map<string, ReplicaSize[]>()
  for (const replica of replicas) {
    const siblings = topics.get(replica.topic)
    if (siblings === undefined) topics.set(replica.topic, [replica])
    else siblings.push(replica)
  }
  return [...topics].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition, sizeInBytes, offsetLag }) => ({
      partitionIndex: partition,
      partitionSize: sizeInBytes,
      offsetLag,
      isFutureKey: false,
    })),
  }))
}
