import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { alterConfigs } from '../../src/broker/protocol/messages/33-alter-configs.ts'
import type { Client } from './client.ts'
import { BROKER, BROKER_LOGGER, GROUP, ownConfigs, setConfigs, TOPIC } from './configs.ts'
import { useCluster } from './harness.ts'
import { createTopic, type Topic } from './topics.ts'
import { until } from './until.ts'
import { versionsOf } from './versions.ts'

const cluster = useCluster({ brokers: 2 })
let client: Client
let topic: Topic

beforeAll(async () => {
  // One that has to pass the request on.
  client = await cluster().clientOfFollower()
})
beforeEach(async () => {
  topic = await createTopic(cluster(), { configs: { 'retention.ms': '1000', 'cleanup.policy': 'compact' } })
})

describe.each(versionsOf(alterConfigs))('AlterConfigs v%i', (version) => {
  const ask = async (
    resourceType: number,
    resourceName: string,
    values: Record<string, string | null>,
    validateOnly = false,
  ) => {
    const configs = Object.entries(values).map(([name, value]) => ({ name, value }))
    const resources = [{ resourceType, resourceName, configs }]
    const answer = await client.call(alterConfigs, version, { resources, validateOnly })
    expect(answer.throttleTimeMs).toBe(0)
    expect(answer.responses).toHaveLength(1)
    return answer.responses[0]!
  }

  it('replaces all that was set', async () => {
    const answer = await ask(TOPIC, topic.name, { 'retention.ms': '7000' })
    expect(answer).toEqual({
      resourceType: TOPIC,
      resourceName: topic.name,
      errorCode: ErrorCode.NONE,
      errorMessage: null,
    })
    await until(
      'the change to be known',
      async () => (await ownConfigs(client, TOPIC, topic.name))['retention.ms'] === '7000',
    )
    expect(await ownConfigs(client, TOPIC, topic.name)).toEqual({ 'retention.ms': '7000' })
  })

  it('with nothing takes all back to the defaults', async () => {
    expect((await ask(TOPIC, topic.name, {})).errorCode).toBe(ErrorCode.NONE)
    await until(
      'the change to be known',
      async () => Object.keys(await ownConfigs(client, TOPIC, topic.name)).length === 0,
    )
  })

  it('validateOnly answers as if, and changes nothing', async () => {
    const good = await ask(TOPIC, topic.name, { 'retention.ms': '7000' }, true)
    const bad = await ask(TOPIC, topic.name, { 'retention.ms': 'long' }, true)
    expect([good.errorCode, bad.errorCode]).toEqual([ErrorCode.NONE, ErrorCode.INVALID_CONFIG])
    expect(await ownConfigs(client, TOPIC, topic.name)).toMatchObject({ 'retention.ms': '1000' })
  })

  it('of the whole cluster and of a group', async () => {
    const whole = await ask(BROKER, '', { 'log.cleaner.backoff.ms': '1234' })
    const group = await ask(GROUP, 'some-group', { 'consumer.session.timeout.ms': '50000' })
    expect([whole.errorCode, group.errorCode]).toEqual([ErrorCode.NONE, ErrorCode.NONE])
    expect(await ownConfigs(client, GROUP, 'some-group')).toEqual({ 'consumer.session.timeout.ms': '50000' })
  })

  it.each<[string, number, string | null, Record<string, string | null>, number]>([
    ['a value of no sense', TOPIC, null, { 'retention.ms': 'long' }, ErrorCode.INVALID_CONFIG],
    ['a value out of range', TOPIC, null, { 'min.insync.replicas': '0' }, ErrorCode.INVALID_CONFIG],
    ['a config nobody knows', TOPIC, null, { 'no.such.config': '1' }, ErrorCode.INVALID_CONFIG],
    ['no value', TOPIC, null, { 'retention.ms': null }, ErrorCode.INVALID_REQUEST],
    ['a topic that does not exist', TOPIC, 'nowhere', {}, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['a topic of an impossible name', TOPIC, 'a b', {}, ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['a topic of no name', TOPIC, '', {}, ErrorCode.INVALID_REQUEST],
    ['a broker that is no number', BROKER, 'one', {}, ErrorCode.INVALID_REQUEST],
    ['a broker nobody knows', BROKER, '9', {}, ErrorCode.BROKER_ID_NOT_REGISTERED],
    ['a config only a start can change', BROKER, '1', { 'node.id': '5' }, ErrorCode.INVALID_REQUEST],
    ['a group of no name', GROUP, '', {}, ErrorCode.INVALID_REQUEST],
    ['a broker’s loggers', BROKER_LOGGER, '1', {}, ErrorCode.INVALID_REQUEST],
    ['a type nobody knows', 99, 'some', {}, ErrorCode.INVALID_REQUEST],
  ])('%s is refused with a message, and changes nothing', async (_what, type, name, values, code) => {
    const { errorCode, errorMessage } = await ask(type, name ?? topic.name, values)
    expect(errorCode).toBe(code)
    expect(errorMessage).toMatch(/\w/)
    expect(await ownConfigs(client, TOPIC, topic.name)).toEqual({
      'retention.ms': '1000',
      'cleanup.policy': 'compact',
    })
  })

  it('a resource named twice is INVALID_REQUEST each time, others are changed', async () => {
    const twice = { resourceType: TOPIC, resourceName: topic.name, configs: [] }
    const once = { resourceType: GROUP, resourceName: 'other', configs: [] }
    const { responses } = await client.call(alterConfigs, version, { resources: [twice, once, twice] })
    const codes = responses.map(({ resourceName, errorCode }) => [resourceName, errorCode])
    expect(codes).toEqual([
      [topic.name, ErrorCode.INVALID_REQUEST],
      ['other', ErrorCode.NONE],
      [topic.name, ErrorCode.INVALID_REQUEST],
    ])
  })

  it('a config named twice is INVALID_REQUEST', async () => {
    const config = { name: 'retention.ms', value: '1' }
    const resources = [{ resourceType: TOPIC, resourceName: topic.name, configs: [config, config] }]
    const { responses } = await client.call(alterConfigs, version, { resources })
    expect(responses[0]!.errorCode).toBe(ErrorCode.INVALID_REQUEST)
  })
})

describe('AlterConfigs of one resource', () => {
  it('leaves the others alone', async () => {
    const other = await createTopic(cluster())
    await setConfigs(client, TOPIC, other.name, { 'segment.ms': '5000' })
    const resources = [{ resourceType: TOPIC, resourceName: topic.name, configs: [] }]
    await client.call(alterConfigs, 2, { resources })
    expect(await ownConfigs(client, TOPIC, other.name)).toEqual({ 'segment.ms': '5000' })
  })
})
