import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { ControlServer } from '../../../src/broker/supervisor/control-server.ts'
import { writeClusterDefinition } from '../../../src/broker/supervisor/definition.ts'
import { ClusterError } from '../../../src/broker/supervisor/types.ts'
import { FakeCluster, exampleDefinition } from '../supervisor/fake-cluster.ts'
import { temporaryFolder } from '../supervisor/temporary-folder.ts'
import { ottla } from './terminal.ts'

async function runningCluster(folder = temporaryFolder()): Promise<FakeCluster> {
  const cluster = new FakeCluster(folder)
  const server = await ControlServer.serve(cluster)
  onTestFinished(() => server.close())
  return cluster
}

describe('ottla status', () => {
  test('shows a running cluster', async () => {
    vi.stubEnv('TZ', 'UTC')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { directory } = await runningCluster()

    const { code, out, err } = await ottla('status', '--data', directory)

    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(`The cluster local is running since 2023-11-14 22:13:21.

bootstrap servers  127.0.0.1:9092,127.0.0.1:9093
cluster id         AAAAAAAAAAAAAAAAAAAAAA
folder             ${directory}

BROKER  ADDRESS         STATE
1       127.0.0.1:9092  running  controller
2       127.0.0.1:9093  running
`)
  })

  test('prints one line of JSON', async () => {
    const cluster = await runningCluster()

    const { code, out } = await ottla('status', '--json', '--data', cluster.directory)

    expect(code).toBe(0)
    expect(out).toMatch(/^\{.*\}\n$/)
    expect(JSON.parse(out)).toEqual({ ...cluster.status(), faults: [] })
  })

  test('shows a cluster nobody runs, with exit code 3', async () => {
    const folder = temporaryFolder()
    writeClusterDefinition(folder, exampleDefinition)

    const { code, out, err } = await ottla('status', '--data', folder)

    expect({ code, err }).toEqual({ code: 3, err: '' })
    expect(out).toMatch(/^The cluster local is stopped\.\n/)
    expect(out).toMatch(/^2 {7}127\.0\.0\.1:9093 {2}stopped$/m)
    expect(JSON.parse((await ottla('status', '--json', '--data', folder)).out)).toMatchObject({
      state: 'stopped',
      bootstrapServers: '127.0.0.1:9092,127.0.0.1:9093',
      controllerId: null,
    })
  })

  test('finds no cluster in an empty folder', async () => {
    const folder = temporaryFolder()

    expect(await ottla('status', '--data', folder)).toEqual({
      code: 3,
      out: '',
      err: `ottla: The cluster in ${folder} is not running. Start it with "ottla up".\n`,
    })
  })
})

describe('ottla stop', () => {
  test('stops the cluster', async () => {
    const cluster = await runningCluster()

    expect(await ottla('stop', '--data', cluster.directory)).toEqual({
      code: 0,
      out: 'The cluster local has stopped.\n',
      err: '',
    })
    expect(cluster.calls).toEqual(['stop'])
  })

  test('says so in JSON too', async () => {
    const { directory } = await runningCluster()

    expect((await ottla('stop', '--json', '--data', directory)).out).toBe('{"event":"stopped"}\n')
  })

  test('tells why it could not', async () => {
    const cluster = await runningCluster()
    cluster.error = new ClusterError({ code: 'X', message: 'The disk is full.', remedy: 'Free some space.' })

    expect(await ottla('stop', '--data', cluster.directory)).toEqual({
      code: 1,
      out: '',
      err: 'ottla: The disk is full. Free some space.\n',
    })
  })

  test('has exit code 3 when there is nothing to stop', async () => {
    expect(await ottla('stop', '--data', temporaryFolder())).toMatchObject({ code: 3, out: '' })
  })
})

describe('ottla broker', () => {
  test.each([
    ['kill', 'Broker 2 is killed.\n'],
    ['stop', 'Broker 2 is stopped.\n'],
    ['start', 'Broker 2 is running.\n'],
  ])('%s acts on that broker', async (action, out) => {
    const cluster = await runningCluster()

    expect(await ottla('broker', action, '2', '--data', cluster.directory)).toEqual({ code: 0, out, err: '' })
    expect(cluster.calls).toEqual([`${action} 2`])
  })

  test('prints the status afterwards as JSON', async () => {
    const cluster = await runningCluster()

    const { out } = await ottla('broker', 'kill', '1', '--json', '--data', cluster.directory)

    expect(JSON.parse(out)).toEqual(cluster.status())
    expect(cluster.status().brokers[0]?.state).toBe('stopped')
  })

  test('add gives the cluster another one', async () => {
    const cluster = await runningCluster()

    const { code, out } = await ottla('broker', 'add', '--data', cluster.directory)

    expect(code).toBe(0)
    expect(out).toMatch(/^Broker 3 is running on 127\.0\.0\.1:9094\.$/m)
    expect(cluster.calls).toEqual(['add'])
  })

  test('add puts it in a rack', async () => {
    const cluster = await runningCluster()

    await ottla('broker', 'add', '--rack', 'south', '--data', cluster.directory)

    expect(cluster.calls).toEqual(['add south'])
  })

  test('remove tells how far it has come', async () => {
    const cluster = await runningCluster()

    expect(await ottla('broker', 'remove', '2', '--data', cluster.directory)).toEqual({
      code: 0,
      out: 'Broker 2 is removed.\n',
      err: 'moving replicas: 1 of 2\n',
    })
    expect(cluster.calls).toEqual(['remove 2'])
  })

  test('remove as JSON prints the status afterwards and nothing else', async () => {
    const cluster = await runningCluster()

    const { out, err } = await ottla('broker', 'remove', '2', '--json', '--data', cluster.directory)

    expect([JSON.parse(out), err]).toEqual([cluster.status(), ''])
  })

  test('add takes no id', async () => {
    expect(await ottla('broker', 'add', '4')).toMatchObject({ code: 2, out: '' })
  })

  test('knows the brokers', async () => {
    const { directory } = await runningCluster()

    expect(await ottla('broker', 'kill', '7', '--data', directory)).toEqual({
      code: 1,
      out: '',
      err: 'ottla: The cluster has no broker 7. Its brokers are 1, 2.\n',
    })
  })

  test.each([
    [['explode', '1'], 'ottla: A broker can be killed, stopped, started, added and removed, not "explode". '],
    [
      ['toString', '1'],
      'ottla: A broker can be killed, stopped, started, added and removed, not "toString". ',
    ],
    [['kill', 'one'], 'ottla: The broker takes a whole number from 1 to 2147483647, not "one". '],
    [['kill', '1', '2'], 'ottla: "2" is one argument too many. '],
  ])('%j is a wrong command line', async (args, sentence) => {
    expect(await ottla('broker', ...args)).toEqual({
      code: 2,
      out: '',
      err: `${sentence}See "ottla help broker".\n`,
    })
  })
})

describe('the cluster that is meant', () => {
  let home: string

  beforeEach(() => {
    home = temporaryFolder()
    vi.stubEnv('OTTLA_HOME', home)
    onTestFinished(() => void vi.unstubAllEnvs())
  })

  test('is called local', async () => {
    const cluster = await runningCluster(join(home, 'clusters', 'local'))

    await ottla('broker', 'kill', '1')

    expect(cluster.calls).toEqual(['kill 1'])
  })

  test('can be named', async () => {
    const cluster = await runningCluster(join(home, 'clusters', 'team-a'))

    await ottla('broker', 'kill', '1', '--name', 'team-a')

    expect(cluster.calls).toEqual(['kill 1'])
  })

  test.each(['../other', '..', ''])('can not be named %j', async (name) => {
    const { code, err } = await ottla('status', '--name', name)

    expect(code).toBe(1)
    expect(err).toMatch(/^ottla: The cluster's name .*Use 1 to 40 letters, /)
  })

  test('has a folder that is not ""', async () => {
    expect(await ottla('status', '--data', '')).toMatchObject({ code: 2, out: '' })
  })
})
