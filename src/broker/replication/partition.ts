import type { Clock } from '../clock.ts'
import type { AppendOrigin, EpochEndOffset, LeaderAppend, PartitionLog } from '../log/partition-log.ts'
import type { Logger } from '../logger.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import type { BrokerImage, PartitionImage } from '../metadata/image.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { AlterPartitionAnswer, AlterPartitionChannel } from './alter-partition.ts'
import { FollowerState } from './follower-state.ts'
import { InSyncReplicas } from './in-sync-replicas.ts'

/** What a partition needs of the broker it is on. */
export interface PartitionEnvironment {
  readonly brokerId: number
  readonly clock: Clock
  readonly log: Logger
  readonly alterPartition: AlterPartitionChannel
  brokerEpoch(): number
  config(): BrokerConfig
  broker(brokerId: number): BrokerImage | undefined
  /** The high watermark or the ISR changed outside of a call that says so: requests may wait for that. */
  changed(partition: Partition): void
}

/**
 * One replica of one partition on this broker, as leader or as follower: who leads, in which epoch, who is in
 * sync, and how far the high watermark may go (Kafka's Partition).
 *
 * Everything is synchronous, and "the high watermark moved" is a return value wherever a caller can act on it, so
 * that waiting requests are answered in the turn in which what they wait for happens.
 */
export class Partition {
  readonly topicId: string
  readonly topic: string
  readonly partition: number
  readonly log: PartitionLog
  readonly #environment: PartitionEnvironment
  readonly #followers = new Map<number, FollowerState>()
  readonly #inSync: InSyncReplicas
  #leaderId = -1
  #leaderEpoch = -1
  #partitionEpoch = -1
  #leaderEpochStartOffset: number | null = null
  #replicas: readonly number[] = []
  #stopCode: number = ErrorCode.NONE

  constructor(log: PartitionLog, environment: PartitionEnvironment) {
    this.topicId = log.topicId
    this.topic = log.topic
    this.partition = log.partition
    this.log = log
    this.#environment = environment
    this.#inSync = new InSyncReplicas({
      clock: environment.clock,
      submit: (proposed) => this.#submitIsr(proposed),
      accept: (answer) => this.#acceptIsr(answer),
      retrying: (reason) =>
        environment.log.debug('An ISR change is proposed again', { ...this.#name(), reason }),
      settled: (message, details) => this.#isrSettled(message, details),
    })
  }

  /** −1 while there is no leader. */
  get leaderId(): number {
    return this.#leaderId
  }

  get leaderEpoch(): number {
    return this.#leaderEpoch
  }

  get partitionEpoch(): number {
    return this.#partitionEpoch
  }

  get isLeader(): boolean {
    return this.#leaderId === this.#environment.brokerId
  }

  /** Why this replica serves nothing any more; NONE while it does. */
  get stopCode(): number {
    return this.#stopCode
  }

  get replicas(): readonly number[] {
    return this.#replicas
  }

  /** The committed ISR; only a leader keeps one. */
  get isr(): ReadonlySet<number> {
    return this.#inSync.isr
  }

  get maximalIsr(): ReadonlySet<number> {
    return this.#inSync.maximalIsr
  }

  get isIsrChanging(): boolean {
    return this.#inSync.isChanging
  }

  /** Where this leader's epoch began; null unless leading. */
  get leaderEpochStartOffset(): number | null {
    return this.#leaderEpochStartOffset
  }

  get followers(): Iterable<FollowerState> {
    return this.#followers.values()
  }

  follower(brokerId: number): FollowerState | undefined {
    return this.#followers.get(brokerId)
  }

  /** min.insync.replicas, but no more than there are replicas: a larger value could never be met. */
  get effectiveMinIsr(): number {
    return Math.min(this.log.config.minInsyncReplicas, this.#followers.size + 1)
  }

  get isUnderMinIsr(): boolean {
    return this.isLeader && this.#inSync.isr.size < this.effectiveMinIsr
  }

  /**
   * True if a new leader epoch begins here, with or without a change of leader. Throws what the log throws when the
   * epoch cannot be written; then nothing has changed.
   */
  makeLeader(image: PartitionImage): boolean {
    if (image.partitionEpoch < this.#partitionEpoch) return false
    const isNewEpoch = image.leaderEpoch > this.#leaderEpoch
    // Recorded even if nothing is ever appended in this epoch: followers with records of a later epoch than any of
    // ours ask where that epoch ends, and must get an answer that makes them truncate.
    if (isNewEpoch) this.log.assignEpoch(image.leaderEpoch)
    this.#assign(image, isNewEpoch)
    if (isNewEpoch) this.#beginEpoch(image)
    this.#leaderId = this.#environment.brokerId
    this.#leaderEpoch = image.leaderEpoch
    this.#partitionEpoch = image.partitionEpoch
    // The ISR may be down to this leader alone, so that what its log has is committed by that.
    this.advanceHighWatermark()
    this.#environment.changed(this)
    return isNewEpoch
  }

  /** True if a new leader epoch begins, so that fetching starts anew. */
  makeFollower(image: PartitionImage): boolean {
    if (image.partitionEpoch < this.#partitionEpoch) return false
    const isNewEpoch = image.leaderEpoch > this.#leaderEpoch
    this.#leaderId = image.leader
    this.#leaderEpoch = image.leaderEpoch
    this.#partitionEpoch = image.partitionEpoch
    this.#leaderEpochStartOffset = null
    this.#replicas = image.replicas
    this.#followers.clear()
    this.#inSync.set([])
    this.#environment.changed(this)
    return isNewEpoch
  }

  /** For good: no replica here any more, its log is lost, or the broker shuts down. `code` is what requests get. */
  stop(code: number): void {
    this.#stopCode = code
    this.#leaderId = -1
    this.#leaderEpochStartOffset = null
    this.#followers.clear()
    this.#inSync.set([])
    this.#environment.changed(this)
  }

  /**
   * Fences requests by the leader epoch they were made for (KIP-320): NONE, or FENCED_LEADER_EPOCH for one from the
   * past, UNKNOWN_LEADER_EPOCH for one from an epoch this broker has not heard of yet. −1: the client does not say.
   */
  checkLeaderEpoch(currentLeaderEpoch: number): number {
    if (currentLeaderEpoch < 0 || currentLeaderEpoch === this.#leaderEpoch) return ErrorCode.NONE
    return currentLeaderEpoch < this.#leaderEpoch
      ? ErrorCode.FENCED_LEADER_EPOCH
      : ErrorCode.UNKNOWN_LEADER_EPOCH
  }

  /** Whether this replica may serve a request: the epoch is checked first, as Kafka does. */
  checkServing(currentLeaderEpoch: number, leaderOnly: boolean): number {
    if (this.#stopCode !== ErrorCode.NONE) return this.#stopCode
    const epochError = this.checkLeaderEpoch(currentLeaderEpoch)
    if (epochError !== ErrorCode.NONE) return epochError
    return leaderOnly && !this.isLeader ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.NONE
  }

  /**
   * Appends on the leader; durable after the group commit. Throws KafkaError: NOT_LEADER_OR_FOLLOWER,
   * NOT_ENOUGH_REPLICAS for acks=-1 while the ISR is smaller than the effective min ISR, and what the log says.
   */
  appendAsLeader(
    records: Buffer,
    options: { requiredAcks: number; origin: AppendOrigin; nowMs: number },
  ): LeaderAppend {
    if (!this.isLeader) throw new KafkaError(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    if (options.requiredAcks === -1 && this.isUnderMinIsr) {
      const { size } = this.#inSync.isr
      throw new KafkaError(
        ErrorCode.NOT_ENOUGH_REPLICAS,
        `${size} in-sync replicas are fewer than the ${this.effectiveMinIsr} which min.insync.replicas asks for.`,
      )
    }
    const { origin, nowMs } = options
    return this.log.appendAsLeader(records, { leaderEpoch: this.#leaderEpoch, origin, nowMs })
  }

  /**
   * A follower fetched: it has everything before `fetchOffset`. May propose it for the ISR. True if the high
   * watermark moved. The caller has checked epoch, offset and divergence.
   */
  recordFollowerFetch(
    follower: FollowerState,
    fetch: { fetchOffset: number; logStartOffset: number; brokerEpoch: number; nowMs: number },
  ): boolean {
    const moved = follower.recordFetch({ ...fetch, leaderEndOffset: this.log.logEndOffset })
    this.#maybeExpandIsr(follower)
    return moved && this.advanceHighWatermark()
  }

  /**
   * The high watermark is the smallest end among the maximal ISR, and among followers which are caught up and may
   * join: without waiting for those, a lone leader would run ahead of them for ever and they could never get in.
   * It stands still under the effective min ISR, and never falls while one leader leads. True if it moved.
   *
   * Call it after anything it depends on has changed: a commit, a follower's end, the ISR, a broker's state, a
   * configuration.
   */
  advanceHighWatermark(): boolean {
    if (!this.isLeader || this.isUnderMinIsr) return false
    const leaderEndOffset = this.log.logEndOffset
    let highWatermark = leaderEndOffset
    for (const follower of this.#followers.values()) {
      if (follower.logEndOffset >= highWatermark) continue
      if (
        this.#inSync.maximalIsr.has(follower.brokerId) ||
        (this.#isCaughtUp(follower, leaderEndOffset) && this.#mayJoinIsr(follower))
      ) {
        highWatermark = follower.logEndOffset
      }
    }
    return highWatermark > this.log.highWatermark && this.log.updateHighWatermark(highWatermark)
  }

  /** Proposes to drop the followers that have lagged for longer than `replica.lag.time.max.ms`. */
  maybeShrinkIsr(): void {
    if (!this.isLeader || this.#inSync.isChanging) return
    const leaderEndOffset = this.log.logEndOffset
    const lagging = [...this.#inSync.isr].filter((id) => {
      if (id === this.#environment.brokerId) return false
      const follower = this.#followers.get(id)
      return follower === undefined || !this.#isCaughtUp(follower, leaderEndOffset)
    })
    if (lagging.length === 0) return
    this.#log('Shrinking an ISR: followers lag', {
      isr: [...this.#inSync.isr],
      lagging: lagging.map((id) => ({
        brokerId: id,
        logEndOffset: this.#followers.get(id)?.logEndOffset ?? -1,
      })),
      logEndOffset: leaderEndOffset,
      highWatermark: this.log.highWatermark,
    })
    this.#inSync.shrink(lagging)
  }

  /**
   * Whether an acks=-1 append that ends before `requiredOffset` can be answered: `null` means not yet.
   * NOT_ENOUGH_REPLICAS_AFTER_APPEND when the records are replicated but the ISR has become too small meanwhile.
   */
  acknowledgement(requiredOffset: number): number | null {
    if (this.#stopCode !== ErrorCode.NONE) return this.#stopCode
    if (!this.isLeader) return ErrorCode.NOT_LEADER_OR_FOLLOWER
    if (this.log.highWatermark < requiredOffset) return null
    return this.effectiveMinIsr <= this.#inSync.maximalIsr.size
      ? ErrorCode.NONE
      : ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND
  }

  /** The smallest log start among this leader and its living followers: what DeleteRecords waits for. */
  lowWatermark(): number {
    let low = this.log.logStartOffset
    for (const follower of this.#followers.values()) {
      const broker = this.#environment.broker(follower.brokerId)
      if (broker !== undefined && !broker.fenced) low = Math.min(low, follower.logStartOffset)
    }
    return low
  }

  /**
   * End of the largest known epoch ≤ `epoch` (KIP-101, KIP-279). An epoch newer than any in the log is undefined
   * (−1, −1): its end cannot be known here.
   */
  endOffsetForEpoch(epoch: number): EpochEndOffset {
    if (epoch < 0 || epoch > this.log.latestEpoch) return { leaderEpoch: -1, endOffset: -1 }
    return this.log.endOffsetForEpoch(epoch)
  }

  #assign(image: PartitionImage, isNewEpoch: boolean): void {
    this.#replicas = image.replicas
    const remote = image.replicas.filter((id) => id !== this.#environment.brokerId)
    for (const id of this.#followers.keys()) if (!remote.includes(id)) this.#followers.delete(id)
    for (const id of remote) if (!this.#followers.has(id)) this.#followers.set(id, new FollowerState(id))
    // The metadata log repeats what an AlterPartition answer has said before. A proposal made since then must
    // survive that: without it the high watermark could pass a member the controller is about to confirm.
    const repeats = !isNewEpoch && this.isLeader && image.partitionEpoch === this.#partitionEpoch
    const { proposed } = this.#inSync
    if (repeats && proposed !== null && [...proposed].every((id) => image.replicas.includes(id))) return
    this.#inSync.set(image.isr)
  }

  #beginEpoch(image: PartitionImage): void {
    const startOffset = this.log.logEndOffset
    this.#leaderEpochStartOffset = startOffset
    const nowMs = this.#environment.clock.now()
    const isNewLeader = !this.isLeader
    for (const follower of this.#followers.values()) {
      const isInSync = image.isr.includes(follower.brokerId)
      follower.reset({ nowMs, leaderEndOffset: startOffset, isNewLeader, isInSync })
    }
    this.#log('Leading a partition', {
      leaderEpoch: image.leaderEpoch,
      startOffset,
      highWatermark: this.log.highWatermark,
      isr: [...image.isr],
    })
  }

  /**
   * A follower joins when it has everything that is committed: at or beyond the high watermark, and also at or
   * beyond where this leader's epoch began, because a new leader's high watermark may be behind what its
   * predecessor committed.
   */
  #maybeExpandIsr(follower: FollowerState): void {
    if (this.#inSync.isChanging || this.#inSync.isr.has(follower.brokerId) || !this.isLeader) return
    const end = follower.logEndOffset
    if (end < this.log.highWatermark || end < (this.#leaderEpochStartOffset ?? Infinity)) return
    if (this.#mayJoinIsr(follower)) this.#inSync.expand(follower.brokerId)
  }

  #isCaughtUp(follower: FollowerState, leaderEndOffset: number): boolean {
    const { clock, config } = this.#environment
    return follower.isCaughtUp(leaderEndOffset, clock.now(), config().replicaLagTimeMaxMs)
  }

  /** KIP-903: the controller knows this very incarnation of the broker, and it neither is fenced nor shuts down. */
  #mayJoinIsr(follower: FollowerState): boolean {
    const broker = this.#environment.broker(follower.brokerId)
    if (broker === undefined || broker.fenced || broker.inControlledShutdown) return false
    return follower.brokerEpoch === -1 || follower.brokerEpoch === broker.epoch
  }

  #submitIsr(proposed: ReadonlySet<number>): Promise<AlterPartitionAnswer> {
    return this.#environment.alterPartition.alterPartition(this.topicId, this.partition, {
      leaderEpoch: this.#leaderEpoch,
      partitionEpoch: this.#partitionEpoch,
      newIsr: [...proposed].map((id) => ({ brokerId: id, brokerEpoch: this.#brokerEpochOf(id) })),
      // As in Kafka an unclean leader counts as recovered once it leads.
      leaderRecoveryState: 0,
    })
  }

  /** −1 where the member has not fetched from this leader yet: the controller then does not check it. */
  #brokerEpochOf(brokerId: number): number {
    if (brokerId === this.#environment.brokerId) return this.#environment.brokerEpoch()
    return this.#followers.get(brokerId)?.brokerEpoch ?? -1
  }

  #acceptIsr(answer: AlterPartitionAnswer): boolean {
    if (answer.leaderEpoch !== this.#leaderEpoch || answer.partitionEpoch < this.#partitionEpoch) return false
    this.#partitionEpoch = answer.partitionEpoch
    return true
  }

  #isrSettled(message: string, details: Record<string, unknown>): void {
    this.#log(message, details)
    this.advanceHighWatermark()
    // Told even when it stands still: an acks=-1 append may wait for nothing but the size of the ISR.
    this.#environment.changed(this)
  }

  #log(message: string, details: Record<string, unknown>): void {
    this.#environment.log.info(message, { ...this.#name(), ...details })
  }

  #name(): { topic: string; partition: number } {
    return { topic: this.topic, partition: this.partition }
  }
}
