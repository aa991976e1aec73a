import { describe, expect, it } from 'vitest'
import { FrameError, FrameReader } from '../../../src/broker/network/frame-reader.ts'

const LIMIT = 1_000

function framed(...bodies: Buffer[]): Buffer {
  return Buffer.concat(
    bodies.flatMap((body) => {
      const size = Buffer.alloc(4)
      size.writeInt32BE(body.length)
      return [size, body]
    }),
  )
}

describe('FrameReader', () => {
  it('finds the same frames however the stream is cut', () => {
    const bodies = [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(700, 7), Buffer.from('x')]
    const stream = framed(...bodies)
    for (let chunkBytes = 1; chunkBytes <= stream.length; chunkBytes += 1) {
      const reader = new FrameReader(LIMIT)
      const frames: Buffer[] = []
      for (let at = 0; at < stream.length; at += chunkBytes) {
        frames.push(...reader.push(stream.subarray(at, at + chunkBytes)))
      }
      expect(frames).toEqual(bodies)
      expect(reader.bufferedBytes).toBe(0)
    }
  })

  it('holds only what arrived of a frame announced as large', () => {
    const reader = new FrameReader(100 * 1024 * 1024)
    const size = Buffer.alloc(4)
    size.writeInt32BE(100 * 1024 * 1024)
    expect(reader.push(Buffer.concat([size, Buffer.from('only this')]))).toEqual([])
    expect(reader.bufferedBytes).toBe(13)
  })

  it.each([LIMIT + 1, -1, 2 ** 31 - 1, -(2 ** 31)])('refuses a frame of %i bytes', (announced) => {
    const size = Buffer.alloc(4)
    size.writeInt32BE(announced)
    expect(() => new FrameReader(LIMIT).push(size)).toThrow(FrameError)
  })

  it('takes a frame of exactly the limit', () => {
    const body = Buffer.alloc(LIMIT, 1)
    expect(new FrameReader(LIMIT).push(framed(body))).toEqual([body])
  })
})
