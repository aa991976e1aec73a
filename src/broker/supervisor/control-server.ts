import { randomBytes, timingSafeEqual } from 'node:crypto'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { join } from 'node:path'
import { unknownBroker } from './cluster-errors.ts'
import {
  CONTROL_FILE,
  LineReader,
  MAX_REQUEST_LINE_BYTES,
  parseCall,
  parseObject,
  readControlFile,
} from './control-protocol.ts'
import type { Answer, BrokerAction, Call, ControlFile, ProgressReport, Welcome } from './control-protocol.ts'
import type { RemoveBrokerOptions } from './broker-removals.ts'
import { directoryError } from './failures.ts'
import type { Fault } from './faults/fault.ts'
import { ClusterError } from './types.ts'
import type { ClusterStatus, Failure } from './types.ts'

/** What the channel steers; ClusterSupervisor is one. */
export interface ControlledCluster {
  status(): ClusterStatus
  stop(): Promise<void>
  startBroker(id: number): Promise<void>
  stopBroker(id: number): Promise<void>
  killBroker(id: number): Promise<void>
  addBroker(options?: { rack?: string }): Promise<number>
  removeBroker(id: number, options?: RemoveBrokerOptions): Promise<void>
  readonly faults: SteeredFaults
}

/** What the channel does with a cluster's faults; ClusterFaults is one. */
export interface SteeredFaults {
  list(): Fault[]
  apply(spec: unknown): Promise<Fault>
  remove(id: number): Promise<void>
  clear(): Promise<number>
}

export interface ControlServerOptions {
  /** What `stop` does instead of stopping the cluster; the caller is answered when it is done. */
  stop?: () => Promise<void>
  /** Called once a `stop` has been carried out and its answer is on its way. */
  onStopped?: () => void
}

/** A connection that has said nothing valid for so long is none of ours. */
const HELLO_TIMEOUT_MS = 5_000

/** Serves the control channel of a cluster, and announces it in the cluster's folder as `control.json`. */
export class ControlServer {
  readonly #cluster: ControlledCluster
  readonly #options: ControlServerOptions
  readonly #server: Server
  readonly #directory: string
  readonly #token = randomBytes(32).toString('base64url')
  readonly #sockets = new Set<Socket>()
  readonly #answering = new Set<Promise<void>>()
  /** Calls that can be called off, by connection and id. */
  readonly #cancellable = new Map<Socket, Map<number, AbortController>>()

  private constructor(cluster: ControlledCluster, options: ControlServerOptions) {
    this.#cluster = cluster
    this.#options = options
    this.#directory = cluster.status().directory
    this.#server = createServer((socket) => this.#accept(socket))
  }

  /** Resolves when clients can connect. ClusterError `DIRECTORY` where `control.json` can't be written. */
  static async serve(cluster: ControlledCluster, options: ControlServerOptions = {}): Promise<ControlServer> {
    const control = new ControlServer(cluster, options)
    const port = await listen(control.#server)
    try {
      control.#publish(port)
    } catch (error) {
      control.#server.close()
      throw error
    }
    return control
  }

  /** Takes `control.json` away, so that nobody comes any more; who is here stays. Idempotent. */
  withdraw(): void {
    // Another process may have taken over the folder since: its file is not ours to remove.
    if (readControlFile(this.#directory)?.token !== this.#token) return
    rmSync(join(this.#directory, CONTROL_FILE), { force: true })
  }

  /** Resolves when every call under way has its answer and all connections are closed. Idempotent. */
  async close(): Promise<void> {
    this.withdraw()
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await Promise.all(this.#answering)
    for (const socket of this.#sockets) socket.destroySoon()
    await closed
  }

  #publish(port: number): void {
    const path = join(this.#directory, CONTROL_FILE)
    const file: ControlFile = { formatVersion: 1, pid: process.pid, port, token: this.#token }
    try {
      // Renamed, so that nobody reads a half, and never older than this process: an old temporary one keeps its mode.
      rmSync(`${path}.tmp`, { force: true })
      writeFileSync(`${path}.tmp`, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx' })
      renameSync(`${path}.tmp`, path)
    } catch (error) {
      throw directoryError(path, error)
    }
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    const lines = new LineReader(MAX_REQUEST_LINE_BYTES)
    let isWelcome = false
    // Local, short lines: waiting to fill a packet would only slow them down.
    socket.setNoDelay(true)
    socket.setTimeout(HELLO_TIMEOUT_MS, () => socket.destroy())
    // A client that goes away in the middle is no event; 'close' follows every error.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.#sockets.delete(socket)
      // Whoever waited for it is gone: Ctrl+C in a terminal calls it off.
      for (const call of this.#cancellable.get(socket)?.values() ?? []) call.abort()
      this.#cancellable.delete(socket)
    })
    socket.on('data', (chunk) => {
      for (const line of lines.push(chunk) ?? [null]) {
        if (socket.destroyed) return
        if (line === null || (!isWelcome && !this.#knowsToken(line))) {
          socket.destroy()
        } else if (isWelcome) {
          this.#receive(socket, line)
        } else {
          isWelcome = true
          socket.setTimeout(0)
          send(socket, { welcome: 'ottla' })
        }
      }
    })
  }

  #knowsToken(line: string): boolean {
    const token = parseObject(line)?.token
    if (typeof token !== 'string') return false
    const [given, known] = [Buffer.from(token), Buffer.from(this.#token)]
    return given.length === known.length && timingSafeEqual(given, known)
  }

  #receive(socket: Socket, line: string): void {
    const call = parseCall(line)
    const answering = this.#answer(socket, call, line).then((answer) => {
      send(socket, answer)
      this.#answering.delete(answering)
      if (call?.method === 'stop' && 'result' in answer) this.#options.onStopped?.()
    })
    this.#answering.add(answering)
  }

  async #answer(socket: Socket, call: Call | null, line: string): Promise<Answer> {
    if (call === null) {
      const id = parseObject(line)?.id
      return { id: typeof id === 'number' ? id : 0, failure: unknownCall }
    }
    try {
      return { id: call.id, result: await this.#carryOut(socket, call) }
    } catch (error) {
      return { id: call.id, failure: failureOf(error) }
    }
  }

  async #carryOut(socket: Socket, call: Call): Promise<unknown> {
    if (call.method === 'stop') {
      await (this.#options.stop ? this.#options.stop() : this.#cluster.stop())
      return null
    }
    const { faults } = this.#cluster
    if (call.method === 'faults') return faults.list()
    if (call.method === 'applyFault') return faults.apply(call.spec)
    if (call.method === 'clearFaults') return faults.clear()
    if (call.method === 'removeFaults') {
      for (const id of call.faultIds) await faults.remove(id)
      return faults.list()
    }
    if (call.method === 'cancel') {
      this.#cancellable.get(socket)?.get(call.callId)?.abort()
      return null
    }
    if (call.method === 'addBroker') {
      await this.#cluster.addBroker(call.rack === null ? {} : { rack: call.rack })
    }
    if (call.method === 'removeBroker') await this.#removeBroker(socket, call)
    if (call.method === 'broker') await this.#steer(call.action, call.brokerId)
    return this.#cluster.status()
  }

  async #removeBroker(socket: Socket, call: Call & { method: 'removeBroker' }): Promise<void> {
    const { id, brokerId, allowFewerReplicas } = call
    const abort = new AbortController()
    const ofSocket = this.#cancellable.get(socket) ?? new Map<number, AbortController>()
    this.#cancellable.set(socket, ofSocket.set(id, abort))
    try {
      await this.#cluster.removeBroker(brokerId, {
        allowFewerReplicas,
        signal: abort.signal,
        onProgress: (progress) => send(socket, { id, progress }),
      })
    } finally {
      ofSocket.delete(id)
    }
  }

  #steer(action: BrokerAction, id: number): Promise<void> {
    const brokers = this.#cluster.status().brokers.map((broker) => broker.id)
    if (!brokers.includes(id)) throw unknownBroker(id, brokers)
    if (action === 'kill') return this.#cluster.killBroker(id)
    return action === 'stop' ? this.#cluster.stopBroker(id) : this.#cluster.startBroker(id)
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** To a client that is gone nothing is sent. */
function send(socket: Socket, message: Answer | ProgressReport | Welcome): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`)
}

function failureOf(error: unknown): Failure {
  if (error instanceof ClusterError) return error.failure
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    remedy: 'The log of the process that runs the cluster may tell more.',
  }
}

const unknownCall: Failure = {
  code: 'UNKNOWN_CALL',
  message: 'The process that runs the cluster does not know this call.',
  remedy: 'Use the same version of Ottla on both sides.',
}
