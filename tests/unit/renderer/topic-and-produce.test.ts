import { describe, expect, it } from 'vitest'
import type { PartitionSample, ReplicaSample } from '../../../src/shared/ipc/topics.ts'
import { bytesOf, recoded } from '../../../src/renderer/features/produce/field.ts'
import {
  destinationOf,
  emptyForm,
  isSendable,
  parsedForm,
} from '../../../src/renderer/features/produce/form.ts'
import { jsonErrorOf, placeIn } from '../../../src/renderer/features/produce/json-error.ts'
import { reindented } from '../../../src/renderer/features/produce/json-layout.ts'
import { placeOf, replicaLagOf } from '../../../src/renderer/features/topic/signs.ts'
import { rowsOf } from '../../../src/renderer/features/topics/topic-rows.ts'

describe('a text that is no JSON', () => {
  it.each([
    ['{"a": }', '}', 6],
    ['{"a" 1}', '1', 5],
    ['[1, 2', null, 5],
    ['', null, 0],
    ['{"a": 1,}', '}', 8],
    ['nul', 'nul', 0],
    ['{"a": "x\ny"}', '"', 6],
    ['[1}', '}', 2],
    ['1 2', '2', 2],
  ])('%j is told to go wrong at %j, %d', (text, unexpected, position) => {
    expect(jsonErrorOf(text)).toEqual({ unexpected, position })
  })

  it('has a line and a column', () => {
    expect(placeIn('a\nbc', 3)).toEqual({ line: 2, column: 2 })
    expect(jsonErrorOf('{"a": [1, 2.5e3, null, "\\u00e9"]}')).toBeNull()
  })
})

it('JSON is laid out with every token as it was', () => {
  expect(reindented('{"id":9007199254740993,"a":[],"a":[1,{}]}')).toBe(
    '{\n  "id": 9007199254740993,\n  "a": [],\n  "a": [\n    1,\n    {}\n  ]\n}',
  )
})

describe('a field', () => {
  it('keeps its bytes when it is written in another way', () => {
    const hex = recoded({ encoding: 'text', text: '수' }, 'hex')
    expect(hex).toEqual({ encoding: 'hex', text: 'ec 88 98' })
    expect(recoded(hex, 'text')).toEqual({ encoding: 'text', text: '수' })
    expect(recoded({ encoding: 'hex', text: 'ff' }, 'text').text).toBe('ff')
  })

  it('tells null, empty and not yet apart', () => {
    expect(bytesOf({ encoding: 'null', text: 'kept' })).toBeNull()
    expect(bytesOf({ encoding: 'text', text: '' })).toEqual(new Uint8Array())
    expect(bytesOf({ encoding: 'hex', text: '0' })).toBeUndefined()
  })
})

it('a record’s destination follows its key, and what is given wins', () => {
  const form = { ...emptyForm(), key: { encoding: 'text', text: '21' } as const }
  expect(destinationOf(form, 12)).toEqual({ kind: 'by-key', partition: (-973932308 & 0x7fffffff) % 12 })
  expect(destinationOf({ ...form, partition: 4 }, 12)).toEqual({ kind: 'given', partition: 4 })
  expect(destinationOf({ ...form, key: { encoding: 'null', text: '' } }, 12)).toEqual({ kind: 'any' })
  expect(destinationOf({ ...form, key: { encoding: 'hex', text: 'a' } }, 12)).toEqual({ kind: 'unknown' })
  expect(isSendable(form)).toBe(true)
  expect(isSendable({ ...form, value: { encoding: 'json', text: '{' } })).toBe(false)
  expect(parsedForm(JSON.stringify(form))).toEqual(form)
  expect(parsedForm('{"a"')).toBeNull()
})

it('pinned topics come first, the rest in the asked order', () => {
  const topic = (name: string, partitions: number, isInternal = false) => ({
    name,
    partitions,
    isInternal,
    replicationFactor: 1,
    underReplicated: 0,
    belowMinIsr: 0,
    leaders: [1],
    replicaBrokers: [1, 2, 3],
    offline: 0,
  })
  const all = [topic('b-10', 1), topic('b-9', 5), topic('a', 3), topic('__offsets', 50, true)]
  const names = (column: 'name' | 'partitions', text = '', pins: string[] = []) =>
    rowsOf(
      all,
      { text, showInternal: false, sorting: { column, descending: column !== 'name' } },
      pins,
      new Map(),
    ).map(({ name }) => name)
  expect(names('name')).toEqual(['a', 'b-9', 'b-10'])
  expect(names('partitions')).toEqual(['b-9', 'a', 'b-10'])
  expect(names('name', 'B-', ['b-10'])).toEqual(['b-10', 'b-9'])
})

describe('a place on the board', () => {
  const replica = (broker: number, changed: Partial<ReplicaSample> = {}): ReplicaSample => ({
    broker,
    isInSync: true,
    isOffline: false,
    logEndOffset: 10,
    lag: 0,
    sizeInBytes: null,
    ...changed,
  })
  const partition: PartitionSample = {
    partition: 0,
    leader: 1,
    leaderEpoch: 0,
    logStartOffset: 0,
    highWatermark: 10,
    logEndOffset: 10,
    replicas: [
      replica(1),
      replica(2, { lag: 40 }),
      replica(3, { isInSync: false }),
      replica(4, { isInSync: false, isOffline: true, lag: null }),
      replica(5, { isOffline: true, lag: null }),
    ],
  }

  it.each([
    [1, 'leader'],
    [2, 'behind'],
    [3, 'outOfIsr'],
    [4, 'offlineOutOfIsr'],
    [5, 'offline'],
    [6, 'none'],
  ])('of broker %d is %s', (broker, sign) => {
    expect(placeOf(partition, broker).sign).toBe(sign)
  })

  it('lags as far as the slowest live follower, and where none is known nothing is made up', () => {
    expect(replicaLagOf(partition)).toBe(40)
    expect(replicaLagOf({ ...partition, replicas: [replica(1), replica(2, { lag: null })] })).toBeNull()
  })
})
