import { expect, it } from 'vitest'
import { partitionForKey as brokerPartition } from '../../../src/broker/protocol/murmur2.ts'
import { murmur2, partitionForKey } from '../../../src/shared/kafka/murmur2.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

// Values of Kafka's own UtilsTest.testMurmur2.
it.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
])('hashes %s as Java’s clients do', (key, hash) => {
  expect(murmur2(bytes(key))).toBe(hash)
})

it('agrees with the engine on keys of every length', () => {
  for (let length = 0; length < 40; length++) {
    const key = Uint8Array.from({ length }, (_, index) => (index * 37 + length * 11) % 256)
    expect(partitionForKey(key, 12)).toBe(brokerPartition(Buffer.from(key), 12))
  }
})
