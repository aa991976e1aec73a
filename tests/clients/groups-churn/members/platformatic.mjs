/**
 * A member of a group in a process of its own, which can be killed or made to hang:
 * `node platformatic.mjs <brokers> <groupId> <topic> <clientId> <classic|consumer>`. It prints what it gets, a line
 * each, as `MemberProcess` reads it, and leaves when it is told to.
 */
import { Consumer, stringDeserializers } from '@platformatic/kafka'

// The client asks for it at every call; Node 20 does not have it.
if (!('withResolvers' in Promise)) {
  Object.defineProperty(Promise, 'withResolvers', {
    value() {
      const made = {}
      made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
      return made
    },
  })
}

const [brokers = '', groupId = '', topic = '', clientId = '', protocol] = process.argv.slice(2)
const groupProtocol = protocol === 'consumer' ? 'consumer' : 'classic'
const classic = { sessionTimeout: 3_000, rebalanceTimeout: 6_000, heartbeatInterval: 200 }

let consumer = await open()

async function open() {
  const opened = new Consumer({
    clientId,
    bootstrapBrokers: brokers.split(','),
    groupId,
    groupProtocol,
    ...(groupProtocol === 'classic' ? classic : {}),
    deserializers: stringDeserializers,
    maxWaitTime: 200,
  })
  const stream = await opened.consume({
    topics: [topic],
    mode: 'committed',
    fallbackMode: 'earliest',
    autocommit: 100,
  })
  stream.on('data', ({ partition, offset, value }) =>
    process.stdout.write(`${partition} ${offset} ${value}\n`),
  )
  // A stream ends with the first commit the coordinator refuses, as it does after its member hung: an application
  // opens the next one.
  stream.once('error', (error) => void reopen(opened, error))
  return opened
}

/** @param {{ close(force: true): Promise<void> }} former @param {Error} error */
async function reopen(former, error) {
  process.stderr.write(`${error}\n`)
  former.close(true).catch((/** @type {Error} */ failure) => process.stderr.write(`${failure}\n`))
  consumer = await open()
}

process.stdin.once('data', () => void consumer.close(true).then(() => process.exit(0)))
