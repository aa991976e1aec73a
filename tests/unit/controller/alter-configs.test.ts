import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { threeBrokers } from './harness.ts'
import type { ControlPlane } from './harness.ts'

const TOPIC = 2
const BROKER = 4
const GROUP = 32
const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3]

function withTopic(): ControlPlane {
  const plane = threeBrokers()
  plane.createTopics([{ name: 'orders' }])
  return plane
}

function topicConfigs(plane: ControlPlane): Record<string, string> {
  return Object.fromEntries(plane.image.configOverrides('topic', 'orders'))
}

describe('incremental operations', () => {
  test('SET and DELETE', () => {
    const plane = withTopic()
    plane.alterConfig(TOPIC, 'orders', [{ name: 'retention.ms', configOperation: SET, value: '5' }])
    expect(topicConfigs(plane)).toEqual({ 'retention.ms': '5' })
    plane.alterConfig(TOPIC, 'orders', [{ name: 'retention.ms', configOperation: DELETE, value: null }])
    expect(topicConfigs(plane)).toEqual({})
  })

  test('what is not named stays', () => {
    const plane = withTopic()
    plane.setTopicConfig('orders', 'retention.ms', '5')
    plane.setTopicConfig('orders', 'segment.ms', '7')
    expect(topicConfigs(plane)).toEqual({ 'retention.ms': '5', 'segment.ms': '7' })
  })

  test('APPEND to a list begins with its default', () => {
    const plane = withTopic()
    plane.alterConfig(TOPIC, 'orders', [
      { name: 'cleanup.policy', configOperation: APPEND, value: 'compact' },
    ])
    expect(topicConfigs(plane)).toEqual({ 'cleanup.policy': 'delete,compact' })
  })

  test('APPEND of what is there changes nothing', () => {
    const plane = withTopic()
    plane.setTopicConfig('orders', 'cleanup.policy', 'compact')
    plane.alterConfig(TOPIC, 'orders', [
      { name: 'cleanup.policy', configOperation: APPEND, value: 'compact' },
    ])
    expect(topicConfigs(plane)).toEqual({ 'cleanup.policy': 'compact' })
  })

  test('SUBTRACT from a list', () => {
    const plane = withTopic()
    plane.setTopicConfig('orders', 'cleanup.policy', 'compact,delete')
    plane.alterConfig(TOPIC, 'orders', [
      { name: 'cleanup.policy', configOperation: SUBTRACT, value: 'delete' },
    ])
    expect(topicConfigs(plane)).toEqual({ 'cleanup.policy': 'compact' })
  })

  test('validateOnly checks and changes nothing', () => {
    const plane = withTopic()
    const change = [{ name: 'retention.ms', configOperation: SET, value: '5' }]
    expect(plane.alterConfig(TOPIC, 'orders', change, true)).toMatchObject({ errorCode: ErrorCode.NONE })
    expect(topicConfigs(plane)).toEqual({})
  })

  test('a resource is changed as a whole or not at all', () => {
    const plane = withTopic()
    plane.alterConfig(TOPIC, 'orders', [
      { name: 'retention.ms', configOperation: SET, value: '5' },
      { name: 'segment.ms', configOperation: SET, value: 'never' },
    ])
    expect(topicConfigs(plane)).toEqual({})
  })

  test('writing what is already so adds nothing to the log', () => {
    const plane = withTopic()
    plane.setTopicConfig('orders', 'retention.ms', '5')
    const { offset } = plane.image
    plane.setTopicConfig('orders', 'retention.ms', '5')
    expect(plane.image.offset).toBe(offset)
  })
})

describe('refusals', () => {
  const set = (name: string, value: string | null, configOperation = SET!) => [
    { name, configOperation, value },
  ]

  test.each([
    ['an unknown topic', TOPIC, 'nothing', set('retention.ms', '1'), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['an impossible topic name', TOPIC, 'a b', set('retention.ms', '1'), ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['no topic name', TOPIC, '', set('retention.ms', '1'), ErrorCode.INVALID_REQUEST],
    ['an unknown topic config', TOPIC, 'orders', set('no.such', '1'), ErrorCode.INVALID_CONFIG],
    ['a value of the wrong type', TOPIC, 'orders', set('retention.ms', 'x'), ErrorCode.INVALID_CONFIG],
    ['a value out of range', TOPIC, 'orders', set('retention.ms', '-2'), ErrorCode.INVALID_CONFIG],
    ['a policy nobody knows', TOPIC, 'orders', set('cleanup.policy', 'forget'), ErrorCode.INVALID_CONFIG],
    ['a null value', TOPIC, 'orders', set('retention.ms', null), ErrorCode.INVALID_REQUEST],
    ['APPEND to a number', TOPIC, 'orders', set('retention.ms', '1', APPEND), ErrorCode.INVALID_CONFIG],
    ['SUBTRACT from a number', TOPIC, 'orders', set('retention.ms', '1', SUBTRACT), ErrorCode.INVALID_CONFIG],
    ['an unknown operation', TOPIC, 'orders', set('retention.ms', '1', 9), ErrorCode.INVALID_REQUEST],
    ['an unknown broker', BROKER, '9', set('log.retention.ms', '1'), ErrorCode.BROKER_ID_NOT_REGISTERED],
    ['a broker that is no number', BROKER, 'one', set('log.retention.ms', '1'), ErrorCode.INVALID_REQUEST],
    ['a read-only broker config', BROKER, '', set('broker.rack', 'a'), ErrorCode.INVALID_REQUEST],
    [
      'a broker value of the wrong type',
      BROKER,
      '1',
      set('log.retention.ms', 'x'),
      ErrorCode.INVALID_REQUEST,
    ],
    ['no group name', GROUP, '', set('consumer.session.timeout.ms', '50000'), ErrorCode.INVALID_REQUEST],
    ['an unknown group config', GROUP, 'g', set('no.such', '1'), ErrorCode.INVALID_CONFIG],
    ['an unknown resource type', 99, 'x', set('a', '1'), ErrorCode.INVALID_REQUEST],
  ])('%s', (_, resourceType, resourceName, configs, code) => {
    const plane = withTopic()
    const { offset } = plane.image
    const answer = plane.alterConfig(resourceType, resourceName, configs)
    expect(answer).toMatchObject({ errorCode: code, resourceType, resourceName })
    expect(answer.errorMessage).not.toBe('')
    expect(plane.image.offset).toBe(offset)
  })

  test('says which value of which config is wrong, and why', () => {
    const answer = withTopic().alterConfig(TOPIC, 'orders', set('min.insync.replicas', '0'))
    expect(answer.errorMessage).toBe(
      'Invalid value 0 for configuration min.insync.replicas: Value must be at least 1',
    )
  })

  test('a config named twice', () => {
    const plane = withTopic()
    const twice = [...set('retention.ms', '1'), ...set('retention.ms', '2')]
    expect(plane.alterConfig(TOPIC, 'orders', twice)).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST })
  })

  test('a resource named twice', () => {
    const plane = withTopic()
    const resource = { resourceType: TOPIC, resourceName: 'orders', configs: set('retention.ms', '1') }
    const { responses } = plane.active.incrementalAlterConfigs({
      resources: [resource, resource],
      validateOnly: false,
    })
    expect(responses!.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.INVALID_REQUEST,
      ErrorCode.INVALID_REQUEST,
    ])
  })
})

describe('brokers and groups', () => {
  test('the whole cluster, and one broker', () => {
    const plane = withTopic()
    plane.alterConfig(BROKER, '', [{ name: 'log.retention.ms', configOperation: SET!, value: '1' }])
    plane.alterConfig(BROKER, '2', [{ name: 'log.retention.ms', configOperation: SET!, value: '2' }])
    expect(plane.image.configOverrides('broker', '').get('log.retention.ms')).toBe('1')
    expect(plane.image.configOverrides('broker', '2').get('log.retention.ms')).toBe('2')
  })

  test('a group need not exist', () => {
    const plane = withTopic()
    const change = [{ name: 'consumer.session.timeout.ms', configOperation: SET!, value: '50000' }]
    expect(plane.alterConfig(GROUP, 'billing', change)).toMatchObject({ errorCode: ErrorCode.NONE })
    expect(plane.image.configOverrides('group', 'billing').size).toBe(1)
  })
})

describe('AlterConfigs', () => {
  function replace(plane: ControlPlane, configs: { name: string; value: string | null }[]) {
    return plane.active.alterConfigs({
      resources: [{ resourceType: TOPIC, resourceName: 'orders', configs }],
      validateOnly: false,
    }).responses![0]!
  }

  test('replaces everything that was set', () => {
    const plane = withTopic()
    plane.setTopicConfig('orders', 'retention.ms', '5')
    replace(plane, [{ name: 'segment.ms', value: '7' }])
    expect(topicConfigs(plane)).toEqual({ 'segment.ms': '7' })
  })

  test('without configs it sets all back to the defaults', () => {
    const plane = withTopic()
    plane.setTopicConfig('orders', 'retention.ms', '5')
    replace(plane, [])
    expect(topicConfigs(plane)).toEqual({})
  })

  test('refuses a null value and keeps what was', () => {
    const plane = withTopic()
    plane.setTopicConfig('orders', 'retention.ms', '5')
    expect(replace(plane, [{ name: 'segment.ms', value: null }])).toMatchObject({
      errorCode: ErrorCode.INVALID_REQUEST,
    })
    expect(topicConfigs(plane)).toEqual({ 'retention.ms': '5' })
  })
})
