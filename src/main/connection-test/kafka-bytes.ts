/*
 * The few bytes of Kafka's protocol that a connection test speaks: ApiVersions v0 and Metadata v7, both from before
 * the compact encoding. By hand, because a client library says "time-out" where these bytes can say "that is HTTP".
 */

const CLIENT_ID = 'ottla'
const LENGTH_BYTES = 4

const ApiKey = { METADATA: 3, API_VERSIONS: 18 } as const

/** The oldest Metadata that has leader epochs (Kafka 2.1), and what a session needs at least. */
export const METADATA_VERSION = 7

export function apiVersionsRequest(correlationId: number): Buffer {
  return frame(header(ApiKey.API_VERSIONS, 0, correlationId))
}

/** Of no topic: brokers and the cluster's id are all that is asked for. */
export function metadataRequest(correlationId: number): Buffer {
  const noTopics = Buffer.alloc(4)
  const allowAutoTopicCreation = Buffer.alloc(1)
  return frame(
    Buffer.concat([
      header(ApiKey.METADATA, METADATA_VERSION, correlationId),
      noTopics,
      allowAutoTopicCreation,
    ]),
  )
}

export interface ServedVersions {
  errorCode: number
  /** Null where Metadata is not served at all. */
  metadata: { oldest: number; newest: number } | null
}

/** Throws RangeError for what is no such answer. */
export function readApiVersions(body: Buffer): ServedVersions {
  const reader = new Reader(body)
  const errorCode = reader.int16()
  let metadata: ServedVersions['metadata'] = null
  for (let left = reader.count(6); left > 0; left--) {
    const [key, oldest, newest] = [reader.int16(), reader.int16(), reader.int16()]
    if (key === ApiKey.METADATA) metadata = { oldest, newest }
  }
  return { errorCode, metadata }
}

export interface AdvertisedBroker {
  id: number
  host: string
  port: number
}

export interface Advertised {
  clusterId: string | null
  brokers: AdvertisedBroker[]
}

/** Throws RangeError for what is no such answer. */
export function readMetadata(body: Buffer): Advertised {
  const reader = new Reader(body)
  reader.int32() // throttle time
  const brokers: AdvertisedBroker[] = []
  for (let left = reader.count(12); left > 0; left--) {
    brokers.push({ id: reader.int32(), host: reader.string() ?? '', port: reader.int32() })
    reader.string() // rack
  }
  return { brokers, clusterId: reader.string() }
}

/** Header version 1: key, version, correlation id, client id. */
function header(apiKey: number, version: number, correlationId: number): Buffer {
  const bytes = Buffer.alloc(10 + CLIENT_ID.length)
  bytes.writeInt16BE(apiKey, 0)
  bytes.writeInt16BE(version, 2)
  bytes.writeInt32BE(correlationId, 4)
  bytes.writeInt16BE(CLIENT_ID.length, 8)
  bytes.write(CLIENT_ID, 10)
  return bytes
}

function frame(body: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

/** Reads past the end end in RangeError, as Buffer's own do. */
class Reader {
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  int16(): number {
    const value = this.#bytes.readInt16BE(this.#position)
    this.#position += 2
    return value
  }

  int32(): number {
    const value = this.#bytes.readInt32BE(this.#position)
    this.#position += 4
    return value
  }

  /** An array's length; one whose elements, of at least so many bytes, would not fit is none. */
  count(leastBytesEach: number): number {
    const value = this.int32()
    if (value < 0 || value * leastBytesEach > this.#bytes.length) throw new RangeError('No such array')
    return value
  }

  string(): string | null {
    const length = this.int16()
    if (length < 0) return null
    const end = this.#position + length
    if (end > this.#bytes.length) throw new RangeError('No such string')
    const value = this.#bytes.toString('utf8', this.#position, end)
    this.#position = end
    return value
  }
}
