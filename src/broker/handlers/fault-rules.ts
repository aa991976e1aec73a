/** What becomes of a request that a rule of the user's is about. */
import { errorAnswer, putIntoTopics } from '../faults/error-answer.ts'
import { requestTopics } from '../faults/request-topics.ts'
import type { RequestRules, RuleHit } from '../faults/rules.ts'
import type { Connection } from '../network/connection.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { ErrorName } from '../protocol/errors.ts'
import { decodeRequestBody, decodeResponse, encodeResponse } from '../protocol/frame.ts'
import type { RequestHeader } from '../protocol/frame.ts'
import { fetch } from '../protocol/messages/01-fetch.ts'
import { metadata } from '../protocol/messages/03-metadata.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { RequestOf } from '../protocol/api.ts'
import { CloseConnection, type ApiHandler } from './handler.ts'
import type { BrokerServices } from './services.ts'

interface RuledCall {
  rules: RequestRules
  broker: BrokerServices
  handler: ApiHandler
  header: RequestHeader
  frame: Buffer
  connection: Connection
  /** What happens to a request no rule acts on. */
  answer(): Promise<Buffer[] | null>
}

const SIZE_BYTES = 4
const ACKS_NONE = 0

export async function actOnRule(call: RuledCall): Promise<Buffer[] | null> {
  const { rules, broker, handler, header } = call
  let decoded: unknown = null
  const request = () => (decoded ??= decodeRequest(call))
  const hit = rules.meet({
    api: handler.api.name,
    isInternal: handler.internal,
    clientId: header.clientId,
    topics: () => requestTopics(request(), (id) => broker.metadata.image.topicsById.get(id)?.name ?? null),
  })
  if (hit === null) return call.answer()
  switch (hit.action.type) {
    case 'close':
      throw new CloseConnection(`a fault closes it at ${handler.api.name}`)
    case 'drop':
      return null
    case 'delay':
      await pause(broker, hit.action.delayMs)
      return call.answer()
    case 'error':
      return answerError(call, request(), hit, hit.action.error)
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

async function answerError(
  call: RuledCall,
  request: unknown,
  hit: RuleHit,
  error: ErrorName,
): Promise<Buffer[] | null> {
  const { handler, header } = call
  const code = ErrorCode[error]
  if (handler.api.key === metadata.key) return answerMetadata(call, hit, code)
  const isUnanswered = (request as { acks?: number }).acks === ACKS_NONE
  // As Kafka: a producer that waits for no answer learns of an error by losing its connection.
  if (isUnanswered) throw new CloseConnection(`a fault refuses ${handler.api.name} with ${error}`)
  const body = errorAnswer(handler.api, header.apiVersion, request, code)
  return encodeResponse(handler.api, header.apiVersion, header.correlationId, body)
}

/** A client that hears of no broker at all can do nothing; so the answer is the true one but for the topics. */
async function answerMetadata(call: RuledCall, hit: RuleHit, code: number): Promise<Buffer[] | null> {
  const { header } = call
  const answer = await call.answer()
  if (answer === null) return null
  const frame = Buffer.concat(answer).subarray(SIZE_BYTES)
  const { body } = decodeResponse(metadata, header.apiVersion, frame)
  putIntoTopics(body.topics, code, (topic) => hit.concerns(topic))
  return encodeResponse(metadata, header.apiVersion, header.correlationId, body)
}

function pause({ clock }: BrokerServices, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.setTimer(delayMs, resolve))
}
