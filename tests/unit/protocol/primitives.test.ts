import { describe, expect, it } from 'vitest'
import { DecodeError, Reader, Writer } from '../../../src/broker/protocol/codec.ts'
import { int, randomBytes, randomFrom } from './sample.ts'

function written(write: (writer: Writer) => void): string {
  const writer = new Writer()
  write(writer)
  return Buffer.concat(writer.chunks()).toString('hex')
}

function reader(hex: string): Reader {
  return new Reader(Buffer.from(hex, 'hex'))
}

describe('int64', () => {
  it.each([
    [0, '0000000000000000'],
    [1, '0000000000000001'],
    [-1, 'ffffffffffffffff'],
    [2 ** 32, '0000000100000000'],
    [-(2 ** 32) - 1, 'fffffffeffffffff'],
    [Number.MAX_SAFE_INTEGER, '001fffffffffffff'],
    [Number.MIN_SAFE_INTEGER, 'ffe0000000000001'],
    [2 ** 63, '7fffffffffffffff'],
    [-(2 ** 63), '8000000000000000'],
  ])('%d is %s, both ways', (value, hex) => {
    expect(written((w) => w.int64(value))).toBe(hex)
    expect(reader(hex).int64()).toBe(value)
  })

  it('clamps what is beyond it', () => {
    expect(written((w) => w.int64(1e30))).toBe('7fffffffffffffff')
    expect(written((w) => w.int64(-1e30))).toBe('8000000000000000')
  })

  it('is no place for fractions', () => {
    for (const value of [0.5, NaN, Infinity]) expect(() => written((w) => w.int64(value))).toThrow(RangeError)
  })
})

describe('the smaller integers', () => {
  it('refuse what they cannot hold', () => {
    expect(() => written((w) => w.int8(128))).toThrow(RangeError)
    expect(() => written((w) => w.int16(-32769))).toThrow(RangeError)
    expect(() => written((w) => w.uint16(-1))).toThrow(RangeError)
    expect(() => written((w) => w.int32(2 ** 31))).toThrow(RangeError)
    expect(() => written((w) => w.int32(1.5))).toThrow(RangeError)
    expect(() => written((w) => w.int32('1' as never))).toThrow(RangeError)
  })

  it('are big-endian', () => {
    expect(written((w) => w.int8(-2))).toBe('fe')
    expect(written((w) => w.int16(-2))).toBe('fffe')
    expect(written((w) => w.uint16(65534))).toBe('fffe')
    expect(written((w) => w.int32(0x01020304))).toBe('01020304')
    expect(written((w) => w.float64(1.5))).toBe('3ff8000000000000')
  })
})

describe('unsigned varint', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [2 ** 32 - 1, 'ffffffff0f'],
  ])('%d is %s, both ways', (value, hex) => {
    expect(written((w) => w.unsignedVarint(value))).toBe(hex)
    expect(reader(hex).unsignedVarint()).toBe(value)
  })

  it('has at most 32 bits', () => {
    expect(() => reader('ffffffff10').unsignedVarint()).toThrow(DecodeError)
    expect(() => reader('808080808000').unsignedVarint()).toThrow(DecodeError)
    expect(() => reader('8080').unsignedVarint()).toThrow(DecodeError)
  })
})

describe('zigzag varint', () => {
  it.each([
    [0, '00'],
    [-1, '01'],
    [1, '02'],
    [63, '7e'],
    [-64, '7f'],
    [64, '8001'],
    [2 ** 31 - 1, 'feffffff0f'],
    [-(2 ** 31), 'ffffffff0f'],
    [1_700_000_000_000, '80a0abfef962'],
  ])('%d is %s, both ways', (value, hex) => {
    expect(written((w) => w.varint(value))).toBe(hex)
    expect(reader(hex).varint()).toBe(value)
  })

  it('is exact for every safe integer', () => {
    const random = randomFrom(3)
    for (let i = 0; i < 1000; i++) {
      const value = int(random, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
      expect(reader(written((w) => w.varint(value))).varint()).toBe(value)
    }
  })

  it('has at most 64 bits', () => {
    expect(() => reader('ffffffffffffffffffff01').varint()).toThrow(DecodeError)
  })
})

describe('uuid', () => {
  it('is 16 bytes and 22 characters', () => {
    const hex = '00112233445566778899aabbccddeeff'
    expect(reader(hex).uuid()).toBe('ABEiM0RVZneImaq7zN3u_w')
    expect(written((w) => w.uuid('ABEiM0RVZneImaq7zN3u_w'))).toBe(hex)
  })

  it('is nothing else', () => {
    for (const text of ['', 'short', 'ABEiM0RVZneImaq7zN3u/!', 'ABEiM0RVZneImaq7zN3u_wA']) {
      expect(() => written((w) => w.uuid(text))).toThrow('not a uuid')
    }
  })
})

describe('Writer', () => {
  it('copies small buffers and passes big ones on', () => {
    const small = Buffer.alloc(1023, 1)
    const big = Buffer.alloc(1024, 2)
    const writer = new Writer()
    writer.int32(1)
    writer.bytes(small)
    writer.bytes(big)
    writer.int8(3)
    const chunks = writer.chunks()
    expect(chunks).toContain(big)
    expect(chunks).not.toContain(small)
    expect(writer.size).toBe(4 + 1023 + 1024 + 1)
    expect(Buffer.concat(chunks)).toEqual(
      Buffer.concat([Buffer.from([0, 0, 0, 1]), small, big, Buffer.from([3])]),
    )
  })

  it('keeps the order whatever the sizes', () => {
    const random = randomFrom(11)
    for (let round = 0; round < 50; round++) {
      const writer = new Writer()
      const parts: Buffer[] = []
      for (let i = 0; i < 30; i++) {
        const part = randomBytes(random, 2000)
        parts.push(part)
        writer.bytes(part)
      }
      expect(Buffer.concat(writer.chunks()).equals(Buffer.concat(parts))).toBe(true)
      expect(writer.size).toBe(Buffer.concat(parts).length)
    }
  })
})
