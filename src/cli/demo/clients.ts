import { setTimeout as delay } from 'node:timers/promises'
import {
  Admin,
  Consumer,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import type { DemoProtocol } from './options.ts'
import { DEMO_GROUP, DEMO_PARTITIONS, DEMO_TOPIC } from './options.ts'

const TURN_MS = 100
const MOST_REPLICAS = 3
const SESSION_MS = 6_000
const HEARTBEAT_MS = 500
const COMMIT_MS = 500
const AGAIN_AFTER_MS = 1_000

export type OnProblem = (message: string) => void

/** Makes the demo's topic where there is none. */
export async function makeTopic(bootstrapBrokers: string[], brokers: number): Promise<void> {
  const admin = new Admin({ clientId: 'ottla-demo', bootstrapBrokers })
  try {
    const topics = await admin.listTopics()
    if (topics.includes(DEMO_TOPIC)) return
    const replicas = Math.min(MOST_REPLICAS, brokers)
    await admin.createTopics({ topics: [DEMO_TOPIC], partitions: DEMO_PARTITIONS, replicas })
  } finally {
    await admin.close()
  }
}

/** One demo client: something that runs until it is told to leave, and begins again when it fails. */
export interface DemoClient {
  name: string
  leave(): Promise<void>
}

export function produce(bootstrapBrokers: string[], ratePerSecond: number, onProblem: OnProblem): DemoClient {
  const name = 'demo-producer-1'
  const leaving = new AbortController()
  const producer = new Producer({
    clientId: name,
    bootstrapBrokers,
    serializers: stringSerializers,
    acks: -1,
  })
  let sent = 0
  const startedMs = performance.now()
  const run = async () => {
    while (!leaving.signal.aborted) {
      await pause(TURN_MS, leaving.signal)
      const due = Math.floor(((performance.now() - startedMs) / 1_000) * ratePerSecond) - sent
      if (due <= 0) continue
      const messages = Array.from({ length: due }, (_, index) => ({
        topic: DEMO_TOPIC,
        key: `customer-${((sent + index) * 7_919) % 97}`,
        value: JSON.stringify({ order: sent + index }),
      }))
      sent += due
      await producer.send({ messages })
    }
  }
  const ended = untilLeft(run, name, leaving.signal, onProblem)
  return {
    name,
    leave: async () => {
      leaving.abort()
      await ended
      await producer.close()
    },
  }
}

/** With the consumer protocol sessions and heartbeats are the broker's to say. */
function membershipOf(protocol: DemoProtocol) {
  if (protocol === 'consumer') return { groupProtocol: protocol }
  return { sessionTimeout: SESSION_MS, rebalanceTimeout: SESSION_MS, heartbeatInterval: HEARTBEAT_MS }
}

export function consume(
  bootstrapBrokers: string[],
  { number, protocol }: { number: number; protocol: DemoProtocol },
  onProblem: OnProblem,
): DemoClient {
  const name = `demo-consumer-${number}`
  const leaving = new AbortController()
  const run = async () => {
    const consumer = new Consumer<string, string, string, string>({
      clientId: name,
      bootstrapBrokers,
      groupId: DEMO_GROUP,
      deserializers: stringDeserializers,
      ...membershipOf(protocol),
    })
    let failure: Error | null = null
    try {
      const stream = await consumer.consume({
        topics: [DEMO_TOPIC],
        mode: MessagesStreamModes.COMMITTED,
        fallbackMode: MessagesStreamFallbackModes.EARLIEST,
        autocommit: COMMIT_MS,
      })
      const end = () => void stream.close()
      consumer.on('error', (error: Error) => {
        failure = error
        end()
      })
      leaving.signal.addEventListener('abort', end, { once: true })
      if (leaving.signal.aborted) end()
      for await (const message of stream) if (leaving.signal.aborted || message.topic === '') break
      if (failure !== null) throw failure as Error
    } finally {
      await consumer.close(true)
    }
  }
  const ended = untilLeft(run, name, leaving.signal, onProblem)
  return {
    name,
    leave: async () => {
      leaving.abort()
      await ended
    },
  }
}

/** What fails is told, and tried again a second later. */
async function untilLeft(
  run: () => Promise<void>,
  name: string,
  leaving: AbortSignal,
  onProblem: OnProblem,
): Promise<void> {
  while (!leaving.aborted) {
    try {
      await run()
    } catch (error) {
      if (leaving.aborted) return
      onProblem(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      await pause(AGAIN_AFTER_MS, leaving)
    }
  }
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
