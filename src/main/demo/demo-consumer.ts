import { setTimeout as delay } from 'node:timers/promises'
import type { Message, MessagesStream } from '@platformatic/kafka'
import {
  Consumer,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  stringDeserializers,
} from '@platformatic/kafka'
import type { DemoProtocol, DemoSettings } from '../../shared/ipc/demo.ts'
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
  /** It speaks one as long as it lives, whatever is set for those to come. */
  readonly #protocol: DemoProtocol
  readonly #meter: RateMeter
  readonly #tell: (happening: ClientHappening) => void
  readonly #ended: Promise<void>
  readonly #leaving = new AbortController()

  constructor(options: DemoClientOptions, meter: RateMeter, tell: (happening: ClientHappening) => void) {
    this.settings = options.settings
    this.#options = options
    this.#protocol = options.settings.protocol
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
      ...membershipOf(this.#protocol),
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
      try {
        await consumer.commit({ offsets: offsets.map((each) => ({ topic, leaderEpoch: -1, ...each })) })
      } catch (error) {
        // Its next epoch was on the way meanwhile (KIP-848).
        if (errorNameOf(error) !== 'STALE_MEMBER_EPOCH') throw error
        positions.putBack(offsets)
      }
    }

    consumer.on('error', (error) => {
      failure = error
      end()
    })
    const fail = (error: unknown) => {
      failure ??= error
      end()
    }
    if (this.#protocol === 'consumer') this.#followAssignments(consumer, positions, fail)
    consumer.on('consumer:group:rebalance', () => {
      if (this.#protocol === 'consumer') return
      // Partitions may be assigned that were not there when metadata was last read.
      consumer.clearMetadata()
      if (!isRebalancing) this.#tell({ kind: 'rebalancing' })
      isRebalancing = true
    })
    consumer.on('consumer:group:join', ({ memberId, generationId, isLeader: leads, assignments }) => {
      if (this.#protocol === 'consumer') return
      const partitions = partitionsIn(assignments ?? [], topic)
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
      const commitOrFail = () => void commit().catch(fail)
      if (this.#protocol === 'consumer') timers.push(setInterval(commitOrFail, COMMIT_INTERVAL_MS))
      else {
        // A commit that is refused makes the client join, and so does a heartbeat: were both under way, one client
        // would be two members. Right after a heartbeat that went well no other one is.
        consumer.on('consumer:heartbeat:end', commitOrFail)
        timers.push(this.#rejoinWhenGrown(consumer, () => isLeader && !isRebalancing))
      }
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

  /**
   * With the consumer protocol (KIP-848) nobody stops: what a member has changes from one heartbeat to another, and
   * the client tells of it only by what it has then.
   */
  #followAssignments(consumer: TextConsumer, positions: Positions, fail: (error: unknown) => void): void {
    let known: string | null = null
    // Partitions may be assigned that were not there when metadata was last read.
    consumer.on('consumer:heartbeat:start', () => consumer.clearMetadata())
    consumer.on('consumer:heartbeat:end', () => {
      const { assignments, memberId } = consumer
      if (assignments === null || memberId === null) return
      const partitions = partitionsIn(assignments, this.#options.topic)
      if (String(partitions) === known) return
      known = String(partitions)
      positions.assign(partitions, 0)
      this.#tell({ kind: 'joined', memberId, generation: null, partitions })
    })
    // The client would ask again for ever; it has to join as somebody new.
    consumer.on('consumer:heartbeat:error', ({ error }) => {
      if (errorNameOf(error) === 'UNKNOWN_MEMBER_ID') fail(error)
    })
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

/** With the consumer protocol sessions and heartbeats are the broker's to say. */
function membershipOf(protocol: DemoProtocol) {
  if (protocol === 'consumer') return { groupProtocol: 'consumer' } as const
  const sessionTimeout = DEMO_SESSION_MS.classic
  return { sessionTimeout, rebalanceTimeout: sessionTimeout, heartbeatInterval: HEARTBEAT_MS }
}

/** In order. */
function partitionsIn(
  assignments: readonly { topic: string; partitions: number[] }[],
  topic: string,
): number[] {
  const own = assignments.filter((each) => each.topic === topic)
  return own.flatMap(({ partitions }) => partitions).sort((one, other) => one - other)
}

function errorNameOf(error: unknown): string | null {
  return describeKafkaError(error).kafka?.errorName ?? null
}
