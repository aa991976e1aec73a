/**
 * Envelope v0 (KIP-590): a request which another broker received for the controller. Answers NOT_CONTROLLER when
 * the role has moved on; the sender then looks for the new holder.
 */
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
      if (!(error instanceof KafkaError)) throw error
      return { responseData: null, errorCode: error.code }
    }
  })
}
