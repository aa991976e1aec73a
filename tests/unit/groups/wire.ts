/** Requests to handlers as bytes, in one version, and their answers from bytes: what a client of it would see. */
import type { ApiHandler, RequestContext } from '../../../src/broker/handlers/handler.ts'
import type { BrokerServices } from '../../../src/broker/handlers/services.ts'
import type { Api, RequestInput, ResponseInput, ResponseOf } from '../../../src/broker/protocol/api.ts'
import {
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeResponse,
} from '../../../src/broker/protocol/frame.ts'

const SIZE_BYTES = 4

export async function ask<A extends Api>(
  api: A,
  handler: ApiHandler,
  broker: Partial<BrokerServices>,
  version: number,
  body: RequestInput<A>,
): Promise<ResponseOf<A>> {
  const frame = Buffer.concat(
    encodeRequest(api, version, { correlationId: 1, clientId: 'c' }, body),
  ).subarray(SIZE_BYTES)
  const header = decodeRequestHeader(frame)
  const context = { ...header, clientAddress: '127.0.0.1:50000' } as unknown as RequestContext
  const request = decodeRequestBody(api, version, frame, header.bodyOffset)
  const response = (await handler.handle(request, context, broker as BrokerServices)) as ResponseInput<A>
  const answer = Buffer.concat(encodeResponse(api, version, 1, response)).subarray(SIZE_BYTES)
  return decodeResponse(api, version, answer).body
}

/** Every version of an API, lowest first. */
export function versionsOf({ versions: [min, max] }: Api): number[] {
  return Array.from({ length: max - min + 1 }, (_, index) => min + index)
}
