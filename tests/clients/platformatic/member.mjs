/**
 * A consumer in a process of its own, so that it can be killed: `node member.mjs <brokers> <groupId> <topic>`. Prints
 * each value it gets on a line of its own.
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

const [brokers = '', groupId = '', topic = ''] = process.argv.slice(2)
const consumer = new Consumer({
  clientId: 'platformatic-child',
  bootstrapBrokers: brokers.split(','),
  groupId,
  groupProtocol: 'consumer',
  deserializers: stringDeserializers,
  maxWaitTime: 200,
})
const stream = await consumer.consume({
  topics: [topic],
  mode: 'committed',
  fallbackMode: 'earliest',
  autocommit: 100,
})
stream.on('data', ({ value }) => process.stdout.write(`${value}\n`))
