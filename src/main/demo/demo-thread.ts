import { Worker } from 'node:worker_threads'
import { createClient } from '../../shared/channel/client.ts'
import type { DemoSettings } from '../../shared/ipc/demo.ts'
import { PortTransport } from '../sessions/port-transport.ts'
import type { ClientCount, ClientHappening, DemoClientOptions, DemoThreadClient } from './contract.ts'
import { demoClientContract } from './contract.ts'

export interface DemoThreadListener {
  onHappening: (happening: ClientHappening) => void
  onCount: (count: ClientCount) => void
  /** It ended though nobody ended it. */
  onDeath: (reason: string) => void
}

/** A demo client as main has it: what to tell it, and two ways to be rid of it. */
export interface DemoThread {
  change(settings: DemoSettings): void
  /** Resolves when it has said goodbye, or nobody has answered for so long, and its thread is gone. */
  leave(patienceMs: number): Promise<void>
  /** Ends the thread in the middle of whatever it does. */
  crash(): Promise<void>
  /** The thread does nothing for so long. Resolves when it begins to. */
  stall(durationMs: number): Promise<void>
}

export type BeginThread = (options: DemoClientOptions, listener: DemoThreadListener) => DemoThread

/** A worker thread with one Kafka client in it. */
export class DemoWorkerThread implements DemoThread {
  readonly #worker: Worker
  readonly #client: DemoThreadClient
  #expectsEnd = false

  constructor(workerUrl: URL, options: DemoClientOptions, listener: DemoThreadListener) {
    this.#worker = new Worker(workerUrl, { workerData: options, name: options.name })
    const transport = new PortTransport(this.#worker)
    this.#client = createClient(demoClientContract, transport)
    const heard =
      <T>(listen: (value: T) => void) =>
      (value: T) => {
        if (!this.#expectsEnd) listen(value)
      }
    this.#client.client.happened(heard(listener.onHappening))
    this.#client.client.counted(heard(listener.onCount))
    let reason = 'the thread ended'
    this.#worker.on('error', (error) => (reason = error instanceof Error ? error.message : String(error)))
    this.#worker.on('exit', () => {
      transport.disconnect()
      if (!this.#expectsEnd) listener.onDeath(reason)
    })
  }

  change(settings: DemoSettings): void {
    void this.#client.client.change(settings)
  }

  async leave(patienceMs: number): Promise<void> {
    this.#expectsEnd = true
    let timer: NodeJS.Timeout | null = null
    const impatience = new Promise((resolve) => (timer = setTimeout(resolve, patienceMs)))
    await Promise.race([this.#client.client.leave(), impatience])
    if (timer) clearTimeout(timer)
    await this.#worker.terminate()
  }

  async stall(durationMs: number): Promise<void> {
    await this.#client.client.stall({ durationMs })
  }

  async crash(): Promise<void> {
    this.#expectsEnd = true
    await this.#worker.terminate()
  }
}
