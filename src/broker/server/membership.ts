import { randomUUID } from 'node:crypto'
import type { Clock, Timer } from '../clock.ts'
import type { ControllerChannel } from '../handlers/services.ts'
import type { Logger } from '../logger.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import type { MetadataCache } from '../metadata/cache.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { brokerRegistration } from '../protocol/messages/62-broker-registration.ts'
import { brokerHeartbeat } from '../protocol/messages/63-broker-heartbeat.ts'

export interface MembershipOptions {
  brokerId: number
  host: string
  port(): number
  clusterId: string
  /** Of the last run, if it ended cleanly; else -1 (KIP-966). */
  previousBrokerEpoch: number
  config(): BrokerConfig
  metadata: MetadataCache
  channel: ControllerChannel
  clock: Clock
  log: Logger
}

type Phase = 'registering' | 'member' | 'leaving' | 'left'

/** While the controller does not let the broker in, it is asked this often. */
const ADMISSION_RETRY_MS = 50

/**
 * This broker's place in the cluster: registration, heartbeats, controlled shutdown (Kafka's BrokerLifecycleManager).
 * It is a member once the controller has unfenced it and its own image says so.
 */
export class Membership {
  readonly #options: MembershipOptions
  readonly #incarnationId = uuidToKafka(randomUUID())
  #phase: Phase = 'registering'
  #brokerEpoch = -1
  #timer: Timer | null = null
  #beating = false
  #mayShutDown: (() => void) | null = null
  #wantsFence = false

  constructor(options: MembershipOptions) {
    this.#options = options
  }

  get brokerEpoch(): number {
    return this.#brokerEpoch
  }

  /** Resolves when this broker serves; it keeps trying for as long as there is no controller. */
  async join(): Promise<void> {
    const { brokerId, metadata } = this.#options
    await this.#register()
    // The controller lets nobody in who has not read of its own registration.
    await metadata.waitFor(({ offset }) => offset >= this.#brokerEpoch, ADMISSION_RETRY_MS)
    void this.#beat()
    const isMember = () => {
      const own = metadata.image.brokers.get(brokerId)
      return own !== undefined && own.epoch === this.#brokerEpoch && !own.fenced
    }
    while (!isMember() && this.#phase === 'registering') {
      await metadata.waitFor(isMember, 1_000)
    }
    if (this.#phase === 'registering') this.#phase = 'member'
  }

  /**
   * Controlled shutdown: asks the controller to move leaderships away. Resolves when it agreed, or after
   * `timeoutMs`.
   */
  leave(timeoutMs: number): Promise<void> {
    if (this.#phase !== 'member') return Promise.resolve()
    this.#phase = 'leaving'
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimer(timeoutMs, resolve)
      this.#mayShutDown = () => {
        timer.cancel()
        resolve()
      }
      void this.#beat()
    })
  }

  /** Has itself fenced until it starts again: it stays in touch with the controller, but has nothing to serve. */
  wantFence(): void {
    this.#wantsFence = true
    if (this.#phase === 'member') void this.#beat()
  }

  /** No heartbeat is sent any more. */
  stop(): void {
    this.#phase = 'left'
    this.#timer?.cancel()
  }

  async #register(): Promise<void> {
    const { brokerId, clusterId, channel, config, host, port, previousBrokerEpoch, log, clock } =
      this.#options
    while (this.#phase !== 'left') {
      try {
        const answer = await channel.send(brokerRegistration, 4, {
          brokerId,
          clusterId,
          incarnationId: this.#incarnationId,
          listeners: [{ name: 'PLAINTEXT', host, port: port(), securityProtocol: 0 }],
          features: [],
          rack: config().rack,
          logDirs: [],
          previousBrokerEpoch,
        })
        if (answer.errorCode === ErrorCode.NONE) {
          this.#brokerEpoch = answer.brokerEpoch
          log.info('Registered with the controller', { brokerEpoch: answer.brokerEpoch })
          return
        }
        log.warn('The controller refused the registration; it is tried again', {
          error: errorName(answer.errorCode),
        })
      } catch (error) {
        log.warn('The registration failed; it is tried again', { error: String(error) })
      }
      await new Promise<void>((resolve) => clock.setTimer(ADMISSION_RETRY_MS, resolve))
    }
  }

  async #beat(): Promise<void> {
    if (this.#beating || this.#phase === 'left') return
    this.#beating = true
    this.#timer?.cancel()
    let nextMs = this.#options.config().brokerHeartbeatIntervalMs
    try {
      nextMs = await this.#heartbeat(nextMs)
    } catch (error) {
      this.#options.log.warn('A heartbeat failed', { error: String(error) })
    }
    this.#beating = false
    if (this.#stopped) return
    this.#timer = this.#options.clock.setTimer(nextMs, () => void this.#beat())
  }

  get #stopped(): boolean {
    return this.#phase === 'left'
  }

  /** @returns when to send the next one, in milliseconds from now. */
  async #heartbeat(intervalMs: number): Promise<number> {
    const { brokerId, channel, metadata } = this.#options
    const leaving = this.#phase === 'leaving'
    const answer = await channel.send(
      brokerHeartbeat,
      1,
      {
        brokerId,
        brokerEpoch: this.#brokerEpoch,
        currentMetadataOffset: metadata.image.offset,
        wantFence: this.#wantsFence,
        wantShutDown: leaving,
      },
      { timeoutMs: intervalMs },
    )
    if (
      answer.errorCode === ErrorCode.STALE_BROKER_EPOCH ||
      answer.errorCode === ErrorCode.BROKER_ID_NOT_REGISTERED
    ) {
      await this.#register()
      return ADMISSION_RETRY_MS
    }
    if (leaving && answer.shouldShutDown) this.#mayShutDown?.()
    return (answer.isFenced && !this.#wantsFence) || leaving ? ADMISSION_RETRY_MS : intervalMs
  }
}

/** Kafka writes a UUID as 22 characters of base64url. */
function uuidToKafka(uuid: string): string {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url')
}
