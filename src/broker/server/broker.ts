import { randomUUID } from 'node:crypto'
import type { MessagePort } from 'node:worker_threads'
import type { Clock } from '../clock.ts'
import { BrokerFaults } from '../faults/broker-faults.ts'
import type { ActiveFault } from '../faults/spec.ts'
import { Controller } from '../controller/controller.ts'
import { ControllerLease } from '../controller/lease.ts'
import { GroupCoordinator } from '../groups/coordinator.ts'
import { ShareGroups } from '../groups/share/share-groups.ts'
import { Dispatcher } from '../handlers/dispatch.ts'
import { createHandlers } from '../handlers/index.ts'
import { createTopicInBackground } from '../handlers/topic-creation.ts'
import type { BrokerServices } from '../handlers/services.ts'
import { LogManager } from '../log/log-manager.ts'
import type { Logger } from '../logger.ts'
import { MetadataCache } from '../metadata/cache.ts'
import { resolveBrokerConfig, type BrokerConfig } from '../metadata/configs/broker-config.ts'
import { OFFSETS_TOPIC, SHARE_GROUP_STATE_TOPIC } from '../metadata/internal-topics.ts'
import { Peers, type PeerAddress } from '../network/peers.ts'
import { KafkaServer } from '../network/server.ts'
import { ReplicaManager } from '../replication/replica-manager.ts'
import { ShareManager } from '../share/share-manager.ts'
import { ShareStateClient } from '../share/state/state-client.ts'
import { ShareCoordinator } from '../share/state/state-coordinator.ts'
import { MetadataStore } from '../storage/metadata-store.ts'
import { ControllerAlterPartition } from './alter-partition-channel.ts'
import { CleanShutdownFile } from './clean-shutdown.ts'
import { LeaseControllerChannel } from './controller-channel.ts'
import { historyOfController, historyOfGroup, type HistoryEntry } from './history.ts'
import { Membership } from './membership.ts'
import { MetadataFollower } from './metadata-follower.ts'
import { OffsetsLog } from './offsets-log.ts'
import { ProducerIdBlocks } from './producer-ids.ts'
import { endOffsetFromLeader } from './share-lag.ts'

export interface BrokerOptions {
  brokerId: number
  host: string
  /** 0: any free one. */
  port: number
  rack: string | null
  clusterId: string
  /** The broker's own folder. */
  directory: string
  /** The cluster's metadata store. */
  metadataFile: string
  /** As given by `--set`. */
  config: Readonly<Record<string, string>>
  checkpointPort: MessagePort | null
  clock: Clock
  log: Logger
  onHistory?: (entry: HistoryEntry) => void
  onController?: (controllerId: number | null) => void
  onFaultHits?: (faultIds: number[]) => void
}

const CONTROLLED_SHUTDOWN_TIMEOUT_MS = 5_000

/**
 * One broker: its listener, its logs and replicas, its group coordinator, and its chance at the controller role.
 * Nothing in here is shared with another broker but the metadata store.
 */
export class Broker {
  readonly #options: BrokerOptions
  readonly #staticConfig: ReadonlyMap<string, string>
  readonly #metadata: MetadataCache
  readonly #store: MetadataStore
  readonly #lease: ControllerLease
  readonly #controller: Controller
  readonly #peers: Peers
  readonly #logs: LogManager
  readonly #replicas: ReplicaManager
  readonly #groups: GroupCoordinator
  readonly #shareGroups: ShareGroups
  readonly #shares: ShareManager
  readonly #shareCoordinator: ShareCoordinator
  readonly #membership: Membership
  readonly #follower: MetadataFollower
  readonly #cleanShutdown: CleanShutdownFile
  readonly #faults: BrokerFaults
  readonly #services: BrokerServices
  #server: KafkaServer | null = null
  #addresses: ReadonlyMap<number, PeerAddress> = new Map()
  #config: BrokerConfig

  constructor(options: BrokerOptions) {
    const { brokerId, clock, log, directory, clusterId } = options
    this.#options = options
    this.#staticConfig = staticConfigOf(options)
    this.#config = resolveBrokerConfig(this.#staticConfig)
    this.#cleanShutdown = new CleanShutdownFile(directory)
    this.#faults = new BrokerFaults({
      brokerId,
      clock,
      ...(options.onFaultHits === undefined ? {} : { onHits: options.onFaultHits }),
    })
    this.#store = new MetadataStore(options.metadataFile, { clusterId })
    this.#metadata = new MetadataCache({ clusterId, clock })
    const config = () => this.#config
    this.#lease = new ControllerLease({
      brokerId,
      incarnationId: randomUUID(),
      store: this.#store,
      clock,
      log,
      config,
    })
    this.#peers = new Peers({
      brokerId,
      requestTimeoutMs: this.#config.requestTimeoutMs,
      clock,
      log,
      resolve: (id) => this.#addresses.get(id) ?? this.#metadata.image.brokers.get(id),
      linkTo: (id) => this.#faults.links.to(id),
    })
    // A connection for each, as in Kafka: a heartbeat whose time is over closes its connection, and must not take a
    // forwarded request with it, which would be sent, and done, once more.
    const channelFor = (purpose: string) =>
      new LeaseControllerChannel({
        locator: this.#lease,
        connect: (id) => this.#peers.connect(id, purpose),
        clock,
        defaultTimeoutMs: this.#config.requestTimeoutMs,
      })
    const forwarding = channelFor('forwarding')
    this.#membership = new Membership({
      brokerId,
      host: options.host,
      port: () => this.port,
      clusterId,
      previousBrokerEpoch: this.#cleanShutdown.take(),
      config,
      metadata: this.#metadata,
      channel: channelFor('heartbeat'),
      clock,
      log,
    })
    const brokerEpoch = () => this.#membership.brokerEpoch
    this.#follower = new MetadataFollower({
      brokerId,
      brokerEpoch,
      metadata: this.#metadata,
      locator: this.#lease,
      connect: (id) => this.#peers.connect(id, 'metadata'),
      clock,
      log,
    })
    this.#controller = new Controller({
      brokerId,
      staticConfig: this.#staticConfig,
      store: this.#store,
      lease: this.#lease,
      clock,
      log,
    })
    this.#logs = new LogManager({
      dataDir: directory,
      disk: this.#faults.disk,
      clock,
      log,
      ...(options.checkpointPort === null ? {} : { checkpointPort: options.checkpointPort }),
      logRetentionCheckIntervalMs: this.#config.logRetentionCheckIntervalMs,
      replicaHighWatermarkCheckpointIntervalMs: this.#config.replicaHighWatermarkCheckpointIntervalMs,
      producerIdExpirationMs: this.#config.producerIdExpirationMs,
    })
    this.#replicas = new ReplicaManager({
      brokerId,
      brokerEpoch,
      config,
      staticConfig: this.#staticConfig,
      logs: this.#logs,
      metadata: this.#metadata,
      clock,
      log,
      alterPartition: new ControllerAlterPartition(brokerId, brokerEpoch, channelFor('alter-partition')),
      connect: (id, purpose) => this.#peers.connect(id, purpose),
    })
    this.#shareCoordinator = new ShareCoordinator({
      clock,
      log,
      config,
      metadata: this.#metadata,
      stateLog: new OffsetsLog(
        this.#logs,
        this.#replicas,
        this.#metadata,
        () => this.#config.shareCoordinatorWriteTimeoutMs,
        SHARE_GROUP_STATE_TOPIC,
      ),
    })
    const shareState = new ShareStateClient({
      brokerId,
      clock,
      metadata: this.#metadata,
      local: this.#shareCoordinator,
      connect: (id) => this.#peers.connect(id, 'share-state'),
      createTopic: () => createTopicInBackground(SHARE_GROUP_STATE_TOPIC, this.#services),
    })
    this.#shares = new ShareManager({
      clock,
      log,
      config,
      metadata: this.#metadata,
      replicas: this.#replicas,
      state: shareState,
    })
    this.#groups = new GroupCoordinator({
      brokerId,
      config,
      clock,
      log,
      metadata: this.#metadata,
      writer: new OffsetsLog(
        this.#logs,
        this.#replicas,
        this.#metadata,
        () => this.#config.offsetsCommitTimeoutMs,
      ),
      random: { uuid: randomUUID },
    })
    this.#shareGroups = new ShareGroups({
      ask: (groupId, failure, decide) => this.#groups.ask(groupId, failure, decide),
      deleteGroups: (groupIds) => this.#groups.deleteGroups(groupIds),
      state: shareState,
      image: () => this.#metadata.image,
      endOffset: (topic, partition) =>
        endOffsetFromLeader(this.#metadata, (id) => this.#peers.connect(id, 'share-lag'), topic, partition),
      log,
    })
    this.#services = {
      brokerId,
      get brokerEpoch() {
        return brokerEpoch()
      },
      clusterId,
      get config() {
        return config()
      },
      staticConfig: this.#staticConfig,
      clock,
      log,
      metadata: this.#metadata,
      replicas: this.#replicas,
      groups: this.#groups,
      shareGroups: this.#shareGroups,
      shares: this.#shares,
      shareCoordinator: this.#shareCoordinator,
      controller: this.#controller,
      controllerChannel: forwarding,
      producerIds: new ProducerIdBlocks({ brokerId, brokerEpoch, channel: forwarding }),
    }
    this.#connectParts()
  }

  /** The port in use. */
  get port(): number {
    return this.#server?.port ?? this.#options.port
  }

  /** Where the other brokers listen, for as long as the metadata does not tell. */
  setAddresses(addresses: Iterable<{ id: number; host: string; port: number }>): void {
    this.#addresses = new Map([...addresses].map(({ id, host, port }) => [id, { host, port }]))
  }

  /** Resolves when the broker is a member of the cluster and serves. Rejects with the listener's system error. */
  async start(): Promise<void> {
    this.#logs.checkDisk()
    const dispatcher: Dispatcher = new Dispatcher(
      createHandlers(() => dispatcher),
      this.#services,
      this.#faults.rules,
    )
    this.#server = await KafkaServer.listen({
      host: this.#options.host,
      port: this.#options.port,
      maxFrameBytes: this.#config.socketRequestMaxBytes,
      maxIdleMs: this.#config.connectionsMaxIdleMs,
      respond: dispatcher.respond,
      actsAtOnce: dispatcher.actsAtOnce,
      log: this.#options.log,
      clients: { link: this.#faults.links.to('clients'), clock: this.#options.clock },
    })
    this.#logs.startMaintenance()
    this.#lease.start()
    this.#follower.start()
    await this.#membership.join()
  }

  /** Somebody who sees broker threads end saw this one end. */
  brokerDied(brokerId: number): void {
    this.#controller.brokerDied(brokerId)
  }

  /** From now on these are in force and no others. */
  setFaults(faults: readonly ActiveFault[]): void {
    const wasFull = this.#faults.isDiskFull
    this.#faults.apply(faults)
    if (this.#faults.isDiskFull !== wasFull) this.#logs.limitSize(wasFull ? null : 0)
  }

  /**
   * Ends cleanly: with `controlled` leaderships move to other brokers first; without, nothing of the cluster's
   * state changes, as befits a whole cluster that stops.
   */
  async stop({ controlled }: { controlled: boolean }): Promise<void> {
    if (controlled && this.#config.controlledShutdownEnable) {
      await this.#membership.leave(CONTROLLED_SHUTDOWN_TIMEOUT_MS)
    }
    this.#membership.stop()
    this.#follower.stop()
    this.#groups.close()
    this.#shares.close()
    this.#shareCoordinator.close()
    await this.#replicas.shutdown()
    await this.#server?.close()
    this.#peers.close()
    this.#lease.release()
    this.#faults.close()
    this.#logs.close()
    this.#store.close()
    this.#cleanShutdown.write(this.#membership.brokerEpoch)
  }

  #connectParts(): void {
    const { onHistory, onController } = this.#options
    this.#metadata.subscribe((delta, image) => {
      if (delta.brokerConfigsChanged) this.#config = resolveBrokerConfig(this.#staticConfig, image)
      this.#replicas.applyMetadata(delta, image)
      this.#groups.onTopicsChanged(delta)
      if (delta.deletedTopics.length > 0) this.#groups.onTopicsDeleted(delta.deletedTopics)
      for (const { id, partitions } of delta.deletedTopics) {
        for (let index = 0; index < partitions; index++) this.#shares.onLeadershipChanged(id, index)
      }
      this.#shareCoordinator.onTopicsDeleted(delta.deletedTopics.map(({ id }) => id))
    })
    this.#replicas.onReadable((partition) => this.#shares.onReadable(partition))
    this.#replicas.onLeadership({
      elected: (topic, partition, leaderEpoch) => {
        if (topic === OFFSETS_TOPIC) this.#groups.elected(partition, leaderEpoch)
        if (topic === SHARE_GROUP_STATE_TOPIC) this.#shareCoordinator.elected(partition)
        this.#shareLeadershipChanged(topic, partition)
      },
      resigned: (topic, partition) => {
        if (topic === OFFSETS_TOPIC) this.#groups.resigned(partition)
        if (topic === SHARE_GROUP_STATE_TOPIC) this.#shareCoordinator.resigned(partition)
        this.#shareLeadershipChanged(topic, partition)
      },
    })
    // Its replicas are lost until it starts again; who keeps its place must not count on it (KIP-858).
    this.#logs.onOffline(() => this.#membership.wantFence())
    this.#lease.onChange(() => onController?.(this.#lease.holderId))
    if (onHistory === undefined) return
    this.#controller.onEvent((event) => onHistory(historyOfController(event)))
    this.#groups.onEvent((event) => onHistory(historyOfGroup(this.#options.brokerId, event)))
  }

  #shareLeadershipChanged(topic: string, partition: number): void {
    const topicId = this.#metadata.image.topic(topic)?.id
    if (topicId !== undefined) this.#shares.onLeadershipChanged(topicId, partition)
  }
}

/** The identity of a broker is configuration, too: DescribeConfigs shows it. */
function staticConfigOf({ brokerId, rack, config }: BrokerOptions): ReadonlyMap<string, string> {
  const values = new Map(Object.entries(config))
  values.set('broker.id', String(brokerId))
  values.set('node.id', String(brokerId))
  if (rack !== null) values.set('broker.rack', rack)
  return values
}
