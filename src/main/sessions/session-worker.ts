import { parentPort, workerData } from 'node:worker_threads'
import { Admin } from '@platformatic/kafka'
import type { Broker } from '@platformatic/kafka'
import type { Result } from '../../shared/channel/failure.ts'
import { FailureError } from '../../shared/channel/failure.ts'
import { ChannelServer, createNotifier } from '../../shared/channel/server.ts'
import type { Overview } from '../../shared/ipc/overview.ts'
import type { Traffic } from '../../shared/ipc/traffic.ts'
import { boardHandlers } from './board/serve.ts'
import { serveBrowse } from './browse/serve.ts'
import { ClusterAccess } from './cluster-access.ts'
import type { SessionOptions } from './contract.ts'
import { sessionContract } from './contract.ts'
import { LagRecorder } from './groups/lag-recorder.ts'
import { LagStore } from './groups/lag-store.ts'
import { groupHandlers } from './groups/serve.ts'
import { timeOfRecord } from './groups/time-of-record.ts'
import { describeKafkaError } from './kafka-failure.ts'
import { OverviewSampler } from './overview-sampler.ts'
import { serveOnPort } from './port-transport.ts'
import { produceHandlers } from './produce/serve.ts'
import { attempt } from './topics/attempt.ts'
import { MinInsyncReplicas } from './topics/min-insync.ts'
import { topicHandlers } from './topics/serve.ts'
import { TrafficSampler } from './traffic/traffic-sampler.ts'

/** Long enough for a busy broker, short enough that the next one is asked before the user wonders. */
const REQUEST_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 2_000
/** What is looked at every second is better asked again than waited for. */
const WATCH_TIMEOUT_MS = 2_000
const BOARD_TIMEOUT_MS = 1_000
/** A change, or a record of many megabytes, is asked once and may take its time. */
const CHANGE_TIMEOUT_MS = 20_000
const TRAFFIC_REST_FACTOR = 9
const LAG_INTERVAL_MS = 5_000

// One cluster's session: the thread in which everything happens that asks a cluster something.

if (!parentPort) throw new Error('A session runs as a worker thread')

const { bootstrapServers, clientId, sampleIntervalMs, lagFile } = workerData as SessionOptions
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
/** What is looked at a few times a second is not kept waiting by a broker that is frozen. */
const impatient = { connectTimeout: BOARD_TIMEOUT_MS, requestTimeout: BOARD_TIMEOUT_MS }
const topicAccess = {
  watching: accessWith({ connectTimeout: WATCH_TIMEOUT_MS, requestTimeout: WATCH_TIMEOUT_MS }),
  changing: accessWith(patient),
}
const lags = new LagRecorder(topicAccess.watching, openLagStore())
const minInsync = new MinInsyncReplicas(topicAccess.watching)

const server = new ChannelServer(
  sessionContract,
  {
    overview: {},
    traffic: {},
    topics: topicHandlers({ ...topicAccess, minInsync }),
    board: boardHandlers({
      watching: accessWith(impatient),
      aside: accessWith(impatient),
      changing: accessWith(patient),
    }),
    browse: serveBrowse({ clientId, bootstrap, connection: patient }),
    produce: produceHandlers(accessWith(patient)),
    groups: groupHandlers({
      ...topicAccess,
      lags,
      timeOf: timeOfRecord({ clientId, bootstrap, connection: patient }),
    }),
  },
  (error) => (error instanceof FailureError ? error.failure : describeKafkaError(error)),
)
const notify = createNotifier(
  sessionContract,
  serveOnPort(parentPort, (message) => server.handle(0, message)),
)

const sampler = new OverviewSampler(admin, bootstrap, minInsync)
const trafficSampler = new TrafficSampler(topicAccess.watching)

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

/** Never more than a tenth of the time: a cluster of very many partitions is looked at less often. */
async function sampleTrafficForever(): Promise<void> {
  const beganMs = performance.now()
  notify.traffic.sampled({ atMs: Date.now(), traffic: await sampleTraffic() })
  const tookMs = performance.now() - beganMs
  setTimeout(() => void sampleTrafficForever(), Math.max(sampleIntervalMs, TRAFFIC_REST_FACTOR * tookMs))
}

async function sampleTraffic(): Promise<Traffic | null> {
  const told = await attempt(() => trafficSampler.sample(sampler.ledPartitions))
  return told.ok ? told.value : null
}

/** Of all groups, every five seconds; never more than a tenth of the time either. */
async function recordLagsForever(): Promise<void> {
  const beganMs = performance.now()
  // A cluster that does not answer is asked again with the next look; the overview says what is wrong with it.
  await attempt(() => lags.record())
  const tookMs = performance.now() - beganMs
  setTimeout(() => void recordLagsForever(), Math.max(LAG_INTERVAL_MS - tookMs, TRAFFIC_REST_FACTOR * tookMs))
}

/** Without a file to write to, the lags are remembered as long as the session lives. */
function openLagStore(): LagStore | null {
  if (lagFile === null) return null
  try {
    return LagStore.open(lagFile)
  } catch (error) {
    console.warn(`The lags of a day cannot be kept in ${lagFile}`, error)
    return null
  }
}

function brokerOf(address: string): Broker {
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) }
}

void sampleForever()
void sampleTrafficForever()
void recordLagsForever()
