import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { patchBatch } from '../../../src/broker/protocol/record-batch.ts'
import type { ActiveProducer } from '../../../src/broker/log/partition-log.ts'
import { appendTo, batchOf, codeOf, LogFixture, replicated } from './log-fixture.ts'
import type { BatchOptions } from './log-fixture.ts'

/** A batch as the model keeps it. */
interface ModelBatch {
  base: number
  last: number
  epoch: number
  data: Buffer
}

/** What a log is, said without any regard to speed. */
class ModelLog {
  batches: ModelBatch[] = []
  start = 0
  end = 0
  highWatermark = 0

  add(base: number, last: number, epoch: number, data: Buffer): void {
    this.batches.push({ base, last, epoch, data })
    this.end = last + 1
  }

  truncate(offset: number): void {
    if (offset >= this.end) return
    if (offset < this.start) return this.restart(offset)
    this.batches = this.batches.filter(({ last }) => last < offset)
    this.end = Math.max(this.start, (this.batches.at(-1)?.last ?? -1) + 1)
    this.highWatermark = Math.min(this.highWatermark, this.end)
  }

  restart(offset: number): void {
    this.batches = []
    this.start = offset
    this.end = offset
    this.highWatermark = offset
  }

  read(offset: number, maxBytes: number, upTo: number, minOne: boolean): Buffer[] {
    const candidates = this.batches.filter(
      ({ base, last }) => last >= offset && base < Math.min(upTo, this.end),
    )
    const result: Buffer[] = []
    let bytes = 0
    for (const { data } of offset < Math.min(upTo, this.end) ? candidates : []) {
      bytes += data.length
      if (bytes > maxBytes && !(minOne && result.length === 0)) break
      result.push(data)
    }
    return result
  }

  /** By the batches alone, so only true of epochs that have some. */
  epochAt(offset: number): number {
    return this.batches.find(({ last }) => last >= offset)?.epoch ?? -1
  }
}

/** Mulberry32: the same seed, the same run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

class Run {
  readonly fixture: LogFixture
  readonly model = new ModelLog()
  readonly random: (below: number) => number
  epoch = 0
  step = 0

  constructor(seed: number) {
    this.random = randomOf(seed)
    const tailCacheBytes = [0, 2000, 1_000_000][seed % 3]!
    this.fixture = new LogFixture(
      { segmentBytes: 3000, messageTimestampAfterMaxMs: Infinity },
      { tailCacheBytes },
    )
  }

  readonly operations: (() => Promise<void> | void)[] = [
    () => this.appendAsLeader(),
    () => this.appendAsLeader(),
    () => this.appendAsLeader(),
    () => this.appendAsFollower(),
    () => this.appendAsFollower(),
    () => this.fixture.logs.committed(),
    () => this.fixture.logs.committed(),
    () => this.moveHighWatermark(),
    () => this.advanceStart(),
    () => this.truncateRarely(),
    () => this.restartRarely(),
    () => this.reopenRarely(),
    () => this.fillTheDisk(),
    () => void this.epoch++,
  ]

  appendAsLeader(): void {
    const records = 1 + this.random(4)
    const data = batchOf({ records, valueBytes: this.random(120), timestamp: this.step, ...this.producer() })
    const expected = Buffer.from(data)
    const base = this.model.end
    const appended = appendTo(this.fixture.log, data, { leaderEpoch: this.epoch, nowMs: this.step })
    expect([appended.baseOffset, appended.lastOffset]).toEqual([base, base + records - 1])
    patchBatch(expected, 0, { baseOffset: base, leaderEpoch: this.epoch })
    this.model.add(base, base + records - 1, this.epoch, expected)
  }

  /** One of three idempotent producers with what it sends next, or none. */
  producer(): BatchOptions {
    const producerId = this.random(4) - 1
    const known = this.fixture.log.activeProducers().find((producer) => producer.producerId === producerId)
    const sent = { producerId, producerEpoch: 0, baseSequence: (known?.lastSequence ?? -1) + 1 }
    return producerId === -1 ? {} : sent
  }

  producers(): ActiveProducer[] {
    return this.fixture.log.activeProducers().sort((a, b) => a.producerId - b.producerId)
  }

  appendAsFollower(): void {
    const batches = Array.from({ length: 1 + this.random(3) }, () => {
      const base = this.model.end + (this.random(8) === 0 ? this.random(20) : 0)
      const records = 1 + this.random(3)
      const data = replicated(base, this.epoch, {
        records,
        valueBytes: this.random(60),
        timestamp: this.step,
      })
      this.model.add(base, base + records - 1, this.epoch, Buffer.from(data))
      return data
    })
    this.fixture.log.appendAsFollower(Buffer.concat(batches), this.epoch)
  }

  /** A turn that does not fit any more, unless deleted batches left enough room. */
  async fillTheDisk(): Promise<void> {
    const { log, logs } = this.fixture
    await logs.committed()
    const base = this.model.end
    const before = this.producers()
    const [small, large] = [
      replicated(base, this.epoch, this.producer()),
      replicated(base + 1, this.epoch, { valueBytes: 400_000 }),
    ]
    logs.limitSize(0)
    log.appendAsFollower(small, this.epoch)
    log.appendAsFollower(large, this.epoch)
    const keep = () => {
      this.model.add(base, base, this.epoch, small)
      this.model.add(base + 1, base + 1, this.epoch, large)
    }
    const undone = () => expect([log.nextOffset, this.producers()]).toEqual([base, before])
    await logs.committed().then(keep, undone)
    logs.limitSize(null)
  }

  async moveHighWatermark(): Promise<void> {
    await this.fixture.logs.committed()
    const offset = this.model.start + this.random(this.model.end - this.model.start + 1)
    this.model.highWatermark = Math.max(this.model.highWatermark, offset)
    this.fixture.log.updateHighWatermark(offset)
  }

  advanceStart(): void {
    const { start, highWatermark } = this.model
    const offset = start + Math.min(this.random(6), highWatermark - start)
    this.model.start = Math.max(start, offset)
    this.fixture.log.advanceLogStart(offset)
  }

  truncateRarely(): void {
    const back = this.random(4) === 0 ? this.random(400) : this.random(6)
    const offset = Math.max(0, this.model.end - back)
    this.model.truncate(offset)
    this.fixture.log.truncateTo(offset)
  }

  restartRarely(): void {
    if (this.random(30) > 0) return
    const offset = this.random(1000)
    this.model.restart(offset)
    this.fixture.log.truncateFullyAndStartAt(offset)
  }

  async reopenRarely(): Promise<void> {
    if (this.random(5) > 0) return
    await this.fixture.logs.committed()
    const before = this.producers()
    this.fixture.reopen()
    expect(this.producers()).toEqual(before)
  }

  async check(): Promise<void> {
    const { log, logs } = this.fixture
    const { model } = this
    await logs.committed()
    expect([log.logStartOffset, log.logEndOffset, log.nextOffset, log.highWatermark]).toEqual([
      model.start,
      model.end,
      model.end,
      model.highWatermark,
    ])
    const offset = model.start + this.random(model.end - model.start + 1)
    const maxBytes = this.random(1500)
    const upTo = this.random(2) === 0 ? Infinity : offset + this.random(30)
    const minOne = this.random(2) === 0
    expect(log.read(offset, maxBytes, upTo, minOne).batches).toEqual(
      model.read(offset, maxBytes, upTo, minOne),
    )
    expect(codeOf(() => log.read(model.end + 1, 1, Infinity, true))).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
    this.#checkTimestamps()
  }

  #checkTimestamps(): void {
    const { log } = this.fixture
    const target = this.random(this.step + 1)
    const found = log.offsetForTimestamp(target)
    const first = this.model.batches.find(
      ({ data, last }) => timeOf(data) >= target && last >= this.model.start,
    )
    expect(found?.offset).toBe(first && Math.max(first.base, this.model.start))
    expect(found?.leaderEpoch).toBe(first?.epoch)
  }

  checkAll(): void {
    const { log } = this.fixture
    const { model } = this
    const kept = model.batches.filter(({ last }) => last >= model.start)
    const { batches } = log.read(model.start, Infinity, Infinity, true)
    expect(
      isSame(
        batches,
        kept.map(({ data }) => data),
      ),
    ).toBe(true)
    for (const { base, epoch } of kept) expect(log.epochAt(Math.max(base, model.start))).toBe(epoch)
  }
}

/** Vitest compares buffers byte by byte in JavaScript. */
function isSame(actual: Buffer[], expected: Buffer[]): boolean {
  return actual.length === expected.length && actual.every((data, index) => data.equals(expected[index]!))
}

function timeOf(batch: Buffer): number {
  return Number(batch.readBigInt64BE(35))
}

const OPERATIONS = 1200

describe('a log is what a trivial model says, over random histories', () => {
  it.each([1, 2, 3, 4])('seed %i', { timeout: 30_000 }, async (seed) => {
    const run = new Run(seed)
    for (run.step = 0; run.step < OPERATIONS; run.step++) {
      await run.operations[run.random(run.operations.length)]!()
      await [() => run.check(), () => undefined][run.step % 2]!()
    }
    await run.check()
    run.checkAll()
    run.fixture.reopen()
    run.checkAll()
  })
})
