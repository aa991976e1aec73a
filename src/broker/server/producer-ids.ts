import type { ControllerChannel } from '../handlers/services.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { allocateProducerIds } from '../protocol/messages/67-allocate-producer-ids.ts'

export interface ProducerIdBlocksOptions {
  brokerId: number
  brokerEpoch(): number
  channel: ControllerChannel
}

/** Producer ids from blocks the controller hands out (KIP-730), so that no two brokers ever give the same one. */
export class ProducerIdBlocks {
  readonly #options: ProducerIdBlocksOptions
  #next = 0
  #end = 0
  #refill: Promise<void> | null = null

  constructor(options: ProducerIdBlocksOptions) {
    this.#options = options
  }

  /** Rejects with KafkaError: retriable codes while there is no controller. */
  async next(): Promise<number> {
    while (this.#next >= this.#end) {
      this.#refill ??= this.#allocate().finally(() => (this.#refill = null))
      await this.#refill
    }
    return this.#next++
  }

  async #allocate(): Promise<void> {
    const { brokerId, brokerEpoch, channel } = this.#options
    const block = await channel.send(allocateProducerIds, 0, { brokerId, brokerEpoch: brokerEpoch() })
    if (block.errorCode !== ErrorCode.NONE) throw new KafkaError(block.errorCode)
    this.#next = block.producerIdStart
    this.#end = block.producerIdStart + block.producerIdLen
  }
}
