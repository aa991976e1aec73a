import { parentPort, workerData } from 'node:worker_threads'
import { ChannelServer, createNotifier } from '../../shared/channel/server.ts'
import { describeKafkaError } from '../sessions/kafka-failure.ts'
import { serveOnPort } from '../sessions/port-transport.ts'
import type { ClientHappening, DemoClientOptions } from './contract.ts'
import { demoClientContract } from './contract.ts'
import { DemoConsumer } from './demo-consumer.ts'
import { DemoProducer } from './demo-producer.ts'
import { RateMeter } from './rate-meter.ts'

// One demo client in a thread of its own, so that it can be ended as a process is: in the middle of what it does.

if (!parentPort) throw new Error('A demo client runs as a worker thread')

const COUNT_INTERVAL_MS = 500

const options = workerData as DemoClientOptions
const meter = new RateMeter(Date.now())
const server = new ChannelServer(
  demoClientContract,
  {
    client: {
      change: (settings) => {
        client.settings = settings
      },
      // After the answer is on its way: what follows is silence.
      stall: ({ durationMs }) => void setTimeout(() => standStill(durationMs), 0),
      leave: () => client.leave(),
    },
  },
  describeKafkaError,
)
const notify = createNotifier(
  demoClientContract,
  serveOnPort(parentPort, (message) => server.handle(0, message)),
)
const tell = (happening: ClientHappening) => notify.client.happened(happening)
const client =
  options.role === 'producer'
    ? new DemoProducer(options, meter, tell)
    : new DemoConsumer(options, meter, tell)

setInterval(() => {
  notify.client.counted({ records: meter.total, recordsPerSecond: meter.perSecond(Date.now()) })
}, COUNT_INTERVAL_MS)

/** The whole thread: its timers, its sockets, its heartbeats. */
function standStill(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs)
}
