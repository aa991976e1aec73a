import { beforeEach, expect, test } from 'vitest'
import { Demos } from '../../../../src/main/demo/demos.ts'
import type { DemoClientOptions } from '../../../../src/main/demo/contract.ts'
import type { DemoThread, DemoThreadListener } from '../../../../src/main/demo/demo-thread.ts'
import type { Result } from '../../../../src/shared/channel/failure.ts'
import type { ClusterState, LocalCluster } from '../../../../src/shared/ipc/clusters.ts'
import type { DemoSettings, DemoState } from '../../../../src/shared/ipc/demo.ts'

const CLUSTER = 'local:one'
const settings: DemoSettings = { ratePerSecond: 50, keys: 'uniform', processingMs: 5, protocol: 'classic' }

/** A client without a thread, which does what it is told at once. */
class FakeThread implements DemoThread {
  readonly options: DemoClientOptions
  readonly listener: DemoThreadListener
  settings: DemoSettings
  end: 'left' | 'crashed' | null = null
  stalls = 0

  constructor(options: DemoClientOptions, listener: DemoThreadListener) {
    this.options = options
    this.listener = listener
    this.settings = options.settings
  }

  change(settings: DemoSettings): void {
    this.settings = settings
  }

  leave(): Promise<void> {
    this.end = 'left'
    return Promise.resolve()
  }

  stall(): Promise<void> {
    this.stalls += 1
    return Promise.resolve()
  }

  crash(): Promise<void> {
    this.end = 'crashed'
    return Promise.resolve()
  }
}

let threads: FakeThread[]
let created: unknown[]
let answer: Result<unknown>
let told: DemoState[][]
let demos: Demos

beforeEach(() => {
  threads = []
  created = []
  told = []
  answer = { ok: true, value: null }
  demos = new Demos({
    begin: (options, listener) => {
      const thread = new FakeThread(options, listener)
      threads.push(thread)
      return thread
    },
    createTopic: (_cluster, topic) => {
      created.push(topic)
      return Promise.resolve(answer)
    },
    onChange: (states) => told.push(states),
  })
  demos.follow([cluster('running')])
})

function cluster(state: ClusterState, brokers = 5): LocalCluster {
  return {
    id: CLUSTER,
    state,
    bootstrapServers: '127.0.0.1:21001,127.0.0.1:21002',
    brokers: Array.from({ length: brokers }, (_, id) => ({ id, state })),
  } as unknown as LocalCluster
}

const names = () => threads.map(({ options }) => options.name)
const state = () => demos.list()[0]
const memberNamed = (name: string) => state()?.members.find((each) => each.name === name)
const threadOf = (name: string) => threads.find(({ options }) => options.name === name)

test('a start makes the topic, a producer and two consumers', async () => {
  await demos.start(CLUSTER, settings)
  expect(created).toEqual([{ name: 'demo', partitions: 6, replicationFactor: 3 }])
  expect(names()).toEqual(['demo-producer-1', 'demo-consumer-1', 'demo-consumer-2'])
  expect(threads[0]?.options.bootstrapServers).toEqual(['127.0.0.1:21001', '127.0.0.1:21002'])
  expect(memberNamed('demo-consumer-1')).toMatchObject({ state: 'joining', memberId: null })
  expect(told.at(-1)).toEqual(demos.list())
})

test('a cluster of one broker gets a topic of one replica', async () => {
  demos.follow([cluster('running', 1)])
  await demos.start(CLUSTER, settings)
  expect(created).toMatchObject([{ replicationFactor: 1 }])
})

test('a topic that is there already is used; any other refusal is the start’s', async () => {
  const failure = { code: 'KAFKA', message: 'No.' }
  answer = { ok: false, failure: { ...failure, kafka: { errorCode: 41, errorName: 'NOT_CONTROLLER' } } }
  await expect(demos.start(CLUSTER, settings)).rejects.toThrow('No.')
  expect(threads).toEqual([])
  answer = { ok: false, failure: { ...failure, kafka: { errorCode: 36, errorName: 'TOPIC_ALREADY_EXISTS' } } }
  await demos.start(CLUSTER, settings)
  expect(threads).toHaveLength(3)
})

test('two starts at once make one demo; a later one changes it', async () => {
  await Promise.all([demos.start(CLUSTER, settings), demos.start(CLUSTER, settings)])
  expect(threads).toHaveLength(3)
  await demos.start(CLUSTER, { ...settings, ratePerSecond: 7 })
  expect(threads.map((thread) => thread.settings.ratePerSecond)).toEqual([7, 7, 7])
})

test('what members tell is what is shown and logged', async () => {
  await demos.start(CLUSTER, settings)
  const one = threadOf('demo-consumer-1')?.listener
  one?.onHappening({ kind: 'joined', memberId: 'id-1', generation: 1, partitions: [0, 1, 2] })
  one?.onHappening({ kind: 'rebalancing' })
  expect(memberNamed('demo-consumer-1')).toMatchObject({ state: 'rebalancing', memberId: 'id-1' })
  one?.onHappening({ kind: 'joined', memberId: 'id-1', generation: 2, partitions: [0, 3] })
  one?.onCount({ records: 10, recordsPerSecond: 4 })
  expect(memberNamed('demo-consumer-1')).toMatchObject({
    state: 'reading',
    generation: 2,
    partitions: [0, 3],
    recordsPerSecond: 4,
  })
  expect(state()?.events.at(-1)).toMatchObject({ kind: 'joined', gained: [3], lost: [1, 2] })
})

test('a removed member says goodbye and is gone', async () => {
  await demos.start(CLUSTER, settings)
  await demos.of(CLUSTER).removeMember('demo-consumer-1')
  expect(threadOf('demo-consumer-1')?.end).toBe('left')
  expect(memberNamed('demo-consumer-1')).toBeUndefined()
  expect(state()?.events.at(-1)).toMatchObject({ client: 'demo-consumer-1', kind: 'left' })
})

test('a crashed member is ended without a goodbye and stays in sight, and names are not used again', async () => {
  await demos.start(CLUSTER, settings)
  await demos.of(CLUSTER).crashMember('demo-consumer-2')
  expect(threadOf('demo-consumer-2')?.end).toBe('crashed')
  expect(memberNamed('demo-consumer-2')).toMatchObject({ state: 'crashed' })
  demos.of(CLUSTER).addMember()
  expect(names().at(-1)).toBe('demo-consumer-3')
})

test('a thread that dies by itself counts as crashed, with its reason in the log', async () => {
  await demos.start(CLUSTER, settings)
  threadOf('demo-consumer-2')?.listener.onDeath('out of memory')
  expect(memberNamed('demo-consumer-2')).toMatchObject({ state: 'crashed' })
  const failed = state()?.events.find(({ kind }) => kind === 'failed')
  expect(JSON.stringify(failed)).toContain('out of memory')
})

test('a producer’s failure is shown until it sends again', async () => {
  await demos.start(CLUSTER, settings)
  const producer = threadOf('demo-producer-1')?.listener
  producer?.onHappening({ kind: 'failed', failure: { code: 'NO_ANSWER', message: 'None.' } })
  expect(state()?.producers[0]?.failure?.code).toBe('NO_ANSWER')
  producer?.onCount({ records: 1, recordsPerSecond: 1 })
  expect(state()?.producers[0]?.failure).toBeNull()
})

test('a demo ends with its cluster', async () => {
  await demos.start(CLUSTER, settings)
  demos.follow([cluster('stopping')])
  expect(demos.list()).toEqual([])
  expect(threads.map(({ end }) => end)).toEqual(['left', 'left', 'left'])
  expect(() => demos.of(CLUSTER)).toThrow('No demo runs')
})

test('no demo is started in a cluster that does not run', async () => {
  demos.follow([cluster('stopped')])
  await expect(demos.start(CLUSTER, settings)).rejects.toThrow('not running')
})

test('the log keeps the last two hundred', async () => {
  await demos.start(CLUSTER, settings)
  const one = threadOf('demo-consumer-1')?.listener
  for (let turn = 0; turn < 250; turn += 1) one?.onHappening({ kind: 'rebalancing' })
  expect(state()?.events).toHaveLength(200)
})
