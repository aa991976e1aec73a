import type { Clock } from '../clock.ts'
import { soundLink } from '../faults/lane.ts'
import type { Link } from '../faults/lane.ts'
import type { Logger } from '../logger.ts'
import { KafkaClient, NetworkError } from './client.ts'

export interface PeerAddress {
  host: string
  port: number
}

export interface PeersOptions {
  brokerId: number
  requestTimeoutMs: number
  clock: Clock
  log: Logger
  /** Where a broker listens, or undefined while it is unknown. */
  resolve(brokerId: number): PeerAddress | undefined
  /** What lies between; sound links without it. */
  linkTo?(brokerId: number): Link
}

interface Peer {
  address: PeerAddress
  client: KafkaClient
}

/**
 * This broker's connections to the others: one per broker and purpose, since a long poll would hold up whatever
 * shared its connection.
 */
export class Peers {
  readonly #options: PeersOptions
  readonly #peers = new Map<string, Peer>()

  constructor(options: PeersOptions) {
    this.#options = options
  }

  /**
   * The connection for this purpose; replaced when the broker has moved. Throws NetworkError while its address is
   * unknown, as for any broker that cannot be reached: callers try again.
   */
  connect(brokerId: number, purpose: string): KafkaClient {
    const address = this.#options.resolve(brokerId)
    if (address === undefined) throw new NetworkError(`The address of broker ${brokerId} is unknown.`)
    const key = `${brokerId}/${purpose}`
    const known = this.#peers.get(key)
    if (known?.address.host === address.host && known.address.port === address.port) return known.client
    known?.client.close()
    const client = new KafkaClient({
      ...address,
      clientId: `broker-${this.#options.brokerId}-${purpose}`,
      requestTimeoutMs: this.#options.requestTimeoutMs,
      clock: this.#options.clock,
      log: this.#options.log,
      link: this.#options.linkTo?.(brokerId) ?? soundLink(),
    })
    this.#peers.set(key, { address, client })
    return client
  }

  close(): void {
    for (const { client } of this.#peers.values()) client.close()
    this.#peers.clear()
  }
}
