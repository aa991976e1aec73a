/**
 * The follower's side of an incremental fetch session (KIP-227): names to the leader only the partitions whose
 * position changed, which on a busy broker with many partitions is a few out of hundreds.
 */
import type { RequestInput } from '../protocol/api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { fetch } from '../protocol/messages/01-fetch.ts'
import { INITIAL_EPOCH, INVALID_SESSION_ID, nextEpoch } from './fetch-sessions.ts'

/** A partition's position, as the leader is told it. */
export interface FollowerPosition {
  topicId: string
  partition: number
  fetchOffset: number
  lastFetchedEpoch: number
  currentLeaderEpoch: number
  logStartOffset: number
  partitionMaxBytes: number
}

export type SessionFields = Pick<
  RequestInput<typeof fetch>,
  'sessionId' | 'sessionEpoch' | 'topics' | 'forgottenTopicsData'
>

export class FetchSessionClient {
  #sessionId = INVALID_SESSION_ID
  #epoch = INITIAL_EPOCH
  /** What the leader's session has, by `topicId/partition`. */
  #known = new Map<string, FollowerPosition>()

  /** The next request for exactly these positions. */
  next(positions: ReadonlyMap<string, FollowerPosition>): SessionFields {
    const isFull = this.#epoch === INITIAL_EPOCH
    const changed = isFull
      ? [...positions.values()]
      : [...positions].flatMap(([key, position]) =>
          isSame(this.#known.get(key), position) ? [] : [position],
        )
    const forgotten = isFull
      ? []
      : [...this.#known].flatMap(([key, known]) => (positions.has(key) ? [] : [known]))
    this.#known = new Map(positions)
    return {
      sessionId: this.#sessionId,
      sessionEpoch: this.#epoch,
      topics: byTopic(changed).map(([topicId, partitions]) => ({
        topicId,
        partitions: partitions.map(withoutTopic),
      })),
      forgottenTopicsData: byTopic(forgotten).map(([topicId, partitions]) => ({
        topicId,
        partitions: partitions.map(({ partition }) => partition),
      })),
    }
  }

  answered(response: { errorCode: number; sessionId: number }): void {
    if (response.errorCode === ErrorCode.FETCH_SESSION_ID_NOT_FOUND) this.#sessionId = INVALID_SESSION_ID
    if (response.errorCode !== ErrorCode.NONE) return this.restart()
    this.#sessionId = response.sessionId
    this.#epoch = response.sessionId === INVALID_SESSION_ID ? INITIAL_EPOCH : nextEpoch(this.#epoch)
  }

  /** An answer was lost, so what the leader has is unknown: the next request ends the session and opens another. */
  restart(): void {
    this.#epoch = INITIAL_EPOCH
  }
}

function isSame(known: FollowerPosition | undefined, position: FollowerPosition): boolean {
  return (
    known !== undefined &&
    known.fetchOffset === position.fetchOffset &&
    known.lastFetchedEpoch === position.lastFetchedEpoch &&
    known.currentLeaderEpoch === position.currentLeaderEpoch &&
    known.logStartOffset === position.logStartOffset &&
    known.partitionMaxBytes === position.partitionMaxBytes
  )
}

function byTopic(positions: readonly FollowerPosition[]): [string, FollowerPosition[]][] {
  const topics = new Map<string, FollowerPosition[]>()
  for (const position of positions) {
    const siblings = topics.get(position.topicId)
    if (siblings === undefined) topics.set(position.topicId, [position])
    else siblings.push(position)
  }
  return [...topics]
}

function withoutTopic({ topicId: _, ...position }: FollowerPosition): Omit<FollowerPosition, 'topicId'> {
  return position
}
