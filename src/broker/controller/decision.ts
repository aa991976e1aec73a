/** The controller decides by pure functions: what is, what is asked → records to commit, answer to give. */
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import { topicConfigValue } from '../metadata/configs/config-values.ts'
import { topicConfigDefinitions } from '../metadata/configs/topic-config-definitions.ts'
import type { MetadataImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'

/** What a decision may look at, beside the request. Nothing here is changed by deciding. */
export interface ControllerState {
  readonly image: MetadataImage
  readonly config: BrokerConfig
  /** As given at start, before any dynamic change: tells what the user set from what is only a default. */
  readonly staticConfig: ReadonlyMap<string, string>
  readonly nowMs: number
  /** The offset the first record of the decision will get. */
  readonly nextOffset: number
  /** In [0, 1). */
  readonly random: () => number
  readonly newUuid: () => string
}

export interface Decision<Response> {
  readonly records: readonly MetadataRecord[]
  readonly response: Response
}

/** What an item of a request came to; NONE with a null message when it went well. */
export interface ItemError {
  readonly errorCode: number
  readonly errorMessage: string | null
}

/** Kafka's bound on what one request of a client may change (QuorumController.MAX_RECORDS_PER_USER_OP). */
const MAX_RECORDS_PER_REQUEST = 10_000

/**
 * A decision is one step in which nothing else happens, so it must not become too large a one.
 * @throws KafkaError POLICY_VIOLATION, for the request as a whole
 */
export function checkRecordCount(records: readonly MetadataRecord[]): void {
  if (records.length <= MAX_RECORDS_PER_REQUEST) return
  throw new KafkaError(
    ErrorCode.POLICY_VIOLATION,
    `Unable to perform excessively large batch operation: more than ${MAX_RECORDS_PER_REQUEST} records.`,
  )
}

export const NO_ERROR: ItemError = { errorCode: ErrorCode.NONE, errorMessage: null }

export function itemError(error: unknown): ItemError {
  if (!(error instanceof KafkaError)) throw error
  return { errorCode: error.code, errorMessage: error.message }
}

/**
 * A request about broker epochs is from the broker's present incarnation, or it is refused.
 * @throws KafkaError STALE_BROKER_EPOCH
 */
export function checkBrokerEpoch(image: MetadataImage, brokerId: number, brokerEpoch: number): void {
  const broker = image.brokers.get(brokerId)
  if (broker === undefined) {
    throw new KafkaError(ErrorCode.STALE_BROKER_EPOCH, `Broker ${brokerId} is not registered.`)
  }
  if (broker.epoch !== brokerEpoch) {
    throw new KafkaError(
      ErrorCode.STALE_BROKER_EPOCH,
      `Broker ${brokerId} has the epoch ${broker.epoch}, not ${brokerEpoch}.`,
    )
  }
}

/** A broker's death asks for the same topic's configs once for each of its partitions. */
const topicValues = new WeakMap<ControllerState, Map<string, string>>()

function topicValue(state: ControllerState, topic: string, name: string): string {
  const known = topicValues.get(state) ?? new Map<string, string>()
  topicValues.set(state, known)
  const key = `${name} ${topic}`
  const value = known.get(key) ?? resolveTopicValue(state, topic, name)
  known.set(key, value)
  return value
}

function resolveTopicValue(state: ControllerState, topic: string, name: string): string {
  const definition = topicConfigDefinitions.get(name)
  if (definition === undefined) throw new TypeError(`no such topic configuration: ${name}`)
  const own = state.image.configOverrides('topic', topic)
  return topicConfigValue(definition, state.image, state.staticConfig, own) ?? ''
}

/** min.insync.replicas, but never more than there are replicas. */
export function effectiveMinIsr(state: ControllerState, topic: string, replicationFactor: number): number {
  return Math.min(Number(topicValue(state, topic, 'min.insync.replicas')), replicationFactor)
}

export function allowsUncleanElection(state: ControllerState, topic: string): boolean {
  return topicValue(state, topic, 'unclean.leader.election.enable').toLowerCase() === 'true'
}
