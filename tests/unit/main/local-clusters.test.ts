import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LocalClusters } from '../../../src/main/clusters/local-clusters.ts'
import type { AppDatabase } from '../../../src/main/store/database.ts'
import { openAppDatabase } from '../../../src/main/store/database.ts'
import { StartedClusters } from '../../../src/main/store/started-clusters.ts'
import type { LocalCluster } from '../../../src/shared/ipc/clusters.ts'
import { FakeEngine, clusterError } from './fake-engine.ts'

let folder: string
let directory: string
let database: AppDatabase
let started: StartedClusters
let engine: FakeEngine
let told: LocalCluster[][]
let problems: [folder: string, error: unknown][]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ottla-clusters-'))
  directory = join(folder, 'clusters')
  database = openAppDatabase(join(folder, 'app.db'))
  started = new StartedClusters(database)
  engine = new FakeEngine()
  told = []
  problems = []
})

afterEach(() => {
  vi.useRealTimers()
  database.close()
  rmSync(folder, { recursive: true })
})

/** What the app opens at its launch. */
function launched(): LocalClusters {
  return new LocalClusters({
    engine,
    directory,
    started,
    onChange: (entries) => told.push(entries),
    onEvent: () => undefined,
    onProblem: (folder, error) => problems.push([folder, error]),
  })
}

const pathOf = (name: string) => join(directory, name)
const form = { name: 'local', brokers: 3, firstPort: 9092 } as const

describe('the list of clusters', () => {
  it('is what the folder has, by name, and what is no cluster is left out', () => {
    engine.add(pathOf('zeta'), 1, 9192)
    engine.add(pathOf('alpha'))
    mkdirSync(pathOf('photos'))
    expect(launched().entries()).toMatchObject([
      { id: 'local:alpha', name: 'alpha', state: 'stopped', runBy: null, controllerId: null },
      { id: 'local:zeta', bootstrapServers: '127.0.0.1:9192', brokers: [{ id: 1, state: 'stopped' }] },
    ])
  })

  it('has the others where one folder is damaged, and the damage is reported', () => {
    engine.add(pathOf('alpha'))
    mkdirSync(pathOf('damaged'))
    expect(launched().entries()).toHaveLength(1)
    expect(problems).toMatchObject([['damaged', { failure: { code: 'DIRECTORY' } }]])
  })

  it('finds a cluster that another program makes while the app is open', async () => {
    const clusters = launched()
    engine.add(pathOf('alpha'))
    await clusters.refresh()
    expect(told.at(-1)).toMatchObject([{ name: 'alpha' }])
  })
})

describe('create', () => {
  it('makes the cluster, starts it and tells of it', async () => {
    const clusters = launched()
    expect(await clusters.create(form)).toMatchObject({ id: 'local:local', name: 'local' })
    await vi.waitFor(() =>
      expect(told.at(-1)).toMatchObject([{ state: 'running', runBy: 'app', controllerId: 1 }]),
    )
    expect(started.list()).toEqual(['local'])
  })

  it('fails as the engine does', async () => {
    engine.create = () => Promise.reject(clusterError('PORT_TAKEN'))
    await expect(launched().create(form)).rejects.toMatchObject({ failure: { code: 'PORT_TAKEN' } })
    expect(told).toEqual([])
  })
})

describe('start and stop', () => {
  it('change the state, and whether the cluster starts with the app', async () => {
    engine.add(pathOf('local'))
    const clusters = launched()
    expect(await clusters.start('local:local')).toMatchObject({ state: 'running', startupMs: 400 })
    expect(started.list()).toEqual(['local'])
    expect(await clusters.stop('local:local')).toMatchObject({ state: 'stopped', runBy: null })
    expect(started.list()).toEqual([])
    expect(engine.opened.get(pathOf('local'))?.open).toBe(false)
  })

  it('happen one after the other', async () => {
    engine.add(pathOf('local'))
    const clusters = launched()
    const all = [clusters.start('local:local'), clusters.stop('local:local'), clusters.start('local:local')]
    await Promise.all(all)
    expect(clusters.entry('local:local').state).toBe('running')
  })

  it('keep the reason of a failed start with the cluster, and let go of its folder', async () => {
    engine.add(pathOf('local'))
    engine.failStart = clusterError('PORT_TAKEN')
    const clusters = launched()
    await expect(clusters.start('local:local')).rejects.toMatchObject({ failure: { code: 'PORT_TAKEN' } })
    expect(clusters.entry('local:local')).toMatchObject({ state: 'stopped', failure: { code: 'PORT_TAKEN' } })
    expect(engine.opened.get(pathOf('local'))?.open).toBe(false)

    engine.failStart = null
    expect(await clusters.start('local:local')).toMatchObject({ state: 'running', failure: null })
  })

  it('know no other cluster than those there are', async () => {
    await expect(launched().start('local:nowhere')).rejects.toMatchObject({
      failure: { code: 'UNKNOWN_CLUSTER' },
    })
  })

  it('go the same way when the stop is asked for from outside', async () => {
    engine.add(pathOf('local'))
    const clusters = launched()
    await clusters.start('local:local')
    await engine.stopFromOutside?.()
    expect(clusters.entry('local:local').state).toBe('stopped')
    expect(started.list()).toEqual([])
  })
})

describe('brokers', () => {
  it('are killed and started again, which everyone is told', async () => {
    engine.add(pathOf('local'))
    const clusters = launched()
    await clusters.start('local:local')
    const killed = await clusters.broker('kill', 'local:local', 1)
    expect(killed).toMatchObject({
      controllerId: 2,
      brokers: [{ state: 'stopped' }, { state: 'running' }, {}],
    })
    expect(told.at(-1)).toMatchObject([{ controllerId: 2 }])
    expect(await clusters.broker('start', 'local:local', 1)).toMatchObject({
      brokers: [{ state: 'running' }, {}, {}],
    })
  })

  it('of a cluster that is stopped can’t be steered', async () => {
    engine.add(pathOf('local'))
    await expect(launched().broker('kill', 'local:local', 1)).rejects.toMatchObject({
      failure: { code: 'NOT_RUNNING' },
    })
  })
})

describe('the end of the app', () => {
  it('stops the clusters, and the next launch starts them again', async () => {
    engine.add(pathOf('local'))
    engine.add(pathOf('unused'))
    const first = launched()
    await first.start('local:local')
    await first.leave()
    expect(engine.opened.get(pathOf('local'))?.open).toBe(false)

    const second = launched()
    await second.startRemembered()
    expect(second.entries().map(({ state }) => state)).toEqual(['running', 'stopped'])
  })

  it('counts as starting from the launch on, and takes nobody’s time before the window is there', async () => {
    engine.add(pathOf('alpha'))
    started.add('alpha')
    const clusters = launched()
    let paint: () => void = () => undefined
    const running = clusters.startRemembered(new Promise((resolve) => (paint = resolve)))
    expect(clusters.entries()).toMatchObject([{ state: 'starting', brokers: [{ state: 'stopped' }, {}, {}] }])
    paint()
    await running
    expect(clusters.entries()).toMatchObject([{ state: 'running' }])
  })

  it('is not kept up by a cluster that fails to start at the launch', async () => {
    engine.add(pathOf('local'))
    started.add('local')
    started.add('deleted-since')
    engine.failStart = clusterError('PORT_TAKEN')
    const clusters = launched()
    await clusters.startRemembered()
    expect(problems).toMatchObject([['local', { failure: { code: 'PORT_TAKEN' } }]])
    expect(clusters.entry('local:local').failure).toMatchObject({ code: 'PORT_TAKEN' })
  })
})

describe('a cluster that another process runs', () => {
  it('is shown as it is there, and its brokers can be steered', async () => {
    await engine.runElsewhere(pathOf('local'))
    const clusters = launched()
    await clusters.refresh()
    expect(clusters.entry('local:local')).toMatchObject({ state: 'running', runBy: 'other' })
    expect(await clusters.broker('stop', 'local:local', 3)).toMatchObject({
      brokers: [{}, {}, { state: 'stopped' }],
    })
    await clusters.leave()
  })

  it('is what a start finds when it comes second', async () => {
    engine.add(pathOf('local'))
    const clusters = launched()
    await engine.runElsewhere(pathOf('local'))
    expect(await clusters.start('local:local')).toMatchObject({
      state: 'running',
      runBy: 'other',
      failure: null,
    })
    await clusters.leave()
  })

  it('goes on when the app ends', async () => {
    const cluster = await engine.runElsewhere(pathOf('local'))
    const clusters = launched()
    await clusters.refresh()
    await clusters.leave()
    expect(cluster.running).toBe(true)
  })

  it('stops when the user says so', async () => {
    const cluster = await engine.runElsewhere(pathOf('local'))
    const clusters = launched()
    await clusters.refresh()
    expect(await clusters.stop('local:local')).toMatchObject({ state: 'stopped', runBy: null })
    expect(cluster.running).toBe(false)
  })

  it('is seen to change and to end within a second', async () => {
    vi.useFakeTimers()
    const cluster = await engine.runElsewhere(pathOf('local'))
    const clusters = launched()
    await clusters.refresh()
    await cluster.killBroker(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(told.at(-1)).toMatchObject([{ controllerId: 2 }])
    await cluster.close()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(told.at(-1)).toMatchObject([{ state: 'stopped', runBy: null }])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('rename', () => {
  it('changes the name, not the folder, whether or not the cluster runs', async () => {
    engine.add(pathOf('local'))
    const clusters = launched()
    expect(await clusters.rename('local:local', 'staging')).toMatchObject({
      id: 'local:local',
      name: 'staging',
    })
    await clusters.start('local:local')
    expect(await clusters.rename('local:local', 'production')).toMatchObject({ name: 'production' })
    await clusters.stop('local:local')
    expect(launched().entries()).toMatchObject([{ name: 'production', directory: pathOf('local') }])
  })

  it('refuses a name that another cluster has, and one that is none', async () => {
    engine.add(pathOf('alpha'))
    engine.add(pathOf('beta'))
    const clusters = launched()
    await expect(clusters.rename('local:beta', 'alpha')).rejects.toMatchObject({
      failure: { code: 'CLUSTER_EXISTS' },
    })
    await expect(clusters.rename('local:beta', 'a b')).rejects.toMatchObject({
      failure: { code: 'INVALID_NAME' },
    })
    expect(await clusters.rename('local:beta', 'beta')).toMatchObject({ name: 'beta' })
  })

  it('is not done to what another process runs', async () => {
    await engine.runElsewhere(pathOf('local'))
    const clusters = launched()
    await clusters.refresh()
    await expect(clusters.rename('local:local', 'staging')).rejects.toMatchObject({
      failure: { code: 'RUN_BY_OTHER' },
    })
    await clusters.leave()
  })

  it('leaves the old name free for another cluster, in another folder', async () => {
    engine.add(pathOf('local'))
    const clusters = launched()
    await clusters.rename('local:local', 'staging')
    expect(await clusters.create(form)).toMatchObject({ id: 'local:local-2' })
  })
})

describe('add broker', () => {
  it('gives the cluster one more, which is there after a stop too', async () => {
    engine.add(pathOf('local'))
    const clusters = launched()
    await clusters.start('local:local')
    expect((await clusters.addBroker('local:local')).brokers).toHaveLength(4)
    expect((await clusters.stop('local:local')).brokers).toMatchObject([{}, {}, {}, { id: 4, port: 9095 }])
  })

  it('is done over the control channel where another process runs it', async () => {
    await engine.runElsewhere(pathOf('local'))
    const clusters = launched()
    await clusters.refresh()
    expect((await clusters.addBroker('local:local')).brokers).toHaveLength(4)
    await clusters.leave()
  })

  it('needs a cluster that runs', async () => {
    engine.add(pathOf('local'))
    await expect(launched().addBroker('local:local')).rejects.toMatchObject({
      failure: { code: 'NOT_RUNNING' },
    })
  })
})

describe('delete', () => {
  it('takes the folder of a stopped cluster away, after its contents were told', async () => {
    engine.add(pathOf('local'))
    const clusters = launched()
    expect(await clusters.contents('local:local')).toEqual({
      topics: 2,
      partitions: 12,
      records: 1_204_332,
      sizeInBytes: 4_096,
    })
    await clusters.delete('local:local', 'local')
    expect(clusters.entries()).toEqual([])
    expect(told.at(-1)).toEqual([])
  })

  it('needs the name that the cluster has', async () => {
    engine.add(pathOf('local'))
    const clusters = launched()
    await expect(clusters.delete('local:local', 'other')).rejects.toMatchObject({
      failure: { code: 'OTHER_NAME' },
    })
    expect(clusters.entries()).toHaveLength(1)
  })

  it('is not done to a cluster that runs', async () => {
    engine.add(pathOf('local'))
    const clusters = launched()
    await clusters.start('local:local')
    await expect(clusters.delete('local:local', 'local')).rejects.toMatchObject({
      failure: { code: 'NOT_STOPPED' },
    })
    await expect(clusters.contents('local:local')).rejects.toMatchObject({ failure: { code: 'NOT_STOPPED' } })
    expect(clusters.entry('local:local').state).toBe('running')
  })
})
