import { describe, expect, test } from 'vitest'
import { ControllerLease } from '../../../src/broker/controller/lease.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import { ControllerFencedError, MetadataStore } from '../../../src/broker/storage/metadata-store.ts'
import { StorageError } from '../../../src/broker/storage/database.ts'
import { FakeClock } from '../fake-clock.ts'
import { CLUSTER_ID, metadataFile } from './harness.ts'

const DURATION_MS = 3000
const INTERVAL_MS = 500

class Contenders {
  readonly clock = new FakeClock()
  readonly store = new MetadataStore(metadataFile(), { clusterId: CLUSTER_ID })
  readonly log: string[] = []

  broker(brokerId: number, incarnationId = `process-of-${brokerId}`): ControllerLease {
    const lease = new ControllerLease({
      brokerId,
      incarnationId,
      store: this.store,
      clock: this.clock,
      log: createLogger(brokerId, () => undefined),
      config: () => ({ controllerLeaseDurationMs: DURATION_MS, controllerLeaseRenewIntervalMs: INTERVAL_MS }),
    })
    lease.listen({
      acquired: ({ epoch }) => this.log.push(`${brokerId} acquired ${epoch}`),
      lost: () => this.log.push(`${brokerId} lost`),
    })
    return lease
  }
}

describe('taking the lease', () => {
  test('the first to try gets it, the others see who has it', () => {
    const contenders = new Contenders()
    const [one, two] = [contenders.broker(1), contenders.broker(2)]
    one.start()
    two.start()
    expect(contenders.log).toEqual(['1 acquired 1'])
    expect([one.holderId, two.holderId]).toEqual([1, 1])
  })

  test('it is renewed for as long as the holder lives', () => {
    const contenders = new Contenders()
    contenders.broker(1).start()
    contenders.broker(2).start()
    contenders.clock.advance(60_000)
    expect(contenders.log).toEqual(['1 acquired 1'])
  })

  test('when the holder is silent it expires, and another takes it with a higher epoch', () => {
    const contenders = new Contenders()
    const [one, two] = [contenders.broker(1), contenders.broker(2)]
    one.start()
    two.start()
    one.stop()
    contenders.clock.advance(DURATION_MS - 1)
    expect(two.title).toBeNull()
    contenders.clock.advance(INTERVAL_MS)
    expect(two.title).toEqual({ holderId: 2, epoch: 2 })
  })

  test('a released lease is free at once', () => {
    const contenders = new Contenders()
    const [one, two] = [contenders.broker(1), contenders.broker(2)]
    one.start()
    two.start()
    one.release()
    expect(two.tryNow()).toBe(true)
    expect(contenders.log).toEqual(['1 acquired 1', '1 lost', '2 acquired 2'])
  })

  test('a restarted broker takes over from its former self without waiting', () => {
    const contenders = new Contenders()
    const former = contenders.broker(1, 'first process')
    former.start()
    former.stop()
    contenders.broker(1, 'second process').start()
    expect(contenders.log).toEqual(['1 acquired 1', '1 acquired 2'])
  })

  test('who is told of the holder’s death takes over without waiting', () => {
    const contenders = new Contenders()
    const [one, two] = [contenders.broker(1), contenders.broker(2)]
    one.start()
    two.start()
    one.stop()
    expect(two.tryNow()).toBe(false)
    expect(two.tryNow(1)).toBe(true)
  })

  test('the death of a broker that is not the holder changes nothing', () => {
    const contenders = new Contenders()
    const [one, two] = [contenders.broker(1), contenders.broker(2)]
    one.start()
    two.start()
    expect(two.tryNow(3)).toBe(false)
    expect(one.title).not.toBeNull()
  })

  test('of two that are told of the death only one takes over', () => {
    const contenders = new Contenders()
    const [one, two, three] = [contenders.broker(1), contenders.broker(2), contenders.broker(3)]
    one.start()
    two.start()
    three.start()
    one.stop()
    expect([two.tryNow(1), three.tryNow(1)]).toEqual([true, false])
    expect(three.holderId).toBe(2)
  })

  test('who gives way leaves the first try to the others', () => {
    const contenders = new Contenders()
    const [one, two] = [contenders.broker(1), contenders.broker(2)]
    one.start()
    two.start()
    one.giveWay('it cannot hear anybody')
    contenders.clock.advance(INTERVAL_MS)
    expect(contenders.log).toEqual(['1 acquired 1', '1 lost', '2 acquired 2'])
  })

  test('who gave way takes it again when nobody else wanted it', () => {
    const contenders = new Contenders()
    const one = contenders.broker(1)
    one.start()
    one.giveWay('it cannot hear anybody')
    contenders.clock.advance(INTERVAL_MS)
    expect(one.title).toBeNull()
    contenders.clock.advance(5 * INTERVAL_MS)
    expect(one.title).toEqual({ holderId: 1, epoch: 2 })
  })
})

describe('losing the lease', () => {
  test('a holder that slept finds out when it renews', () => {
    const contenders = new Contenders()
    const [one, two] = [contenders.broker(1), contenders.broker(2)]
    one.start()
    two.start()
    contenders.store.releaseLease({ holderId: 1, epoch: 1 })
    expect(two.tryNow()).toBe(true)
    contenders.clock.advance(INTERVAL_MS)
    expect(one.title).toBeNull()
    expect(one.holderId).toBe(2)
  })

  test('listeners hear of every change of holder', () => {
    const contenders = new Contenders()
    const [one, two] = [contenders.broker(1), contenders.broker(2)]
    const seen: (number | null)[] = []
    two.onChange(() => seen.push(two.holderId))
    one.start()
    two.start()
    one.release()
    contenders.clock.advance(INTERVAL_MS)
    expect(seen).toEqual([1, null, 2])
  })
})

describe('the store', () => {
  const title = { holderId: 1, epoch: 1 }
  const claim = { holderId: 1, incarnationId: 'a', nowMs: 0, durationMs: 1000 }
  const open = () => new MetadataStore(metadataFile(), { clusterId: CLUSTER_ID })
  const record = (text: string) => Buffer.from(text)

  test('takes records only from the holder with its epoch', () => {
    const store = open()
    expect(() => store.append(title, 0, [record('a')], 0)).toThrow(ControllerFencedError)
    store.acquireLease(claim)
    store.append(title, 0, [record('a'), record('b')], 0)
    expect(() => store.append({ ...title, epoch: 2 }, 2, [record('c')], 0)).toThrow(ControllerFencedError)
    expect(() => store.append({ ...title, holderId: 2 }, 2, [record('c')], 0)).toThrow(ControllerFencedError)
    expect(store.load()).toMatchObject({ endOffset: 2, logStartOffset: 0, snapshot: null })
  })

  test('an expired lease that nobody took still writes', () => {
    const store = open()
    store.acquireLease(claim)
    store.append(title, 0, [record('a')], claim.durationMs + 5000)
    expect(store.load().endOffset).toBe(1)
  })

  test('refuses a gap, and writes nothing of it', () => {
    const store = open()
    store.acquireLease(claim)
    expect(() => store.append(title, 5, [record('a')], 0)).toThrow(RangeError)
    expect(store.load().endOffset).toBe(0)
  })

  test('a snapshot replaces what it covers, and the log goes on behind it', () => {
    const store = open()
    store.acquireLease(claim)
    store.append(title, 0, [record('a'), record('b'), record('c')], 0)
    store.writeSnapshot(title, 3, [record('abc')], 2)
    store.append(title, 3, [record('d')], 0)
    expect(store.load()).toEqual({
      snapshot: { endOffset: 3, records: [record('abc')] },
      records: [record('c'), record('d')],
      logStartOffset: 2,
      endOffset: 4,
    })
  })

  test('the end of the log is known when a snapshot is all there is', () => {
    const store = open()
    store.acquireLease(claim)
    store.append(title, 0, [record('a')], 0)
    store.writeSnapshot(title, 1, [record('a')], 1)
    expect(store.load()).toMatchObject({ endOffset: 1, logStartOffset: 1, records: [] })
  })

  test('the snapshot of a controller that was replaced is refused', () => {
    const store = open()
    store.acquireLease(claim)
    store.acquireLease({ ...claim, holderId: 2, nowMs: 2000 })
    expect(() => store.writeSnapshot(title, 0, [], 0)).toThrow(ControllerFencedError)
  })

  test('keeps everything over a restart, the epoch too', () => {
    const file = metadataFile()
    const first = new MetadataStore(file, { clusterId: CLUSTER_ID })
    first.acquireLease(claim)
    first.append(title, 0, [record('a')], 0)
    first.releaseLease(title)
    first.close()
    const second = new MetadataStore(file, { clusterId: CLUSTER_ID })
    expect(second.load().records).toEqual([record('a')])
    expect(second.acquireLease(claim)).toMatchObject({ epoch: 2 })
    second.close()
  })

  test('belongs to one cluster', () => {
    const file = metadataFile()
    new MetadataStore(file, { clusterId: CLUSTER_ID }).close()
    expect(() => new MetadataStore(file, { clusterId: 'c29tZS1vdGhlci1jbHVzdA' })).toThrow(StorageError)
  })
})
