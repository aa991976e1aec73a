import { describe, expect, test } from 'vitest'
import { MetadataCache } from '../../../src/broker/metadata/cache.ts'
import type { MetadataDelta } from '../../../src/broker/metadata/delta.ts'
import { encodeMetadataRecord, partitionChange } from '../../../src/broker/metadata/records.ts'
import type { MetadataRecord, RecordOf } from '../../../src/broker/metadata/records.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { FakeClock } from '../fake-clock.ts'

const first = 'Zmlyc3QtdG9waWMtaWQtMQ'
const second = 'c2Vjb25kLXRvcGljLWlkMg'

const topic = (topicId: string, name: string): MetadataRecord => ({ type: 'Topic', topicId, name })

const partition = (topicId: string, index = 0): RecordOf<'Partition'> => ({
  type: 'Partition',
  topicId,
  partition: index,
  replicas: [1, 2],
  isr: [1, 2],
  removingReplicas: [],
  addingReplicas: [],
  leader: 1,
  leaderRecoveryState: 0,
  leaderEpoch: 0,
  partitionEpoch: 0,
  elr: [],
  lastKnownElr: [],
})

const broker = (brokerId: number): MetadataRecord => ({
  type: 'RegisterBroker',
  brokerId,
  brokerEpoch: 0,
  incarnationId: first,
  host: 'localhost',
  port: 9092,
  rack: null,
  fenced: true,
  inControlledShutdown: false,
})

const config = (resourceType: number, resourceName: string, value: string | null): MetadataRecord => ({
  type: 'Config',
  resourceType,
  resourceName,
  name: 'retention.ms',
  value,
})

function newCache(clock = new FakeClock()): MetadataCache {
  return new MetadataCache({ clusterId: 'test', clock })
}

/** A cache that has the records given. */
function cacheWith(...records: MetadataRecord[]): MetadataCache {
  const cache = newCache()
  cache.applyBatch(0, records, { snapshot: false })
  return cache
}

function next(cache: MetadataCache, ...records: MetadataRecord[]): MetadataDelta {
  return cache.applyBatch(cache.image.offset + 1, records, { snapshot: false })
}

const nothing: MetadataDelta = {
  changedPartitions: [],
  createdTopics: [],
  deletedTopics: [],
  changedTopicConfigs: new Set(),
  brokersChanged: false,
  brokerConfigsChanged: false,
  controllerChanged: false,
}

describe('what records change', () => {
  test('a new topic: the topic and its partitions', () => {
    const cache = newCache()
    const delta = next(cache, topic(first, 'orders'), partition(first, 0), partition(first, 1))
    expect(delta).toEqual({
      ...nothing,
      createdTopics: [cache.image.topic('orders')],
      changedPartitions: cache.image.topic('orders')!.partitions,
    })
  })

  test('a partition changed twice is there once, as it is in the end', () => {
    const cache = cacheWith(topic(first, 'orders'), partition(first))
    const delta = next(
      cache,
      partitionChange(first, 0, { isr: [1] }),
      partitionChange(first, 0, { leader: 2, isr: [2] }),
    )
    expect(delta.changedPartitions).toEqual([
      expect.objectContaining({ topic: 'orders', leader: 2, isr: [2], leaderEpoch: 1, partitionEpoch: 2 }),
    ])
  })

  test('images of partitions are replaced, never changed', () => {
    const cache = cacheWith(topic(first, 'orders'), partition(first))
    const before = cache.image.partition('orders', 0)!
    next(cache, partitionChange(first, 0, { isr: [1] }))
    expect(before.isr).toEqual([1, 2])
    expect(cache.image.partition('orders', 0)).not.toBe(before)
  })

  test('a deleted topic says what it was', () => {
    const cache = cacheWith(topic(first, 'orders'), partition(first, 0), partition(first, 1))
    const delta = next(cache, { type: 'RemoveTopic', topicId: first })
    expect(delta).toEqual({ ...nothing, deletedTopics: [{ id: first, name: 'orders', partitions: 2 }] })
  })

  test('a topic created and deleted in one run was never there', () => {
    const delta = next(newCache(), topic(first, 'orders'), partition(first), {
      type: 'RemoveTopic',
      topicId: first,
    })
    expect(delta).toEqual(nothing)
  })

  test('a topic deleted and created again is both, by its two ids', () => {
    const cache = cacheWith(topic(first, 'orders'), partition(first))
    const delta = next(
      cache,
      { type: 'RemoveTopic', topicId: first },
      topic(second, 'orders'),
      partition(second),
    )
    expect(delta.deletedTopics.map(({ id }) => id)).toEqual([first])
    expect(delta.createdTopics.map(({ id }) => id)).toEqual([second])
    expect(delta.changedPartitions.map(({ topicId }) => topicId)).toEqual([second])
  })

  test.each([
    ['a topic config', config(2, 'orders', '1'), { changedTopicConfigs: new Set(['orders']) }],
    ['a broker config', config(4, '', '1'), { brokerConfigsChanged: true }],
    ['a broker', broker(1), { brokersChanged: true }],
    [
      'a controller',
      { type: 'Controller', controllerId: 1, controllerEpoch: 1 },
      { controllerChanged: true },
    ],
    ['producer ids', { type: 'ProducerIds', brokerId: 1, brokerEpoch: 0, nextProducerId: 9 }, {}],
  ] as [string, MetadataRecord, Partial<MetadataDelta>][])('%s', (_, record, changed) => {
    expect(next(newCache(), record)).toEqual({ ...nothing, ...changed })
  })
})

describe('order', () => {
  test('records beyond a gap are refused', () => {
    const cache = cacheWith(broker(1))
    expect(() => cache.applyBatch(2, [broker(2)], { snapshot: false })).toThrow(RangeError)
  })

  test('offsets are counted from the log', () => {
    const cache = cacheWith(broker(1), broker(2))
    expect(cache.image.offset).toBe(1)
  })
})

describe('a snapshot', () => {
  test('takes the place of everything, and the difference is told', () => {
    const cache = cacheWith(
      topic(first, 'orders'),
      partition(first),
      topic(second, 'mail'),
      partition(second),
      config(2, 'mail', '1'),
      broker(1),
    )
    const delta = cache.applyBatch(
      50,
      [
        topic(second, 'mail'),
        { ...partition(second), leader: 2, leaderEpoch: 3 },
        broker(1),
        config(4, '', '5'),
      ],
      { snapshot: true },
    )
    expect(delta).toEqual({
      ...nothing,
      deletedTopics: [{ id: first, name: 'orders', partitions: 1 }],
      changedPartitions: [cache.image.partition('mail', 0)],
      changedTopicConfigs: new Set(['mail']),
      brokerConfigsChanged: true,
    })
    expect(cache.image.offset).toBe(49)
  })

  test('of what is there already changes nothing', () => {
    const cache = cacheWith(topic(first, 'orders'), partition(first), broker(1))
    expect(cache.applyBatch(3, cache.image.snapshot(), { snapshot: true })).toEqual(nothing)
  })
})

describe('what the controller answered', () => {
  const answer = {
    errorCode: ErrorCode.NONE as number,
    controllerId: 1,
    controllerEpoch: 5,
    fromOffset: 0,
    snapshot: false,
    endOffset: 1,
    records: [encodeMetadataRecord({ type: 'Controller', controllerId: 1, controllerEpoch: 5 })],
  }

  test('is applied', () => {
    const cache = newCache()
    expect(cache.applyFetched(answer)).toMatchObject({ controllerChanged: true })
    expect(cache.image).toMatchObject({ offset: 0, controllerId: 1, controllerEpoch: 5 })
  })

  test.each([
    ['an error', { errorCode: ErrorCode.NOT_CONTROLLER }],
    ['from a controller older than one heard of', { controllerEpoch: 4, snapshot: true }],
    ['for another offset than the next', { fromOffset: 7 }],
  ])('%s is ignored', (_, different) => {
    const cache = newCache()
    cache.applyFetched(answer)
    expect(cache.applyFetched({ ...answer, fromOffset: 1, ...different })).toBeNull()
    expect(cache.image.offset).toBe(0)
  })
})

describe('listeners', () => {
  test('hear of every batch, with the image after it, until they unsubscribe', () => {
    const cache = newCache()
    const heard: number[] = []
    const unsubscribe = cache.subscribe((_, image) => heard.push(image.offset))
    next(cache, broker(1))
    next(cache, broker(2), broker(3))
    unsubscribe()
    next(cache, broker(4))
    expect(heard).toEqual([0, 2])
  })

  test('hear nothing when there is nothing new', () => {
    const cache = cacheWith(broker(1))
    const heard: number[] = []
    cache.subscribe((_, image) => heard.push(image.offset))
    next(cache)
    expect(heard).toEqual([])
  })
})

describe('waiting for a state', () => {
  test('is over at once when it is so already', async () => {
    expect(await newCache().waitFor(() => true, 1000)).toBe(true)
  })

  test('is over when it becomes so', async () => {
    const cache = newCache()
    const waiting = cache.waitFor((image) => image.brokers.has(2), 1000)
    next(cache, broker(1))
    next(cache, broker(2))
    expect(await waiting).toBe(true)
  })

  test('is over without success after its time, and leaves no timer', async () => {
    const clock = new FakeClock()
    const waiting = newCache(clock).waitFor(() => false, 1000)
    clock.advance(1000)
    expect(await waiting).toBe(false)
    expect(clock.timers).toBe(0)
  })
})
