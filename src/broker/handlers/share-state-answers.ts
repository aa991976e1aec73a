/** The share coordinator's APIs all go through partitions of topics, and fail for each of them alone. */
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { SharePartitionId } from '../share/state/state-records.ts'

interface StateRequest<P> {
  readonly groupId: string
  readonly topics: readonly { readonly topicId: string; readonly partitions: readonly P[] }[]
}

type Failure = { errorCode: number; errorMessage: string | null }

export async function forEachPartition<P extends { readonly partition: number }, R extends object>(
  request: StateRequest<P>,
  run: (id: SharePartitionId, partition: P) => Promise<R>,
) {
  const answer = async (topicId: string, each: P) => {
    const { partition } = each
    try {
      const result = await run({ groupId: request.groupId, topicId, partition }, each)
      return { partition, errorCode: ErrorCode.NONE, ...result }
    } catch (error) {
      return { partition, ...failureOf(error) }
    }
  }
  const results = request.topics.map(async ({ topicId, partitions }) => ({
    topicId,
    partitions: await Promise.all(partitions.map((each) => answer(topicId, each))),
  }))
  return { results: await Promise.all(results) }
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof KafkaError)) throw error
  return { errorCode: error.code, errorMessage: error.message }
}
