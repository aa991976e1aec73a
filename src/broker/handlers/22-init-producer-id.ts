/**
 * InitProducerId v0-5: a producer id for an idempotent producer: always a new one with epoch 0, as Kafka gives.
 *
 * - v3 (KIP-360): id and epoch come together or not at all, else INVALID_REQUEST; without a transactional id they
 *   change nothing, for an idempotent producer raises its epoch by itself.
 *
 * Gap: a transactional id is answered COORDINATOR_NOT_AVAILABLE, as Kafka does while its transaction coordinator is
 * away; there are no transactions yet.
 */
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { initProducerId } from '../protocol/messages/22-init-producer-id.ts'
import { handler } from './handler.ts'

const NONE = -1

export const initProducerIdHandler = handler(initProducerId, async (request, _context, broker) => {
  const refuse = (errorCode: number) => ({ errorCode, producerId: NONE, producerEpoch: NONE })
  const halfGiven = (request.producerId === NONE) !== (request.producerEpoch === NONE)
  if (halfGiven || request.transactionalId === '') return refuse(ErrorCode.INVALID_REQUEST)
  if (request.transactionalId !== null) return refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE)
  try {
    return { errorCode: ErrorCode.NONE, producerId: await broker.producerIds.next(), producerEpoch: 0 }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return refuse(error.code)
  }
})
