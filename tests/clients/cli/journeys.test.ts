import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClusterStatus } from '../../../src/broker/index.ts'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ottla, startCluster } from '../cluster.ts'
import type { Cluster, ClusterOptions } from '../cluster.ts'
import { connectedAdmin } from '../kafkajs/client.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const PROGRAM = fileURLToPath(new URL('../../../out/cli/ottla.js', import.meta.url))

async function running(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await startCluster(options)
  onTestFinished(async () => void (await cluster.stop()))
  return cluster
}

async function statusOf(cluster: Cluster): Promise<ClusterStatus> {
  const { out } = await cluster.ottla('status', '--json')
  return JSON.parse(out) as ClusterStatus
}

test('up says when it is ready, and ends cleanly on SIGTERM', async () => {
  const cluster = await startCluster()

  expect(cluster.ready).toEqual({
    event: 'ready',
    bootstrapServers: cluster.ready.brokers.map(({ port }) => `127.0.0.1:${port}`).join(','),
    brokers: [1, 2, 3].map((id) => ({ id, port: (cluster.ready.brokers[0]?.port ?? 0) + id - 1 })),
    startupMs: expect.any(Number),
    directory: expect.any(String),
  })
  expect(cluster.ready.startupMs).toBeLessThan(5_000)
  expect(await cluster.stop()).toBe(0)
  expect(cluster.log).toBe('')
})

test.each(['SIGINT', 'SIGHUP'] as const)(
  'up ends cleanly on %s too, and an ephemeral folder is gone',
  async (signal) => {
    const cluster = await startCluster({ brokers: 1 })
    expect(existsSync(cluster.directory)).toBe(true)

    cluster.signal(signal)

    expect(await cluster.exit).toBe(0)
    expect(existsSync(cluster.directory)).toBe(false)
  },
)

test('up tells people where the cluster is', async () => {
  const folder = temporaryFolder()
  const child = spawn(process.execPath, [PROGRAM, 'up', '--data', folder, '--port', '0', '--brokers', '1'])
  onTestFinished(() => void child.kill('SIGKILL'))
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))

  await vi.waitFor(() => expect(out).toContain('Ctrl+C stops it.\n'), 10_000)
  child.kill('SIGINT')

  expect(await once(child, 'close')).toEqual([0, null])
  expect(out).toMatch(
    /^The cluster local is ready after \d+ ms\.\n\nbootstrap servers {2}127\.0\.0\.1:\d+\nfolder /,
  )
  expect(out).toContain(`folder             ${folder}\n`)
})

test('status, stop, and status again', async () => {
  const folder = temporaryFolder()
  const cluster = await startCluster({ directory: folder, brokers: 2 })

  const status = await cluster.ottla('status')
  expect(status).toMatchObject({ code: 0, err: '' })
  expect(status.out).toContain(cluster.bootstrapServers)
  expect((await statusOf(cluster)).brokers).toMatchObject([{ state: 'running' }, { state: 'running' }])

  expect(await cluster.ottla('stop')).toEqual({ code: 0, out: 'The cluster local has stopped.\n', err: '' })
  expect(await cluster.exit).toBe(0)
  expect(await cluster.ottla('status')).toMatchObject({ code: 3 })
  expect(await cluster.ottla('stop')).toMatchObject({ code: 3, out: '' })
  expect(await cluster.ottla('broker', 'kill', '1')).toMatchObject({ code: 3, out: '' })
})

test('as soon as stop returns, the cluster can be opened again on its ports', async () => {
  const folder = temporaryFolder()
  const first = await startCluster({ directory: folder })

  await first.ottla('stop')
  const second = await running({ directory: folder })

  expect(second.ready.brokers).toEqual(first.ready.brokers)
  expect((await statusOf(second)).state).toBe('running')
})

test('brokers are killed, stopped and started, and clients see it', async () => {
  const cluster = await running()
  const admin = await connectedAdmin(cluster)
  const aliveBrokers = async () => {
    const { brokers } = await admin.describeCluster()
    return brokers.map(({ nodeId }) => nodeId).toSorted()
  }

  expect(await cluster.ottla('broker', 'kill', '3')).toMatchObject({ code: 0, out: 'Broker 3 is killed.\n' })
  expect((await statusOf(cluster)).brokers[2]?.state).not.toBe('running')
  await vi.waitFor(async () => expect(await aliveBrokers()).toEqual([1, 2]), 10_000)

  expect(await cluster.ottla('broker', 'start', '3')).toMatchObject({
    code: 0,
    out: 'Broker 3 is running.\n',
  })
  expect((await statusOf(cluster)).brokers[2]?.state).toBe('running')
  await vi.waitFor(async () => expect(await aliveBrokers()).toEqual([1, 2, 3]), 10_000)

  expect(await cluster.ottla('broker', 'stop', '2')).toMatchObject({ code: 0, out: 'Broker 2 is stopped.\n' })
  expect((await statusOf(cluster)).brokers[1]?.state).toBe('stopped')
  await vi.waitFor(async () => expect(await aliveBrokers()).toEqual([1, 3]), 10_000)
})

test('a broker is added: clients see it, new topics use it, and it is there after a restart', async () => {
  const folder = temporaryFolder()
  const cluster = await startCluster({ directory: folder, brokers: 2 })

  const added = await cluster.ottla('broker', 'add')
  const admin = await connectedAdmin(cluster)
  await admin.createTopics({ topics: [{ topic: 'three', replicationFactor: 3 }] })
  const { topics } = await admin.fetchTopicMetadata({ topics: ['three'] })
  await cluster.ottla('stop')
  const again = await running({ directory: folder })

  expect(added).toMatchObject({ code: 0, err: '' })
  expect(added.out).toMatch(/^Broker 3 is running on 127\.0\.0\.1:\d+\.$/m)
  expect(topics[0]?.partitions[0]?.replicas.toSorted()).toEqual([1, 2, 3])
  expect(again.ready.brokers.map(({ id }) => id)).toEqual([1, 2, 3])
  const statusAgain = await statusOf(again)
  expect(statusAgain.brokers.map(({ state }) => state)).toEqual(['running', 'running', 'running'])
})

test('whichever broker is the controller, another one takes over', async () => {
  const cluster = await running()
  const { controllerId } = await statusOf(cluster)

  await cluster.ottla('broker', 'kill', String(controllerId))

  await vi.waitFor(async () => {
    const status = await statusOf(cluster)
    expect(status.brokers.filter(({ state }) => state === 'running').map(({ id }) => id)).toContain(
      status.controllerId,
    )
  }, 10_000)
})

test('a broker nobody knows', async () => {
  const cluster = await running({ brokers: 1 })

  expect(await cluster.ottla('broker', 'kill', '7')).toEqual({
    code: 1,
    out: '',
    err: 'ottla: The cluster has no broker 7. Its brokers are 1.\n',
  })
})

test('two ups on one folder: the second is told who runs it', async () => {
  const folder = temporaryFolder()
  const cluster = await running({ directory: folder, brokers: 1 })

  const second = await ottla('up', '--data', folder)

  expect(second).toMatchObject({ code: 1, out: '' })
  expect(second.err).toBe(
    `ottla: The cluster in ${folder} is already run by process ${cluster.pid}.` +
      ' Use it as it is, stop it first, or choose another folder.\n',
  )
  expect((await statusOf(cluster)).state).toBe('running')
})

test('a taken port is named with a free one, and that works', async () => {
  const stranger = createServer()
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void stranger.close())
  const { port } = stranger.address() as AddressInfo

  const { code, out, err } = await ottla('up', '--ephemeral', '--brokers', '1', '--port', String(port))

  expect({ code, out }).toEqual({ code: 1, out: '' })
  const sentence =
    /^ottla: Port (\d+) is used by another program\. Use free ones: ottla up --port (\d+)\n$/.exec(err)
  expect(sentence?.[1]).toBe(String(port))
  const alternative = Number(sentence?.[2])
  expect((await running({ brokers: 1, port: alternative })).ready.brokers).toEqual([
    { id: 1, port: alternative },
  ])
})

test('an existing cluster whose port is taken is told so, and stays as it is', async () => {
  const folder = temporaryFolder()
  const cluster = await startCluster({ directory: folder, brokers: 1 })
  const port = cluster.ready.brokers[0]?.port ?? 0
  await cluster.stop()
  const stranger = createServer()
  await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve))

  const refused = await ottla('up', '--data', folder)
  await new Promise<void>((resolve) => stranger.close(() => resolve()))

  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(refused.err).toMatch(
    /^ottla: Port \d+ is used by another program\. End that first, or run another cluster: /,
  )
  expect((await running({ directory: folder })).ready.brokers).toEqual([{ id: 1, port }])
})

test.each([
  [['--brokers', '2'], 'has 1 broker, not 2.'],
  [['--port', '1234'], /has its first port at \d+, not 1234\./],
  [['--name', 'other'], 'is named local, not other.'],
  [['--set', 'num.partitions=7'], 'does not set num.partitions.'],
])('an existing cluster is not run with %j', async (args, sentence) => {
  const folder = temporaryFolder()
  await (await startCluster({ directory: folder, brokers: 1 })).stop()

  const { code, out, err } = await ottla('up', '--data', folder, ...args)

  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toMatch(sentence)
  expect(err).toContain(`Leave ${args[0] ?? ''} out to run it as it is, or create another cluster`)
})

test.each([
  [['--port', '0', '--set', 'num.partitons=7'], 1],
  [['--port', '0', '--set', 'num.partitions=many'], 1],
  [['--port', '0', '--name', 'no/name'], 1],
  [['--port', '0', '--brokers', '0'], 2],
  [['--port', '0', '--brokers', '50'], 1],
  [['--port', '65535'], 1],
])('a new cluster is not created with %j', async (args, expected) => {
  const folder = temporaryFolder()

  const { code, out, err } = await ottla('up', '--data', join(folder, 'new'), ...args)

  expect({ code, out }).toEqual({ code: expected, out: '' })
  expect(err).toMatch(/^ottla: .+\.( See "ottla help up"\.)?\n$/)
  expect(existsSync(join(folder, 'new', 'cluster.json'))).toBe(false)
})

test('after a kill -9 nothing runs, and the cluster opens again', async () => {
  const folder = temporaryFolder()
  const cluster = await startCluster({ directory: folder })

  await cluster.killHard()

  expect(await cluster.ottla('status')).toMatchObject({ code: 3 })
  const again = await running({ directory: folder })
  expect(await again.ottla('status')).toMatchObject({ code: 0 })
})

test('a second signal ends it at once', async () => {
  const cluster = await startCluster()
  onTestFinished(() => cluster.removeFolder())

  cluster.signal('SIGINT')
  cluster.signal('SIGTERM')

  expect([130, 143]).toContain(await cluster.exit)
})

test('configs given with --set are the brokers’ configs', async () => {
  const cluster = await running({ brokers: 1, config: { 'num.partitions': '5' } })
  const admin = await connectedAdmin(cluster)

  await admin.createTopics({ topics: [{ topic: 'five' }] })

  expect((await admin.fetchTopicMetadata({ topics: ['five'] })).topics[0]?.partitions).toHaveLength(5)
})

test('a broker which can not start is told with its remedy, and the others run', async () => {
  const folder = temporaryFolder()
  await (await startCluster({ directory: folder })).stop()
  writeFileSync(join(folder, 'broker-2', 'log.db'), 'this is no database, but a rather long text'.repeat(500))

  const cluster = await running({ directory: folder })

  const status = await statusOf(cluster)
  expect(status.brokers.map(({ state }) => state)).toEqual(['running', 'failed', 'running'])
  expect(cluster.log).toMatch(/^ottla: Broker 2 failed\. .*log\.db .+\. .+\.$/m)
  const { code, out } = await cluster.ottla('status')
  expect(code).toBe(0)
  expect(out).toMatch(/^2 +127\.0\.0\.1:\d+ +failed +.*log\.db/m)
})
