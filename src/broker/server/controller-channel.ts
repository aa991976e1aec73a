import type { Clock } from '../clock.ts'
import type { ControllerChannel } from '../handlers/services.ts'
import { NetworkError, type KafkaClient } from '../network/client.ts'
import type { Api, RequestInput, ResponseOf } from '../protocol/api.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'

/** Who holds the controller role, as far as this broker can see. */
export interface ControllerLocator {
  readonly holderId: number | null
  onChange(listener: () => void): () => void
}

export interface ControllerChannelOptions {
  locator: ControllerLocator
  connect(brokerId: number): KafkaClient
  clock: Clock
  defaultTimeoutMs: number
}

/** Between two tries when nothing tells that the controller has changed. */
const RETRY_MS = 50

/**
 * Sends to whoever is the active controller; a controller that died or lost the role is tried again, or its
 * successor, until the time is over.
 */
export class LeaseControllerChannel implements ControllerChannel {
  readonly #options: ControllerChannelOptions

  constructor(options: ControllerChannelOptions) {
    this.#options = options
  }

  async send<A extends Api>(
    api: A,
    version: number,
    body: RequestInput<A>,
    options: { timeoutMs?: number } = {},
  ): Promise<ResponseOf<A>> {
    const { clock, locator, connect, defaultTimeoutMs } = this.#options
    const deadlineMs = clock.now() + (options.timeoutMs ?? defaultTimeoutMs)
    let last = 'no broker holds the controller role'
    for (let leftMs = deadlineMs - clock.now(); leftMs > 0; leftMs = deadlineMs - clock.now()) {
      const { holderId } = locator
      if (holderId !== null) {
        try {
          const client = connect(holderId)
          const response = await whileHolding(locator, holderId, client, () =>
            client.send(api, version, body, { timeoutMs: leftMs }),
          )
          if (!saysNotController(response)) return response
          last = `broker ${holderId} is not the controller any more`
        } catch (error) {
          if (!(error instanceof NetworkError)) throw error
          last = error.message
        }
      }
      await this.#change(RETRY_MS)
    }
    throw new KafkaError(ErrorCode.REQUEST_TIMED_OUT, `The controller did not answer in time: ${last}.`)
  }

  /** Resolves when the role has moved, or after `maxMs`. */
  #change(maxMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel()
        stop()
        resolve()
      }
      const timer = this.#options.clock.setTimer(maxMs, done)
      const stop = this.#options.locator.onChange(done)
    })
  }
}

/**
 * A controller that lost the role while it stood still, or behind a cut link, never answers and never hangs up: as
 * soon as another broker has the role, what was asked of the former one is given up.
 */
export async function whileHolding<T>(
  locator: ControllerLocator,
  holderId: number,
  client: KafkaClient,
  ask: () => Promise<T>,
): Promise<T> {
  const stop = locator.onChange(() => {
    if (locator.holderId !== null && locator.holderId !== holderId) {
      client.abandon(`broker ${holderId} is not the controller any more`)
    }
  })
  try {
    return await ask()
  } finally {
    stop()
  }
}

function saysNotController(response: unknown): boolean {
  return (response as { errorCode?: number }).errorCode === ErrorCode.NOT_CONTROLLER
}
