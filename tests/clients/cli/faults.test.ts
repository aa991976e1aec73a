import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Fault } from '../../../src/broker/index.ts'
import { ottla, startCluster, useCluster } from '../cluster.ts'
import type { Cluster, ClusterOptions } from '../cluster.ts'
import { connectedProducer, createTopic } from '../kafkajs/client.ts'
import { temporaryFolder } from '../temporary-folder.ts'

async function running(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await startCluster(options)
  onTestFinished(async () => void (await cluster.stop()))
  return cluster
}

async function faultsOf(cluster: Cluster): Promise<Fault[]> {
  const { out } = await cluster.ottla('fault', 'list', '--json')
  return JSON.parse(out) as Fault[]
}

test('faults are applied in short forms, listed, and taken away', async () => {
  const cluster = await running()
  expect(await cluster.ottla('fault', 'list')).toEqual({ code: 0, out: 'No fault is in force.\n', err: '' })
  const lines = [
    ['freeze', '2'],
    ['cut', '1-3'],
    ['delay', 'clients-1', '--ms', '20', '--jitter', '5'],
    ['disk', '3', 'slow', '--ms', '1'],
    ['rule', '--api', 'Produce', '--topic', 't', '--next', '3', '--error', 'NOT_LEADER_OR_FOLLOWER'],
    ['add', '{rule: {api: Fetch, client: app-*, every: 2, delay: 100}}'],
  ]
  for (const line of lines) expect(await cluster.ottla('fault', ...line)).toMatchObject({ code: 0, err: '' })

  expect((await cluster.ottla('fault', 'list')).out.replace(/ +\d+ hits?.*$/gm, '')).toBe(
    `1  Broker 2 is frozen
2  The link between broker 1 and broker 3 is cut
3  The link between clients and broker 1 is slow: 20 ms and up to 5 ms more
4  The disk of broker 3 is slow: 1 ms more for each commit and each read
5  Each of the next 3 Produce requests for topic t is answered NOT_LEADER_OR_FOLLOWER
6  One Fetch request in 2 from app-* is delayed by 100 ms
`,
  )
  expect(await cluster.ottla('fault', 'thaw', '2')).toMatchObject({ code: 0, err: '' })
  expect(await cluster.ottla('fault', 'heal', '3-1')).toMatchObject({ code: 0, err: '' })
  expect(await cluster.ottla('fault', 'disk', '3', 'ok')).toMatchObject({ code: 0, err: '' })
  expect(await cluster.ottla('fault', 'remove', '5')).toMatchObject({ code: 0, err: '' })
  expect((await faultsOf(cluster)).map(({ id }) => id)).toEqual([3, 6])
  expect(await cluster.ottla('fault', 'clear')).toEqual({ code: 0, out: 'No fault is in force.\n', err: '' })
  expect(await faultsOf(cluster)).toEqual([])
})

test('the status and the history name the faults', async () => {
  const cluster = await running({ brokers: 1 })
  await cluster.ottla('fault', 'delay', 'clients-1', '--ms', '20')
  expect((await cluster.ottla('status')).out).toContain(
    'Faults in force:\n1  The link between clients and broker 1 is slow: 20 ms  0 hits',
  )
  await vi.waitFor(async () =>
    expect((await cluster.ottla('history', '--kind', 'fault-applied')).out).toContain(
      'The link between clients and broker 1 is slow: 20 ms: asked for',
    ),
  )
})

describe('a line that makes no sense', () => {
  const cluster = useCluster({ brokers: 1 })

  test.each([
    [['melt'], 2, 'There is no fault "melt".'],
    [[], 2, 'Which fault?'],
    [['freeze'], 2, 'Which broker is to freeze?'],
    [['freeze', 'two'], 2, 'The broker takes a whole number from 0 to 2147483647, not "two".'],
    [['freeze', '9'], 1, 'The cluster has no broker 9. Its brokers are 1.'],
    [['thaw', '1'], 1, 'Broker 1 is not frozen.'],
    [['cut', '1'], 2, '"1" is no link. Write it as 1-2 for two brokers, clients-2 for clients and a broker.'],
    [['cut', '1-2', '3'], 2, '"3" is one argument too many.'],
    [['delay', '1-2'], 2, 'How long is the delay? Give --ms.'],
    [['heal', '1-2'], 1, 'The link 1-2 has no fault.'],
    [['disk', '1', 'wet'], 2, 'A disk is not made "wet". Use slow, full or failing.'],
    [['disk', '1', 'slow'], 2, 'How slow is the disk? Give --ms.'],
    [['rule', '--api', 'Prodce', '--drop'], 2, 'Kafka has no API "Prodce" that is known here.'],
    [['rule', '--drop'], 2, 'A rule is about one API, and none is named.'],
    [['rule', '--api', 'Fetch'], 2, 'What is the rule to do: --error, --drop, --delay or --close?'],
    [['rule', '--api', 'Fetch', '--drop', '--close'], 2, '--drop and --close exclude one another.'],
    [['rule', '--api', 'Fetch', '--error', 'NOPE'], 2, 'Kafka has no error "NOPE".'],
    [['remove', '7'], 1, 'There is no fault 7. No fault is in force.'],
    [['add', 'cut'], 2, 'This is not one fault.'],
  ])('%j is refused in a sentence', async (args, code, sentence) => {
    const refused = await cluster().ottla('fault', ...args)
    expect(refused).toMatchObject({ code, out: '' })
    expect(refused.err).toContain(`ottla: ${sentence}`)
  })
})

test('without a cluster there is nothing to break', async () => {
  expect(await ottla('fault', 'list', '--data', temporaryFolder())).toMatchObject({ code: 3, out: '' })
})

test('a scenario runs headless: its faults from the beginning, its steps by the clock', async () => {
  const file = join(temporaryFolder(), 'scenario.yaml')
  writeFileSync(
    file,
    `faults:
  - rule: { api: Produce, next: 2, error: NOT_LEADER_OR_FOLLOWER }
steps:
  - { at: 100ms, kill: 2, for: 300ms }
  - { at: 200ms, freeze: 9 }
  - { at: 500ms, delay: { link: 1-3, ms: 1 } }
`,
  )
  const cluster = await running({ faults: file })
  // Broker 2 is killed about now: kafkajs gives up at the first connection that is refused.
  const topic = await vi.waitFor(() => createTopic(cluster, { replicas: 1 }), { timeout: 15_000 })
  const producer = await connectedProducer(cluster, { retry: { initialRetryTime: 20, retries: 50 } })
  await producer.send({ topic, messages: [{ value: 'a' }] })
  await vi.waitFor(
    async () => {
      const [rule, delay] = await faultsOf(cluster)
      expect(rule).toMatchObject({ spec: { kind: 'rule' }, acted: 2 })
      expect(delay).toMatchObject({ spec: { kind: 'delay', from: 1, to: 3, delayMs: 1 } })
    },
    { timeout: 15_000 },
  )
  const status = async () => (await cluster.ottla('status')).out
  await vi.waitFor(async () => expect(await status()).toMatch(/^2 .* running/m), { timeout: 15_000 })
  expect(cluster.log).toContain('The step in line 5 of the scenario failed. The cluster has no broker 9.')
})

test('a scenario with a mistake in it starts nothing', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'scenario.yaml')
  writeFileSync(file, 'steps:\n  - at: 5s\n    freze: 2\n')
  expect(await ottla('up', '--data', join(folder, 'data'), '--port', '0', '--faults', file)).toEqual({
    code: 1,
    out: '',
    err: 'ottla: scenario.yaml, line 3: "freze" is no step. Write one of freeze, cut, delay, disk, rule, kill, stop, start, clear.\n',
  })
  expect(
    await ottla('up', '--data', join(folder, 'data'), '--port', '0', '--faults', join(folder, 'no.yaml')),
  ).toMatchObject({ code: 1 })
})
