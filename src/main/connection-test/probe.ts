import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { FailureError } from '../../shared/channel/failure.ts'
import type { Address } from '../../shared/ipc/clusters.ts'
import type { Advertised } from './kafka-bytes.ts'
import {
  METADATA_VERSION,
  apiVersionsRequest,
  metadataRequest,
  readApiVersions,
  readMetadata,
} from './kafka-bytes.ts'
import * as reasons from './reasons.ts'

const CONNECT_TIMEOUT_MS = 3_000
const ANSWER_TIMEOUT_MS = 4_000

/** Resolves when something at the address takes connections. FailureError with the reason when nothing does. */
export async function reach(address: Address): Promise<void> {
  ;(await open(address)).destroy()
}

/**
 * What the Kafka broker at the address says of its cluster. FailureError when there is none, or when it wants what
 * Ottla can't give.
 */
export async function askCluster(address: Address): Promise<Advertised> {
  const socket = await open(address)
  try {
    const conversation = new Conversation(socket, address)
    const versions = await conversation.ask(apiVersionsRequest(1), 1, readApiVersions, 'first')
    const newest = versions.metadata?.newest ?? -1
    if (newest < METADATA_VERSION) throw new FailureError(reasons.tooOld(address))
    return await conversation.ask(metadataRequest(2), 2, readMetadata, 'later')
  } finally {
    socket.destroy()
  }
}

function open(address: Address): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address.host, port: address.port, autoSelectFamily: true })
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => {
      socket.destroy()
      reject(new FailureError(reasons.noConnection(address)))
    })
    socket.once('error', (error) => {
      socket.destroy()
      reject(new FailureError(reasons.ofSystem(address, error), error))
    })
    socket.once('connect', () => {
      socket.setTimeout(0)
      resolve(socket)
    })
  })
}

/** Whether anything of Kafka has been heard before: who hangs up then knows the protocol and wants to know us better. */
type Moment = 'first' | 'later'

/** Questions and answers over one connection, one at a time. */
class Conversation {
  readonly #socket: Socket
  readonly #address: Address

  constructor(socket: Socket, address: Address) {
    this.#socket = socket
    this.#address = address
  }

  async ask<T>(
    request: Buffer,
    correlationId: number,
    read: (body: Buffer) => T,
    moment: Moment,
  ): Promise<T> {
    const answer = await this.#exchange(request, moment)
    if (answer.length < 4 || answer.readInt32BE(0) !== correlationId) {
      throw new FailureError(reasons.notKafka(this.#address, answer))
    }
    try {
      return read(answer.subarray(4))
    } catch (error) {
      throw new FailureError(reasons.notKafka(this.#address, answer), error)
    }
  }

  /** The answer's frame without its length. */
  #exchange(request: Buffer, moment: Moment): Promise<Buffer> {
    const socket = this.#socket
    return new Promise((resolve, reject) => {
      let heard: Buffer = Buffer.alloc(0)
      const end = (act: () => void) => {
        clearTimeout(timer)
        socket.removeAllListeners('data')
        socket.removeAllListeners('close')
        act()
      }
      const fail = (failure: Parameters<typeof reasons.hungUp>[1]) =>
        end(() => reject(new FailureError(reasons.hungUp(this.#address, failure, heard, moment))))
      const timer = setTimeout(() => fail('silence'), ANSWER_TIMEOUT_MS)
      // 'close' follows, and tells of it.
      socket.on('error', () => socket.destroy())
      socket.on('close', () => fail('close'))
      socket.on('data', (chunk) => {
        heard = Buffer.concat([heard, chunk])
        const frame = wholeFrame(heard)
        if (frame === 'none') fail('close')
        else if (frame) end(() => resolve(frame))
      })
      socket.write(request)
    })
  }
}

/** No broker describes itself in more; the first bytes of other protocols, read as a length, say more. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024

function wholeFrame(bytes: Buffer): Buffer | 'none' | null {
  if (bytes.length < 4) return null
  const length = bytes.readInt32BE(0)
  if (length < 4 || length > MAX_FRAME_BYTES) return 'none'
  return bytes.length >= 4 + length ? bytes.subarray(4, 4 + length) : null
}
