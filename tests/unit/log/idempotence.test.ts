import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { appendTo, batchOf, codeOf, LogFixture, replicated } from './log-fixture.ts'
import type { BatchOptions } from './log-fixture.ts'

const PRODUCER_ID = 42
const LAST_SEQUENCE = 2 ** 31 - 1

function produced(baseSequence: number, options: BatchOptions = {}): Buffer {
  return batchOf({ producerId: PRODUCER_ID, producerEpoch: 0, baseSequence, ...options })
}

describe('an idempotent producer', () => {
  it('gets the first offsets again for a batch it sends twice', async () => {
    const { log, logs } = new LogFixture()
    appendTo(log, batchOf())
    const first = appendTo(log, produced(0, { records: 3 }))
    appendTo(log, produced(3))
    await logs.committed()
    const again = appendTo(log, produced(0, { records: 3 }))
    // With the time of the first, by whatever clock, which a first answer tells of LogAppendTime topics only.
    expect(again).toEqual({ ...first, logAppendTimeMs: expect.any(Number) as number, duplicate: true })
    expect(again.logAppendTimeMs).toBeGreaterThanOrEqual(0)
    expect(log.nextOffset).toBe(5)
  })

  it('gets them even in the same turn', () => {
    const { log } = new LogFixture()
    appendTo(log, produced(0))
    expect(appendTo(log, produced(0))).toMatchObject({ baseOffset: 0, duplicate: true })
  })

  it('gets the first time of a LogAppendTime topic again', () => {
    const { log } = new LogFixture({ messageTimestampType: 'LogAppendTime' })
    appendTo(log, produced(0), { nowMs: 100 })
    expect(appendTo(log, produced(0), { nowMs: 200 }).logAppendTimeMs).toBe(100)
  })

  it('is remembered for five batches', () => {
    const { log } = new LogFixture()
    for (let sequence = 0; sequence < 6; sequence++) appendTo(log, produced(sequence))
    expect(appendTo(log, produced(1)).duplicate).toBe(true)
    expect(codeOf(() => appendTo(log, produced(0)))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
  })

  it('must not leave a sequence out', () => {
    const { log } = new LogFixture()
    appendTo(log, produced(0, { records: 2 }))
    expect(codeOf(() => appendTo(log, produced(3)))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    expect(appendTo(log, produced(2)).baseOffset).toBe(2)
  })

  it('may begin anywhere when nothing is known of it', () => {
    const { log } = new LogFixture()
    expect(appendTo(log, produced(1000)).baseOffset).toBe(0)
  })

  it('continues at 0 after 2^31-1', () => {
    const { log } = new LogFixture()
    appendTo(log, produced(LAST_SEQUENCE))
    expect(appendTo(log, produced(0)).baseOffset).toBe(1)
  })

  it('may wrap within a batch', () => {
    const { log } = new LogFixture()
    const wrapping = produced(LAST_SEQUENCE - 1, { records: 4 })
    appendTo(log, Buffer.from(wrapping))
    expect(appendTo(log, wrapping).duplicate).toBe(true)
    expect(appendTo(log, produced(2)).baseOffset).toBe(4)
  })

  it('of an older epoch is refused', () => {
    const { log } = new LogFixture()
    appendTo(log, produced(0, { producerEpoch: 3 }))
    expect(codeOf(() => appendTo(log, produced(1, { producerEpoch: 2 })))).toBe(
      ErrorCode.INVALID_PRODUCER_EPOCH,
    )
  })

  it('begins a new epoch at sequence 0', () => {
    const { log } = new LogFixture()
    appendTo(log, produced(0))
    expect(codeOf(() => appendTo(log, produced(1, { producerEpoch: 1 })))).toBe(
      ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
    )
    expect(appendTo(log, produced(0, { producerEpoch: 1 })).duplicate).toBe(false)
    expect(log.activeProducers()).toMatchObject([
      { producerId: PRODUCER_ID, producerEpoch: 1, lastSequence: 0 },
    ])
  })

  it('is known to a follower which becomes leader', async () => {
    const { log, logs } = new LogFixture()
    const input = { producerId: PRODUCER_ID, producerEpoch: 0, records: 2 }
    log.appendAsFollower(replicated(0, 0, { ...input, baseSequence: 0 }), 0)
    await logs.committed()
    expect(appendTo(log, produced(0, { records: 2 }))).toMatchObject({ baseOffset: 0, duplicate: true })
    expect(codeOf(() => appendTo(log, produced(5)))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
  })

  it('is known after the broker’s restart', async () => {
    const fixture = new LogFixture()
    for (let sequence = 0; sequence < 7; sequence++) await fixture.append(produced(sequence))
    const log = fixture.reopen()
    expect(appendTo(log, produced(2))).toMatchObject({ baseOffset: 2, duplicate: true })
    expect(codeOf(() => appendTo(log, produced(9)))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    expect(appendTo(log, produced(7)).baseOffset).toBe(7)
  })

  it('is known after a restart by the snapshot, long after its batches', async () => {
    const fixture = new LogFixture()
    await fixture.append(produced(0, { records: 3 }))
    for (let i = 0; i < 600; i++) appendTo(fixture.log, batchOf())
    await fixture.logs.committed()
    for (let i = 0; i < 10; i++) await fixture.append(batchOf())
    expect(appendTo(fixture.reopen(), produced(0, { records: 3 })).duplicate).toBe(true)
  })

  it('is forgotten with the batches a truncation takes off', async () => {
    const fixture = new LogFixture()
    for (let sequence = 0; sequence < 4; sequence++) await fixture.append(produced(sequence))
    fixture.log.truncateTo(2)
    expect(appendTo(fixture.log, produced(2))).toMatchObject({ baseOffset: 2, duplicate: false })
    expect(appendTo(fixture.log, produced(1)).duplicate).toBe(true)
  })

  it('is forgotten after producer.id.expiration.ms', async () => {
    const fixture = new LogFixture({}, { producerIdExpirationMs: 1_000_000 })
    const timestamp = fixture.clock.now()
    await fixture.append(produced(5, { timestamp }))
    fixture.logs.startMaintenance()
    fixture.clock.advance(600_000)
    expect(fixture.log.activeProducers()).toHaveLength(1)
    fixture.clock.advance(600_000)
    expect(fixture.log.activeProducers()).toEqual([])
    expect(appendTo(fixture.log, produced(100), { nowMs: timestamp }).baseOffset).toBe(1)
  })
})
