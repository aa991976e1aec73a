/**
 * Produces the numbers from 0 as records of a topic, idempotently and with acks=all:
 * `node produce.mjs <brokers> <topic> <partitions> <count>`. It prints each that was acknowledged, and ends when all are.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { FOLDER } from './folder.mjs'

const { Producer } = createRequire(join(FOLDER, 'package.json'))('@platformatic/rdkafka')

const [brokers, topic, partitions, count] = process.argv.slice(2)
const producer = new Producer({
  'bootstrap.servers': brokers,
  'client.id': 'librdkafka',
  'enable.idempotence': true,
  acks: -1,
  'linger.ms': 2,
  'batch.num.messages': 20,
  dr_cb: true,
})
const left = { toSend: 0, unacknowledged: Number(count) }
/** @param {Error | null} error @param {{ partition: number, offset: number, opaque: string }} report */
const acknowledged = (error, { partition, offset, opaque }) => {
  if (error) throw error
  process.stdout.write(`${partition} ${offset} ${opaque}\n`)
  if (--left.unacknowledged === 0) producer.disconnect(() => process.exit(0))
}
producer.on('delivery-report', acknowledged)
producer.on('event.error', (/** @type {Error} */ error) => process.stderr.write(`${error}\n`))
producer.on('ready', () => {
  producer.setPollInterval(20)
  setInterval(() => {
    for (let sent = 0; sent < 50 && left.toSend < Number(count); sent++) {
      const number = left.toSend++
      producer.produce(topic, number % Number(partitions), Buffer.from(`${number}`), null, null, `${number}`)
    }
  }, 10)
})
producer.connect()
