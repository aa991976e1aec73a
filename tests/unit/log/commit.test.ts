import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { StorageError } from '../../../src/broker/storage/storage-error.ts'
import { appendTo, batchOf, codeOf, LogFixture, readAll, replicated } from './log-fixture.ts'

const BIG = 100_000
const PAGE_BYTES = 8192

describe('a turn of the event loop', () => {
  it('is one commit for all its partitions, told to listeners before those who wait', async () => {
    const { logs, log, ...fixture } = new LogFixtureWithTwo()
    const events: unknown[] = []
    logs.onCommitted((committed) =>
      events.push(committed.map(({ partition, logEndOffset }) => [partition, logEndOffset])),
    )
    appendTo(log, batchOf())
    appendTo(fixture.other, batchOf({ records: 2 }))
    appendTo(log, batchOf())
    await logs.committed().then(() => events.push('resolved'))
    expect(events).toEqual([
      [
        [0, 2],
        [1, 2],
      ],
      'resolved',
    ])
  })

  it('with nothing to commit has committed', async () => {
    const { logs } = new LogFixture()
    await expect(logs.committed()).resolves.toBeUndefined()
  })

  it('is committed in spite of a listener that fails', async () => {
    const fixture = new LogFixture()
    fixture.logs.onCommitted(() => {
      throw new Error('a listener')
    })
    await fixture.append(batchOf())
    expect(fixture.log.logEndOffset).toBe(1)
    expect(fixture.lines.map(({ message }) => message)).toContain('A listener for commits failed')
  })
})

describe('a full disk', () => {
  const producer = { producerId: 9, producerEpoch: 0 }

  async function full(): Promise<LogFixture> {
    const fixture = new LogFixture()
    await fixture.append(batchOf({ ...producer, baseSequence: 0 }), 1)
    fixture.log.updateHighWatermark(1)
    fixture.logs.limitSize(0)
    return fixture
  }

  it('rejects the turn with a StorageError that says what to do', async () => {
    const fixture = await full()
    const failure = fixture.append(batchOf({ valueBytes: BIG }))
    await expect(failure).rejects.toBeInstanceOf(StorageError)
    await expect(failure).rejects.toMatchObject({
      kind: 'full',
      message: `There is no space left for ${fixture.file}.`,
      remedy: expect.stringContaining('disk space'),
    })
  })

  it('leaves nothing of the turn in memory: offsets, producers, epochs, sizes', async () => {
    const fixture = await full()
    const { log, logs } = fixture
    const before = stateOf(fixture)
    appendTo(log, batchOf({ ...producer, baseSequence: 1, valueBytes: BIG }), { leaderEpoch: 2 })
    appendTo(log, batchOf({ producerId: 10, producerEpoch: 0, baseSequence: 0 }), { leaderEpoch: 2 })
    await expect(logs.committed()).rejects.toThrow()
    expect(stateOf(fixture)).toEqual(before)
  })

  it('serves reads, and takes the same records when there is space again', async () => {
    const fixture = await full()
    const records = batchOf({ ...producer, baseSequence: 1, valueBytes: BIG })
    await expect(fixture.append(Buffer.from(records))).rejects.toThrow()
    expect(readAll(fixture.log)).toHaveLength(1)
    expect(fixture.logs.isOffline).toBe(false)
    fixture.logs.limitSize(null)
    expect(await fixture.append(records)).toMatchObject({ baseOffset: 1, duplicate: false })
    expect(readAll(fixture.reopen())).toHaveLength(2)
  })

  it('found by a lookup or a truncation undoes the turn and lets them go on', async () => {
    const fixture = await full()
    const { log, logs } = fixture
    appendTo(log, batchOf({ valueBytes: BIG }))
    const waiting = expect(logs.committed()).rejects.toMatchObject({ kind: 'full' })
    expect(log.offsetForTimestamp(0)?.offset).toBe(0)
    expect(log.nextOffset).toBe(1)
    await waiting
    appendTo(log, batchOf({ valueBytes: BIG }))
    log.truncateTo(0)
    expect([log.nextOffset, log.logEndOffset]).toEqual([0, 0])
  })

  it('undoes batches that began new segments', async () => {
    const fixture = new LogFixture({ segmentBytes: BIG * 2, retentionBytes: 0 })
    await fixture.fill(3)
    fixture.logs.limitSize(0)
    appendTo(fixture.log, batchOf({ valueBytes: BIG }))
    appendTo(fixture.log, batchOf({ valueBytes: BIG }))
    await expect(fixture.logs.committed()).rejects.toThrow()
    fixture.logs.limitSize(null)
    await fixture.fill(1)
    expect(fixture.log.applyRetention(0)).toBe(1)
    expect(fixture.log.logStartOffset).toBe(4)
  })

  it('keeps an epoch that was assigned, for the next commit', async () => {
    const fixture = await full()
    fixture.log.assignEpoch(5)
    fixture.log.appendAsFollower(replicated(1, 5, { valueBytes: BIG }), 5)
    await expect(fixture.logs.committed()).rejects.toThrow()
    expect(fixture.log.endOffsetForEpoch(5)).toEqual({ leaderEpoch: 5, endOffset: 1 })
    fixture.logs.limitSize(null)
    await fixture.append(batchOf(), 5)
    expect(fixture.reopen().endOffsetForEpoch(5)).toEqual({ leaderEpoch: 5, endOffset: 2 })
  })
})

describe('a damaged database', () => {
  /** In the middle, which a start does not read. */
  async function damaged(): Promise<LogFixture> {
    const fixture = new LogFixture({}, { tailCacheBytes: 0 })
    for (let i = 0; i < 600; i++) appendTo(fixture.log, batchOf({ valueBytes: 10_000 }))
    await fixture.logs.committed()
    await fixture.append(batchOf())
    fixture.logs.close()
    const pages = statSync(fixture.file).size / PAGE_BYTES
    overwrite(fixture.file, Math.floor(pages / 4) * PAGE_BYTES, 5 * PAGE_BYTES)
    fixture.reopen()
    return fixture
  }

  it('takes the broker’s logs offline: every append and read is KAFKA_STORAGE_ERROR', async () => {
    const fixture = await damaged()
    const failures: StorageError[] = []
    fixture.logs.onOffline((failure) => failures.push(failure))
    expect(codeOf(() => readAll(fixture.log))).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    expect(fixture.logs.isOffline).toBe(true)
    expect(failures).toMatchObject([{ kind: 'corrupt', message: `${fixture.file} is damaged.` }])
    expect(codeOf(() => appendTo(fixture.log, batchOf()))).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    expect(codeOf(() => fixture.log.read(0, 1, 1, true))).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    expect(codeOf(() => fixture.partition(7))).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
  })
})

describe('flush.messages=1', () => {
  it('commits as always (that it also syncs cannot be seen from here)', async () => {
    const fixture = new LogFixture({ flushMessages: 1 })
    await fixture.append(batchOf())
    await fixture.append(batchOf())
    expect(fixture.reopen().logEndOffset).toBe(2)
  })
})

class LogFixtureWithTwo extends LogFixture {
  readonly other = this.partition(1)
}

function stateOf({ log }: LogFixture): unknown {
  const { nextOffset, logEndOffset, highWatermark, sizeInBytes, latestEpoch } = log
  const state = { nextOffset, logEndOffset, highWatermark, sizeInBytes, latestEpoch }
  return { ...state, producers: log.activeProducers() }
}

function overwrite(file: string, position: number, bytes: number): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(bytes, 0xa5), 0, bytes, position)
  closeSync(descriptor)
}
