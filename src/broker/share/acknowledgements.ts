/** What a member says about the records it has acquired: the acknowledgement batches of ShareFetch and ShareAcknowledge. */
import { ErrorCode, KafkaError } from '../protocol/errors.ts'

export const AcknowledgeType = { GAP: 0, ACCEPT: 1, RELEASE: 2, REJECT: 3, RENEW: 4 } as const

export interface AcknowledgementBatch {
  readonly firstOffset: number
  readonly lastOffset: number
  /** One for all offsets, or one for each. */
  readonly acknowledgeTypes: readonly number[]
}

export interface Acknowledgement {
  readonly firstOffset: number
  readonly lastOffset: number
  readonly type: number
}

/**
 * The batches as runs of one type each.
 *
 * @param mayRenew whether the request says that it renews locks (KIP-1222).
 * @throws KafkaError INVALID_REQUEST, INVALID_RECORD_STATE
 */
export function readAcknowledgements(
  batches: readonly AcknowledgementBatch[],
  mayRenew: boolean,
): Acknowledgement[] {
  const acknowledgements: Acknowledgement[] = []
  let previousOffset = -1
  for (const { firstOffset, lastOffset, acknowledgeTypes } of batches) {
    if (firstOffset > lastOffset || firstOffset < 0) {
      throw invalid(`The batch from ${firstOffset} to ${lastOffset} has no offsets.`)
    }
    if (firstOffset === previousOffset) {
      // In order, but when its turn comes the record is not acquired any more.
      throw new KafkaError(
        ErrorCode.INVALID_RECORD_STATE,
        `The record at ${firstOffset} is acknowledged twice.`,
      )
    }
    if (firstOffset < previousOffset) {
      throw invalid(
        `The batch from ${firstOffset} is out of order: the one before ends at ${previousOffset}.`,
      )
    }
    if (acknowledgeTypes.length === 0) throw invalid('A batch has no acknowledge types.')
    const count = lastOffset - firstOffset + 1
    if (acknowledgeTypes.length > 1 && acknowledgeTypes.length !== count) {
      throw invalid(`A batch of ${count} offsets has ${acknowledgeTypes.length} acknowledge types.`)
    }
    for (const type of acknowledgeTypes) checkType(type, mayRenew)
    acknowledgements.push(...runsOf(firstOffset, lastOffset, acknowledgeTypes))
    previousOffset = lastOffset
  }
  return acknowledgements
}

function* runsOf(firstOffset: number, lastOffset: number, types: readonly number[]) {
  let start = firstOffset
  for (let index = 1; index < types.length; index++) {
    if (types[index] === types[index - 1]) continue
    yield { firstOffset: start, lastOffset: firstOffset + index - 1, type: types[index - 1]! }
    start = firstOffset + index
  }
  yield { firstOffset: start, lastOffset, type: types.at(-1)! }
}

function checkType(type: number, mayRenew: boolean): void {
  if (type === AcknowledgeType.RENEW && !mayRenew) {
    throw invalid('Locks are renewed only by a request that says so (isRenewAck).')
  }
  if (type < AcknowledgeType.GAP || type > AcknowledgeType.RENEW) {
    throw invalid(`${type} is no acknowledge type.`)
  }
}

function invalid(message: string): KafkaError {
  return new KafkaError(ErrorCode.INVALID_REQUEST, message)
}
