import { expect, it } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { readAcknowledgements } from '../../../src/broker/share/acknowledgements.ts'

it('reads one type for each offset as runs of one type', () => {
  const batch = { firstOffset: 10, lastOffset: 14, acknowledgeTypes: [1, 1, 2, 0, 0] }
  expect(readAcknowledgements([batch], false)).toEqual([
    { firstOffset: 10, lastOffset: 11, type: 1 },
    { firstOffset: 12, lastOffset: 12, type: 2 },
    { firstOffset: 13, lastOffset: 14, type: 0 },
  ])
})

it('reads one type as that of the whole batch', () => {
  const batch = { firstOffset: 10, lastOffset: 1_000_000, acknowledgeTypes: [3] }
  expect(readAcknowledgements([batch], false)).toEqual([{ firstOffset: 10, lastOffset: 1_000_000, type: 3 }])
})

it.each([
  ['the same record twice', 11, ErrorCode.INVALID_RECORD_STATE],
  ['a record out of order', 10, ErrorCode.INVALID_REQUEST],
])('refuses %s', (_what, firstOffset, code) => {
  const batches = [
    { firstOffset: 10, lastOffset: 11, acknowledgeTypes: [1] },
    { firstOffset, lastOffset: 11, acknowledgeTypes: [1] },
  ]
  expect(() => readAcknowledgements(batches, false)).toThrow(expect.objectContaining({ code }))
})
