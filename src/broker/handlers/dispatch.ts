/**
 * From a request frame to a response frame: find the handler, decode, let it work or pass the request on to the
 * controller, encode.
 */
import type { RequestRules } from '../faults/rules.ts'
import type { ActsAtOnce, Connection, Respond } from '../network/connection.ts'
import { hasApiVersion } from '../protocol/api.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { decodeRequestBody, decodeRequestHeader, encodeResponse } from '../protocol/frame.ts'
import { apiVersions } from '../protocol/messages/18-api-versions.ts'
import { envelope } from '../protocol/messages/58-envelope.ts'
import { supportedApiKeys } from './18-api-versions.ts'
import { actOnRule } from './fault-rules.ts'
import { CloseConnection, NO_RESPONSE, type ApiHandler, type RequestContext } from './handler.ts'
import type { BrokerServices } from './services.ts'

type Header = ReturnType<typeof decodeRequestHeader>

/** How long a forwarded request may look for a controller; clients give up after `request.timeout.ms`. */
const FORWARD_TIMEOUT_MS = 30_000

export class Dispatcher {
  readonly #handlers: ReadonlyMap<number, ApiHandler>
  readonly #broker: BrokerServices
  readonly #rules: RequestRules | null

  constructor(handlers: readonly ApiHandler[], broker: BrokerServices, rules: RequestRules | null = null) {
    this.#handlers = new Map(handlers.map((handler) => [handler.api.key, handler]))
    this.#broker = broker
    this.#rules = rules
  }

  /** For the listener: requests as clients and other brokers send them. */
  readonly respond: Respond = (frame, connection) => {
    const header = decodeRequestHeader(frame)
    const handler = this.#handlers.get(header.apiKey)
    if (handler !== undefined && hasApiVersion(handler.api, header.apiVersion)) {
      const rules = this.#rules
      if (rules !== null && !rules.isEmpty) {
        const answer = (request: Buffer) =>
          this.#respond(handler, decodeRequestHeader(request), request, connection)
        return actOnRule({ rules, broker: this.#broker, handler, header, frame, answer })
      }
      return this.#respond(handler, header, frame, connection)
    }
    if (header.apiKey === apiVersions.key) return Promise.resolve(this.#unsupportedApiVersions(header))
    return Promise.reject(
      new CloseConnection(`API ${header.apiKey} version ${header.apiVersion} is not supported`),
    )
  }

  /** With a rule in force a request may be held back, and must then hold back those after it. */
  readonly actsAtOnce: ActsAtOnce = (frame) => {
    if (frame.length < 2 || this.#rules?.isEmpty === false) return false
    return this.#handlers.get(frame.readInt16BE(0))?.actsAtOnce ?? false
  }

  /**
   * For the Envelope handler: a request another broker passed on. Rejects with KafkaError (NOT_CONTROLLER) when
   * this broker is not the active controller, INVALID_REQUEST for an API that is never forwarded.
   */
  async respondForwarded(frame: Buffer, connection: Connection): Promise<Buffer> {
    if (!this.#broker.controller.isActive) throw new KafkaError(ErrorCode.NOT_CONTROLLER)
    const header = decodeRequestHeader(frame)
    const handler = this.#handlers.get(header.apiKey)
    if (handler === undefined || !handler.forwarded || !hasApiVersion(handler.api, header.apiVersion)) {
      throw new KafkaError(ErrorCode.INVALID_REQUEST, `API ${header.apiKey} cannot be forwarded`)
    }
    const response = await this.#answer(handler, header, frame, connection)
    return response === null ? Buffer.alloc(0) : Buffer.concat(response)
  }

  #respond(
    handler: ApiHandler,
    header: Header,
    frame: Buffer,
    connection: Connection,
  ): Promise<Buffer[] | null> {
    return handler.forwarded
      ? this.#answerAsController(handler, header, frame, connection)
      : this.#answer(handler, header, frame, connection)
  }

  async #answer(
    handler: ApiHandler,
    header: Header,
    frame: Buffer,
    connection: Connection,
  ): Promise<Buffer[] | null> {
    const { api } = handler
    const request = decodeRequestBody(api, header.apiVersion, frame, header.bodyOffset)
    const context: RequestContext = {
      apiKey: header.apiKey,
      apiVersion: header.apiVersion,
      correlationId: header.correlationId,
      clientId: header.clientId,
      clientAddress: connection.clientAddress,
      connection,
    }
    try {
      const response = await handler.handle(request, context, this.#broker)
      return response === NO_RESPONSE
        ? null
        : encodeResponse(api, header.apiVersion, header.correlationId, response)
    } catch (error) {
      if (!(error instanceof CloseConnection) && !isNotController(error))
        this.#reportBug(handler, header, error)
      throw error
    }
  }

  /** Here, if this broker is the active controller; passed on if it is not, or has just ceased to be. */
  async #answerAsController(
    handler: ApiHandler,
    header: Header,
    frame: Buffer,
    connection: Connection,
  ): Promise<Buffer[] | null> {
    if (this.#broker.controller.isActive) {
      try {
        return await this.#answer(handler, header, frame, connection)
      } catch (error) {
        if (!isNotController(error)) throw error
      }
    }
    return this.#forward(handler, header, frame, connection)
  }

  async #forward(
    handler: ApiHandler,
    header: Header,
    frame: Buffer,
    connection: Connection,
  ): Promise<Buffer[] | null> {
    // Bytes that are no request are this client's fault, and close its connection alone.
    decodeRequestBody(handler.api, header.apiVersion, frame, header.bodyOffset)
    const answer = await this.#broker.controllerChannel.send(
      envelope,
      0,
      {
        requestData: frame,
        requestPrincipal: null,
        clientHostAddress: Buffer.from(connection.clientAddress),
      },
      { timeoutMs: FORWARD_TIMEOUT_MS },
    )
    if (answer.errorCode !== ErrorCode.NONE || answer.responseData === null) {
      throw new CloseConnection(`the controller refused to answer ${handler.api.name} for this broker`)
    }
    this.#broker.log.debug('Forwarded to the controller', {
      api: handler.api.name,
      clientId: header.clientId,
    })
    return [answer.responseData]
  }

  /**
   * KIP-511: a client newer than the broker gets a version 0 answer it can always read, with the broker's ranges,
   * and asks again in a version both know.
   */
  #unsupportedApiVersions(header: Header): Buffer[] {
    return encodeResponse(apiVersions, 0, header.correlationId, {
      errorCode: ErrorCode.UNSUPPORTED_VERSION,
      apiKeys: supportedApiKeys([...this.#handlers.values()]).filter(
        ({ apiKey }) => apiKey === apiVersions.key,
      ),
    })
  }

  #reportBug(handler: ApiHandler, header: Header, error: unknown): void {
    this.#broker.log.error('A request failed in an unforeseen way; its connection is closed', {
      api: handler.api.name,
      version: header.apiVersion,
      clientId: header.clientId,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  }
}

/** What a handler throws when the controller role was lost while it worked. */
function isNotController(error: unknown): boolean {
  return error instanceof KafkaError && error.code === ErrorCode.NOT_CONTROLLER
}
