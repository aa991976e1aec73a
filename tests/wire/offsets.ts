/** Committed offsets where they are not what a test is about. */
import type { RequestInput } from '../../src/broker/protocol/api.ts'
import { ErrorCode, errorName } from '../../src/broker/protocol/errors.ts'
import { offsetCommit } from '../../src/broker/protocol/messages/08-offset-commit.ts'
import { offsetFetch } from '../../src/broker/protocol/messages/09-offset-fetch.ts'
import type { Client } from './client.ts'
import type { Topic } from './topics.ts'

export type CommitRequest = RequestInput<typeof offsetCommit>

/** A commit for some partitions of a topic, which is named both ways: each version takes what it knows. */
export function commitRequest(
  groupId: string,
  topic: Topic,
  offsets: Readonly<Record<number, number>>,
  different: Partial<CommitRequest> = {},
): CommitRequest {
  return {
    groupId,
    topics: [
      {
        name: topic.name,
        topicId: topic.id,
        partitions: Object.entries(offsets).map(([index, committedOffset]) => ({
          partitionIndex: Number(index),
          committedOffset,
          committedMetadata: `note ${committedOffset}`,
          committedLeaderEpoch: 0,
        })),
      },
    ],
    ...different,
  }
}

/** Commits, which must succeed. */
export async function commit(
  client: Client,
  groupId: string,
  topic: Topic,
  offsets: Readonly<Record<number, number>>,
  different: Partial<CommitRequest> = {},
): Promise<void> {
  const { topics } = await client.call(offsetCommit, 10, commitRequest(groupId, topic, offsets, different))
  const failed = topics[0]!.partitions.find(({ errorCode }) => errorCode !== ErrorCode.NONE)
  if (failed !== undefined) throw new Error(`OffsetCommit: ${errorName(failed.errorCode)}`)
}

/** The committed offset of a partition, -1 for none. */
export async function committedOffset(
  client: Client,
  groupId: string,
  topic: Topic,
  index = 0,
): Promise<number> {
  const topics = [{ topicId: topic.id, partitionIndexes: [index] }]
  const { groups } = await client.call(offsetFetch, 10, { groups: [{ groupId, topics }] })
  const { errorCode, topics: fetched } = groups[0]!
  if (errorCode !== ErrorCode.NONE) throw new Error(`OffsetFetch: ${errorName(errorCode)}`)
  return fetched[0]!.partitions[0]!.committedOffset
}
