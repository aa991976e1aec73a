/** Who was heard of when, and what a heartbeat leads to (BrokerHeartbeatManager in Kafka). */
import type { BrokerImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { brokerHeartbeat } from '../protocol/messages/63-broker-heartbeat.ts'
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { beginControlledShutdown, fenceBroker, unfenceBroker } from './broker-states.ts'
import { checkBrokerEpoch } from './decision.ts'
import type { ControllerState, Decision } from './decision.ts'
import { leadsAny } from './partition-updates.ts'

interface Contact {
  lastMs: number
  /** Of the last heartbeat or fetch of metadata; -1: none yet. */
  metadataOffset: number
  /** Every active broker has to have read up to here before this one may stop; -1: it is not stopping. */
  shutdownOffset: number
  /** Whether this controller has heard of it in person, and did not only read of it in the log. */
  heard: boolean
}

/** The controller's own memory, not in the log: a new controller begins it anew, giving everybody a whole session. */
export class Heartbeats {
  readonly #contacts = new Map<number, Contact>()

  /** Begins a session for a broker known from the log. */
  expect(brokerId: number, nowMs: number): void {
    this.#contacts.set(brokerId, { lastMs: nowMs, metadataOffset: -1, shutdownOffset: -1, heard: false })
  }

  touch(brokerId: number, nowMs: number): void {
    const contact = this.#contacts.get(brokerId)
    if (contact === undefined) return
    contact.lastMs = nowMs
    contact.heard = true
  }

  /** How far a broker has read the metadata log. */
  reached(brokerId: number, metadataOffset: number): void {
    const contact = this.#contacts.get(brokerId)
    if (contact !== undefined) contact.metadataOffset = Math.max(contact.metadataOffset, metadataOffset)
  }

  forget(brokerId: number): void {
    this.#contacts.delete(brokerId)
  }

  /** Time in which nobody listened, because the controller itself stood still or was away, does not count. */
  discount(awayMs: number): void {
    for (const contact of this.#contacts.values()) contact.lastMs += awayMs
  }

  knows(brokerId: number): boolean {
    return this.#contacts.has(brokerId)
  }

  /**
   * Whether a broker with this id is certainly there. One that this controller never heard of may be an entry of
   * the log whose process is long gone; a restart of it need not wait for the session to end.
   */
  hasLiveSession({ id, fenced }: BrokerImage, nowMs: number, sessionTimeoutMs: number): boolean {
    const contact = this.#contacts.get(id)
    return !fenced && contact !== undefined && contact.heard && nowMs - contact.lastMs < sessionTimeoutMs
  }

  /** When the next session ends among the brokers given; null: none of them has one. */
  nextExpiryMs(brokers: Iterable<BrokerImage>, sessionTimeoutMs: number): number | null {
    const ends = [...this.#sessions(brokers)].map(({ contact }) => contact.lastMs + sessionTimeoutMs)
    return ends.length === 0 ? null : Math.min(...ends)
  }

  /** The unfenced brokers whose session has ended, the one silent longest first. */
  stale(brokers: Iterable<BrokerImage>, nowMs: number, sessionTimeoutMs: number): BrokerImage[] {
    return [...this.#sessions(brokers)]
      .filter(({ contact }) => nowMs - contact.lastMs >= sessionTimeoutMs)
      .toSorted((a, b) => a.contact.lastMs - b.contact.lastMs)
      .map(({ broker }) => broker)
  }

  shutdownOffset(brokerId: number): number {
    return this.#contacts.get(brokerId)?.shutdownOffset ?? -1
  }

  setShutdownOffset(brokerId: number, offset: number): void {
    const contact = this.#contacts.get(brokerId)
    if (contact !== undefined) contact.shutdownOffset = offset
  }

  /** How far the slowest of these brokers has read; Infinity when there is none. */
  lowestOffset(brokerIds: Iterable<number>): number {
    return Math.min(...[...brokerIds].map((id) => this.#contacts.get(id)?.metadataOffset ?? -1))
  }

  heardSince(brokerId: number, sinceMs: number): boolean {
    const contact = this.#contacts.get(brokerId)
    return contact !== undefined && contact.heard && contact.lastMs >= sinceMs
  }

  *#sessions(brokers: Iterable<BrokerImage>): Generator<{ broker: BrokerImage; contact: Contact }> {
    for (const broker of brokers) {
      const contact = this.#contacts.get(broker.id)
      if (!broker.fenced && contact !== undefined) yield { broker, contact }
    }
  }
}

type HeartbeatRequest = RequestOf<typeof brokerHeartbeat>
export type NextState = 'same' | 'unfenced' | 'fenced' | 'controlled-shutdown' | 'shut-down-now'

/** @throws KafkaError STALE_BROKER_EPOCH */
export function decideHeartbeat(
  state: ControllerState,
  heartbeats: Heartbeats,
  request: HeartbeatRequest,
): Decision<ResponseInput<typeof brokerHeartbeat>> & { next: NextState } {
  checkBrokerEpoch(state.image, request.brokerId, request.brokerEpoch)
  const broker = state.image.brokers.get(request.brokerId)!
  const next = nextState(state, heartbeats, broker, request)
  return {
    next,
    records: recordsFor(state, broker, next),
    response: {
      errorCode: ErrorCode.NONE,
      isCaughtUp: request.currentMetadataOffset >= broker.epoch,
      isFenced: next === 'fenced' || next === 'shut-down-now' || (broker.fenced && next !== 'unfenced'),
      shouldShutDown: next === 'shut-down-now',
    },
  }
}

function nextState(
  state: ControllerState,
  heartbeats: Heartbeats,
  broker: BrokerImage,
  request: HeartbeatRequest,
): NextState {
  const { wantFence, wantShutDown, currentMetadataOffset } = request
  if (broker.fenced) {
    if (wantShutDown) return 'shut-down-now'
    // A broker's epoch is the offset of its registration: past it, it knows the cluster it is joining.
    return !wantFence && currentMetadataOffset >= broker.epoch ? 'unfenced' : 'same'
  }
  if (broker.inControlledShutdown) {
    if (leadsAny(state, broker.id)) return 'controlled-shutdown'
    const others = state.image.aliveBrokers().filter(({ id }) => state.image.isActive(id))
    const allKnow =
      heartbeats.lowestOffset(others.map(({ id }) => id)) >= heartbeats.shutdownOffset(broker.id)
    return allKnow ? 'shut-down-now' : 'same'
  }
  if (wantFence) return wantShutDown ? 'shut-down-now' : 'fenced'
  if (!wantShutDown) return 'same'
  return leadsAny(state, broker.id) ? 'controlled-shutdown' : 'shut-down-now'
}

function recordsFor(state: ControllerState, broker: BrokerImage, next: NextState): MetadataRecord[] {
  switch (next) {
    case 'unfenced':
      return unfenceBroker(state, broker)
    case 'controlled-shutdown':
      return beginControlledShutdown(state, broker)
    case 'fenced':
    case 'shut-down-now':
      return broker.fenced ? [] : fenceBroker(state, broker)
    case 'same':
      return []
  }
}
