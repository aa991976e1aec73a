import { parentPort, workerData } from 'node:worker_threads'
import { Admin } from '@platformatic/kafka'
import type { Broker } from '@platformatic/kafka'
import type { Result } from '../../shared/channel/failure.ts'
import { FailureError } from '../../shared/channel/failure.ts'
import { ChannelServer, createNotifier } from '../../shared/channel/server.ts'
import type { Overview } from '../../shared/ipc/overview.ts'
import { serveBrowse } from './browse/serve.ts'
import { ClusterAccess } from './cluster-access.ts'
import type { SessionOptions } from './contract.ts'
import { sessionContract } from './contract.ts'
import { groupHandlers } from './groups/serve.ts'
import { describeKafkaError } from './kafka-failure.ts'
import { OverviewSampler } from './overview-sampler.ts'
import { serveOnPort } from './port-transport.ts'
import { produceHandlers } from './produce/serve.ts'
import { topicHandlers } from './topics/serve.ts'

/** Long enough for a busy broker, short enough that the next one is asked before the user wonders. */
const REQUEST_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 2_000
/** What is looked at every second is better asked again than waited for. */
const WATCH_TIMEOUT_MS = 2_000
/** A change, or a record of many megabytes, is asked once and may take its time. */
const CHANGE_TIMEOUT_MS = 20_000

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

const bootstrap = bootstrapServers.map(brokerOf)
const accessWith = (connection: { connectTimeout: number; requestTimeout: number }) =>
  new ClusterAccess({ clientId, bootstrap, connection })
const patient = { connectTimeout: CONNECT_TIMEOUT_MS, requestTimeout: CHANGE_TIMEOUT_MS }
const topicAccess = {
  watching: accessWith({ connectTimeout: WATCH_TIMEOUT_MS, requestTimeout: WATCH_TIMEOUT_MS }),
  changing: accessWith(patient),
}

const server = new ChannelServer(
  sessionContract,
  {
    overview: {},
    topics: topicHandlers(topicAccess),
    browse: serveBrowse({ clientId, bootstrap, connection: patient }),
    produce: produceHandlers(accessWith(patient)),
    groups: groupHandlers(topicAccess),
  },
  (error) => (error instanceof FailureError ? error.failure : describeKafkaError(error)),
)
const notify = createNotifier(
  sessionContract,
  serveOnPort(parentPort, (message) => server.handle(0, message)),
)

const sampler = new OverviewSampler(admin, bootstrap)

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
