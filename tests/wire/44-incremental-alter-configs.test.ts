import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { incrementalAlterConfigs } from '../../src/broker/protocol/messages/44-incremental-alter-configs.ts'
import type { Client } from './client.ts'
import { BROKER, BROKER_LOGGER, GROUP, Op, ownConfigs, TOPIC } from './configs.ts'
import { produceTo } from './data.ts'
import { useCluster } from './harness.ts'
import { batchOfSize } from './records.ts'
import { createTopic, partitionOf, type Topic } from './topics.ts'
import { versionsOf } from './versions.ts'

const cluster = useCluster({ brokers: 2 })
let client: Client
let topic: Topic

beforeAll(async () => {
  // One that has to pass the request on.
  client = await cluster().clientOfFollower()
})
beforeEach(async () => {
  topic = await createTopic(cluster(), { configs: { 'retention.ms': '1000' } })
})

type Change = [name: string, configOperation: number, value: string | null]

describe.each(versionsOf(incrementalAlterConfigs))('IncrementalAlterConfigs v%i', (version) => {
  const ask = async (resourceType: number, resourceName: string, changes: Change[], validateOnly = false) => {
    const configs = changes.map(([name, configOperation, value]) => ({ name, configOperation, value }))
    const resources = [{ resourceType, resourceName, configs }]
    const answer = await client.call(incrementalAlterConfigs, version, { resources, validateOnly })
    expect(answer.throttleTimeMs).toBe(0)
    expect(answer.responses).toMatchObject([{ resourceType, resourceName }])
    return answer.responses[0]!
  }
  const now = () => ownConfigs(client, TOPIC, topic.name)

  it('SET changes one config and leaves the others', async () => {
    const answer = await ask(TOPIC, topic.name, [['segment.ms', Op.SET, '5000']])
    expect(answer).toMatchObject({ errorCode: ErrorCode.NONE, errorMessage: null })
    expect(await now()).toEqual({ 'retention.ms': '1000', 'segment.ms': '5000' })
  })

  it('DELETE takes it back to the default, whether it was set or not', async () => {
    const answer = await ask(TOPIC, topic.name, [
      ['retention.ms', Op.DELETE, null],
      ['segment.ms', Op.DELETE, 'no matter what'],
    ])
    expect(answer.errorCode).toBe(ErrorCode.NONE)
    expect(await now()).toEqual({})
  })

  it('APPEND adds to a list, once; SUBTRACT takes from it', async () => {
    await ask(TOPIC, topic.name, [['cleanup.policy', Op.APPEND, 'compact']])
    expect((await now())['cleanup.policy']).toBe('delete,compact')
    await ask(TOPIC, topic.name, [['cleanup.policy', Op.APPEND, 'compact']])
    expect((await now())['cleanup.policy']).toBe('delete,compact')
    await ask(TOPIC, topic.name, [['cleanup.policy', Op.SUBTRACT, 'delete']])
    expect((await now())['cleanup.policy']).toBe('compact')
  })

  it('validateOnly answers as if, and changes nothing', async () => {
    const good = await ask(TOPIC, topic.name, [['segment.ms', Op.SET, '5000']], true)
    const bad = await ask(TOPIC, topic.name, [['segment.ms', Op.SET, 'long']], true)
    expect([good.errorCode, bad.errorCode]).toEqual([ErrorCode.NONE, ErrorCode.INVALID_CONFIG])
    expect(await now()).toEqual({ 'retention.ms': '1000' })
  })

  it('of a broker, of all brokers and of a group', async () => {
    const answers = [
      await ask(BROKER, '1', [['log.cleaner.backoff.ms', Op.SET, '1111']]),
      await ask(BROKER, '', [['log.cleaner.backoff.ms', Op.SET, '2222']]),
      await ask(GROUP, 'some-group', [['consumer.session.timeout.ms', Op.SET, '50000']]),
    ]
    expect(answers.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.NONE,
      ErrorCode.NONE,
      ErrorCode.NONE,
    ])
    const first = await cluster().client(1)
    expect(await ownConfigs(first, BROKER, '1')).toMatchObject({ 'log.cleaner.backoff.ms': '1111' })
    expect(await ownConfigs(client, BROKER, '')).toMatchObject({ 'log.cleaner.backoff.ms': '2222' })
    expect(await ownConfigs(client, GROUP, 'some-group')).toEqual({ 'consumer.session.timeout.ms': '50000' })
  })

  it.each<[string, number, string | null, Change[], number]>([
    ['a value of no sense', TOPIC, null, [['retention.ms', Op.SET, 'long']], ErrorCode.INVALID_CONFIG],
    ['a value out of range', TOPIC, null, [['segment.bytes', Op.SET, '1000']], ErrorCode.INVALID_CONFIG],
    ['a policy of no sense', TOPIC, null, [['cleanup.policy', Op.APPEND, 'burn']], ErrorCode.INVALID_CONFIG],
    ['APPEND to no list', TOPIC, null, [['retention.ms', Op.APPEND, '1']], ErrorCode.INVALID_CONFIG],
    ['SUBTRACT from no list', TOPIC, null, [['retention.ms', Op.SUBTRACT, '1']], ErrorCode.INVALID_CONFIG],
    ['a config nobody knows', TOPIC, null, [['no.such.config', Op.SET, '1']], ErrorCode.INVALID_CONFIG],
    ['tiered storage', TOPIC, null, [['remote.storage.enable', Op.SET, 'true']], ErrorCode.INVALID_CONFIG],
    ['SET without a value', TOPIC, null, [['retention.ms', Op.SET, null]], ErrorCode.INVALID_REQUEST],
    ['an operation nobody knows', TOPIC, null, [['retention.ms', 9, '1']], ErrorCode.INVALID_REQUEST],
    ['an operation of -1', TOPIC, null, [['retention.ms', -1, '1']], ErrorCode.INVALID_REQUEST],
    [
      'a good change with a bad one',
      TOPIC,
      null,
      [
        ['segment.ms', Op.SET, '5000'],
        ['retention.ms', Op.SET, 'x'],
      ],
      ErrorCode.INVALID_CONFIG,
    ],
    [
      'one config twice',
      TOPIC,
      null,
      [
        ['segment.ms', Op.SET, '1'],
        ['segment.ms', Op.DELETE, null],
      ],
      ErrorCode.INVALID_REQUEST,
    ],
    [
      'a topic that does not exist',
      TOPIC,
      'nowhere',
      [['segment.ms', Op.SET, '1']],
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ],
    ['a topic of an impossible name', TOPIC, 'a b', [], ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['a topic of no name', TOPIC, '', [], ErrorCode.INVALID_REQUEST],
    ['a config only a start can change', BROKER, '', [['node.id', Op.SET, '5']], ErrorCode.INVALID_REQUEST],
    ['a broker that is no number', BROKER, 'one', [], ErrorCode.INVALID_REQUEST],
    ['a broker nobody knows', BROKER, '9', [], ErrorCode.BROKER_ID_NOT_REGISTERED],
    ['a group of no name', GROUP, '', [], ErrorCode.INVALID_REQUEST],
    ['a group config nobody knows', GROUP, 'g', [['no.such.config', Op.SET, '1']], ErrorCode.INVALID_CONFIG],
    ['a broker’s loggers', BROKER_LOGGER, '1', [], ErrorCode.INVALID_REQUEST],
    ['a type nobody knows', 99, 'some', [], ErrorCode.INVALID_REQUEST],
  ])('%s is refused with a message, and changes nothing', async (_what, type, name, changes, code) => {
    const { errorCode, errorMessage } = await ask(type, name ?? topic.name, changes)
    expect(errorCode).toBe(code)
    expect(errorMessage).toMatch(/\w/)
    expect(await now()).toEqual({ 'retention.ms': '1000' })
  })

  it('a resource named twice is INVALID_REQUEST each time', async () => {
    const resource = { resourceType: TOPIC, resourceName: topic.name, configs: [] }
    const { responses } = await client.call(incrementalAlterConfigs, version, {
      resources: [resource, resource],
    })
    expect(responses.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.INVALID_REQUEST,
      ErrorCode.INVALID_REQUEST,
    ])
  })

  it('takes effect at once', async () => {
    const { leaderId } = await partitionOf(topic, client)
    const leader = await cluster().client(leaderId)
    const before = await produceTo(leader, topic, batchOfSize(500))
    await ask(TOPIC, topic.name, [['max.message.bytes', Op.SET, '300']])
    const after = await produceTo(leader, topic, batchOfSize(500))
    expect([before.errorCode, after.errorCode]).toEqual([ErrorCode.NONE, ErrorCode.MESSAGE_TOO_LARGE])
  })
})
