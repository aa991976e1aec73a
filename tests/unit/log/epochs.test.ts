import { describe, expect, it } from 'vitest'
import { EpochCache } from '../../../src/broker/log/epoch-cache.ts'
import { batchOf, LogFixture, replicated } from './log-fixture.ts'

const UNKNOWN = { leaderEpoch: -1, endOffset: -1 }

describe('the leader epoch cache', () => {
  const cache = new EpochCache([
    { epoch: 2, startOffset: 10 },
    { epoch: 4, startOffset: 20 },
    { epoch: 7, startOffset: 50 },
  ])
  const answers = [
    ['the newest ends at the log’s end', 7, { leaderEpoch: 7, endOffset: 100 }],
    ['an older one ends where the next begins', 4, { leaderEpoch: 4, endOffset: 50 }],
    ['between two, the lower one', 5, { leaderEpoch: 4, endOffset: 50 }],
    ['below all, the oldest one’s start', 1, { leaderEpoch: 1, endOffset: 10 }],
    ['above all, unknown', 8, UNKNOWN],
    ['none asked for, unknown', -1, UNKNOWN],
  ] as const
  it.each(answers)('%s', (_rule, epoch, answer) => {
    expect(cache.endOffsetFor(epoch, 100)).toEqual(answer)
  })

  it('knows nothing when empty', () => {
    expect(new EpochCache().endOffsetFor(0, 5)).toEqual(UNKNOWN)
    expect(new EpochCache().epochAt(0)).toBe(-1)
  })

  it('says which epoch wrote an offset', () => {
    expect([9, 10, 19, 20, 99].map((offset) => cache.epochAt(offset))).toEqual([-1, 2, 2, 4, 7])
  })

  it('drops what a new epoch contradicts', () => {
    const changing = new EpochCache(cache.entries)
    changing.assign(5, 20)
    expect(changing.entries).toEqual([
      { epoch: 2, startOffset: 10 },
      { epoch: 5, startOffset: 20 },
    ])
  })

  it('keeps the start of an epoch assigned again', () => {
    const changing = new EpochCache(cache.entries)
    changing.assign(7, 80)
    expect(changing.entries).toBe(cache.entries)
  })

  it('moves the oldest epoch’s start with the log’s', () => {
    const changing = new EpochCache(cache.entries)
    changing.truncateFromStart(30)
    expect(changing.entries).toEqual([
      { epoch: 4, startOffset: 30 },
      { epoch: 7, startOffset: 50 },
    ])
    changing.truncateFromStart(5)
    expect(changing.entries[0]).toEqual({ epoch: 4, startOffset: 30 })
  })
})

describe('a log’s epochs', () => {
  it('begin at the log end offset for a new leader, before its first record, and survive a restart', async () => {
    const fixture = new LogFixture()
    await fixture.append(batchOf({ records: 3 }), 1)
    fixture.log.assignEpoch(2)
    await fixture.logs.committed()
    const log = fixture.reopen()
    expect(log.latestEpoch).toBe(2)
    expect(log.endOffsetForEpoch(1)).toEqual({ leaderEpoch: 1, endOffset: 3 })
    expect(log.endOffsetForEpoch(2)).toEqual({ leaderEpoch: 2, endOffset: 3 })
  })

  it('are learnt from batches by a follower', async () => {
    const { log, logs } = new LogFixture()
    log.appendAsFollower(Buffer.concat([replicated(0, 1), replicated(1, 1), replicated(2, 5)]), 5)
    await logs.committed()
    expect(log.endOffsetForEpoch(3)).toEqual({ leaderEpoch: 1, endOffset: 2 })
  })

  it('end with what is committed', async () => {
    const { log, logs } = new LogFixture()
    log.appendAsFollower(replicated(0, 1, { records: 5 }), 1)
    expect(log.endOffsetForEpoch(1).endOffset).toBe(0)
    await logs.committed()
    expect(log.endOffsetForEpoch(1).endOffset).toBe(5)
  })

  it('are taken off with the records', async () => {
    const fixture = new LogFixture()
    for (const epoch of [1, 2, 3]) await fixture.append(batchOf({ records: 2 }), epoch)
    fixture.log.truncateTo(4)
    expect(fixture.log.latestEpoch).toBe(2)
    expect(fixture.reopen().endOffsetForEpoch(2)).toEqual({ leaderEpoch: 2, endOffset: 4 })
  })
})
