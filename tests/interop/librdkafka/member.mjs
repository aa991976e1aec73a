/**
 * A member of a group in a process of its own, as `MemberProcess` wants it:
 * `node member.mjs <brokers> <groupId> <topic> <clientId> <range|cooperative-sticky|consumer> [group.instance.id]`.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { FOLDER } from './folder.mjs'

const { KafkaConsumer } = createRequire(join(FOLDER, 'package.json'))('@platformatic/rdkafka')

/** @typedef {{ partition: number, offset: number, value: Buffer }} Got */

const [brokers, groupId, topic, clientId, kind = 'range', instanceId] = process.argv.slice(2)
const isConsumerProtocol = kind === 'consumer'
/** A static member comes back in a process of its own, which has to begin before its session is over. */
const SESSION_TIMEOUT_MS = instanceId === undefined ? 3_000 : 30_000
const consumer = new KafkaConsumer(
  {
    'bootstrap.servers': brokers,
    'group.id': groupId,
    'client.id': clientId,
    ...(instanceId === undefined ? {} : { 'group.instance.id': instanceId }),
    // With the consumer protocol the broker says how long a session is.
    ...(isConsumerProtocol
      ? { 'group.protocol': 'consumer' }
      : {
          'partition.assignment.strategy': kind,
          'session.timeout.ms': SESSION_TIMEOUT_MS,
          'heartbeat.interval.ms': 200,
        }),
    'max.poll.interval.ms': 2 * SESSION_TIMEOUT_MS,
    'auto.commit.interval.ms': 100,
    // An offset may be committed once its record is printed, not when librdkafka hands it out.
    'enable.auto.offset.store': false,
    'fetch.wait.max.ms': 200,
    rebalance_cb: true,
  },
  { 'auto.offset.reset': 'earliest' },
)
consumer.on('ready', () => {
  consumer.subscribe([topic])
  consumer.consume()
})
consumer.on('data', (/** @type {Got} */ { partition, offset, value }) => {
  process.stdout.write(`${partition} ${offset} ${value}\n`)
  try {
    consumer.offsetsStore([{ topic, partition, offset: offset + 1 }])
  } catch (error) {
    // The partition went to somebody else while its record waited here.
    process.stderr.write(`${error}\n`)
  }
})
consumer.on('event.error', (/** @type {Error} */ error) => process.stderr.write(`${error}\n`))

// The bindings' disconnect() never comes back while records flow, so it gives its partitions up first.
process.stdin.once('data', () => {
  consumer.on('rebalance', () => setImmediate(disconnectWhenIdle))
  consumer.unsubscribe()
  disconnectWhenIdle()
})

let isDisconnecting = false

function disconnectWhenIdle() {
  if (isDisconnecting || consumer.assignments().length > 0) return
  isDisconnecting = true
  consumer.disconnect(() => process.exit(0))
}

consumer.connect()
