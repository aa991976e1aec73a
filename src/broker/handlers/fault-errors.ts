/** How a request is answered that a rule of the user's refuses: its topics with the error, the rest as ever. */
import { errorAnswer, putIntoTopics } from '../faults/error-answer.ts'
import { requestTopics } from '../faults/request-topics.ts'
import type { RuleHit } from '../faults/rules.ts'
import { isErrorByTopic, mergeAnswer, splitByTopic } from '../faults/topic-split.ts'
import type { Api, ResponseOf } from '../protocol/api.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { decodeRequestBody, decodeResponse, encodeRequest, encodeResponse } from '../protocol/frame.ts'
import { fetch } from '../protocol/messages/01-fetch.ts'
import { metadata } from '../protocol/messages/03-metadata.ts'
import { shareFetch } from '../protocol/messages/78-share-fetch.ts'
import type { RuledCall } from './fault-rules.ts'
import { CloseConnection } from './handler.ts'
import type { BrokerServices } from './services.ts'

type Struct = Record<string, unknown>

const SIZE_BYTES = 4
const ACKS_NONE = 0

export async function answerError(
  call: RuledCall,
  request: Struct,
  hit: RuleHit,
  code: number,
): Promise<Buffer[] | null> {
  const { handler, header, broker } = call
  const { api } = handler
  const version = header.apiVersion
  // A client that hears of no broker at all can do nothing; so the answer is the true one but for the topics.
  if (api.key === metadata.key) return amended(call, metadata, call.frame, (body) => putInto(body, hit, code))
  const { concerned, rest } = splitByTopic(request, (topic) => hit.concerns(topic), topicNames(broker))
  const refusal = errorAnswer(api, version, concerned, code)
  const isByTopic = isErrorByTopic(api.response.fields, refusal, version)
  if (api.key === fetch.key && isByTopic && (rest !== null || !isFollower(request))) {
    return fetchWithout(call, hit, refusal as unknown as ResponseOf<typeof fetch>)
  }
  // The session of a share member would never learn of topics that were kept from it, nor of their acknowledgements.
  const isDivisible = isByTopic && rest !== null && api.key !== shareFetch.key
  if (request['acks'] === ACKS_NONE) {
    if (isDivisible) await call.answer(frameOf(call, rest))
    // As Kafka: a producer that waits for no answer learns of an error by losing its connection.
    throw new CloseConnection(`a fault refuses ${api.name} with ${errorName(code)}`)
  }
  if (!isDivisible) {
    return encodeResponse(api, version, header.correlationId, errorAnswer(api, version, request, code))
  }
  return amended(call, api, frameOf(call, rest), (body) =>
    mergeAnswer(api.response.fields, body as Struct, refusal, version),
  )
}

/**
 * All that is fetched is read, also what is refused then: the broker's idea of a session (KIP-227) must stay what the
 * client's is, or a partition whose error is over would never be sent again. An error is told at once, as in Kafka,
 * so nothing is waited for.
 */
function fetchWithout(
  call: RuledCall,
  hit: RuleHit,
  { responses: refused }: ResponseOf<typeof fetch>,
): Promise<Buffer[] | null> {
  const { header, frame, broker } = call
  const request = decodeRequestBody(fetch, header.apiVersion, frame, header.bodyOffset)
  const isConcerned = (entry: unknown): boolean =>
    [...requestTopics({ topics: [entry] }, topicNames(broker))].some((topic) => hit.concerns(topic))
  return amended(call, fetch, frameOf(call, { ...request, maxWaitMs: 0, minBytes: 0 }), (body) => {
    if (body.errorCode !== ErrorCode.NONE) return
    body.responses = [...body.responses.filter((entry) => !isConcerned(entry)), ...refused]
  })
}

/** What topic ids stand for. */
export function topicNames({ metadata }: BrokerServices): (topicId: string) => string | null {
  return (topicId) => metadata.image.topicsById.get(topicId)?.name ?? null
}

function isFollower({ replicaId, replicaState }: Struct): boolean {
  const id = (replicaState as { replicaId?: number } | undefined)?.replicaId ?? -1
  return Math.max(id, Number(replicaId ?? -1)) >= 0
}

function putInto({ topics }: ResponseOf<typeof metadata>, hit: RuleHit, code: number): void {
  putIntoTopics(topics, code, (topic) => hit.concerns(topic))
}

/** The true answer to a frame, changed before it is sent. */
async function amended<A extends Api>(
  call: RuledCall,
  api: A,
  frame: Buffer,
  amend: (body: ResponseOf<A>) => void,
): Promise<Buffer[] | null> {
  const { apiVersion, correlationId } = call.header
  const answer = await call.answer(frame)
  if (answer === null) return null
  const { body } = decodeResponse(api, apiVersion, Buffer.concat(answer).subarray(SIZE_BYTES))
  amend(body)
  return encodeResponse(api, apiVersion, correlationId, body as never)
}

function frameOf({ handler, header }: RuledCall, request: Struct): Buffer {
  const frame = encodeRequest(handler.api, header.apiVersion, header, request as never)
  return Buffer.concat(frame).subarray(SIZE_BYTES)
}
