import { expect, test } from 'vitest'
import { assignedPartitions } from '../../../../src/main/sessions/groups/assignment.ts'

function assignment(topics: Record<string, number[]>, userData = -1): Buffer {
  const int16 = (value: number) => {
    const bytes = Buffer.alloc(2)
    bytes.writeInt16BE(value)
    return bytes
  }
  const int32 = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(value)
    return bytes
  }
  const written = Object.entries(topics).flatMap(([topic, partitions]) => [
    int16(Buffer.byteLength(topic)),
    Buffer.from(topic),
    int32(partitions.length),
    ...partitions.map(int32),
  ])
  return Buffer.concat([int16(1), int32(Object.keys(topics).length), ...written, int32(userData)])
}

test('partitions of all topics, in the order they were written', () => {
  expect(assignedPartitions(assignment({ orders: [3, 0], köln: [1] }))).toEqual([
    { topic: 'orders', partition: 3 },
    { topic: 'orders', partition: 0 },
    { topic: 'köln', partition: 1 },
  ])
})

test('a member without an assignment has none', () => {
  expect(assignedPartitions(Buffer.alloc(0))).toEqual([])
  expect(assignedPartitions(assignment({}))).toEqual([])
})

test.each([
  ['cut off', assignment({ orders: [0, 1, 2] }).subarray(0, 14)],
  ['of another protocol', Buffer.from('{"connector":"jdbc"}')],
  ['announcing more than there is', Buffer.from([0, 0, 0x7f, 0xff, 0xff, 0xff])],
])('bytes %s give nothing', (_what, bytes) => {
  expect(assignedPartitions(bytes)).toEqual([])
})
