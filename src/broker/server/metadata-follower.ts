import type { Clock } from '../clock.ts'
import { whileHolding } from './controller-channel.ts'
import type { ControllerLocator } from './controller-channel.ts'
import type { Logger } from '../logger.ts'
import type { MetadataCache } from '../metadata/cache.ts'
import { NetworkError, type KafkaClient } from '../network/client.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { metadataFetch } from '../protocol/messages/internal/metadata-fetch.ts'

export interface MetadataFollowerOptions {
  brokerId: number
  brokerEpoch(): number
  metadata: MetadataCache
  locator: ControllerLocator
  connect(brokerId: number): KafkaClient
  clock: Clock
  log: Logger
}

/** How long the controller may hold a request that finds nothing new. */
const MAX_WAIT_MS = 5_000
const ANSWER_MARGIN_MS = 4_000
const RETRY_MS = 50

/** Learns the metadata log from the controller over TCP, record by record and in order, and applies it to the image. */
export class MetadataFollower {
  readonly #options: MetadataFollowerOptions
  #running = false

  constructor(options: MetadataFollowerOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = true
    void this.#follow()
  }

  stop(): void {
    this.#running = false
  }

  async #follow(): Promise<void> {
    while (this.#running) {
      const { holderId } = this.#options.locator
      const learnt = holderId !== null && (await this.#fetch(holderId))
      if (!learnt && this.#running) await this.#pause()
    }
  }

  /** @returns whether the controller answered, so that the next request may follow at once. */
  async #fetch(controllerId: number): Promise<boolean> {
    const { brokerId, brokerEpoch, metadata, locator, connect, log } = this.#options
    try {
      const client = connect(controllerId)
      const request = {
        brokerId,
        brokerEpoch: brokerEpoch(),
        nextOffset: metadata.image.offset + 1,
        maxWaitMs: MAX_WAIT_MS,
      }
      const answer = await whileHolding(locator, controllerId, client, () =>
        client.send(metadataFetch, 0, request, { timeoutMs: MAX_WAIT_MS + ANSWER_MARGIN_MS }),
      )
      if (!this.#running) return false
      if (answer.errorCode !== ErrorCode.NONE) {
        log.debug('The controller did not give metadata', { error: errorName(answer.errorCode) })
        return false
      }
      metadata.applyFetched(answer)
      return true
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error
      log.debug('The controller could not be reached for metadata', { error: error.message })
      return false
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel()
        stop()
        resolve()
      }
      const timer = this.#options.clock.setTimer(RETRY_MS, done)
      const stop = this.#options.locator.onChange(done)
    })
  }
}
