/** What becomes of a request that a rule of the user's is about. */
import { requestTopics } from '../faults/request-topics.ts'
import type { RequestRules } from '../faults/rules.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { decodeRequestBody } from '../protocol/frame.ts'
import type { RequestHeader } from '../protocol/frame.ts'
import { fetch } from '../protocol/messages/01-fetch.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { RequestOf } from '../protocol/api.ts'
import { answerError, topicNames } from './fault-errors.ts'
import { CloseConnection, type ApiHandler } from './handler.ts'
import type { BrokerServices } from './services.ts'

type Struct = Record<string, unknown>

export interface RuledCall {
  rules: RequestRules
  broker: BrokerServices
  handler: ApiHandler
  header: RequestHeader
  frame: Buffer
  /** What happens to a request no rule acts on. */
  answer(frame: Buffer): Promise<Buffer[] | null>
}

export async function actOnRule(call: RuledCall): Promise<Buffer[] | null> {
  const { rules, broker, handler, header } = call
  let decoded: unknown = null
  const request = () => (decoded ??= decodeRequest(call))
  const hit = rules.meet({
    api: handler.api.name,
    isInternal: handler.internal,
    clientId: header.clientId,
    topics: () => requestTopics(request(), topicNames(broker)),
  })
  if (hit === null) return call.answer(call.frame)
  switch (hit.action.type) {
    case 'close':
      throw new CloseConnection(`a fault closes it at ${handler.api.name}`)
    case 'drop':
      return null
    case 'delay':
      await pause(broker, hit.action.delayMs)
      return call.answer(call.frame)
    case 'error':
      return answerError(call, request() as Struct, hit, ErrorCode[hit.action.error])
  }
}

function decodeRequest({ handler, header, frame, broker }: RuledCall): unknown {
  const request = decodeRequestBody(handler.api, header.apiVersion, frame, header.bodyOffset)
  if (handler.api.key !== fetch.key) return request
  return withSession(request as RequestOf<typeof fetch>, broker)
}

/** A fetch of a session names only what changed (KIP-227), but is about all that the session reads. */
function withSession(request: RequestOf<typeof fetch>, broker: BrokerServices): RequestOf<typeof fetch> {
  if (request.topics.length > 0) return request
  const topics = broker.replicas.fetchSessions.partitionsOf(request.sessionId).map((partition) => ({
    topic: partition.topic ?? '',
    topicId: partition.topicId,
    partitions: [{ ...unread, partition: partition.partition }],
  }))
  return { ...request, topics }
}

const unread = {
  currentLeaderEpoch: -1,
  fetchOffset: 0,
  lastFetchedEpoch: -1,
  logStartOffset: -1,
  partitionMaxBytes: 0,
  replicaDirectoryId: ZERO_UUID,
  highWatermark: 0,
}

function pause({ clock }: BrokerServices, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.setTimer(delayMs, resolve))
}
