import { Worker } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import type { ActiveFault } from '../faults/spec.ts'
import type { Failure } from './types.ts'
import { FROZEN, OPEN } from './worker-protocol.ts'
import type { BrokerWorkerData, FromBroker, ToBroker } from './worker-protocol.ts'

export interface BrokerThreadListener {
  message(message: FromBroker): void
  /** The thread is gone, however it ended. */
  exited(): void
}

/** One broker's worker thread, seen from the supervisor. */
export class BrokerThread {
  readonly #worker: Worker
  readonly #exited: Promise<void>
  readonly #ready: Promise<void>
  readonly #gate: Int32Array
  /** Who waits for the thread to have done as it was told, in the order of the telling. */
  readonly #waiting: { frozen: (() => void)[]; faultsApplied: (() => void)[] } = {
    frozen: [],
    faultsApplied: [],
  }
  #failure: Failure | null = null

  constructor(workerUrl: URL, data: BrokerWorkerData, listener: BrokerThreadListener) {
    this.#gate = new Int32Array(data.gate)
    this.#worker = new Worker(workerUrl, {
      workerData: data,
      transferList: data.checkpointPort === null ? [] : [data.checkpointPort],
      name: `broker-${data.brokerId}`,
    })
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        listener.exited()
        resolve()
      })
    })
    this.#ready = new Promise((resolve) => {
      this.#worker.on('message', (message: FromBroker) => {
        if (message.type === 'failed') this.#failure = message.failure
        if (message.type === 'frozen' || message.type === 'faultsApplied')
          this.#waiting[message.type].shift()?.()
        listener.message(message)
        if (message.type === 'ready') resolve()
      })
    })
    this.#worker.on('error', (error) => {
      this.#failure ??= {
        code: 'BROKER_CRASHED',
        message: `Broker ${data.brokerId} ended by an error of its own: ${error.message}.`,
        remedy: 'Start it again; the log has the details.',
      }
    })
  }

  /** Why the thread ended by itself; null while it runs and when it was asked to end. */
  get failure(): Failure | null {
    return this.#failure
  }

  /** Resolves when the broker serves or its thread has ended. */
  settled(): Promise<void> {
    return Promise.race([this.#ready, this.#exited])
  }

  send(message: ToBroker): void {
    this.#worker.postMessage(message)
  }

  get isFrozen(): boolean {
    return Atomics.load(this.#gate, 0) === FROZEN
  }

  /** Resolves when the thread stands still, or is gone. */
  freeze(): Promise<void> {
    Atomics.store(this.#gate, 0, FROZEN)
    return this.#told('frozen', { type: 'freeze' })
  }

  thaw(): void {
    Atomics.store(this.#gate, 0, OPEN)
    Atomics.notify(this.#gate, 0)
  }

  /** Resolves when they are in force, the thread is gone, or it is frozen, which will learn of them when it is not. */
  async setFaults(faults: ActiveFault[]): Promise<void> {
    const told = this.#told('faultsApplied', { type: 'faults', faults })
    if (!this.isFrozen) await told
  }

  #told(answer: 'frozen' | 'faultsApplied', message: ToBroker): Promise<void> {
    const answered = new Promise<void>((resolve) => this.#waiting[answer].push(resolve))
    this.send(message)
    return Promise.race([answered, this.#exited])
  }

  /** Asks the broker to end and waits for it; a thread that does not end in time is terminated. */
  async stop(controlled: boolean, timeoutMs: number): Promise<void> {
    this.send({ type: 'stop', controlled })
    // One that is frozen would not hear it.
    this.thaw()
    const timer = systemClock.setTimer(timeoutMs, () => void this.#worker.terminate())
    await this.#exited
    timer.cancel()
  }

  /** Ends the thread in the middle of whatever it does. */
  async kill(): Promise<void> {
    await this.#worker.terminate()
    await this.#exited
  }
}
