import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Controller } from '../../../src/broker/controller/controller.ts'
import type { ControllerEvent } from '../../../src/broker/controller/controller.ts'
import { ControllerLease } from '../../../src/broker/controller/lease.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import { MetadataCache } from '../../../src/broker/metadata/cache.ts'
import { resolveBrokerConfig } from '../../../src/broker/metadata/configs/broker-config.ts'
import type { MetadataImage, PartitionImage } from '../../../src/broker/metadata/image.ts'
import type { Api, RequestOf, ResponseInput, ResponseOf } from '../../../src/broker/protocol/api.ts'
import { decode, encode, Reader, Writer } from '../../../src/broker/protocol/codec.ts'
import type { createTopics } from '../../../src/broker/protocol/messages/19-create-topics.ts'
import type { alterPartition } from '../../../src/broker/protocol/messages/56-alter-partition.ts'
import { metadataFetch } from '../../../src/broker/protocol/messages/internal/metadata-fetch.ts'
import { MetadataStore } from '../../../src/broker/storage/metadata-store.ts'
import { FakeClock } from '../fake-clock.ts'
import { seeded } from './seeded.ts'

export const CLUSTER_ID = 'b3R0bGEtdGVzdC1jbHVzdA'
/** Kafka's default. */
const HEARTBEAT_MS = 2000
const silent = createLogger(null, () => undefined)

/** A new folder with a metadata file in it, gone after the test. */
export function metadataFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ottla-controller-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'metadata.db')
}

export interface ControllerNode {
  readonly store: MetadataStore
  readonly lease: ControllerLease
  readonly controller: Controller
}

type Requested<A extends Api> = Partial<RequestOf<A>>

/** The control plane of a cluster: one lease and controller for each broker, on one real metadata store. */
export class ControlPlane {
  readonly clock = new FakeClock()
  readonly file = metadataFile()
  readonly events: ControllerEvent[] = []
  readonly random: () => number
  readonly #config: Readonly<Record<string, string>>
  readonly #epochs = new Map<number, number>()
  readonly #incarnations = new Map<number, number>()
  readonly #nodes = new Map<number, ControllerNode>()
  #topicIds = 0

  constructor(config: Readonly<Record<string, string>> = {}, seed = 1) {
    this.#config = config
    this.random = seeded(seed)
  }

  /** A broker process that tries for the lease from now on. */
  startNode(brokerId: number): ControllerNode {
    const staticConfig = new Map(Object.entries({ ...this.#config, 'node.id': String(brokerId) }))
    const config = resolveBrokerConfig(staticConfig)
    const { clock } = this
    const store = new MetadataStore(this.file, { clusterId: CLUSTER_ID })
    onTestFinished(() => store.close())
    const lease = new ControllerLease({
      brokerId,
      incarnationId: `${brokerId}-${clock.now()}-${this.#nodes.size}`,
      store,
      clock,
      log: silent,
      config: () => config,
    })
    const controller = new Controller({
      brokerId,
      store,
      lease,
      clock,
      log: silent,
      staticConfig,
      random: this.random,
      newUuid: () => `topic${String(++this.#topicIds).padStart(16, '0')}A`,
    })
    controller.onEvent((event) => this.events.push(event))
    lease.start()
    const node = { store, lease, controller }
    this.#nodes.set(brokerId, node)
    return node
  }

  node(brokerId: number): ControllerNode {
    return this.#nodes.get(brokerId)!
  }

  get active(): Controller {
    return [...this.#nodes.values()].find(({ controller }) => controller.isActive)!.controller
  }

  get image(): MetadataImage {
    return this.active.image
  }

  partition(topic: string, index = 0): PartitionImage {
    return this.image.partition(topic, index)!
  }

  epoch(brokerId: number): number {
    return this.#epochs.get(brokerId)!
  }

  /** A new incarnation registers. @returns the answer's error code */
  register(brokerId: number, options: { rack?: string; previousBrokerEpoch?: number } = {}): number {
    const incarnation = (this.#incarnations.get(brokerId) ?? 0) + 1
    this.#incarnations.set(brokerId, incarnation)
    return this.registerAgain(brokerId, options)
  }

  /** The incarnation there is registers once more. */
  registerAgain(brokerId: number, options: { rack?: string; previousBrokerEpoch?: number } = {}): number {
    const answer = this.active.registerBroker({
      brokerId,
      clusterId: CLUSTER_ID,
      incarnationId: `incarnation-${brokerId}-${String(this.#incarnations.get(brokerId)).padStart(7, '0')}A`,
      listeners: [{ name: 'PLAINTEXT', host: '127.0.0.1', port: 9000 + brokerId, securityProtocol: 0 }],
      features: [],
      rack: options.rack ?? null,
      isMigratingZkBroker: false,
      logDirs: [],
      previousBrokerEpoch: options.previousBrokerEpoch ?? -1,
    })
    this.#epochs.set(brokerId, Math.max(answer.brokerEpoch ?? -1, this.#epochs.get(brokerId) ?? -1))
    return answer.errorCode!
  }

  heartbeat(
    brokerId: number,
    wish: { wantFence?: boolean; wantShutDown?: boolean; currentMetadataOffset?: number } = {},
  ) {
    return this.active.heartbeat({
      brokerId,
      brokerEpoch: this.epoch(brokerId),
      currentMetadataOffset: wish.currentMetadataOffset ?? this.image.offset,
      wantFence: wish.wantFence ?? false,
      wantShutDown: wish.wantShutDown ?? false,
      offlineLogDirs: [],
      cordonedLogDirs: null,
    })
  }

  /** Time in which one broker says nothing; the others go on, for a controller that hears nobody gives way. */
  pass(ms: number, silentId: number): void {
    for (let leftMs = ms; leftMs > 0; leftMs -= HEARTBEAT_MS) {
      this.clock.advance(Math.min(leftMs, HEARTBEAT_MS))
      const alive = this.image.aliveBrokers()
      for (const { id } of alive.filter((broker) => broker.id !== silentId || alive.length < 3))
        this.heartbeat(id)
    }
  }

  /** Registers and unfences. */
  join(...brokerIds: number[]): void {
    for (const brokerId of brokerIds) {
      this.register(brokerId)
      this.heartbeat(brokerId)
    }
  }

  joinRack(rack: string, ...brokerIds: number[]): void {
    for (const brokerId of brokerIds) {
      this.register(brokerId, { rack })
      this.heartbeat(brokerId)
    }
  }

  createTopics(
    topics: readonly Partial<RequestOf<typeof createTopics>['topics'][number]>[],
    options: Requested<typeof createTopics> = {},
  ) {
    return this.active.createTopics({
      topics: topics.map((topic) => ({
        name: 'orders',
        numPartitions: 1,
        replicationFactor: 1,
        assignments: [],
        configs: [],
        ...topic,
      })),
      timeoutMs: 1000,
      validateOnly: false,
      ...options,
    })
  }

  /** A topic with exactly these replicas. @returns its id */
  createAssigned(name: string, ...assignments: number[][]): string {
    const { topics } = this.createTopics([
      {
        name,
        numPartitions: -1,
        replicationFactor: -1,
        assignments: assignments.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
      },
    ])
    return topics![0]!.topicId!
  }

  setTopicConfig(topic: string, name: string, value: string) {
    return this.alterConfig(2, topic, [{ name, configOperation: 0, value }])
  }

  alterConfig(
    resourceType: number,
    resourceName: string,
    configs: readonly { name: string; configOperation: number; value: string | null }[],
    validateOnly = false,
  ) {
    const { responses } = this.active.incrementalAlterConfigs({
      resources: [{ resourceType, resourceName, configs: [...configs] }],
      validateOnly,
    })
    return responses![0]!
  }

  /** The leader reports an ISR, with everything as the controller knows it unless said otherwise. */
  alterPartition(
    topic: string,
    change: {
      sender?: number
      senderEpoch?: number
      isr: readonly number[]
      isrEpochs?: readonly number[]
      leaderEpoch?: number
      partitionEpoch?: number
      leaderRecoveryState?: number
      topicId?: string
      partitionIndex?: number
    },
  ) {
    const partition = this.partition(topic)
    const sender = change.sender ?? partition.leader
    const request: RequestOf<typeof alterPartition> = {
      brokerId: sender,
      brokerEpoch: change.senderEpoch ?? this.epoch(sender),
      topics: [
        {
          topicId: change.topicId ?? partition.topicId,
          partitions: [
            {
              partitionIndex: change.partitionIndex ?? 0,
              leaderEpoch: change.leaderEpoch ?? partition.leaderEpoch,
              partitionEpoch: change.partitionEpoch ?? partition.partitionEpoch,
              leaderRecoveryState: change.leaderRecoveryState ?? 0,
              newIsr: [],
              newIsrWithEpochs: change.isr.map((brokerId, index) => ({
                brokerId,
                brokerEpoch: change.isrEpochs?.[index] ?? this.epoch(brokerId),
              })),
            },
          ],
        },
      ],
    }
    return this.active.alterPartition(request)
  }

  /** A follower of the metadata log, as every broker has one. */
  newCache(): MetadataCache {
    return new MetadataCache({ clusterId: CLUSTER_ID, clock: this.clock })
  }

  /** One MetadataFetch that does not wait. */
  async follow(cache: MetadataCache, brokerId = -1): Promise<void> {
    const answer = await this.fetch(cache.image.offset + 1, { brokerId })
    cache.applyFetched(answer)
  }

  async fetch(
    nextOffset: number,
    options: { brokerId?: number; brokerEpoch?: number; maxWaitMs?: number; from?: Controller } = {},
  ) {
    const answer = await (options.from ?? this.active).metadataFetch({
      brokerId: options.brokerId ?? -1,
      brokerEpoch: options.brokerEpoch ?? -1,
      nextOffset,
      maxWaitMs: options.maxWaitMs ?? 0,
    })
    return overTheWire(answer)
  }
}

function overTheWire(answer: ResponseInput<typeof metadataFetch>): ResponseOf<typeof metadataFetch> {
  const writer = new Writer()
  encode(metadataFetch.response, 0, answer, writer)
  return decode(metadataFetch.response, 0, new Reader(Buffer.concat(writer.chunks())))
}

/** The controller of `threeBrokers` is none of them, so that each of them can die. */
export const CONTROLLER = 0

/** Three brokers, all members. The lease is so long that the controller does not mind when it hears nobody. */
export function threeBrokers(config: Readonly<Record<string, string>> = {}, seed = 1): ControlPlane {
  const plane = new ControlPlane({ 'ottla.controller.lease.duration.ms': '600000', ...config }, seed)
  plane.startNode(CONTROLLER)
  plane.join(1, 2, 3)
  return plane
}

/** What two images must agree in to be the same. */
export function contentOf(image: MetadataImage) {
  const sorted = <V>(map: ReadonlyMap<unknown, V>) =>
    [...map].toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))
  return {
    offset: image.offset,
    controllerId: image.controllerId,
    controllerEpoch: image.controllerEpoch,
    nextProducerId: image.nextProducerId,
    brokers: sorted(image.brokers),
    topics: sorted(image.topicsByName),
    topicIds: [...image.topicsById.keys()].toSorted(),
    overrides: sorted(image.overrides).map(([key, values]) => [key, sorted(values)]),
  }
}
