import { MessageChannel, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'

/**
 * The cluster's checkpoint thread, seen from the supervisor. It is started after the brokers: until then what they ask
 * for waits in their channels, and nothing of it is urgent.
 */
export class Checkpointer {
  readonly #workerUrl: URL
  #worker: Worker | null = null
  #waiting: MessagePort[] = []

  constructor(workerUrl: URL) {
    this.#workerUrl = workerUrl
  }

  /** The end of a channel for one broker's thread. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    if (this.#worker === null) this.#wait(port1)
    else handOver(this.#worker, port1)
    return port2
  }

  /** A broker which ends before the thread is there takes its channel with it. */
  #wait(port: MessagePort): void {
    this.#waiting.push(port)
    port.once('close', () => {
      this.#waiting = this.#waiting.filter((each) => each !== port)
    })
  }

  start(): void {
    const worker = new Worker(this.#workerUrl, { name: 'checkpoints' })
    this.#worker = worker
    for (const port of this.#waiting.splice(0)) handOver(worker, port)
  }

  /** To be called after the brokers have ended: the thread keeps their files open. */
  async close(): Promise<void> {
    for (const port of this.#waiting.splice(0)) port.close()
    await this.#worker?.terminate()
    this.#worker = null
  }
}

function handOver(worker: Worker, port: MessagePort): void {
  worker.postMessage({ port }, [port])
}
