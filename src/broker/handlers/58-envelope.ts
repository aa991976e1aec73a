/**
 * Envelope v0 (KIP-590): a request which another broker received for the controller. Answers NOT_CONTROLLER when
 * the role has moved on; the sender then looks for the new holder. Whatever goes wrong is answered, never thrown:
 * a closed connection would take the sender's other requests with it, and have this one sent, and fail, again.
 */
import { DecodeError } from '../protocol/codec.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { envelope } from '../protocol/messages/58-envelope.ts'
import type { Dispatcher } from './dispatch.ts'
import { internal, type ApiHandler } from './handler.ts'

/** @param dispatcher asked lazily, for the dispatcher is made from the list this handler stands in. */
export function envelopeHandler(dispatcher: () => Dispatcher): ApiHandler {
  return internal(envelope, async (request, context) => {
    try {
      const responseData = await dispatcher().respondForwarded(request.requestData, context.connection)
      return { responseData, errorCode: ErrorCode.NONE }
    } catch (error) {
      return { responseData: null, errorCode: codeOf(error) }
    }
  })
}

/** What is not foreseen has been logged where it happened. */
function codeOf(error: unknown): number {
  if (error instanceof KafkaError) return error.code
  return error instanceof DecodeError ? ErrorCode.INVALID_REQUEST : ErrorCode.UNKNOWN_SERVER_ERROR
}
