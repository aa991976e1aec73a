import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Beginning, Isolation, ReadChunk, TailChunk } from '../../../src/shared/ipc/browse.ts'
import type { TypedRecord } from '../../../src/shared/ipc/produce.ts'
import type { Session } from './session.ts'

const asked = { cluster: 'apache' }
const anything = { key: true, value: true, headers: true }

/** Produce and browse. */
export function recordTests(session: () => Session): void {
  const create = (topic: string, configs: Record<string, string> = {}) =>
    session().topics.create({
      ...asked,
      topic,
      partitions: 2,
      replicationFactor: 3,
      configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
      validateOnly: false,
    })
  const send = (topic: string, record: Partial<TypedRecord>, acks: 'all' | 'leader' | 'none' = 'all') =>
    session().produce.send({
      ...asked,
      topic,
      acks,
      keyless: 'sticky',
      record: { key: { as: 'null' }, value: { as: 'null' }, headers: [], partition: 0, ...record },
    })
  const read = async (
    topic: string,
    beginning: Beginning,
    isolation: Isolation = 'read_uncommitted',
    text?: string,
  ) => {
    const partitions = [0]
    const { bounds, direction } = await session().browse.range({
      ...asked,
      topic,
      isolation,
      partitions,
      beginning,
    })
    const filter = text === undefined ? null : { text, regex: false, matchCase: false, fields: anything }
    const reading = { ...asked, topic, isolation, bounds, direction, filter, pageRows: 256 }
    const chunks: ReadChunk[] = []
    for await (const chunk of session().browse.read(reading, new AbortController().signal)) chunks.push(chunk)
    const rows = chunks.map((chunk) => chunk.rows)
    return {
      keys: rows.flatMap(({ key }) => key),
      values: rows.flatMap(({ value }) => value),
      offsets: rows.flatMap(({ offset }) => [...offset]),
      sizes: rows.flatMap(({ valueBytes }) => [...valueBytes]),
      last: chunks.at(-1),
    }
  }

  test('text, empty, null, bytes and headers are written and read as they are', async () => {
    await create('typed')
    await send('typed', {
      key: { as: 'text', text: '열쇠' },
      value: { as: 'text', text: '값 🚀' },
      headers: [
        { name: 'twice', value: { as: 'text', text: '1' } },
        { name: 'twice', value: { as: 'text', text: '' } },
        { name: 'none', value: { as: 'null' } },
      ],
    })
    await send('typed', { key: { as: 'text', text: '' }, value: { as: 'text', text: '' } }, 'leader')
    await send('typed', {})
    expect(await send('typed', { value: { as: 'hex', hex: 'ff00' } }, 'none')).toMatchObject({ offset: null })
    await vi.waitFor(async () => {
      const { keys, values, sizes } = await read('typed', { at: 'oldest' })
      expect(keys).toEqual(['열쇠', '', null, null])
      expect(values).toEqual(['값 🚀', '', null, 'ff00'])
      expect(sizes).toEqual([Buffer.byteLength('값 🚀'), 0, -1, 2])
    })
    const place = { ...asked, topic: 'typed', partition: 0, offset: 0 }
    const { headers } = await session().browse.record(place)
    expect(headers.map(({ name, value }) => [name, value && Buffer.from(value).toString()])).toEqual([
      ['twice', '1'],
      ['twice', ''],
      ['none', null],
    ])
    expect(await session().browse.produceAgain(place)).toEqual({ partition: 0, offset: 4 })
    expect(await send('typed', { partition: 1 })).toMatchObject({ partition: 1, offset: 0 })
  })

  test.each([
    ['too large a record', { value: { as: 'text' as const, text: 'x'.repeat(3_000) } }, 'MESSAGE_TOO_LARGE'],
    ['no key for a compacted topic', { value: { as: 'text' as const, text: 'x' } }, 'INVALID_RECORD'],
  ])('%s is refused by its name, with a remedy', async (_, record, errorName) => {
    const topic = errorName.toLowerCase()
    await create(topic, { 'cleanup.policy': 'compact', 'max.message.bytes': '1000' })
    await expect(send(topic, record)).rejects.toMatchObject({
      failure: { remedy: expect.any(String) as string, kafka: { errorName } },
    })
  })

  test('batches of Kafka’s own producer in all compressions are read, searched and opened', async () => {
    const newest = await read('compressed', { at: 'newest' })
    expect(newest.offsets).toEqual(Array.from({ length: 100 }, (_, index) => 99 - index))
    expect(newest.keys.slice(0, 2)).toEqual(['zstd-19', 'zstd-18'])
    expect(newest.last?.progress).toMatchObject({ scanned: 100, skipped: 0, done: 100, total: 100 })
    for (const [index, codec] of ['none', 'gzip', 'snappy', 'lz4', 'zstd'].entries()) {
      const found = await read('compressed', { at: 'oldest' }, 'read_uncommitted', `한글 ${codec}`)
      expect(found.offsets).toEqual(Array.from({ length: 20 }, (_, each) => index * 20 + each))
      const offset = index * 20 + 7
      const record = await session().browse.record({ ...asked, topic: 'compressed', partition: 0, offset })
      expect(record.batch).toMatchObject({ baseOffset: index * 20, records: 20, compression: codec })
      expect(record.batch.producerId).not.toBe('-1')
      expect(Buffer.from(record.key!).toString()).toBe(`${codec}-7`)
      expect(record.headers.map(({ name, value }) => [name, value && Buffer.from(value).toString()])).toEqual(
        [
          ['trace', '자바'],
          ['none', null],
        ],
      )
    }
  })

  test('aborted and open transactions are read or left out as asked; their markers never', async () => {
    const three = (outcome: string) => [0, 1, 2].map((index) => `${outcome}-${index}`)
    const committed = [...three('committed-1'), ...three('committed-2')]
    const all = [...three('committed-1'), ...three('aborted'), ...three('committed-2'), 'open-0']
    const everything = await read('transactions', { at: 'oldest' })
    expect(everything.values).toEqual(all)
    expect(everything.offsets).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10, 12])
    expect(everything.last?.rest).toEqual([])
    expect((await read('transactions', { at: 'newest' })).values).toEqual(all.toReversed())
    expect((await read('transactions', { at: 'oldest' }, 'read_committed')).values).toEqual(committed)
    const backward = await read('transactions', { at: 'newest' }, 'read_committed')
    expect(backward.values).toEqual(committed.toReversed())
    expect(backward.last?.rest).toEqual([])
    // From the middle of the aborted one.
    const middle = await read('transactions', { at: 'offset', offset: 5 }, 'read_committed')
    expect(middle.values).toEqual(three('committed-2'))
  })

  test('reading begins at an offset and at a time', async () => {
    expect((await read('compressed', { at: 'offset', offset: 95 })).offsets).toEqual([95, 96, 97, 98, 99])
    const { timestampMs } = await session().browse.record({
      ...asked,
      topic: 'compressed',
      partition: 0,
      offset: 60,
    })
    expect((await read('compressed', { at: 'timestamp', timestampMs })).offsets.at(-1)).toBe(99)
    const later = await read('compressed', { at: 'timestamp', timestampMs: 4_000_000_000_000 })
    expect(later.offsets).toEqual([])
  })

  test('a tail shows what comes', async () => {
    await create('tailed')
    const ending = new AbortController()
    const question = { ...asked, topic: 'tailed', isolation: 'read_uncommitted' as const, partitions: null }
    const tail = session()
      .browse.tail({ ...question, filter: null }, ending.signal)
      [Symbol.asyncIterator]()
    await tail.next()
    await send('tailed', { value: { as: 'text', text: 'live' } })
    const seen: TailChunk['rows']['value'] = []
    while (seen.length === 0) seen.push(...((await tail.next()).value as TailChunk).rows.value)
    ending.abort()
    expect(seen).toEqual(['live'])
  })

  test('an export has what a consumer of committed records reads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ottla-export-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'records.ndjson')
    const isolation = 'read_committed' as const
    const range = {
      ...asked,
      topic: 'transactions',
      isolation,
      partitions: null,
      beginning: { at: 'oldest' as const },
    }
    const { bounds, direction } = await session().browse.range(range)
    const question = { ...asked, topic: 'transactions', isolation, bounds, direction, filter: null, file }
    const progress = []
    const stream = session().browse.export(
      { ...question, format: 'ndjson', limit: null },
      new AbortController().signal,
    )
    for await (const each of stream) progress.push(each)
    expect(progress.at(-1)).toMatchObject({ state: 'done', written: 6 })
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(6)
  })
}
