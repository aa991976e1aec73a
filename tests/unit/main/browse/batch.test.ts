import { expect, test } from 'vitest'
import { encodeBatch } from '../../../../src/broker/protocol/record-batch.ts'
import type { Batch } from '../../../../src/main/sessions/browse/batch.ts'
import { batchesIn, withoutAborted } from '../../../../src/main/sessions/browse/batch.ts'
import { searchBlock } from '../../../../src/main/sessions/browse/block.ts'
import { lineOf } from '../../../../src/main/sessions/browse/export-format.ts'
import { matcherOf } from '../../../../src/main/sessions/browse/matcher.ts'
import { rowsOf } from '../../../../src/main/sessions/browse/rows.ts'

const EVERYTHING = matcherOf(null)
const RECORD_COUNT_AT = 57
const ATTRIBUTES_AT = 21
const GZIP = 1
const CONTROL = 0x20

function encoded(values: (string | Buffer | null)[], baseOffset = 0): Buffer {
  const batch = encodeBatch({
    records: values.map((value, index) => ({
      timestamp: 1_700_000_000_000 + index,
      key: null,
      value: typeof value === 'string' ? Buffer.from(value) : value,
    })),
  })
  batch.writeBigInt64BE(BigInt(baseOffset), 0)
  return batch
}

function blockOf(buffers: Buffer[], from: number, to: number) {
  const batches = batchesIn(Buffer.concat(buffers))
  return { from, to, batches, bytes: 0 }
}

test('a batch that is cut at the end of an answer is left for the next one', () => {
  const whole = encoded(['a', 'b'])
  const cut = encoded(['c'], 2).subarray(0, 40)
  expect(batchesIn(Buffer.concat([whole, cut])).map(({ lastOffset }) => lastOffset)).toEqual([1])
})

test('only what lies in the block counts, also of batches that reach beyond it', () => {
  const block = blockOf([encoded(['a', 'b', 'c']), encoded(['d', 'e', 'f'], 3)], 1, 5)
  const found = searchBlock(0, block, EVERYTHING, false)
  expect(rowsOf(found.hits).value).toEqual(['b', 'c', 'd', 'e'])
  expect(found).toMatchObject({ scanned: 4, oldestMs: 1_700_000_000_000, newestMs: 1_700_000_000_002 })
})

test('a batch that can’t be decoded is shown as one row, with its number of records and the reason', () => {
  const broken = encoded(['x', 'y'], 2)
  broken.writeInt16BE(GZIP, ATTRIBUTES_AT)
  const found = searchBlock(4, blockOf([encoded(['a', 'b']), broken], 0, 4), EVERYTHING, false)
  const rows = rowsOf(found.hits)
  expect([...rows.offset]).toEqual([0, 1, 2])
  expect(rows.value[2]).toMatch(/incorrect header/u)
  expect([rows.valueBytes[2], rows.flags[2]]).toEqual([2, 16])
  expect(found).toMatchObject({ scanned: 2, skipped: 2, problems: [{ partition: 4, offset: 2, records: 2 }] })
})

test('in a search it is counted and named instead', () => {
  const broken = encoded(['x', 'y'])
  broken.writeInt32BE(7, RECORD_COUNT_AT)
  const filter = {
    text: 'y',
    regex: false,
    matchCase: false,
    fields: { key: true, value: true, headers: true },
  }
  const found = searchBlock(0, blockOf([broken], 0, 10), matcherOf(filter), true)
  expect(found.hits).toEqual([])
  expect(found).toMatchObject({ scanned: 0, skipped: 7, problems: [{ offset: 0, records: 7 }] })
})

test('a control batch is no record, a batch emptied by compaction is passed over', () => {
  const control = encoded(['marker'], 1)
  control.writeInt16BE(CONTROL, ATTRIBUTES_AT)
  const empty = encoded(['gone'], 2)
  empty.writeInt32BE(0, RECORD_COUNT_AT)
  const found = searchBlock(
    0,
    blockOf([encoded(['a']), control, empty, encoded(['b'], 3)], 0, 4),
    EVERYTHING,
    false,
  )
  expect(rowsOf(found.hits).value).toEqual(['a', 'b'])
  expect(found).toMatchObject({ scanned: 2, skipped: 0 })
})

test('what an aborted transaction wrote is left out, up to its marker and of its producer only', () => {
  const batch = (baseOffset: number, producerId: number, isControl = false) =>
    ({ baseOffset, lastOffset: baseOffset, producerId, isControl, isTransactional: true }) as Batch
  const batches = [batch(0, 7), batch(1, 8), batch(2, 7), batch(3, 7, true), batch(4, 7)]
  const left = withoutAborted(batches, [{ producerId: 7, firstOffset: 0 }])
  expect(left.map(({ baseOffset }) => baseOffset)).toEqual([1, 3, 4])
})

test('binary is told from text, also where it is valid UTF-8', () => {
  const found = searchBlock(
    0,
    blockOf([encoded([Buffer.from([0, 0, 0, 5]), Buffer.from([0xff]), 'a\tb\n'])], 0, 3),
    EVERYTHING,
    false,
  )
  const rows = rowsOf(found.hits)
  expect(rows.value).toEqual(['00000005', 'ff', 'a\tb\n'])
  expect([...rows.flags]).toEqual([2, 2, 0])
})

test('a line of an export tells null, empty, text and bytes apart', () => {
  const values = [null, '', 'say "hi",\n', Buffer.from([0xff])]
  const { hits } = searchBlock(0, blockOf([encoded(values)], 0, 4), EVERYTHING, false)
  const json = hits.map((hit) => (JSON.parse(lineOf(hit, 'ndjson', 't')) as { value: unknown }).value)
  expect(json).toEqual([null, '', 'say "hi",\n', { base64: '/w==' }])
  const cells = hits.map((hit) => lineOf(hit, 'csv', 't').split('Z,')[1])
  expect(cells).toEqual([
    ',null,,null,\r\n',
    ',null,"",text,\r\n',
    ',null,"say ""hi"",\n",text,\r\n',
    ',null,"/w==",base64,\r\n',
  ])
})
