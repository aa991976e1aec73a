import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { BatchAttribute } from '../../../src/broker/protocol/record-batch.ts'
import { appendTo, batchOf, codeOf, LogFixture, markerOf } from './log-fixture.ts'
import type { MarkerOptions } from './log-fixture.ts'

function transactional(producerId: number, baseSequence: number, producerEpoch = 0): Buffer {
  const attributes = BatchAttribute.TRANSACTIONAL
  return batchOf({ attributes, producerId, producerEpoch, baseSequence })
}

/** Appends and replicates at once. */
async function marked(fixture: LogFixture, marker: MarkerOptions): Promise<void> {
  appendTo(fixture.log, markerOf(marker), { origin: 'coordinator' })
  await fixture.logs.committed()
  fixture.log.updateHighWatermark(fixture.log.logEndOffset)
}

async function written(fixture: LogFixture, records: Buffer): Promise<void> {
  await fixture.append(records)
  fixture.log.updateHighWatermark(fixture.log.logEndOffset)
}

describe('the last stable offset', () => {
  it('is the high watermark without transactions', async () => {
    const fixture = new LogFixture()
    await written(fixture, batchOf({ records: 3 }))
    expect(fixture.log.lastStableOffset).toBe(3)
  })

  it('stops at the first open transaction until its marker is there', async () => {
    const fixture = new LogFixture()
    await written(fixture, batchOf())
    await written(fixture, transactional(1, 0))
    await written(fixture, transactional(2, 0))
    expect(fixture.log.lastStableOffset).toBe(1)
    await marked(fixture, { type: 'commit', producerId: 1 })
    expect(fixture.log.lastStableOffset).toBe(2)
    await marked(fixture, { type: 'commit', producerId: 2 })
    expect(fixture.log.lastStableOffset).toBe(5)
  })

  it('waits for the marker to be below the high watermark', async () => {
    const fixture = new LogFixture()
    await written(fixture, transactional(1, 0))
    appendTo(fixture.log, markerOf({ type: 'commit', producerId: 1 }), { origin: 'coordinator' })
    await fixture.logs.committed()
    fixture.log.updateHighWatermark(1)
    expect(fixture.log.lastStableOffset).toBe(0)
    fixture.log.updateHighWatermark(2)
    expect(fixture.log.lastStableOffset).toBe(2)
  })

  it('is the same after a restart', async () => {
    const fixture = new LogFixture()
    await written(fixture, batchOf())
    await written(fixture, transactional(1, 0))
    await written(fixture, batchOf())
    fixture.reopen()
    expect(fixture.log.lastStableOffset).toBe(1)
    await marked(fixture, { type: 'abort', producerId: 1 })
    expect(fixture.reopen().lastStableOffset).toBe(4)
  })
})

describe('aborted transactions', () => {
  it('are listed where they overlap what is read, also after a restart', async () => {
    const fixture = new LogFixture()
    await written(fixture, transactional(1, 0))
    await written(fixture, transactional(2, 0))
    await marked(fixture, { type: 'abort', producerId: 1 })
    await marked(fixture, { type: 'commit', producerId: 2 })
    fixture.reopen()
    expect(fixture.log.abortedTransactionsIn(0, 10)).toEqual([{ producerId: 1, firstOffset: 0 }])
    expect(fixture.log.abortedTransactionsIn(2, 10)).toEqual([{ producerId: 1, firstOffset: 0 }])
    expect(fixture.log.abortedTransactionsIn(3, 10)).toEqual([])
    expect(fixture.log.abortedTransactionsIn(0, 0)).toEqual([])
  })

  it('without records here are not', async () => {
    const fixture = new LogFixture()
    await marked(fixture, { type: 'abort', producerId: 1 })
    expect(fixture.log.abortedTransactionsIn(0, 10)).toEqual([])
  })
})

describe('a transactional producer', () => {
  it('may not write outside of its open transaction', async () => {
    const { log } = new LogFixture()
    appendTo(log, transactional(1, 0))
    const plain = batchOf({ producerId: 1, producerEpoch: 0, baseSequence: 1 })
    expect(codeOf(() => appendTo(log, plain))).toBe(ErrorCode.INVALID_TXN_STATE)
  })

  it('is fenced by a marker of a newer epoch', async () => {
    const fixture = new LogFixture()
    await written(fixture, transactional(1, 0))
    await marked(fixture, { type: 'abort', producerId: 1, producerEpoch: 1 })
    expect(codeOf(() => appendTo(fixture.log, transactional(1, 1)))).toBe(ErrorCode.INVALID_PRODUCER_EPOCH)
    expect(appendTo(fixture.log, transactional(1, 0, 1)).duplicate).toBe(false)
  })

  it('takes no marker of a coordinator which was replaced, nor after a restart', async () => {
    const fixture = new LogFixture()
    await written(fixture, transactional(1, 0))
    await marked(fixture, { type: 'commit', producerId: 1, coordinatorEpoch: 5 })
    fixture.reopen()
    const late = markerOf({ type: 'abort', producerId: 1, coordinatorEpoch: 4 })
    expect(codeOf(() => appendTo(fixture.log, late, { origin: 'coordinator' }))).toBe(
      ErrorCode.TRANSACTION_COORDINATOR_FENCED,
    )
  })

  it('does not expire while its transaction is open', async () => {
    const fixture = new LogFixture({}, { producerIdExpirationMs: 1 })
    await written(fixture, transactional(1, 0))
    fixture.logs.startMaintenance()
    fixture.clock.advance(600_000)
    expect(fixture.log.activeProducers()).toMatchObject([{ producerId: 1, currentTxnStartOffset: 0 }])
  })
})
