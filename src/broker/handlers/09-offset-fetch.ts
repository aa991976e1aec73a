/**
 * OffsetFetch v1-10: the committed offsets of groups, metadata as it was sent. A partition without one is answered
 * -1 and no error; so is every partition of a group that does not exist.
 *
 * - v1: a failure of the whole group stands at each partition, for there is no field above. v2-v7: at the top.
 * - v2: topics null asks for all of the group's. v5: leader epochs (KIP-320).
 * - v7: requireStable waits out open transactions (KIP-447). Like every answer this one waits for the commits before
 *   it, so there is nothing more to wait for.
 * - v8: many groups at once (KIP-709). v9: a member and its epoch, checked for KIP-848 groups only (STALE_MEMBER_EPOCH).
 * - v10: topics by id, UNKNOWN_TOPIC_ID; offsets of a deleted topic are not those of a new one with its name.
 *
 * Gaps: offsets committed in transactions do not exist yet (so no UNSTABLE_OFFSET_COMMIT); no ACLs.
 */
import { ErrorCode } from '../protocol/errors.ts'
import { offsetFetch } from '../protocol/messages/09-offset-fetch.ts'
import type { RequestOf } from '../protocol/api.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { FetchedGroup } from '../groups/messages.ts'
import { handler } from './handler.ts'

const BATCHED_VERSION = 8

type Request = RequestOf<typeof offsetFetch>

export const offsetFetchHandler = handler(offsetFetch, async (request, context, { groups }) => {
  if (context.apiVersion >= BATCHED_VERSION) {
    return { groups: await Promise.all(request.groups.map((group) => groups.fetchOffsets(context, group))) }
  }
  const fetched = await groups.fetchOffsets(context, {
    groupId: request.groupId,
    memberId: null,
    memberEpoch: -1,
    topics: request.topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })) ?? null,
  })
  return singleGroup(request, fetched, context.apiVersion)
})

function singleGroup(request: Request, fetched: FetchedGroup, apiVersion: number) {
  const { errorCode = ErrorCode.NONE, topics = [] } = fetched
  if (apiVersion >= 2) return { errorCode, topics: topics.map(withoutTopicId) }
  return { topics: errorCode === ErrorCode.NONE ? topics.map(withoutTopicId) : failed(request, errorCode) }
}

function withoutTopicId({ name, partitions }: NonNullable<FetchedGroup['topics']>[number]) {
  return { name, partitions }
}

function failed({ topics }: Request, errorCode: number) {
  return topics?.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => ({
      partitionIndex,
      committedOffset: -1,
      metadata: '',
      errorCode,
    })),
  }))
}
