import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { ZERO_UUID } from '../../../src/broker/protocol/schema.ts'
import { threeBrokers } from './harness.ts'
import type { ControlPlane } from './harness.ts'

describe('DeleteTopics', () => {
  const byName = (name: string) => ({ name, topicId: ZERO_UUID })
  const byId = (topicId: string) => ({ name: null, topicId })

  function remove(
    plane: ControlPlane,
    topics: { name: string | null; topicId: string }[],
    topicNames: string[] = [],
    apiVersion = 6,
  ) {
    return plane.active
      .deleteTopics({ topics, topicNames, timeoutMs: 0 }, apiVersion)
      .responses!.map(({ name, errorCode }) => [name, errorCode])
  }

  test('by name', () => {
    const plane = threeBrokers()
    plane.createTopics([{ name: 'orders' }])
    expect(remove(plane, [], ['orders'], 5)).toEqual([['orders', ErrorCode.NONE]])
    expect(plane.image.topicsByName.size).toBe(0)
  })

  test('by id', () => {
    const plane = threeBrokers()
    const id = plane.createAssigned('orders', [1])
    expect(remove(plane, [byId(id)])).toEqual([['orders', ErrorCode.NONE]])
    expect(plane.image.topicsById.size).toBe(0)
  })

  test('its configs go with it', () => {
    const plane = threeBrokers()
    plane.createTopics([{ configs: [{ name: 'retention.ms', value: '1' }] }])
    remove(plane, [byName('orders')])
    plane.createTopics([{ name: 'orders' }])
    expect(plane.image.configOverrides('topic', 'orders').size).toBe(0)
  })

  test.each([
    ['an unknown name', [byName('nothing')], [['nothing', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]]],
    ['an unknown id', [byId('bm90aGluZy1vZi10aGF0LQ')], [[null, ErrorCode.UNKNOWN_TOPIC_ID]]],
    ['neither name nor id', [byId(ZERO_UUID)], [[null, ErrorCode.INVALID_REQUEST]]],
    [
      'both name and id',
      [{ name: 'orders', topicId: 'bm90aGluZy1vZi10aGF0LQ' }],
      [['orders', ErrorCode.INVALID_REQUEST]],
    ],
    ['a name twice', [byName('orders'), byName('orders')], [['orders', ErrorCode.INVALID_REQUEST]]],
  ])('%s', (_, topics, answer) => {
    const plane = threeBrokers()
    plane.createTopics([{ name: 'orders' }])
    expect(remove(plane, topics)).toEqual(answer)
    expect(plane.image.topicsByName.has('orders')).toBe(true)
  })

  test('a topic named and given by its id is left alone', () => {
    const plane = threeBrokers()
    const id = plane.createAssigned('orders', [1])
    expect(remove(plane, [byName('orders'), byId(id)])).toEqual([['orders', ErrorCode.INVALID_REQUEST]])
    expect(plane.image.topicsByName.has('orders')).toBe(true)
  })

  test.each([
    [6, ErrorCode.TOPIC_DELETION_DISABLED],
    [2, ErrorCode.INVALID_REQUEST],
  ])('switched off, version %i answers %i', (apiVersion, code) => {
    const plane = threeBrokers({ 'delete.topic.enable': 'false' })
    plane.createTopics([{ name: 'orders' }])
    expect(remove(plane, [], ['orders'], apiVersion)).toEqual([['orders', code]])
  })
})

describe('CreatePartitions', () => {
  function grow(
    plane: ControlPlane,
    count: number,
    assignments: { brokerIds: number[] }[] | null = null,
    validateOnly = false,
    name = 'orders',
  ) {
    const topics = [{ name, count, assignments }]
    return plane.active.createPartitions({ topics, timeoutMs: 0, validateOnly }).results![0]!
  }

  function withTopic(): ControlPlane {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1, 2], [2, 3])
    return plane
  }

  test('adds partitions with as many replicas as the topic has, and leaves the others as they are', () => {
    const plane = withTopic()
    expect(grow(plane, 5)).toMatchObject({ errorCode: ErrorCode.NONE })
    const { partitions } = plane.image.topic('orders')!
    expect(partitions.map(({ replicas }) => replicas.length)).toEqual([2, 2, 2, 2, 2])
    expect(partitions.slice(0, 2).map(({ replicas }) => replicas)).toEqual([
      [1, 2],
      [2, 3],
    ])
  })

  test('as its assignments say', () => {
    const plane = withTopic()
    grow(plane, 3, [{ brokerIds: [3, 1] }])
    expect(plane.partition('orders', 2)).toMatchObject({ replicas: [3, 1], leader: 3 })
  })

  test('with validateOnly nothing is added', () => {
    const plane = withTopic()
    expect(grow(plane, 5, null, true)).toMatchObject({ errorCode: ErrorCode.NONE })
    expect(plane.image.topic('orders')!.partitions).toHaveLength(2)
  })

  test.each([
    ['fewer than there are', 1, null, ErrorCode.INVALID_PARTITIONS],
    ['as many as there are', 2, null, ErrorCode.INVALID_PARTITIONS],
    ['too few assignments', 4, [{ brokerIds: [1, 2] }], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['another replication factor', 3, [{ brokerIds: [1] }], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['an unknown broker', 3, [{ brokerIds: [1, 9] }], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['a broker twice', 3, [{ brokerIds: [1, 1] }], ErrorCode.INVALID_REPLICA_ASSIGNMENT],
  ])('%s', (_, count, assignments, code) => {
    const plane = withTopic()
    expect(grow(plane, count, assignments)).toMatchObject({ errorCode: code })
    expect(plane.image.topic('orders')!.partitions).toHaveLength(2)
  })

  test('an unknown topic', () => {
    expect(grow(withTopic(), 3, null, false, 'nothing')).toMatchObject({
      errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    })
  })

  test('more replicas than brokers that are left', () => {
    const plane = withTopic()
    plane.active.unregisterBroker({ brokerId: 3 })
    plane.active.unregisterBroker({ brokerId: 2 })
    expect(grow(plane, 3)).toMatchObject({ errorCode: ErrorCode.INVALID_REPLICATION_FACTOR })
  })

  test('a topic twice in one request', () => {
    const plane = withTopic()
    const topic = { name: 'orders', count: 4, assignments: null }
    const { results } = plane.active.createPartitions({
      topics: [topic, topic],
      timeoutMs: 0,
      validateOnly: false,
    })
    expect(results).toEqual([
      { name: 'orders', errorCode: ErrorCode.INVALID_REQUEST, errorMessage: 'Duplicate topic name.' },
    ])
  })
})
