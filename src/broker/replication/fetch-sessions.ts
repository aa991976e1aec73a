/**
 * Incremental fetch sessions (KIP-227), the broker's side: who fetches the same partitions again and again names
 * only what changed, and is told only what changed.
 *
 * One cache where Kafka has eight shards, which are there for its lock; the rules are the same.
 */
import type { Clock } from '../clock.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { FetchPartition, FetchPartitionResult } from './fetch-params.ts'

export const INVALID_SESSION_ID = 0
/** Asks for a new session. */
export const INITIAL_EPOCH = 0
/** Asks for no session, and ends the one named. */
const FINAL_EPOCH = -1

/** A partition as a fetch names it; `topic` is null while no topic has this id. */
export interface RequestedPartition extends Omit<FetchPartition, 'topic'> {
  topicId: string
  topic: string | null
}

export interface FetchSessionRequest {
  sessionId: number
  sessionEpoch: number
  usesTopicIds: boolean
  isFollower: boolean
  partitions: readonly RequestedPartition[]
  forgotten: readonly { topicId: string; topic: string | null; partition: number }[]
  /** The present name of a topic, for partitions whose id was not known before. */
  topicName(topicId: string): string | null
}

/** The answer to a fetch: which of the results go into it. */
export interface FetchSessionAnswer<Result> {
  errorCode: number
  sessionId: number
  results: Result[]
}

/** What the session rules make of one request. */
export interface FetchContext {
  /** Not NONE: the session is at fault, and nothing is to be read. */
  readonly errorCode: number
  readonly partitions: readonly RequestedPartition[]
  /** `results` are those of `partitions`, in any order. */
  answer<Result extends SessionResult>(results: readonly Result[]): FetchSessionAnswer<Result>
}

/** What a result must say for the session to decide whether to send it. */
export interface SessionResult {
  readonly requested: RequestedPartition
  readonly data: FetchPartitionResult
}

interface CachedPartition extends RequestedPartition {
  readonly key: string
  /** As last sent; −1 makes the next answer include the partition. */
  highWatermark: number
  localLogStartOffset: number
}

interface Session {
  readonly id: number
  /** Followers' sessions are not evicted for consumers'. */
  readonly privileged: boolean
  readonly usesTopicIds: boolean
  readonly createdMs: number
  /** In the order in which partitions are read; those that gave records move to the end. */
  readonly partitions: Map<string, CachedPartition>
  lastUsedMs: number
  /** Expected of the next request. */
  epoch: number
}

/** An unused session may be evicted after this time; a younger one only for a larger or a follower's. */
const EVICTION_MS = 120_000
const MAX_INT32 = 0x7fff_ffff

export class FetchSessionCache {
  readonly #clock: Clock
  readonly #maxSessions: () => number
  readonly #random: () => number
  readonly #sessions = new Map<number, Session>()

  constructor(options: { clock: Clock; maxSessions: () => number; random?: () => number }) {
    this.#clock = options.clock
    this.#maxSessions = options.maxSessions
    this.#random = options.random ?? Math.random
  }

  get size(): number {
    return this.#sessions.size
  }

  /** What a session reads, without using it; nothing for one that is not there. */
  partitionsOf(sessionId: number): RequestedPartition[] {
    return [...(this.#sessions.get(sessionId)?.partitions.values() ?? [])]
  }

  open(request: FetchSessionRequest): FetchContext {
    const { sessionId, sessionEpoch } = request
    if (sessionEpoch === FINAL_EPOCH || sessionEpoch === INITIAL_EPOCH) {
      this.#sessions.delete(sessionId)
      const partitions = distinct(request.partitions)
      return sessionEpoch === FINAL_EPOCH ? sessionless(partitions) : this.#full(request, partitions)
    }
    const session = this.#sessions.get(sessionId)
    if (session === undefined) return refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
    if (session.epoch !== sessionEpoch) return refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
    if (session.usesTopicIds !== request.usesTopicIds) return refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
    return this.#incremental(session, request)
  }

  #full(request: FetchSessionRequest, partitions: readonly RequestedPartition[]): FetchContext {
    return {
      errorCode: ErrorCode.NONE,
      partitions,
      answer: (results) => ({
        errorCode: ErrorCode.NONE,
        sessionId: this.#create(request, results),
        results: [...results],
      }),
    }
  }

  #incremental(session: Session, request: FetchSessionRequest): FetchContext {
    for (const partition of request.partitions) merge(session, partition)
    for (const forgotten of request.forgotten) session.partitions.delete(keyOf(forgotten))
    if (session.partitions.size === 0) {
      this.#sessions.delete(session.id)
      return sessionless([])
    }
    session.lastUsedMs = this.#clock.now()
    session.epoch = nextEpoch(session.epoch)
    const expectedEpoch = session.epoch
    const partitions = [...session.partitions.values()]
    for (const partition of partitions) partition.topic ??= request.topicName(partition.topicId)
    return {
      errorCode: ErrorCode.NONE,
      partitions,
      answer: (results) => {
        // Another request has used the session meanwhile: a duplicate, or a client that no longer waits for this.
        const isCurrent = session.epoch === expectedEpoch
        return {
          errorCode: isCurrent ? ErrorCode.NONE : ErrorCode.INVALID_FETCH_SESSION_EPOCH,
          sessionId: session.id,
          results: isCurrent ? results.filter((result) => includes(session, result)) : [],
        }
      },
    }
  }

  /** The new session's id, or INVALID_SESSION_ID when the cache is full of better ones. */
  #create(request: FetchSessionRequest, results: readonly SessionResult[]): number {
    const nowMs = this.#clock.now()
    if (
      this.#sessions.size >= this.#maxSessions() &&
      !this.#evict(request.isFollower, results.length, nowMs)
    ) {
      return INVALID_SESSION_ID
    }
    const partitions = new Map<string, CachedPartition>()
    for (const { requested, data } of results) {
      const key = keyOf(requested)
      partitions.set(key, {
        ...requested,
        key,
        highWatermark: data.highWatermark,
        localLogStartOffset: data.logStartOffset,
      })
    }
    const id = this.#newId()
    this.#sessions.set(id, {
      id,
      privileged: request.isFollower,
      usesTopicIds: request.usesTopicIds,
      createdMs: nowMs,
      partitions,
      lastUsedMs: nowMs,
      epoch: nextEpoch(INITIAL_EPOCH),
    })
    return id
  }

  #newId(): number {
    for (;;) {
      const id = 1 + Math.floor(this.#random() * (MAX_INT32 - 1))
      if (!this.#sessions.has(id)) return id
    }
  }

  /**
   * Makes room if an entry is stale, or worth less than the one that wants in: a consumer's for a follower, fewer
   * partitions for more. A young session is safe from its equals, so that clients do not evict each other in turn.
   */
  #evict(privileged: boolean, size: number, nowMs: number): boolean {
    let stalest: Session | null = null
    let least: Session | null = null
    for (const session of this.#sessions.values()) {
      if (stalest === null || session.lastUsedMs < stalest.lastUsedMs) stalest = session
      const isOld = nowMs - session.createdMs > EVICTION_MS
      const isEvictable = isOld || (privileged && !session.privileged)
      if (isEvictable && (least === null || worth(session) < worth(least))) least = session
    }
    if (stalest !== null && nowMs - stalest.lastUsedMs > EVICTION_MS) return this.#sessions.delete(stalest.id)
    if (least === null) return false
    return worthOf(privileged, size) > worth(least) && this.#sessions.delete(least.id)
  }
}

/** After 2^31−1 comes 1: 0 and −1 have meanings of their own. */
export function nextEpoch(epoch: number): number {
  if (epoch < 0) return FINAL_EPOCH
  return epoch === MAX_INT32 ? 1 : epoch + 1
}

function sessionless(partitions: readonly RequestedPartition[]): FetchContext {
  return {
    errorCode: ErrorCode.NONE,
    partitions,
    answer: (results) => ({
      errorCode: ErrorCode.NONE,
      sessionId: INVALID_SESSION_ID,
      results: [...results],
    }),
  }
}

function refused(errorCode: number): FetchContext {
  return {
    errorCode,
    partitions: [],
    answer: () => ({ errorCode, sessionId: INVALID_SESSION_ID, results: [] }),
  }
}

function merge(session: Session, requested: RequestedPartition): void {
  const key = keyOf(requested)
  const cached = session.partitions.get(key)
  if (cached === undefined) {
    session.partitions.set(key, { ...requested, key, highWatermark: -1, localLogStartOffset: -1 })
    return
  }
  cached.fetchOffset = requested.fetchOffset
  cached.currentLeaderEpoch = requested.currentLeaderEpoch
  cached.lastFetchedEpoch = requested.lastFetchedEpoch
  cached.logStartOffset = requested.logStartOffset
  cached.maxBytes = requested.maxBytes
}

/**
 * Whether the answer has anything new to say of this partition; remembers what it says. The partitions of an
 * incremental fetch are the session's own, so that none has to be looked up on the way back.
 */
function includes(session: Session, { requested, data }: SessionResult): boolean {
  const cached = requested as CachedPartition
  const hasFailed = data.errorCode !== ErrorCode.NONE
  const isNew =
    data.sizeInBytes > 0 ||
    hasFailed ||
    data.preferredReadReplica >= 0 ||
    data.divergingEpoch !== null ||
    cached.highWatermark !== data.highWatermark ||
    cached.localLogStartOffset !== data.logStartOffset
  // −1, so that the partition is sent once more when the error is over.
  cached.highWatermark = hasFailed ? -1 : data.highWatermark
  cached.localLogStartOffset = data.logStartOffset
  if (data.sizeInBytes > 0) {
    session.partitions.delete(cached.key)
    session.partitions.set(cached.key, cached)
  }
  return isNew
}

/** A partition named twice counts as its last mention, as in Kafka. */
function distinct(partitions: readonly RequestedPartition[]): RequestedPartition[] {
  const byKey = new Map(partitions.map((partition) => [keyOf(partition), partition]))
  return byKey.size === partitions.length ? [...partitions] : [...byKey.values()]
}

function keyOf({
  topicId,
  topic,
  partition,
}: {
  topicId: string
  topic: string | null
  partition: number
}): string {
  return topicId === ZERO_UUID ? `${topic}/${partition}` : `${topicId}/${partition}`
}

function worth({ privileged, partitions }: Session): number {
  return worthOf(privileged, partitions.size)
}

function worthOf(privileged: boolean, size: number): number {
  return (privileged ? MAX_INT32 : 0) + size
}
