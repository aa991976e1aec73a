import { parentPort, workerData } from 'node:worker_threads'
import { Admin } from '@platformatic/kafka'
import type { Broker } from '@platformatic/kafka'
import type { Result } from '../../shared/channel/failure.ts'
import { ChannelServer, createNotifier } from '../../shared/channel/server.ts'
import type { Overview } from '../../shared/ipc/overview.ts'
import { describeFailure } from '../failures.ts'
import type { SessionOptions } from './contract.ts'
import { sessionContract } from './contract.ts'
import { describeKafkaError } from './kafka-failure.ts'
import { OverviewSampler } from './overview-sampler.ts'
import { serveOnPort } from './port-transport.ts'

/** Long enough for a busy broker, short enough that the next one is asked before the user wonders. */
const REQUEST_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 2_000

// One cluster's session: the thread in which everything happens that asks a cluster something.

if (!parentPort) throw new Error('A session runs as a worker thread')

const { bootstrapServers, clientId, sampleIntervalMs } = workerData as SessionOptions
const admin = new Admin({
  clientId,
  bootstrapBrokers: bootstrapServers,
  connectTimeout: CONNECT_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  // The sampler asks again in a second anyway, and the user shall see the first failure, not the third.
  retries: 0,
})

const server = new ChannelServer(sessionContract, { overview: {} }, describeFailure)
const notify = createNotifier(
  sessionContract,
  serveOnPort(parentPort, (message) => server.handle(0, message)),
)

const sampler = new OverviewSampler(admin, bootstrapServers.map(brokerOf))

async function sampleForever(): Promise<void> {
  notify.overview.sampled({ atMs: Date.now(), overview: await sample() })
  setTimeout(() => void sampleForever(), sampleIntervalMs)
}

async function sample(): Promise<Result<Overview>> {
  try {
    return { ok: true, value: await sampler.sample() }
  } catch (error) {
    return { ok: false, failure: describeKafkaError(error) }
  }
}

function brokerOf(address: string): Broker {
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) }
}

void sampleForever()
