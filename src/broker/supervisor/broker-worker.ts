/** A broker's worker thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import { createLogger } from '../logger.ts'
import { Broker } from '../server/broker.ts'
import { brokerFailure } from './broker-failure.ts'
import type { BrokerWorkerData, FromBroker, ToBroker } from './worker-protocol.ts'

const { addresses, ...data } = workerData as BrokerWorkerData

const tell = (message: FromBroker) => parentPort?.postMessage(message)
const log = createLogger(data.brokerId, (line) => tell({ type: 'log', line }))

process.on('uncaughtException', (error) => {
  log.error('The broker ended by an error of its own', { error: error.stack ?? error.message })
  tell({ type: 'failed', failure: brokerFailure(data, error) })
  process.exit(1)
})

const broker = new Broker({
  ...data,
  clock: systemClock,
  log,
  onHistory: (entry) => tell({ type: 'history', entry }),
  onController: (controllerId) => tell({ type: 'controller', controllerId }),
})

parentPort?.on('message', (message: ToBroker) => {
  switch (message.type) {
    case 'stop':
      void broker.stop(message).then(() => process.exit(0))
      break
    case 'addresses':
      broker.setAddresses(message.addresses)
      break
    case 'brokerDied':
      broker.brokerDied(message.brokerId)
      break
  }
})

broker.setAddresses(addresses)
await broker.start()
tell({ type: 'ready' })
