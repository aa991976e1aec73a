import { describe, expect, it } from 'vitest'
import { decode, encode, Reader, Writer } from '../../../src/broker/protocol/codec.ts'
import { apis } from '../../../src/broker/protocol/messages/index.ts'
import { internalApis } from '../../../src/broker/protocol/messages/internal/index.ts'
import { hasVersion } from '../../../src/broker/protocol/schema.ts'
import type { Message } from '../../../src/broker/protocol/schema.ts'
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  groupMetadataKey,
  groupMetadataValue,
  offsetCommitKey,
  offsetCommitValue,
} from '../../../src/broker/protocol/records/index.ts'
import { defaultsOf, randomFrom, sample } from './sample.ts'

const SEEDS = 20

const messages: readonly Message[] = [
  ...[...apis, ...internalApis].flatMap(({ request, response }) => [request, response]),
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  groupMetadataKey,
  groupMetadataValue,
  offsetCommitKey,
  offsetCommitValue,
]

function encoded(message: Message, version: number, value: unknown): Buffer {
  const writer = new Writer()
  encode(message, version, value as never, writer)
  const buffer = Buffer.concat(writer.chunks())
  expect(buffer.length).toBe(writer.size)
  return buffer
}

function decoded(message: Message, version: number, buffer: Buffer): unknown {
  const reader = new Reader(buffer)
  const value = decode(message, version, reader)
  expect(reader.remaining).toBe(0)
  return value
}

function versionsOf({ versions: [min, max] }: Message): number[] {
  return Array.from({ length: max - min + 1 }, (_, i) => min + i)
}

describe.each(messages.map((message) => [message.name, message] as const))('%s', (_name, message) => {
  it.each(versionsOf(message))('version %i survives a round trip with every field set', (version) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const options = seed === 1 ? { nulls: 0, elements: 2 } : {}
      const { input, expected } = sample(message, version, randomFrom(seed), options)
      expect(decoded(message, version, encoded(message, version, input)), `seed ${seed}`).toEqual(expected)
    }
  })

  it.each(versionsOf(message))('version %i encodes defaults for what is left out', (version) => {
    const expected = defaultsOf(message)
    // An empty record set is the nearest thing to "none" in a version where records cannot be null.
    for (const [name, field] of Object.entries(message.fields)) {
      if (field.kind === 'records' && !hasVersion(field.nullable, version)) expected[name] = Buffer.alloc(0)
    }
    expect(decoded(message, version, encoded(message, version, {}))).toEqual(expected)
  })

  it('has no version outside its range', () => {
    const [min, max] = message.versions
    for (const version of [min - 1, max + 1, 0.5, -1]) {
      expect(() => decode(message, version, new Reader(Buffer.alloc(100)))).toThrow('no version')
      expect(() => encode(message, version, {} as never, new Writer())).toThrow('no version')
    }
  })
})
