import { murmur2 as theirMurmur2 } from '@platformatic/kafka'
import { describe, expect, it } from 'vitest'
import { crc32c } from '../../../src/broker/protocol/crc32c.ts'
import { coordinatorPartition, javaHash } from '../../../src/broker/protocol/java-hash.ts'
import { murmur2, partitionForKey } from '../../../src/broker/protocol/murmur2.ts'
import { randomBytes, randomFrom } from './sample.ts'

describe('murmur2', () => {
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('of %s is what Kafka’s tests say', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash)
  })

  it('agrees with @platformatic/kafka on any bytes', () => {
    const random = randomFrom(7)
    for (let i = 0; i < 500; i++) {
      const key = randomBytes(random, 70)
      // Theirs has the sign bit already cleared, or not: compare what partitioning uses.
      expect(murmur2(key) & 0x7fffffff).toBe(theirMurmur2(key) & 0x7fffffff)
    }
  })

  it('puts a key in a partition by clearing the sign bit', () => {
    expect(partitionForKey(Buffer.from('21'), 50)).toBe((-973932308 & 0x7fffffff) % 50)
    expect(partitionForKey(Buffer.from('abc'), 50)).toBe(479470107 % 50)
  })
})

describe('javaHash', () => {
  it.each([
    ['', 0],
    ['a', 97],
    ['hello', 99162322],
    ['my-group', -1906497762],
    ['polygenelubricants', -(2 ** 31)],
  ])('of %j is String.hashCode', (text, hash) => {
    expect(javaHash(text)).toBe(hash)
  })

  it('counts a character beyond the basic plane as its two UTF-16 units', () => {
    expect(javaHash('😀')).toBe(0xd83d * 31 + 0xde00)
  })

  it('finds the coordinator’s partition, also for the one hash without an absolute value', () => {
    expect(coordinatorPartition('hello', 50)).toBe(99162322 % 50)
    expect(coordinatorPartition('polygenelubricants', 50)).toBe(0)
  })
})

describe('crc32c', () => {
  it('has the check value of the Castagnoli polynomial', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  })

  it('of nothing is 0, and of 32 zeroes and 32 ones what RFC 3720 says', () => {
    expect(crc32c(Buffer.alloc(0))).toBe(0)
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43)
  })
})
