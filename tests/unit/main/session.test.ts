import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Session } from '../../../src/main/sessions/session.ts'
import { Sessions } from '../../../src/main/sessions/sessions.ts'
import type { Failure } from '../../../src/shared/channel/failure.ts'
import type { OverviewSample } from '../../../src/shared/ipc/overview.ts'

let folder: string
let samples: OverviewSample[]
let deaths: Failure[]
let sessions: { close: () => Promise<void> }[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ottla-session-'))
  samples = []
  deaths = []
  sessions = []
})

afterEach(async () => {
  await Promise.all(sessions.map((session) => session.close()))
  rmSync(folder, { recursive: true })
})

const TELL = `
  const tell = (overview) =>
    parentPort.postMessage({ kind: 'notice', notice: { name: 'overview.sampled', payload: { atMs: 1, overview } } })
`

/** A thread that does what `body` says, in the place of the one which asks a cluster. */
function worker(body: string): URL {
  const file = join(folder, 'worker.mjs')
  writeFileSync(file, `import { parentPort, workerData } from 'node:worker_threads'\n${TELL}\n${body}`)
  return pathToFileURL(file)
}

function open(workerUrl: URL): Session {
  const session = new Session('local:local', ['127.0.0.1:9092'], workerUrl, {
    onSample: (sample) => samples.push(sample),
    onTraffic: () => undefined,
    onDeath: (failure) => deaths.push(failure),
  })
  sessions.push(session)
  return session
}

it('hands on what its thread sees, and keeps the newest', async () => {
  const session = open(
    worker(
      'tell({ ok: true, value: { topics: workerData.bootstrapServers.length } }); setInterval(() => 0, 1000)',
    ),
  )
  await vi.waitFor(() => expect(samples).toHaveLength(1))
  expect(session.latest).toEqual({
    id: 'local:local',
    atMs: 1,
    failingSinceMs: null,
    overview: { ok: true, value: { topics: 1 } },
  })
})

it('begins its thread again when that dies, and says in between that it did', async () => {
  const marker = JSON.stringify(join(folder, 'died-once'))
  open(
    worker(`
      import { existsSync, writeFileSync } from 'node:fs'
      const second = existsSync(${marker})
      writeFileSync(${marker}, '')
      if (!second) throw new Error('out of memory')
      tell({ ok: true, value: { topics: 2 } })
      setInterval(() => undefined, 1000)
    `),
  )
  await vi.waitFor(() => expect(samples).toHaveLength(2), { timeout: 5_000 })
  expect(samples[0]).toMatchObject({ overview: { ok: false, failure: { code: 'SESSION_DIED' } } })
  expect(deaths).toMatchObject([{ message: 'The session with the cluster ended: out of memory.' }])
  expect(samples[1]).toMatchObject({ overview: { ok: true, value: { topics: 2 } } })
})

it('stays closed once it is closed', async () => {
  const session = open(
    worker("tell({ ok: false, failure: { code: 'X', message: '' } }); setInterval(() => 0, 1000)"),
  )
  await vi.waitFor(() => expect(samples).toHaveLength(1))
  await session.close()
  expect(deaths).toEqual([])
  expect(session.client).toBeNull()
})

it('is open for every cluster that runs, and for no other', async () => {
  const workerUrl = worker('tell({ ok: true, value: {} }); setInterval(() => 0, 1000)')
  const all = new Sessions({
    workerUrl,
    onSample: (sample) => samples.push(sample),
    onTraffic: () => undefined,
    onDeath: () => undefined,
  })
  sessions.push(all)
  const cluster = (id: string, state: 'running' | 'starting' | 'stopped') =>
    ({ id, state, bootstrapServers: '127.0.0.1:9092' }) as Parameters<Sessions['follow']>[0][number]
  all.follow([cluster('a', 'running'), cluster('b', 'running'), cluster('c', 'starting')])
  await vi.waitFor(() => expect(all.latest().map(({ id }) => id)).toEqual(['a', 'b']))
  all.follow([cluster('a', 'running'), cluster('b', 'stopped')])
  expect(all.latest().map(({ id }) => id)).toEqual(['a'])
})

it('goes to the new address of a remote cluster, and stays with a local one that has a broker more', async () => {
  const all = new Sessions({
    workerUrl: worker('setInterval(() => 0, 1000)'),
    onSample: (sample) => samples.push(sample),
    onTraffic: () => undefined,
    onDeath: () => undefined,
  })
  sessions.push(all)
  const cluster = (id: string, kind: 'local' | 'remote', bootstrapServers: string) =>
    ({ id, kind, state: 'running', bootstrapServers }) as Parameters<Sessions['follow']>[0][number]
  all.follow([cluster('a', 'local', 'h:1'), cluster('b', 'remote', 'h:1'), cluster('c', 'remote', 'h:1')])
  const before = ['a', 'b', 'c'].map((id) => all.find(id))
  all.follow([cluster('a', 'local', 'h:1,h:2'), cluster('b', 'remote', 'h:9'), cluster('c', 'remote', 'h:1')])
  const after = ['a', 'b', 'c'].map((id) => all.find(id))
  expect(after.map((session, index) => session === before[index])).toEqual([true, false, true])
  expect(all.find('b')?.bootstrapServers).toEqual(['h:9'])
})
