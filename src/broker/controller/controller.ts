/**
 * The controller: active while this broker holds the lease. Every change is decided by a pure function, committed to
 * the metadata store, applied to the image and then answered, in one synchronous step; brokers learn of it by
 * MetadataFetch. Whatever the requests' handlers need is a method here that takes the request and gives the answer.
 */
import type { Clock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { MetadataImage } from '../metadata/image.ts'
import type { Api, RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode, errorName, KafkaError } from '../protocol/errors.ts'
import type { createTopics } from '../protocol/messages/19-create-topics.ts'
import type { deleteTopics } from '../protocol/messages/20-delete-topics.ts'
import type { alterConfigs } from '../protocol/messages/33-alter-configs.ts'
import type { createPartitions } from '../protocol/messages/37-create-partitions.ts'
import type { electLeaders } from '../protocol/messages/43-elect-leaders.ts'
import type { incrementalAlterConfigs } from '../protocol/messages/44-incremental-alter-configs.ts'
import type { alterPartitionReassignments } from '../protocol/messages/45-alter-partition-reassignments.ts'
import type { listPartitionReassignments } from '../protocol/messages/46-list-partition-reassignments.ts'
import type { describeQuorum } from '../protocol/messages/55-describe-quorum.ts'
import type { alterPartition } from '../protocol/messages/56-alter-partition.ts'
import type { brokerRegistration } from '../protocol/messages/62-broker-registration.ts'
import type { brokerHeartbeat } from '../protocol/messages/63-broker-heartbeat.ts'
import type { unregisterBroker } from '../protocol/messages/64-unregister-broker.ts'
import type { allocateProducerIds } from '../protocol/messages/67-allocate-producer-ids.ts'
import type { metadataFetch } from '../protocol/messages/internal/metadata-fetch.ts'
import type { ControllerTitle, MetadataStore } from '../storage/metadata-store.ts'
import { decideAlterPartition } from './alter-partition.ts'
import { Authority } from './authority.ts'
import { fenceBroker } from './broker-states.ts'
import { causes } from './causes.ts'
import type { CauseOf } from './causes.ts'
import { decideAlterConfigs, decideIncrementalAlterConfigs } from './configs.ts'
import type { ControllerState, Decision } from './decision.ts'
import { describeMetadataQuorum } from './describe-quorum.ts'
import { decideElectLeaders } from './elect-leaders.ts'
import type { ControllerEvent } from './events.ts'
import { Followers } from './followers.ts'
import { decideHeartbeat } from './heartbeats.ts'
import type { NextState } from './heartbeats.ts'
import type { ControllerLease } from './lease.ts'
import { decideAlterPartitionReassignments, listReassignments } from './partition-reassignments.ts'
import { decideCreatePartitions } from './partitions.ts'
import { decideAllocateProducerIds } from './producer-ids.ts'
import { propagated } from './propagation.ts'
import { decideRegistration, decideUnregistration } from './registration.ts'
import { decideCreateTopics, decideDeleteTopics } from './topics.ts'
import { randomUuid } from './uuids.ts'
import { Watch } from './watch.ts'

export type { ControllerEvent } from './events.ts'

export interface ControllerOptions {
  readonly brokerId: number
  readonly store: MetadataStore
  /** Started and released by the broker; the controller follows it. */
  readonly lease: ControllerLease
  readonly clock: Clock
  readonly log: Logger
  /** As given at start (`--set`), with `node.id`. */
  readonly staticConfig: ReadonlyMap<string, string>
  /** In [0, 1): where placement starts. */
  readonly random?: () => number
  /** 22 characters of base64url: the ids of new topics. */
  readonly newUuid?: () => string
}

type Request<A extends Api> = RequestOf<A>
type Response<A extends Api> = ResponseInput<A>
type Failure = { errorCode: number; errorMessage: string | null }

export class Controller {
  readonly #options: ControllerOptions
  readonly #authority: Authority
  readonly #watch: Watch
  readonly #followers = new Followers()

  constructor(options: ControllerOptions) {
    this.#options = options
    this.#authority = new Authority({ random: Math.random, newUuid: randomUuid, ...options }, () =>
      this.#watch.sessionsChanged(),
    )
    this.#watch = new Watch(options, this.#authority)
    options.lease.listen({
      acquired: (title) => this.#activate(title),
      lost: (reason) => this.#resign(reason),
    })
  }

  get isActive(): boolean {
    return this.#authority.isActive
  }

  /** The active controller's broker id, as far as this broker knows; -1: nobody. */
  get controllerId(): number {
    return this.#options.lease.holderId ?? -1
  }

  get controllerEpoch(): number {
    return this.#options.lease.epoch
  }

  /** The controller's own image: ahead of every broker's. Up to date only while active. */
  get image(): MetadataImage {
    return this.#authority.image
  }

  /** @returns a function that ends the subscription */
  onEvent(listener: (event: ControllerEvent) => void): () => void {
    return this.#authority.onEvent(listener)
  }

  // Between brokers: answered with an error code, never thrown.

  registerBroker(request: Request<typeof brokerRegistration>): Response<typeof brokerRegistration> {
    return this.#answer(
      () => {
        const { brokerId } = request
        const { brokerEpoch } = this.#authority.decide(causes.brokerStarted(brokerId), (state) =>
          decideRegistration(state, this.#watch.heartbeats, request),
        )
        const { heartbeats } = this.#watch
        heartbeats.expect(brokerId, this.#options.clock.now())
        heartbeats.touch(brokerId, this.#options.clock.now())
        this.#watch.sessionsChanged()
        return { errorCode: ErrorCode.NONE, brokerEpoch }
      },
      ({ code }) => ({ errorCode: code, brokerEpoch: -1 }),
    )
  }

  heartbeat(request: Request<typeof brokerHeartbeat>): Response<typeof brokerHeartbeat> {
    const { brokerId, currentMetadataOffset, wantShutDown } = request
    return this.#answer(
      () => {
        const { heartbeats } = this.#watch
        let next: NextState = 'same'
        const because = () => causes.heartbeat(brokerId, next, wantShutDown)
        const response = this.#authority.decide(because, (state) => {
          const decision = decideHeartbeat(state, heartbeats, request)
          // It is from the broker's present incarnation, so it counts as a sign of life whatever comes of it.
          heartbeats.touch(brokerId, state.nowMs)
          heartbeats.reached(brokerId, currentMetadataOffset)
          next = decision.next
          return decision
        })
        this.#rememberShutdown(brokerId, next)
        return response
      },
      ({ code }) => ({ errorCode: code, isCaughtUp: false, isFenced: true, shouldShutDown: false }),
    )
  }

  alterPartition(request: Request<typeof alterPartition>): Response<typeof alterPartition> {
    return this.#answer(
      () =>
        this.#authority.decide(
          causes.reported(request.brokerId, this.#authority.config.replicaLagTimeMaxMs),
          (state) => decideAlterPartition(state, request),
        ),
      ({ code }) => ({ errorCode: code, topics: [] }),
    )
  }

  allocateProducerIds(request: Request<typeof allocateProducerIds>): Response<typeof allocateProducerIds> {
    return this.#answer(
      () =>
        this.#authority.decide(causes.requested('AllocateProducerIds'), (state) =>
          decideAllocateProducerIds(state, request),
        ),
      ({ code }) => ({ errorCode: code, producerIdStart: -1, producerIdLen: 0 }),
    )
  }

  /**
   * The records from `nextOffset` on, as soon as there are some, or none after `maxWaitMs`. A follower that is
   * behind what is kept, or ahead of what there is, is given a snapshot to start over from.
   */
  async metadataFetch(request: Request<typeof metadataFetch>): Promise<Response<typeof metadataFetch>> {
    const { brokerId, brokerEpoch, nextOffset, maxWaitMs } = request
    const { metadataLog } = this.#authority
    if (!this.isActive) return this.#notController()
    // Ahead of the controller? Then this is more likely a controller that was replaced while it was frozen.
    const isAhead = nextOffset > metadataLog.endOffset
    if (isAhead && !this.#options.lease.confirm()) return this.#notController()
    if (this.image.brokers.get(brokerId)?.epoch === brokerEpoch) {
      this.#watch.heartbeats.reached(brokerId, nextOffset - 1)
    }
    this.#followers.fetched(brokerId, nextOffset, metadataLog.endOffset, this.#options.clock.now())
    if (nextOffset === metadataLog.endOffset && maxWaitMs > 0) await metadataLog.change(maxWaitMs)
    if (!this.isActive) return this.#notController()
    const part = metadataLog.since(nextOffset)
    return {
      errorCode: ErrorCode.NONE,
      controllerId: this.image.controllerId,
      controllerEpoch: this.image.controllerEpoch,
      fromOffset: part?.fromOffset ?? nextOffset,
      snapshot: part?.snapshot ?? false,
      endOffset: metadataLog.endOffset,
      records: part?.records ?? [],
    }
  }

  // For clients, forwarded by whichever broker they asked. They throw KafkaError NOT_CONTROLLER, so that the broker
  // that forwarded goes and finds the new controller; every other failure is in the answer.

  createTopics(request: Request<typeof createTopics>): Response<typeof createTopics> {
    return this.#change(
      causes.requested('CreateTopics'),
      (state) => decideCreateTopics(state, request),
      (failure) => ({ topics: request.topics.map(({ name }) => ({ name, ...failure })) }),
    )
  }

  /** @param apiVersion see decideDeleteTopics */
  deleteTopics(request: Request<typeof deleteTopics>, apiVersion: number): Response<typeof deleteTopics> {
    return this.#change(
      causes.requested('DeleteTopics'),
      (state) => decideDeleteTopics(state, request, apiVersion),
      (failure) => ({
        responses: [
          ...request.topicNames.map((name) => ({ name, ...failure })),
          ...request.topics.map(({ name, topicId }) => ({ name, topicId, ...failure })),
        ],
      }),
    )
  }

  createPartitions(request: Request<typeof createPartitions>): Response<typeof createPartitions> {
    return this.#change(
      causes.requested('CreatePartitions'),
      (state) => decideCreatePartitions(state, request),
      (failure) => ({ results: request.topics.map(({ name }) => ({ name, ...failure })) }),
    )
  }

  alterConfigs(request: Request<typeof alterConfigs>): Response<typeof alterConfigs> {
    return this.#change(
      causes.requested('AlterConfigs'),
      (state) => decideAlterConfigs(state, request),
      (failure) => ({
        responses: request.resources.map((resource) => ({ ...nameOf(resource), ...failure })),
      }),
    )
  }

  incrementalAlterConfigs(
    request: Request<typeof incrementalAlterConfigs>,
  ): Response<typeof incrementalAlterConfigs> {
    return this.#change(
      causes.requested('IncrementalAlterConfigs'),
      (state) => decideIncrementalAlterConfigs(state, request),
      (failure) => ({
        responses: request.resources.map((resource) => ({ ...nameOf(resource), ...failure })),
      }),
    )
  }

  electLeaders(request: Request<typeof electLeaders>): Response<typeof electLeaders> {
    return this.#change(
      causes.election(request.electionType),
      (state) => decideElectLeaders(state, request),
      (failure) => ({
        errorCode: failure.errorCode,
        replicaElectionResults: (request.topicPartitions ?? []).map(({ topic, partitions }) => ({
          topic,
          partitionResult: partitions.map((partitionId) => ({ partitionId, ...failure })),
        })),
      }),
    )
  }

  alterPartitionReassignments(
    request: Request<typeof alterPartitionReassignments>,
  ): Response<typeof alterPartitionReassignments> {
    return this.#change<Response<typeof alterPartitionReassignments>>(
      causes.requested('AlterPartitionReassignments'),
      (state) => decideAlterPartitionReassignments(state, request),
      (failure) => ({ ...failure, responses: [] }),
    )
  }

  listPartitionReassignments(
    request: Request<typeof listPartitionReassignments>,
  ): Response<typeof listPartitionReassignments> {
    this.#authority.requireTitle()
    return listReassignments(this.image.topicsByName, request)
  }

  describeQuorum(request: Request<typeof describeQuorum>): Response<typeof describeQuorum> {
    this.#authority.requireTitle()
    return describeMetadataQuorum(request, this.image, this.#followers, this.#options.clock.now())
  }

  unregisterBroker(request: Request<typeof unregisterBroker>): Response<typeof unregisterBroker> {
    return this.#answerClient<Failure>(
      () => {
        const { id } = this.#authority.decide(causes.requested('UnregisterBroker'), (state) =>
          decideUnregistration(state, request.brokerId),
        )
        this.#watch.heartbeats.forget(id)
        this.#followers.forget(id)
        return { errorCode: ErrorCode.NONE, errorMessage: null }
      },
      (failure) => failure,
    )
  }

  /**
   * Somebody who can know (the supervisor) says that a broker's process is gone. The controller fences it at once
   * instead of waiting for its session to end; where the dead broker was the controller, this broker first tries to
   * succeed it. Told to all brokers alike; without effect with `ottla.failure.detection=session`.
   */
  brokerDied(brokerId: number): void {
    if (brokerId === this.#options.brokerId || this.#authority.config.failureDetection === 'session') return
    if (!this.isActive) this.#options.lease.tryNow(brokerId)
    if (!this.isActive) return
    const broker = this.image.brokers.get(brokerId)
    if (broker === undefined || broker.fenced) return
    this.#authority.attempt(causes.brokerDied(brokerId), (state) => fenceBroker(state, broker))
  }

  /** When the live brokers have applied what is committed now. */
  propagated(timeoutMs?: number): Promise<void> {
    const { clock } = this.#options
    return propagated({ authority: this.#authority, followers: this.#followers, clock }, timeoutMs)
  }

  #activate(title: ControllerTitle): void {
    const { lease, log } = this.#options
    try {
      this.#authority.takeUp(title)
      this.#followers.clear()
      this.#watch.begin(title)
      this.#authority.announce()
      log.info('This broker is the controller now', { controllerEpoch: title.epoch })
    } catch (error) {
      log.error('This broker cannot be the controller', { error: String(error) })
      lease.giveWay('it could not take the role up')
    }
  }

  #resign(reason: string): void {
    const title = this.#authority.layDown(reason)
    if (title === null) return
    this.#watch.end(title)
    this.#options.log.info('This broker is the controller no longer', { reason })
  }

  #rememberShutdown(brokerId: number, next: NextState): void {
    const { heartbeats } = this.#watch
    if (next === 'fenced' || next === 'shut-down-now') heartbeats.setShutdownOffset(brokerId, -1)
    if (next !== 'controlled-shutdown' || heartbeats.shutdownOffset(brokerId) >= 0) return
    heartbeats.setShutdownOffset(brokerId, this.image.offset)
  }

  #answer<R>(run: () => R, failed: (error: KafkaError) => R): R {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      this.#options.log.debug('The controller refused a request', {
        error: errorName(error.code),
        reason: error.message,
      })
      return failed(error)
    }
  }

  /** A change that is nothing but a decision. */
  #change<R>(
    cause: CauseOf,
    decide: (state: ControllerState) => Decision<R>,
    failed: (failure: Failure) => R,
  ): R {
    return this.#answerClient(() => this.#authority.decide(cause, decide), failed)
  }

  #answerClient<R>(run: () => R, failed: (failure: Failure) => R): R {
    return this.#answer(run, (error) => {
      if (error.code === ErrorCode.NOT_CONTROLLER) throw error
      return failed({ errorCode: error.code, errorMessage: error.message })
    })
  }

  #notController(): Response<typeof metadataFetch> {
    return {
      errorCode: ErrorCode.NOT_CONTROLLER,
      controllerId: this.controllerId,
      controllerEpoch: this.controllerEpoch,
    }
  }
}

function nameOf({ resourceType, resourceName }: { resourceType: number; resourceName: string }) {
  return { resourceType, resourceName }
}
