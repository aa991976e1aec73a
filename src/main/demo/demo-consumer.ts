import { setTimeout as delay } from 'node:timers/promises'
import type { Message, MessagesStream } from '@platformatic/kafka'
import {
  Consumer,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  stringDeserializers,
} from '@platformatic/kafka'
import type { DemoSettings } from '../../shared/ipc/demo.ts'
import { DEMO_SESSION_MS } from '../../shared/ipc/demo.ts'
import { describeKafkaError } from '../sessions/kafka-failure.ts'
import type { ClientHappening, DemoClientOptions } from './contract.ts'
import { Positions } from './positions.ts'
import type { RateMeter } from './rate-meter.ts'

const HEARTBEAT_MS = 500
const COMMIT_INTERVAL_MS = 500
const LOOK_INTERVAL_MS = 1_000
const AGAIN_AFTER_MS = 1_000
const FETCH_WAIT_MS = 250
/** Small fetches: what a slow consumer has not processed yet stays in the log, where its lag is seen. */
const FETCH_MAX_BYTES = 16_384
const BUFFERED_RECORDS = 32

type TextConsumer = Consumer<string, string, string, string>

/** A member of the demo's group. It commits what it has processed, not what it has fetched. */
export class DemoConsumer {
  settings: DemoSettings
  readonly #options: DemoClientOptions
  readonly #meter: RateMeter
  readonly #tell: (happening: ClientHappening) => void
  readonly #ended: Promise<void>
  readonly #leaving = new AbortController()

  constructor(options: DemoClientOptions, meter: RateMeter, tell: (happening: ClientHappening) => void) {
    this.settings = options.settings
    this.#options = options
    this.#meter = meter
    this.#tell = tell
    this.#ended = this.#run()
  }

  async leave(): Promise<void> {
    this.#leaving.abort()
    await this.#ended
  }

  /** A membership that can't go on (no broker answers) is told, and begun again. */
  async #run(): Promise<void> {
    while (!this.#leaving.signal.aborted) {
      try {
        await this.#membership()
      } catch (error) {
        this.#tell({ kind: 'failed', failure: describeKafkaError(error) })
        await delay(AGAIN_AFTER_MS)
      }
    }
  }

  async #membership(): Promise<void> {
    const { name, bootstrapServers, groupId, topic } = this.#options
    const consumer: TextConsumer = new Consumer<string, string, string, string>({
      clientId: name,
      bootstrapBrokers: bootstrapServers,
      groupId,
      deserializers: stringDeserializers,
      sessionTimeout: DEMO_SESSION_MS,
      rebalanceTimeout: DEMO_SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      metadataMaxAge: LOOK_INTERVAL_MS,
    })
    const positions = new Positions()
    const timers: NodeJS.Timeout[] = []
    let stream: MessagesStream<string, string, string, string> | null = null
    let isLeader = false
    let isRebalancing = false
    let failure: unknown = null
    const end = () => void stream?.close()
    const commit = async () => {
      const offsets = isRebalancing ? [] : positions.takeUncommitted()
      if (offsets.length === 0) return
      await consumer.commit({ offsets: offsets.map((each) => ({ topic, leaderEpoch: -1, ...each })) })
    }

    consumer.on('error', (error) => {
      failure = error
      end()
    })
    consumer.on('consumer:group:rebalance', () => {
      // Partitions may be assigned that were not there when metadata was last read.
      consumer.clearMetadata()
      if (!isRebalancing) this.#tell({ kind: 'rebalancing' })
      isRebalancing = true
    })
    consumer.on('consumer:group:join', ({ memberId, generationId, isLeader: leads, assignments }) => {
      const own = (assignments ?? []).filter((each) => each.topic === topic)
      const partitions = own.flatMap((each) => each.partitions).sort((one, other) => one - other)
      isRebalancing = false
      isLeader = leads ?? false
      positions.assign(partitions, stream?.readableLength ?? 0)
      this.#tell({ kind: 'joined', memberId, generation: generationId ?? 0, partitions })
    })

    this.#leaving.signal.addEventListener('abort', end, { once: true })
    try {
      stream = await consumer.consume({
        topics: [topic],
        mode: MessagesStreamModes.COMMITTED,
        fallbackMode: MessagesStreamFallbackModes.EARLIEST,
        autocommit: false,
        maxBytes: FETCH_MAX_BYTES,
        maxWaitTime: FETCH_WAIT_MS,
        highWaterMark: BUFFERED_RECORDS,
      })
      timers.push(
        setInterval(
          () => void commit().catch((error: unknown) => ((failure ??= error), end())),
          COMMIT_INTERVAL_MS,
        ),
        this.#rejoinWhenGrown(consumer, () => isLeader && !isRebalancing),
      )
      for await (const message of stream) {
        if (this.#leaving.signal.aborted) break
        await this.#process(message, positions)
      }
      if (failure) throw failure
      await commit()
    } finally {
      this.#leaving.signal.removeEventListener('abort', end)
      timers.forEach(clearInterval)
      await consumer.close(true)
    }
  }

  async #process(message: Message<string, string, string, string>, positions: Positions): Promise<void> {
    if (!positions.isDue(message)) return
    if (this.settings.processingMs > 0) {
      await delay(this.settings.processingMs, undefined, { signal: this.#leaving.signal }).catch(
        () => undefined,
      )
      if (this.#leaving.signal.aborted) return
    }
    positions.processed(message)
    this.#meter.add(1, Date.now())
  }

  /** Java's consumer sees new partitions when it refreshes its metadata, and its group rebalances; so here. */
  #rejoinWhenGrown(consumer: TextConsumer, mayRejoin: () => boolean): NodeJS.Timeout {
    const { topic } = this.#options
    let known: number | null = null
    let seen: number | null = null
    const look = async () => {
      const metadata = await consumer.metadata({ topics: [topic], forceUpdate: true })
      const count = metadata.topics.get(topic)?.partitionsCount ?? 0
      const isSettled = count === seen
      seen = count
      known ??= count
      // Twice the same: every broker had time to hear of the new partitions.
      if (count <= known || !isSettled) return
      known = count
      if (!mayRejoin()) return
      this.#tell({ kind: 'grown', partitions: count })
      await consumer.joinGroup({})
    }
    // What can't be looked at now is looked at again; whether the cluster answers, reading tells.
    return setInterval(() => void look().catch(() => undefined), LOOK_INTERVAL_MS)
  }
}
