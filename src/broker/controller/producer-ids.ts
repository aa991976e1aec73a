/** AllocateProducerIds (KIP-730): each broker gets blocks of producer ids nobody else has. */
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { allocateProducerIds } from '../protocol/messages/67-allocate-producer-ids.ts'
import { checkBrokerEpoch } from './decision.ts'
import type { ControllerState, Decision } from './decision.ts'

/** Kafka's block size (ProducerIdsBlock). */
const PRODUCER_ID_BLOCK_SIZE = 1000

/** @throws KafkaError STALE_BROKER_EPOCH */
export function decideAllocateProducerIds(
  state: ControllerState,
  { brokerId, brokerEpoch }: RequestOf<typeof allocateProducerIds>,
): Decision<ResponseInput<typeof allocateProducerIds>> {
  checkBrokerEpoch(state.image, brokerId, brokerEpoch)
  const producerIdStart = state.image.nextProducerId
  const nextProducerId = producerIdStart + PRODUCER_ID_BLOCK_SIZE
  return {
    records: [{ type: 'ProducerIds', brokerId, brokerEpoch, nextProducerId }],
    response: { errorCode: ErrorCode.NONE, producerIdStart, producerIdLen: PRODUCER_ID_BLOCK_SIZE },
  }
}
