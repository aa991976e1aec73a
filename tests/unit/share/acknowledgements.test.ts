import { expect, it } from 'vitest'
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
