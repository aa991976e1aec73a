/** A broker's worker thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import { createLogger } from '../logger.ts'
import { Broker } from '../server/broker.ts'
import { brokerFailure } from './broker-failure.ts'
import { FROZEN } from './worker-protocol.ts'
import type { BrokerWorkerData, FromBroker, ToBroker } from './worker-protocol.ts'

const { addresses, faults, gate, ...data } = workerData as BrokerWorkerData

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
  onFaultHits: (faultIds) => tell({ type: 'faultHits', faultIds }),
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
    case 'faults':
      broker.setFaults(message.faults)
      tell({ type: 'faultsApplied' })
      break
    case 'freeze':
      tell({ type: 'frozen' })
      // Nothing of this thread runs any more, sockets and timers included: what SIGSTOP does to a process.
      Atomics.wait(new Int32Array(gate), 0, FROZEN)
      break
  }
})

broker.setAddresses(addresses)
broker.setFaults(faults)
await broker.start()
tell({ type: 'ready' })
