import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  boardAt,
  historyAfter,
  historyPage,
  historySlices,
  neighbour,
} from '../../../src/broker/supervisor/history/history-reader.ts'
import { HistoryStore } from '../../../src/broker/supervisor/history/history-store.ts'
import type { HistoryEntry } from '../../../src/broker/supervisor/types.ts'
import { FakeClock } from '../fake-clock.ts'
import { temporaryFolder } from './temporary-folder.ts'

function storeIn(directory: string, options: { maxEntries?: number; entriesPerBoard?: number } = {}) {
  const clock = new FakeClock()
  const problems: string[] = []
  const store = new HistoryStore({
    directory,
    clock,
    ...options,
    onProblem: (message) => problems.push(message),
  })
  return { store, clock, problems }
}

function entry(atMs: number, kind: string, rest: Partial<HistoryEntry> = {}): HistoryEntry {
  return { atMs, kind, brokerId: null, cause: 'a test', details: {}, ...rest }
}

const partition = (index: number, leader: number, leaderEpoch: number, isr = [1, 2]) => ({
  partition: index,
  leader,
  leaderEpoch,
  partitionEpoch: leaderEpoch,
  replicas: [1, 2],
  isr,
  addingReplicas: [],
  removingReplicas: [],
})

const created = (atMs: number, topic: string) =>
  entry(atMs, 'topic-created', {
    details: { topic, topicId: `id of ${topic}`, partitions: 1, layout: [partition(0, 1, 0)] },
  })
const elected = (atMs: number, topic: string, leader: number, epoch: number) =>
  entry(atMs, 'leader-elected', {
    brokerId: leader,
    details: { topic, topicId: `id of ${topic}`, ...partition(0, leader, epoch, [leader]) },
  })

test('entries are in the file after 200 ms, and at once after a flush', async () => {
  const directory = temporaryFolder()
  const { store, clock } = storeIn(directory)
  store.add(entry(1, 'cluster-started'))
  await clock.elapse(199)
  expect(historyPage(directory, {}, { limit: 10 }).entries).toEqual([])
  await clock.elapse(1)
  expect(historyPage(directory, {}, { limit: 10 }).entries.map(({ kind }) => kind)).toEqual([
    'cluster-started',
  ])
  store.add(entry(2, 'cluster-stopped'))
  store.flush()
  expect(historyPage(directory, {}, { limit: 10 })).toMatchObject({ lastSeq: 2, sinceMs: 1, next: null })
  store.close()
})

test('pages come newest first and fit together', () => {
  const directory = temporaryFolder()
  const { store } = storeIn(directory)
  for (let n = 1; n <= 5; n++) store.add(entry(n, 'isr-shrunk', { details: { n } }))
  store.close()
  const first = historyPage(directory, {}, { limit: 2 })
  expect(first.entries.map(({ details }) => details.n)).toEqual([5, 4])
  const second = historyPage(directory, {}, { limit: 2, before: first.next! })
  const third = historyPage(directory, {}, { limit: 2, before: second.next! })
  expect([...second.entries, ...third.entries].map(({ details }) => details.n)).toEqual([3, 2, 1])
  expect(third.next).toBeNull()
})

test.each([
  ['kind', { kinds: ['rebalance-started', 'broker-killed'] }, [2, 3]],
  ['topic', { topic: 'orders' }, [4]],
  ['partition', { partition: 0 }, [4]],
  ['group', { groupId: 'billing' }, [3]],
  ['broker', { brokerId: 7 }, [2]],
  ['time', { fromMs: 2, toMs: 3 }, [2, 3]],
  ['all of them together', { fromMs: 3, kinds: ['rebalance-started'], groupId: 'billing' }, [3]],
  ['nothing that is there', { topic: 'other' }, []],
])('a question by %s', (_what, filter, expected) => {
  const directory = temporaryFolder()
  const { store } = storeIn(directory)
  store.add(entry(1, 'cluster-started'))
  store.add(entry(2, 'broker-killed', { brokerId: 7 }))
  store.add(entry(3, 'rebalance-started', { details: { groupId: 'billing' } }))
  store.add(elected(4, 'orders', 2, 1))
  store.close()
  expect(historyAfter(directory, filter, { seq: 0, limit: 10 }).map(({ atMs }) => atMs)).toEqual(expected)
})

test.each([
  ['who led before', 1, [1]],
  ['who left an ISR', 2, [2]],
  ['who came to an ISR', 3, [3]],
  ['how many partitions were added is no broker', 4, []],
])('a question by broker finds %s', (_what, brokerId, expected) => {
  const directory = temporaryFolder()
  const { store } = storeIn(directory)
  const told = (atMs: number, kind: string, details: object) =>
    store.add(entry(atMs, kind, { brokerId: 9, details: { topic: 'orders', ...details } }))
  told(1, 'leader-elected', { before: { leader: 1 } })
  told(2, 'isr-shrunk', { removed: [2], added: [] })
  told(3, 'isr-expanded', { removed: [], added: [3] })
  told(4, 'partitions-added', { added: 4 })
  store.close()
  expect(historyAfter(directory, { brokerId }, { seq: 0, limit: 10 }).map(({ atMs }) => atMs)).toEqual(
    expected,
  )
})

test.each([
  ['part of a cause', 'BROKER 7', [1]],
  ['part of a topic', 'rder', [2]],
  ['part of a group', 'billing', [3]],
  ['part of a fault’s description', 'slow disk', [4]],
  ['signs that mean themselves', '100%', [5]],
])('a question by text finds %s', (_what, text, expected) => {
  const directory = temporaryFolder()
  const { store } = storeIn(directory)
  store.add(entry(1, 'leader-elected', { cause: 'broker 7 died' }))
  store.add(entry(2, 'topic-created', { details: { topic: 'orders' } }))
  store.add(entry(3, 'rebalance-started', { details: { groupId: 'billing-1' } }))
  store.add(entry(4, 'fault-applied', { details: { description: 'slow disk of broker 1' } }))
  store.add(entry(5, 'broker-failed', { cause: 'the disk is 100% full' }))
  store.add(entry(6, 'broker-failed', { cause: 'the disk is 1000 MB too small' }))
  store.close()
  expect(historyAfter(directory, { text }, { seq: 0, limit: 10 }).map(({ atMs }) => atMs)).toEqual(expected)
})

test('the neighbours of a moment are the nearest entries that are asked for', () => {
  const directory = temporaryFolder()
  const { store } = storeIn(directory)
  for (const [atMs, kind] of [
    [10, 'broker-killed'],
    [20, 'isr-shrunk'],
    [20, 'leader-elected'],
    [30, 'isr-shrunk'],
  ] as const) {
    store.add(entry(atMs, kind))
  }
  store.close()
  const from = (atMs: number, direction: 'before' | 'after', kinds: string[] = []) =>
    neighbour(directory, kinds.length === 0 ? {} : { kinds }, { atMs, direction })
  expect(from(20, 'before')).toMatchObject({ atMs: 10 })
  expect(from(20, 'after')).toMatchObject({ atMs: 30 })
  expect(from(30, 'before')).toMatchObject({ atMs: 20, kind: 'leader-elected' })
  expect(from(30, 'before', ['broker-killed'])).toMatchObject({ atMs: 10 })
  expect(from(10, 'before')).toBeNull()
  expect(from(30, 'after')).toBeNull()
})

test('slices say what each stretch of time has', () => {
  const directory = temporaryFolder()
  const { store } = storeIn(directory)
  for (const atMs of [0, 9, 10, 99, 100]) store.add(entry(atMs, 'isr-shrunk'))
  store.add(entry(5, 'broker-killed'))
  store.close()
  expect(historySlices(directory, {}, { fromMs: 0, toMs: 99, count: 10 })).toEqual([
    { atMs: 0, kinds: { 'isr-shrunk': 2, 'broker-killed': 1 } },
    { atMs: 10, kinds: { 'isr-shrunk': 1 } },
    { atMs: 99, kinds: { 'isr-shrunk': 1 } },
  ])
})

test('a broker is frozen on the board until the fault is removed, or it ends', () => {
  const directory = temporaryFolder()
  const { store } = storeIn(directory)
  const freeze = (atMs: number, kind: string) =>
    store.add(entry(atMs, kind, { brokerId: 1, details: { spec: { kind: 'freeze', brokerId: 1 } } }))
  freeze(1, 'fault-applied')
  freeze(2, 'fault-removed')
  freeze(3, 'fault-applied')
  store.add(entry(4, 'broker-killed', { brokerId: 1 }))
  store.add(entry(5, 'fault-applied', { brokerId: 1, details: { spec: { kind: 'disk', brokerId: 1 } } }))
  store.close()
  const frozen = [1, 2, 3, 4, 5].map((atMs) => boardAt(directory, atMs).brokers[0]?.frozen)
  expect(frozen).toEqual([true, false, true, false, false])
})

test('what follows an entry is told oldest first', () => {
  const directory = temporaryFolder()
  const { store } = storeIn(directory)
  for (let n = 1; n <= 4; n++) store.add(entry(n, 'isr-shrunk'))
  store.close()
  expect(historyAfter(directory, {}, { seq: 1, limit: 2 }).map(({ seq }) => seq)).toEqual([2, 3])
})

test('a cluster without a history has none', () => {
  const directory = temporaryFolder()
  expect(historyPage(directory, {}, { limit: 10 })).toEqual({
    entries: [],
    next: null,
    lastSeq: 0,
    sinceMs: null,
  })
  expect(boardAt(directory, 5).topics).toEqual([])
})

test('the board is what it was at every moment', () => {
  const directory = temporaryFolder()
  const { store } = storeIn(directory, { entriesPerBoard: 3 })
  const broker = { brokerEpoch: 10, host: '127.0.0.1', port: 9092, rack: 'a' }
  store.add(entry(1, 'controller-elected', { brokerId: 1, details: { controllerEpoch: 4 } }))
  store.add(entry(2, 'broker-registered', { brokerId: 1, details: broker }))
  store.add(entry(3, 'broker-unfenced', { brokerId: 1, details: { brokerEpoch: 10 } }))
  store.add(created(4, 'orders'))
  store.add(elected(5, 'orders', 2, 1))
  store.add(entry(6, 'broker-killed', { brokerId: 1 }))
  store.add(entry(7, 'broker-fenced', { brokerId: 1, details: { brokerEpoch: 10 } }))
  store.add(entry(8, 'topic-deleted', { details: { topic: 'orders', topicId: 'id of orders' } }))
  store.close()
  const at = (atMs: number) => boardAt(directory, atMs)
  expect(at(0)).toMatchObject({ controllerId: null, brokers: [], topics: [] })
  expect(at(2).brokers).toMatchObject([
    { id: 1, port: 9092, rack: 'a', epoch: 10, fenced: true, running: true },
  ])
  expect(at(3)).toMatchObject({ atMs: 3, controllerId: 1, controllerEpoch: 4, brokers: [{ fenced: false }] })
  expect(at(4).topics).toMatchObject([{ topic: 'orders', partitions: [{ leader: 1, isr: [1, 2] }] }])
  expect(at(5).topics[0]!.partitions).toEqual([{ ...partition(0, 2, 1, [2]) }])
  expect(at(6)).toMatchObject({ controllerId: null, brokers: [{ running: false, fenced: false }] })
  expect(at(7).brokers).toMatchObject([{ running: false, fenced: true }])
  expect(at(7).topics).toHaveLength(1)
  expect(at(99)).toMatchObject({ atMs: 8, topics: [] })
})

test('a new controller’s view replaces what was thought before', () => {
  const directory = temporaryFolder()
  const { store } = storeIn(directory)
  store.add(created(1, 'forgotten'))
  const { partition: _index, ...state } = partition(0, 2, 7)
  const broker = {
    id: 2,
    epoch: 3,
    host: 'h',
    port: 1,
    rack: null,
    fenced: false,
    inControlledShutdown: false,
  }
  store.add(
    entry(2, 'metadata-snapshot', {
      brokerId: 2,
      details: {
        controllerId: 2,
        controllerEpoch: 9,
        brokers: [broker, { ...broker, id: 1 }],
        topics: [{ topicId: 'x', topic: 'orders', partitions: [state] }],
      },
    }),
  )
  store.close()
  expect(boardAt(directory, 2)).toEqual({
    atMs: 2,
    controllerId: 2,
    controllerEpoch: 9,
    brokers: [1, 2].map((id) => ({ ...broker, id, running: true, frozen: false })),
    topics: [{ topicId: 'x', topic: 'orders', partitions: [partition(0, 2, 7)] }],
  })
})

test('the oldest entries go, and the boards of those that stay do not change', () => {
  const directory = temporaryFolder()
  const { store } = storeIn(directory, { maxEntries: 2_000, entriesPerBoard: 100 })
  store.add(created(0, 'orders'))
  for (let n = 1; n <= 5_000; n++) {
    store.add(elected(n, 'orders', (n % 2) + 1, n))
    if (n % 500 === 0) store.flush()
  }
  store.close()
  const { sinceMs } = historyPage(directory, {}, { limit: 1 })
  expect(sinceMs).toBeGreaterThan(1_900)
  expect(sinceMs).toBeLessThanOrEqual(3_001)
  for (const atMs of [sinceMs!, 3_333, 5_000]) {
    expect(boardAt(directory, atMs).topics[0]!.partitions[0]).toMatchObject({ leaderEpoch: atMs })
  }
})

test('a history goes on where it ended', () => {
  const directory = temporaryFolder()
  const first = storeIn(directory).store
  first.add(created(1, 'orders'))
  first.close()
  const second = storeIn(directory, { entriesPerBoard: 1 }).store
  second.add(elected(2, 'orders', 2, 1))
  second.close()
  expect(historyPage(directory, {}, { limit: 10 }).entries.map(({ seq }) => seq)).toEqual([2, 1])
  expect(boardAt(directory, 2).topics[0]).toMatchObject({ topic: 'orders', partitions: [{ leader: 2 }] })
})

test.each([
  ['no database', (file: string) => writeFileSync(file, 'this was a history '.repeat(500))],
  ['cut short', (file: string) => truncateSync(file, 5_000)],
])('a file that is %s is set aside, with a word about it', (_what, damage) => {
  const directory = temporaryFolder()
  const before = storeIn(directory).store
  for (let n = 0; n < 100; n++) before.add(created(1, `topic ${n}`))
  before.close()
  damage(join(directory, 'history.db'))
  const { store, problems } = storeIn(directory)
  store.add(entry(2, 'cluster-started'))
  store.close()
  const { entries } = historyPage(directory, {}, { limit: 10 })
  expect(entries.map(({ kind }) => kind)).toEqual(['cluster-started', 'history-set-aside'])
  expect(problems).toHaveLength(1)
  const aside = String(entries[1]!.details.file)
  expect(problems[0]).toContain(aside)
  expect(readdirSync(directory)).toContain(aside)
})

test('a history that cannot be written is tried again, and nothing of it is lost', async () => {
  const directory = temporaryFolder()
  const gone = join(directory, 'not there yet')
  const { store, clock, problems } = storeIn(gone)
  store.add(entry(1, 'cluster-started'))
  await clock.elapse(200)
  expect(problems).toEqual(['The history could not be written; it is tried again'])
  mkdirSync(gone)
  await clock.elapse(10_000)
  expect(historyPage(gone, {}, { limit: 10 }).entries).toMatchObject([{ kind: 'cluster-started' }])
  store.close()
})
