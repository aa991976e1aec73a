import type { Api, RequestOf, ResponseInput } from '../protocol/api.ts'
import type { Connection } from '../network/connection.ts'
import type { BrokerServices } from './services.ts'

/** What a handler may know of a request beside its body. */
export interface RequestContext {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
  /** `127.0.0.1:54321`: the client's end of the socket. */
  readonly clientAddress: string
  /** The connection it came by; per-connection state hangs on it. */
  readonly connection: Connection
}

/** The answer of a handler that answers nothing (produce with acks=0). */
export const NO_RESPONSE = Symbol('no response')

/** Thrown by a handler: the connection is closed without an answer, as Kafka does where a code cannot say it. */
export class CloseConnection extends Error {
  override readonly name = 'CloseConnection'
}

type Answer<A extends Api> = ResponseInput<A> | typeof NO_RESPONSE

export type Handle<A extends Api> = (
  request: RequestOf<A>,
  context: RequestContext,
  broker: BrokerServices,
) => Answer<A> | Promise<Answer<A>>

/** One API as the broker serves it; the list of these in `index.ts` is the ApiVersions answer. */
export interface ApiHandler {
  readonly api: Api
  /** Served by the active controller: any other broker passes the request on in an Envelope (KIP-590). */
  readonly forwarded: boolean
  /** Between brokers only, so left out of the ApiVersions answer. */
  readonly internal: boolean
  /** All effect of a request is there when `handle` returns; what is awaited is its answer only. */
  readonly actsAtOnce?: boolean
  handle(request: unknown, context: RequestContext, broker: BrokerServices): unknown
}

/** An API every broker answers by itself. */
export function handler<A extends Api>(api: A, handle: Handle<A>): ApiHandler {
  return { api, forwarded: false, internal: false, handle: handle as ApiHandler['handle'] }
}

/** An API only the active controller answers; clients may ask any broker. */
export function forwarded<A extends Api>(api: A, handle: Handle<A>): ApiHandler {
  return { api, forwarded: true, internal: false, handle: handle as ApiHandler['handle'] }
}

/** An API brokers speak among themselves. */
export function internal<A extends Api>(api: A, handle: Handle<A>): ApiHandler {
  return { api, forwarded: false, internal: true, handle: handle as ApiHandler['handle'] }
}
