import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { ZERO_UUID } from '../../../src/broker/protocol/schema.ts'
import { fetchFailure } from '../../../src/broker/replication/fetch-params.ts'
import type { FetchPartitionResult } from '../../../src/broker/replication/fetch-params.ts'
import { FetchSessionCache, nextEpoch } from '../../../src/broker/replication/fetch-sessions.ts'
import type {
  FetchContext,
  FetchSessionRequest,
  RequestedPartition,
} from '../../../src/broker/replication/fetch-sessions.ts'
import { FakeClock } from '../fake-clock.ts'

const EVICTION_MS = 120_000

function cache(maxSessions = 10) {
  const clock = new FakeClock()
  return { clock, sessions: new FetchSessionCache({ clock, maxSessions: () => maxSessions }) }
}

function partition(index: number, fetchOffset = 0): RequestedPartition {
  return {
    topicId: ZERO_UUID,
    topic: 'orders',
    partition: index,
    fetchOffset,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    logStartOffset: -1,
    maxBytes: 1024,
  }
}

function request(given: Partial<FetchSessionRequest>): FetchSessionRequest {
  return {
    sessionId: 0,
    sessionEpoch: 0,
    usesTopicIds: false,
    isFollower: false,
    partitions: [],
    forgotten: [],
    topicName: () => null,
    ...given,
  }
}

function data(given: Partial<FetchPartitionResult> = {}): FetchPartitionResult {
  return { ...fetchFailure(ErrorCode.NONE), highWatermark: 5, logStartOffset: 0, ...given }
}

function answer(context: FetchContext, given: Record<number, Partial<FetchPartitionResult>> = {}) {
  const results = context.partitions.map((requested) => ({
    requested,
    data: data(given[requested.partition]),
  }))
  const { errorCode, sessionId, results: sent } = context.answer(results)
  return { errorCode, sessionId, sent: sent.map(({ requested }) => requested.partition) }
}

function openSession(
  sessions: FetchSessionCache,
  partitions: readonly RequestedPartition[],
  isFollower = false,
): number {
  return answer(sessions.open(request({ partitions, isFollower }))).sessionId
}

describe('KIP-227: fetch sessions', () => {
  test('session 0, epoch 0 opens a session and answers with everything', () => {
    const { sessions } = cache()
    const first = answer(sessions.open(request({ partitions: [partition(0), partition(1)] })))
    expect(first.errorCode).toBe(ErrorCode.NONE)
    expect(first.sessionId).toBeGreaterThan(0)
    expect(first.sent).toEqual([0, 1])
  })

  test('epoch -1 opens no session', () => {
    const { sessions } = cache()
    const only = answer(sessions.open(request({ sessionEpoch: -1, partitions: [partition(0)] })))
    expect(only).toEqual({ errorCode: ErrorCode.NONE, sessionId: 0, sent: [0] })
    expect(sessions.size).toBe(0)
  })

  test('epoch -1 with a session id ends that session', () => {
    const { sessions } = cache()
    const sessionId = openSession(sessions, [partition(0)])
    sessions.open(request({ sessionId, sessionEpoch: -1 }))
    expect(sessions.size).toBe(0)
  })

  test('epoch 0 with a session id ends that session and opens another', () => {
    const { sessions } = cache()
    const sessionId = openSession(sessions, [partition(0)])
    const next = answer(sessions.open(request({ sessionId, sessionEpoch: 0, partitions: [partition(0)] })))
    expect(next.sessionId).not.toBe(sessionId)
    expect(sessions.size).toBe(1)
  })

  test('an incremental fetch reads every partition of the session and answers with those that have news', () => {
    const { sessions } = cache()
    const sessionId = openSession(sessions, [partition(0), partition(1), partition(2)])
    const context = sessions.open(request({ sessionId, sessionEpoch: 1 }))
    expect(context.partitions.map(({ partition: index }) => index)).toEqual([0, 1, 2])
    expect(answer(context, { 1: { highWatermark: 6 } })).toEqual({
      errorCode: ErrorCode.NONE,
      sessionId,
      sent: [1],
    })
  })

  test.each<[string, Partial<FetchPartitionResult>]>([
    ['records', { records: [Buffer.alloc(1)], sizeInBytes: 1 }],
    ['another high watermark', { highWatermark: 6 }],
    ['another log start', { logStartOffset: 3 }],
    ['an error', { errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER }],
    ['a preferred read replica', { preferredReadReplica: 2 }],
    ['a divergence', { divergingEpoch: { epoch: 1, endOffset: 3 } }],
  ])('%s is news', (_, given) => {
    const { sessions } = cache()
    const sessionId = openSession(sessions, [partition(0)])
    expect(answer(sessions.open(request({ sessionId, sessionEpoch: 1 })), { 0: given }).sent).toEqual([0])
  })

  test('a partition is sent once more when its error is over', () => {
    const { sessions } = cache()
    const sessionId = openSession(sessions, [partition(0)])
    answer(sessions.open(request({ sessionId, sessionEpoch: 1 })), {
      0: { errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER },
    })
    expect(answer(sessions.open(request({ sessionId, sessionEpoch: 2 }))).sent).toEqual([0])
    expect(answer(sessions.open(request({ sessionId, sessionEpoch: 3 }))).sent).toEqual([])
  })

  test('partitions that gave records are read last the next time', () => {
    const { sessions } = cache()
    const sessionId = openSession(sessions, [partition(0), partition(1), partition(2)])
    answer(sessions.open(request({ sessionId, sessionEpoch: 1 })), {
      0: { records: [Buffer.alloc(1)], sizeInBytes: 1 },
    })
    const context = sessions.open(request({ sessionId, sessionEpoch: 2 }))
    expect(context.partitions.map(({ partition: index }) => index)).toEqual([1, 2, 0])
  })

  test('named partitions are added or moved, forgotten ones dropped', () => {
    const { sessions } = cache()
    const sessionId = openSession(sessions, [partition(0), partition(1)])
    const context = sessions.open(
      request({
        sessionId,
        sessionEpoch: 1,
        partitions: [partition(0, 7), partition(2)],
        forgotten: [{ topicId: ZERO_UUID, topic: 'orders', partition: 1 }],
      }),
    )
    expect(context.partitions.map(({ partition: index, fetchOffset }) => [index, fetchOffset])).toEqual([
      [0, 7],
      [2, 0],
    ])
  })

  test('a session without partitions is over', () => {
    const { sessions } = cache()
    const sessionId = openSession(sessions, [partition(0)])
    const forgotten = [{ topicId: ZERO_UUID, topic: 'orders', partition: 0 }]
    expect(answer(sessions.open(request({ sessionId, sessionEpoch: 1, forgotten }))).sessionId).toBe(0)
    expect(sessions.size).toBe(0)
  })

  test('an unknown session is FETCH_SESSION_ID_NOT_FOUND', () => {
    const { sessions } = cache()
    expect(sessions.open(request({ sessionId: 77, sessionEpoch: 1 })).errorCode).toBe(
      ErrorCode.FETCH_SESSION_ID_NOT_FOUND,
    )
  })

  test('another epoch than the next is INVALID_FETCH_SESSION_EPOCH', () => {
    const { sessions } = cache()
    const sessionId = openSession(sessions, [partition(0)])
    expect(sessions.open(request({ sessionId, sessionEpoch: 2 })).errorCode).toBe(
      ErrorCode.INVALID_FETCH_SESSION_EPOCH,
    )
  })

  test('names in a session of topic ids, or the reverse, are FETCH_SESSION_TOPIC_ID_ERROR', () => {
    const { sessions } = cache()
    const sessionId = openSession(sessions, [partition(0)])
    expect(sessions.open(request({ sessionId, sessionEpoch: 1, usesTopicIds: true })).errorCode).toBe(
      ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR,
    )
  })

  test('a waiting fetch whose session was used by a later one is answered INVALID_FETCH_SESSION_EPOCH', () => {
    const { sessions } = cache()
    const sessionId = openSession(sessions, [partition(0)])
    const waiting = sessions.open(request({ sessionId, sessionEpoch: 1 }))
    sessions.open(request({ sessionId, sessionEpoch: 2 }))
    expect(answer(waiting).errorCode).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
  })

  test('epochs wrap from 2^31-1 to 1', () => {
    expect(nextEpoch(0)).toBe(1)
    expect(nextEpoch(0x7fff_ffff)).toBe(1)
    expect(nextEpoch(-1)).toBe(-1)
  })

  test('a topic id that was unknown is looked up again', () => {
    const { sessions } = cache()
    const unknown = { ...partition(0), topicId: 'b3R0bGEtdGVzdC1jbHVzdA', topic: null }
    const first = sessions.open(request({ usesTopicIds: true, partitions: [unknown] }))
    const { sessionId } = first.answer([
      { requested: unknown, data: fetchFailure(ErrorCode.UNKNOWN_TOPIC_ID) },
    ])
    const next = sessions.open(
      request({ sessionId, sessionEpoch: 1, usesTopicIds: true, topicName: () => 'found' }),
    )
    expect(next.partitions[0]!.topic).toBe('found')
  })

  test('a partition named twice counts as its last mention', () => {
    const { sessions } = cache()
    const context = sessions.open(
      request({ sessionEpoch: -1, partitions: [partition(0, 1), partition(0, 2)] }),
    )
    expect(context.partitions.map(({ fetchOffset }) => fetchOffset)).toEqual([2])
  })
})

describe('KIP-227: room for sessions', () => {
  test('a full cache gives no session: session 0', () => {
    const { sessions } = cache(1)
    openSession(sessions, [partition(0)])
    expect(openSession(sessions, [partition(0), partition(1)])).toBe(0)
  })

  test('a session unused for more than 120 s makes room', () => {
    const { clock, sessions } = cache(1)
    const old = openSession(sessions, [partition(0), partition(1)])
    clock.advance(EVICTION_MS + 1)
    expect(openSession(sessions, [partition(0)])).toBeGreaterThan(0)
    expect(sessions.open(request({ sessionId: old, sessionEpoch: 1 })).errorCode).toBe(
      ErrorCode.FETCH_SESSION_ID_NOT_FOUND,
    )
  })

  test('a session in use yields after 120 s to one with more partitions, not to one with as many', () => {
    const { clock, sessions } = cache(1)
    const old = openSession(sessions, [partition(0)])
    clock.advance(EVICTION_MS + 1)
    sessions.open(request({ sessionId: old, sessionEpoch: 1 }))
    expect(openSession(sessions, [partition(0)])).toBe(0)
    expect(openSession(sessions, [partition(0), partition(1)])).toBeGreaterThan(0)
  })

  test("a follower's session takes the place of a consumer's, never the reverse", () => {
    const { sessions } = cache(1)
    openSession(sessions, [partition(0), partition(1)])
    expect(openSession(sessions, [partition(0)], true)).toBeGreaterThan(0)
    expect(openSession(sessions, [partition(0), partition(1), partition(2)])).toBe(0)
  })
})
