import { Worker } from 'node:worker_threads'
import { createClient } from '../../shared/channel/client.ts'
import type { Failure, Result } from '../../shared/channel/failure.ts'
import type { ClientTransport } from '../../shared/channel/messages.ts'
import type { Overview, OverviewSample } from '../../shared/ipc/overview.ts'
import type { TrafficSample } from '../../shared/ipc/traffic.ts'
import type { SessionClient, SessionOptions } from './contract.ts'
import { sessionContract } from './contract.ts'
import { PortTransport } from './port-transport.ts'

const SAMPLE_INTERVAL_MS = 1_000
const FIRST_RESTART_MS = 500
const LAST_RESTART_MS = 30_000
/** A session that ran so long did not die of what the one before it died of. */
const HEALTHY_AFTER_MS = 60_000

export interface SessionListener {
  onSample: (sample: OverviewSample) => void
  onTraffic: (sample: TrafficSample) => void
  /** The thread ended by itself; it is begun again. */
  onDeath: (failure: Failure) => void
}

/** What is known of one open cluster: a worker thread that asks it, begun again whenever it dies. */
export class Session {
  readonly #id: string
  readonly #bootstrapServers: string[]
  readonly #listener: SessionListener
  readonly #workerUrl: URL
  readonly #lagFile: string | null
  #worker: Worker | null = null
  #client: SessionClient | null = null
  #transport: ClientTransport | null = null
  #restart: NodeJS.Timeout | null = null
  #restartMs = FIRST_RESTART_MS
  #latest: OverviewSample | null = null
  #closed = false

  constructor(
    id: string,
    bootstrapServers: string[],
    workerUrl: URL,
    listener: SessionListener,
    lagFile: string | null = null,
  ) {
    this.#id = id
    this.#bootstrapServers = bootstrapServers
    this.#workerUrl = workerUrl
    this.#lagFile = lagFile
    this.#listener = listener
    this.#begin()
  }

  get bootstrapServers(): readonly string[] {
    return this.#bootstrapServers
  }

  /** Null while the thread is being begun again. */
  get client(): SessionClient | null {
    return this.#client
  }

  /** The way to the thread for messages that are passed on as they are; null while it is being begun again. */
  get transport(): ClientTransport | null {
    return this.#transport
  }

  get latest(): OverviewSample | null {
    return this.#latest
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#restart) clearTimeout(this.#restart)
    await this.#worker?.terminate()
  }

  #begin(): void {
    const options: SessionOptions = {
      bootstrapServers: this.#bootstrapServers,
      clientId: 'ottla',
      sampleIntervalMs: SAMPLE_INTERVAL_MS,
      lagFile: this.#lagFile,
    }
    const worker = new Worker(this.#workerUrl, { workerData: options, name: `session ${this.#id}` })
    const transport = new PortTransport(worker)
    const begunMs = performance.now()
    let cause: unknown = null
    this.#worker = worker
    this.#transport = transport
    this.#client = createClient(sessionContract, transport)
    this.#client.overview.sampled(({ atMs, overview }) => this.#take(atMs, overview))
    this.#client.traffic.sampled((told) => {
      if (!this.#closed) this.#listener.onTraffic({ id: this.#id, ...told })
    })
    worker.on('error', (error) => (cause = error))
    worker.on('exit', (exitCode) => {
      transport.disconnect()
      this.#client = null
      this.#transport = null
      if (!this.#closed) this.#died(cause, exitCode, performance.now() - begunMs)
    })
  }

  #take(atMs: number, overview: Result<Overview>): void {
    if (this.#closed) return
    const failingSinceMs = overview.ok ? null : (this.#latest?.failingSinceMs ?? atMs)
    this.#latest = { id: this.#id, atMs, failingSinceMs, overview }
    this.#listener.onSample(this.#latest)
  }

  #died(cause: unknown, exitCode: number, livedMs: number): void {
    if (livedMs > HEALTHY_AFTER_MS) this.#restartMs = FIRST_RESTART_MS
    const why = cause instanceof Error ? cause.message : `exit code ${exitCode}`
    const failure: Failure = {
      code: 'SESSION_DIED',
      message: `The session with the cluster ended: ${why}.`,
      remedy: 'It is begun again by itself.',
    }
    this.#take(Date.now(), { ok: false, failure })
    this.#listener.onDeath(failure)
    this.#restart = setTimeout(() => this.#begin(), this.#restartMs)
    this.#restartMs = Math.min(this.#restartMs * 2, LAST_RESTART_MS)
  }
}
