/** Whatever the bytes: a value or a DecodeError, soon, and without memory for what is not there. */
import { describe, expect, it } from 'vitest'
import { decode, DecodeError, Reader } from '../../../src/broker/protocol/codec.ts'
import { decodeRequestBody, decodeRequestHeader } from '../../../src/broker/protocol/frame.ts'
import { encodeRequest } from '../../../src/broker/protocol/frame.ts'
import { apiByKey, apis } from '../../../src/broker/protocol/messages/index.ts'
import {
  coordinatorKeyType,
  decodeRecord,
  decodeSubscription,
} from '../../../src/broker/protocol/records/index.ts'
import { groupMetadataValue, offsetCommitValue } from '../../../src/broker/protocol/records/index.ts'
import { randomBytes, randomFrom, sample } from './sample.ts'
import type { Random } from './sample.ts'

const every = apis.map((api) => [api.name, api] as const)

function valueOrDecodeError(action: () => unknown): boolean {
  try {
    action()
    return true
  } catch (error) {
    if (error instanceof DecodeError) return false
    throw error
  }
}

/** Lengths and counts are where the harm is: mostly zeroes and small numbers, now and then a huge one. */
function nastyBytes(random: Random, max: number): Buffer {
  const bytes = randomBytes(random, max)
  for (let i = 0; i < bytes.length; i++) {
    const roll = random()
    if (roll < 0.5) bytes[i] = 0
    else if (roll < 0.7) bytes[i] = Math.floor(random() * 4)
    else if (roll < 0.8) bytes[i] = random() < 0.5 ? 0x7f : 0xff
  }
  return bytes
}

describe.each(every)('%s', (_name, api) => {
  const random = randomFrom(api.key + 1)
  const versions = Array.from(
    { length: api.versions[1] - api.versions[0] + 1 },
    (_, i) => api.versions[0] + i,
  )

  it('withstands random bytes', () => {
    for (const version of versions) {
      for (let round = 0; round < 200; round++) {
        const bytes = round % 2 === 0 ? randomBytes(random, 200) : nastyBytes(random, 200)
        valueOrDecodeError(() => decodeRequestBody(api, version, bytes, 0))
        valueOrDecodeError(() => decode(api.response, version, new Reader(bytes)))
      }
    }
  })

  it('refuses every cut of a true frame', () => {
    for (const version of versions) {
      const { input } = sample(api.request, version, random, { nulls: 0, elements: 1 })
      const chunks = encodeRequest(api, version, { correlationId: 1, clientId: 'me' }, input)
      const frame = Buffer.concat(chunks).subarray(4)
      const { bodyOffset } = decodeRequestHeader(frame)
      const read = (end: number) => decodeRequestBody(api, version, frame.subarray(0, end), bodyOffset)
      expect(valueOrDecodeError(() => read(frame.length))).toBe(true)
      const step = Math.max(1, Math.floor((frame.length - bodyOffset) / 150))
      for (let end = bodyOffset; end < frame.length; end += step) {
        expect(
          valueOrDecodeError(() => read(end)),
          `v${version} cut at ${end}`,
        ).toBe(false)
      }
    }
  })

  it('withstands true frames with a few wrong bytes', () => {
    for (const version of versions) {
      const { input } = sample(api.request, version, random, { elements: 2 })
      const frame = Buffer.concat(
        encodeRequest(api, version, { correlationId: 1, clientId: 'me' }, input),
      ).subarray(4)
      for (let round = 0; round < 60; round++) {
        const wrong = Buffer.from(frame)
        for (let i = 0; i < 3; i++)
          wrong[Math.floor(random() * wrong.length)] = [0, 0x7f, 0x80, 0xff][Math.floor(random() * 4)]!
        valueOrDecodeError(() => {
          const { apiKey, apiVersion, bodyOffset } = decodeRequestHeader(wrong)
          const claimed = apiByKey(apiKey)
          if (claimed !== undefined) decodeRequestBody(claimed, apiVersion, wrong, bodyOffset)
        })
      }
    }
  })
})

describe('a length that is a lie', () => {
  it('is refused before anything is allocated for it', () => {
    const lies = ['7fffffff', 'ffffffff0f', '80000000', 'fffffffe', '00ffffff', 'feffffff07']
    const before = process.memoryUsage()
    for (const [, api] of every) {
      for (let version = api.versions[0]; version <= api.versions[1]; version++) {
        for (const lie of lies) {
          for (let prefix = 0; prefix < 12; prefix++) {
            const bytes = Buffer.from('00'.repeat(prefix) + lie + '00'.repeat(8), 'hex')
            valueOrDecodeError(() => decodeRequestBody(api, version, bytes, 0))
          }
        }
      }
    }
    const after = process.memoryUsage()
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8 * 1024 * 1024)
    expect(after.heapUsed - before.heapUsed).toBeLessThan(64 * 1024 * 1024)
  })

  it('of an array is measured against its smallest elements', () => {
    const metadata = apiByKey(3)!
    // A million topics of at least two bytes each do not fit into a million bytes.
    const frame = Buffer.alloc(4 + 1_000_000)
    frame.writeInt32BE(1_000_000)
    expect(() => decodeRequestBody(metadata, 0, frame, 0)).toThrow('array of 1000000 with 1000000 bytes left')
  })

  it('of a tag buffer ends with the bytes', () => {
    const started = performance.now()
    expect(
      valueOrDecodeError(() => decodeRequestBody(apiByKey(18)!, 3, Buffer.from('0101ffffffff0f', 'hex'), 0)),
    ).toBe(false)
    expect(performance.now() - started).toBeLessThan(100)
  })
})

describe('request headers', () => {
  it('withstand random bytes', () => {
    const random = randomFrom(99)
    for (let round = 0; round < 5_000; round++) {
      const bytes = nastyBytes(random, 40)
      if (bytes.length > 4) bytes.writeInt16BE(Math.floor(random() * 95), 0)
      valueOrDecodeError(() => decodeRequestHeader(bytes))
    }
  })
})

describe('records of internal topics', () => {
  it('withstand random bytes', () => {
    const random = randomFrom(42)
    for (let round = 0; round < 5_000; round++) {
      const bytes = nastyBytes(random, 80)
      if (bytes.length > 2) bytes.writeInt16BE(Math.floor(random() * 6), 0)
      valueOrDecodeError(() => decodeRecord(groupMetadataValue, bytes))
      valueOrDecodeError(() => decodeRecord(offsetCommitValue, bytes))
      valueOrDecodeError(() => decodeSubscription(bytes))
      valueOrDecodeError(() => coordinatorKeyType(bytes))
    }
  })
})
