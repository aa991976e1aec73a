import { describe, expect, it } from 'vitest'
import { TailCache } from '../../../src/broker/storage/tail-cache.ts'

const ALL = [Infinity, Infinity, true] as const

function bytes(size: number, value = 0): Buffer {
  return Buffer.alloc(size, value)
}

describe('the tail cache', () => {
  it('has what was added, from the batch with the offset on', () => {
    const tail = new TailCache(100_000).openTail()
    tail.add(0, 4, bytes(10, 1))
    tail.add(5, 9, bytes(10, 2))
    expect(tail.read(0, ...ALL)).toHaveLength(2)
    expect(tail.read(7, ...ALL)).toEqual([bytes(10, 2)])
    expect(tail.read(10, ...ALL)).toEqual([])
  })

  it('knows nothing before its first batch', () => {
    const tail = new TailCache(100_000).openTail()
    expect(tail.read(0, ...ALL)).toBeNull()
    tail.add(5, 9, bytes(10))
    expect(tail.read(4, ...ALL)).toBeNull()
  })

  it('keeps to its bound over all partitions, the oldest batch going first', () => {
    const cache = new TailCache(10_000)
    const [one, other] = [cache.openTail(), cache.openTail()]
    for (let offset = 0; offset < 100; offset++) {
      one.add(offset, offset, bytes(1000))
      other.add(offset, offset, bytes(100))
      expect(cache.sizeInBytes).toBeLessThanOrEqual(10_000)
    }
    expect(one.read(90, ...ALL)).toBeNull()
    expect(one.read(95, ...ALL)).toHaveLength(5)
    expect(other.read(95, ...ALL)).toHaveLength(5)
  })

  it('forgets a batch larger than all of it', () => {
    const cache = new TailCache(1000)
    const tail = cache.openTail()
    tail.add(0, 0, bytes(2000))
    expect([tail.read(0, ...ALL), cache.sizeInBytes]).toEqual([null, 0])
  })

  it('drops older batches which do not join the new one', () => {
    const tail = new TailCache(100_000).openTail()
    tail.add(0, 4, bytes(10))
    tail.add(7, 9, bytes(10))
    expect(tail.read(0, ...ALL)).toBeNull()
    expect(tail.read(7, ...ALL)).toHaveLength(1)
  })

  it('gives its space back when a partition is cleared, also after thousands of them', () => {
    const cache = new TailCache(100_000)
    const tail = cache.openTail()
    for (let round = 0; round < 5000; round++) {
      tail.add(0, 0, bytes(100))
      tail.clear()
    }
    expect([tail.read(0, ...ALL), cache.sizeInBytes]).toEqual([null, 0])
  })

  it('copies a batch which is a small part of what it was received in, so that the rest can go', () => {
    const tail = new TailCache(1_000_000).openTail()
    const frame = Buffer.alloc(100_000)
    tail.add(0, 0, frame.subarray(50_000, 55_000))
    tail.add(1, 1, frame.subarray(10_000, 90_000))
    const [small, large] = tail.read(0, ...ALL) ?? []
    expect(small?.buffer).not.toBe(frame.buffer)
    expect(large?.buffer).toBe(frame.buffer)
  })
})
