import { describe, expect, it } from 'vitest'
import { mergeStateBatches } from '../../../src/broker/share/state/state-batches.ts'

const AVAILABLE = 0
const ACKNOWLEDGED = 2

/** [first offset, last offset, state, delivery count] */
type Batch = [number, number, number, number]

const batches = (...all: Batch[]) =>
  all.map(([firstOffset, lastOffset, deliveryState, deliveryCount]) => ({
    firstOffset,
    lastOffset,
    deliveryState,
    deliveryCount,
  }))

describe('State batches', () => {
  it.each<[string, Batch[], Batch[], number, Batch[]]>([
    ['stay when nothing is new', [[0, 4, AVAILABLE, 1]], [], 0, [[0, 4, AVAILABLE, 1]]],
    [
      'are split by news in the middle',
      [[0, 9, AVAILABLE, 1]],
      [[3, 5, ACKNOWLEDGED, 1]],
      0,
      [
        [0, 2, AVAILABLE, 1],
        [3, 5, ACKNOWLEDGED, 1],
        [6, 9, AVAILABLE, 1],
      ],
    ],
    [
      'are replaced where news covers them',
      [
        [2, 3, AVAILABLE, 1],
        [5, 6, AVAILABLE, 1],
      ],
      [[0, 9, AVAILABLE, 2]],
      0,
      [[0, 9, AVAILABLE, 2]],
    ],
    [
      'join neighbours that say the same',
      [[0, 4, ACKNOWLEDGED, 1]],
      [[5, 9, ACKNOWLEDGED, 1]],
      0,
      [[0, 9, ACKNOWLEDGED, 1]],
    ],
    [
      'do not join neighbours delivered more or less often',
      [[0, 4, AVAILABLE, 1]],
      [[5, 9, AVAILABLE, 2]],
      0,
      [
        [0, 4, AVAILABLE, 1],
        [5, 9, AVAILABLE, 2],
      ],
    ],
    [
      'are forgotten before the start',
      [
        [0, 4, AVAILABLE, 1],
        [6, 9, AVAILABLE, 1],
      ],
      [],
      8,
      [[8, 9, AVAILABLE, 1]],
    ],
    [
      'of one write hold in their order',
      [],
      [
        [0, 4, AVAILABLE, 1],
        [2, 2, ACKNOWLEDGED, 2],
      ],
      0,
      [
        [0, 1, AVAILABLE, 1],
        [2, 2, ACKNOWLEDGED, 2],
        [3, 4, AVAILABLE, 1],
      ],
    ],
  ])('%s', (_what, known, newer, startOffset, merged) => {
    expect(mergeStateBatches(batches(...known), batches(...newer), startOffset)).toEqual(batches(...merged))
  })
})
