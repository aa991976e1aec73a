/** A broker joins the cluster, or comes back to it, or is forgotten (ClusterControlManager in Kafka). */
import type { BrokerImage } from '../metadata/image.ts'
import type { RequestOf } from '../protocol/api.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { brokerRegistration } from '../protocol/messages/62-broker-registration.ts'
import { forgetBroker, replaceIncarnation } from './broker-states.ts'
import type { ControllerState, Decision } from './decision.ts'
import type { Heartbeats } from './heartbeats.ts'

export interface Registration {
  readonly brokerEpoch: number
}

/**
 * The broker epoch is the offset of its registration record: a number no other incarnation of any broker ever had.
 * @throws KafkaError INCONSISTENT_CLUSTER_ID, DUPLICATE_BROKER_REGISTRATION, INVALID_REGISTRATION
 */
export function decideRegistration(
  state: ControllerState,
  heartbeats: Heartbeats,
  request: RequestOf<typeof brokerRegistration>,
): Decision<Registration> {
  const { brokerId, incarnationId, previousBrokerEpoch } = request
  const { image, config, nowMs } = state
  if (request.clusterId !== image.clusterId) {
    throw new KafkaError(
      ErrorCode.INCONSISTENT_CLUSTER_ID,
      `This is cluster ${image.clusterId}, not ${request.clusterId}.`,
    )
  }
  const [listener] = request.listeners
  if (listener === undefined) {
    throw new KafkaError(ErrorCode.INVALID_REGISTRATION, `Broker ${brokerId} registers without a listener.`)
  }
  const existing = image.brokers.get(brokerId)
  const sameIncarnation = existing?.incarnationId === incarnationId
  if (
    existing !== undefined &&
    !sameIncarnation &&
    heartbeats.hasLiveSession(existing, nowMs, config.brokerSessionTimeoutMs)
  ) {
    throw new KafkaError(
      ErrorCode.DUPLICATE_BROKER_REGISTRATION,
      `Another broker is registered with the id ${brokerId}, and it is alive.`,
    )
  }
  // The same process registering once more (its answer was lost) goes on as what it was.
  const kept = sameIncarnation ? existing : undefined
  const brokerEpoch = kept?.epoch ?? state.nextOffset
  const { host, port } = listener
  return {
    response: { brokerEpoch },
    records: [
      {
        type: 'RegisterBroker',
        brokerId,
        brokerEpoch,
        incarnationId,
        host,
        port,
        rack: request.rack,
        fenced: kept?.fenced ?? true,
        inControlledShutdown: kept?.inControlledShutdown ?? false,
      },
      ...(existing === undefined || sameIncarnation
        ? []
        : replaceIncarnation(state, existing, existing.epoch === previousBrokerEpoch)),
    ],
  }
}

/** @throws KafkaError BROKER_ID_NOT_REGISTERED */
export function decideUnregistration(state: ControllerState, brokerId: number): Decision<BrokerImage> {
  const broker = state.image.brokers.get(brokerId)
  if (broker === undefined) {
    throw new KafkaError(
      ErrorCode.BROKER_ID_NOT_REGISTERED,
      `No broker with the id ${brokerId} is registered.`,
    )
  }
  return { records: forgetBroker(state, broker), response: broker }
}
