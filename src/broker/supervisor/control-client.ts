import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { FaultSpec } from '../faults/spec.ts'
import {
  LineReader,
  MAX_ANSWER_LINE_BYTES,
  isProcessAlive,
  parseObject,
  readControlFile,
} from './control-protocol.ts'
import type { RemoveBrokerOptions } from './broker-removals.ts'
import type { BrokerAction, Call, Hello } from './control-protocol.ts'
import type { DecommissionProgress } from './decommission.ts'
import type { Fault } from './faults/fault.ts'
import { ClusterError } from './types.ts'
import type { ClusterStatus, Failure } from './types.ts'

/** How long the other process may take to greet; it answers in a millisecond unless it is stopped or overloaded. */
const WELCOME_TIMEOUT_MS = 5_000

/** Steers a cluster another process runs. Every call rejects with ClusterError. */
export interface ControlClient {
  status(): Promise<ClusterStatus>
  /** Resolves when the cluster has stopped; a foreground `ottla up` ends then. */
  stop(): Promise<void>
  /** The cluster's status after the action. */
  broker(action: BrokerAction, id: number): Promise<ClusterStatus>
  /** The cluster's status with the new broker, its last one, in it. */
  addBroker(options?: { rack?: string }): Promise<ClusterStatus>
  /** The cluster's status without the broker. Called off when the connection closes, too. */
  removeBroker(id: number, options?: RemoveBrokerOptions): Promise<ClusterStatus>
  faults(): Promise<Fault[]>
  /** Resolves when it is in force at every broker. */
  applyFault(spec: FaultSpec): Promise<Fault>
  /** The faults that are left. */
  removeFaults(faultIds: readonly number[]): Promise<Fault[]>
  /** How many there were. */
  clearFaults(): Promise<number>
  close(): void
}

/** Connects to the process which runs the cluster in a folder. ClusterError `NOT_RUNNING` when there is none. */
export async function connectControl(directory: string): Promise<ControlClient> {
  const file = readControlFile(directory)
  // A killed process leaves its file behind.
  if (file === null || !isProcessAlive(file.pid)) throw notRunning(directory)
  const connection = new Connection(connect({ host: '127.0.0.1', port: file.port }), directory)
  await connection.greet({ token: file.token })
  return {
    status: async () => (await connection.call({ method: 'status' })) as ClusterStatus,
    stop: async () => void (await connection.call({ method: 'stop' })),
    broker: async (action, brokerId) =>
      (await connection.call({ method: 'broker', action, brokerId })) as ClusterStatus,
    addBroker: async ({ rack = null }: { rack?: string | null } = {}) =>
      (await connection.call({ method: 'addBroker', rack })) as ClusterStatus,
    removeBroker: async (brokerId, { allowFewerReplicas = false, signal, onProgress } = {}) =>
      (await connection.call(
        { method: 'removeBroker', brokerId, allowFewerReplicas },
        { signal, progress: (progress) => onProgress?.(progress as DecommissionProgress) },
      )) as ClusterStatus,
    faults: async () => (await connection.call({ method: 'faults' })) as Fault[],
    applyFault: async (spec) => (await connection.call({ method: 'applyFault', spec })) as Fault,
    removeFaults: async (faultIds) =>
      (await connection.call({ method: 'removeFaults', faultIds: [...faultIds] })) as Fault[],
    clearFaults: async () => (await connection.call({ method: 'clearFaults' })) as number,
    close: () => connection.close(),
  }
}

interface CallOptions {
  signal?: AbortSignal | undefined
  progress?: (progress: unknown) => void
}

interface Waiting {
  progress?: ((progress: unknown) => void) | undefined
  resolve(result: unknown): void
  reject(error: ClusterError): void
}

/** A call without its id, which the connection gives it. */
type CallBody = Call extends infer Each ? (Each extends Call ? Omit<Each, 'id'> : never) : never

class Connection {
  readonly #socket: Socket
  readonly #directory: string
  readonly #lines = new LineReader(MAX_ANSWER_LINE_BYTES)
  readonly #waiting = new Map<number, Waiting>()
  #welcome: Waiting | null = null
  #nextId = 1
  /** Why the connection ended, once it has. */
  #end: ClusterError | null = null

  constructor(socket: Socket, directory: string) {
    this.#socket = socket
    this.#directory = directory
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail())
  }

  /** Whoever does not greet back is not the process we look for: it died, and another took its pid or port. */
  greet(hello: Hello): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#welcome = { resolve: () => resolve(), reject }
      this.#socket.setTimeout(WELCOME_TIMEOUT_MS, () => this.#fail())
      this.#socket.write(`${JSON.stringify(hello)}\n`)
    })
  }

  call(body: CallBody, { signal, progress }: CallOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#end) {
        reject(this.#end)
        return
      }
      const id = this.#nextId++
      this.#waiting.set(id, { progress, resolve, reject })
      this.#socket.write(`${JSON.stringify({ id, ...body })}\n`)
      const cancel = (): void => void this.call({ method: 'cancel', callId: id }).catch(() => undefined)
      if (signal?.aborted === true) cancel()
      else signal?.addEventListener('abort', cancel, { once: true })
    })
  }

  close(): void {
    this.#fail()
  }

  #receive(chunk: Buffer): void {
    const lines = this.#lines.push(chunk)
    if (lines === null) this.#fail(new Error('an answer is too long'))
    else for (const line of lines) this.#take(parseObject(line))
  }

  #take(message: Record<string, unknown> | null): void {
    if (message === null) {
      this.#fail(new Error('an answer is no JSON object'))
    } else if (this.#welcome) {
      if (message.welcome !== 'ottla') return this.#fail()
      this.#socket.setTimeout(0)
      this.#welcome.resolve(null)
      this.#welcome = null
    } else {
      const id = Number(message.id)
      const waiting = this.#waiting.get(id)
      if ('progress' in message) return waiting?.progress?.(message.progress)
      this.#waiting.delete(id)
      if ('failure' in message) waiting?.reject(new ClusterError(message.failure as Failure))
      else waiting?.resolve(message.result)
    }
  }

  #fail(cause?: Error): void {
    this.#socket.destroy()
    if (this.#end) return
    this.#end = this.#welcome ? notRunning(this.#directory, cause) : connectionLost(cause)
    this.#welcome?.reject(this.#end)
    for (const waiting of this.#waiting.values()) waiting.reject(this.#end)
    this.#waiting.clear()
  }
}

function notRunning(directory: string, cause?: unknown): ClusterError {
  return new ClusterError(
    {
      code: 'NOT_RUNNING',
      message: `The cluster in ${directory} is not running.`,
      remedy: 'Start it with "ottla up".',
    },
    cause,
  )
}

function connectionLost(cause?: unknown): ClusterError {
  return new ClusterError(
    {
      code: 'CONNECTION_LOST',
      message: 'The process that runs the cluster ended before it answered.',
      remedy: 'Ask again to see whether the cluster runs.',
    },
    cause,
  )
}
