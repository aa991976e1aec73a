/**
 * A member of a classic group in a process of its own, which can be killed or made to hang:
 * `node kafkajs.mjs <brokers> <groupId> <topic> <clientId>`. It prints what it gets, a line each, as `MemberProcess`
 * reads it, and leaves when it is told to.
 */
import { Kafka, logLevel } from 'kafkajs'

const [brokers = '', groupId = '', topic = '', clientId = ''] = process.argv.slice(2)
const kafka = new Kafka({ clientId, brokers: brokers.split(','), logLevel: logLevel.NOTHING })
const consumer = kafka.consumer({
  groupId,
  sessionTimeout: 3_000,
  rebalanceTimeout: 6_000,
  heartbeatInterval: 200,
  maxWaitTimeInMs: 200,
  // A member that hung has more to try again than its default of five attempts.
  retry: { retries: 20, initialRetryTime: 100, maxRetryTime: 500 },
})
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await consumer.run({
  autoCommitInterval: 100,
  eachMessage: async ({ partition, message }) => {
    process.stdout.write(`${partition} ${message.offset} ${message.value}\n`)
  },
})
process.stdin.once('data', () => void consumer.disconnect().then(() => process.exit(0)))
