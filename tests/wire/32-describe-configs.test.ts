import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { describeConfigs } from '../../src/broker/protocol/messages/32-describe-configs.ts'
import type { Client } from './client.ts'
import { BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP, setConfigs, Source, TOPIC } from './configs.ts'
import { useCluster } from './harness.ts'
import { createTopic, type Topic } from './topics.ts'
import { since, versionsFrom, versionsOf } from './versions.ts'

const cluster = useCluster({ config: { 'log.retention.hours': '24', 'num.partitions': '3' } })
let client: Client
let topic: Topic

beforeAll(async () => {
  client = await cluster().client()
  topic = await createTopic(cluster(), {
    configs: { 'cleanup.policy': 'compact,delete', 'segment.ms': '60000' },
  })
})

interface Options {
  keys?: string[] | null
  includeSynonyms?: boolean
  includeDocumentation?: boolean
}

async function ask(version: number, resourceType: number, resourceName: string, options: Options = {}) {
  const { keys = null, includeSynonyms = false, includeDocumentation = false } = options
  const { throttleTimeMs, results } = await client.call(describeConfigs, version, {
    resources: [{ resourceType, resourceName, configurationKeys: keys }],
    includeSynonyms,
    ...since(3, version, { includeDocumentation }, {}),
  })
  expect(throttleTimeMs).toBe(0)
  expect(results).toHaveLength(1)
  expect(results[0]).toMatchObject({ resourceType, resourceName })
  return results[0]!
}

describe.each(versionsOf(describeConfigs))('DescribeConfigs v%i', (version) => {
  const [INT, LONG, STRING_LIST] = [3, 5, 7]

  it('of a topic tells values with their sources, and types from v3 on', async () => {
    const keys = ['cleanup.policy', 'retention.ms', 'max.message.bytes']
    const { errorCode, errorMessage, configs } = await ask(version, TOPIC, topic.name, { keys })
    expect([errorCode, errorMessage]).toEqual([ErrorCode.NONE, null])
    const config = (name: string, value: string, configSource: number, type: number) => ({
      name,
      value,
      readOnly: false,
      configSource,
      isSensitive: false,
      synonyms: [],
      configType: since(3, version, type, 0),
      documentation: since<string | null, string | null>(3, version, null, ''),
    })
    expect(configs).toHaveLength(3)
    expect(configs).toEqual(
      expect.arrayContaining([
        config('cleanup.policy', 'compact,delete', Source.TOPIC, STRING_LIST),
        config('max.message.bytes', '1048588', Source.DEFAULT, INT),
        config('retention.ms', '86400000', Source.STATIC_BROKER, LONG),
      ]),
    )
  })

  it('of a topic without keys tells all there are', async () => {
    const all = await ask(version, TOPIC, topic.name)
    const none = await ask(version, TOPIC, topic.name, { keys: [] })
    const names = all.configs.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['cleanup.policy', 'min.insync.replicas', 'segment.bytes']))
    expect(none.configs.map(({ name }) => name)).toEqual(names)
    expect(all.configs.filter(({ value }) => value === undefined)).toEqual([])
  })

  it('tells every value behind a config when asked, the one in force first', async () => {
    const { configs } = await ask(version, TOPIC, topic.name, { keys: ['segment.ms'], includeSynonyms: true })
    const { value, configSource, synonyms } = configs[0]!
    expect([value, configSource]).toEqual(['60000', Source.TOPIC])
    expect(synonyms[0]).toEqual({ name: 'segment.ms', value: '60000', source: Source.TOPIC })
    // As in Kafka, that milliseconds have their default from hours is not told.
    expect(synonyms.map(({ name }) => name)).not.toContain('log.roll.hours')
    const sources = synonyms.map(({ source }) => source)
    expect(sources).toEqual(sources.toSorted((a, b) => a - b))
  })

  it('of this broker tells its static values', async () => {
    const { errorCode, configs } = await ask(version, BROKER, '1', { keys: ['num.partitions', 'node.id'] })
    expect(errorCode).toBe(ErrorCode.NONE)
    expect(configs).toMatchObject([
      { name: 'node.id', value: '1', configSource: Source.STATIC_BROKER, readOnly: true },
      { name: 'num.partitions', value: '3', configSource: Source.STATIC_BROKER },
    ])
  })

  it('of the whole cluster tells what was set for it, and nothing else', async () => {
    await setConfigs(client, BROKER, '', { 'log.cleaner.backoff.ms': '9000' })
    const { configs } = await ask(version, BROKER, '')
    expect(configs).toMatchObject([
      { name: 'log.cleaner.backoff.ms', value: '9000', configSource: Source.DYNAMIC_DEFAULT_BROKER },
    ])
  })

  it('of a group tells what its members are held to', async () => {
    const { errorCode, configs } = await ask(version, GROUP, 'some-group')
    expect(errorCode).toBe(ErrorCode.NONE)
    expect(configs.map(({ name }) => name)).toEqual(expect.arrayContaining(['consumer.session.timeout.ms']))
  })

  it.each<[string, number, string, number]>([
    ['a topic that does not exist', TOPIC, 'nowhere', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['a topic of an impossible name', TOPIC, 'a b', ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['a topic of no name', TOPIC, '', ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['another broker', BROKER, '2', ErrorCode.INVALID_REQUEST],
    ['a broker that is no number', BROKER, 'one', ErrorCode.INVALID_REQUEST],
    ['a group of no name', GROUP, '', ErrorCode.INVALID_REQUEST],
    ['a broker’s loggers', BROKER_LOGGER, '1', ErrorCode.INVALID_REQUEST],
    ['client metrics', CLIENT_METRICS, 'some', ErrorCode.INVALID_REQUEST],
    ['a type nobody knows', 99, 'some', ErrorCode.INVALID_REQUEST],
    ['type 0', 0, 'some', ErrorCode.INVALID_REQUEST],
  ])('of %s is refused with a message', async (_what, type, name, code) => {
    const { errorCode, errorMessage, configs } = await ask(version, type, name)
    expect([errorCode, configs]).toEqual([code, []])
    expect(errorMessage).toMatch(/\w/)
  })

  it('of several resources is answered in their order', async () => {
    const resources = [
      { resourceType: TOPIC, resourceName: 'nowhere', configurationKeys: null },
      { resourceType: TOPIC, resourceName: topic.name, configurationKeys: ['segment.ms'] },
    ]
    const { results } = await client.call(describeConfigs, version, { resources })
    expect(results.map(({ errorCode, configs }) => [errorCode, configs.length])).toEqual([
      [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 0],
      [ErrorCode.NONE, 1],
    ])
  })
})

describe('DescribeConfigs', () => {
  it.each(versionsFrom(describeConfigs, 3))(
    'v%i: tells what each config is for when asked',
    async (version) => {
      const { configs } = await ask(version, TOPIC, topic.name, { includeDocumentation: true })
      expect(configs.filter(({ documentation }) => documentation === null || documentation === '')).toEqual(
        [],
      )
    },
  )

  it('a dynamic value of the broker stands before that of the cluster, that before the static one', async () => {
    const name = 'log.retention.ms'
    const keys = [name]
    const inForce = async () => {
      const { configs } = await ask(4, BROKER, '1', { keys, includeSynonyms: true })
      return [configs[0]!.value, configs[0]!.configSource]
    }
    await setConfigs(client, BROKER, '', { [name]: '1000000' })
    expect(await inForce()).toEqual(['1000000', Source.DYNAMIC_DEFAULT_BROKER])
    await setConfigs(client, BROKER, '1', { [name]: '2000000' })
    expect(await inForce()).toEqual(['2000000', Source.DYNAMIC_BROKER])
    const { configs } = await ask(4, TOPIC, topic.name, { keys: ['retention.ms'], includeSynonyms: true })
    expect([configs[0]!.value, configs[0]!.configSource]).toEqual(['2000000', Source.DYNAMIC_BROKER])
    expect(configs[0]!.synonyms.map(({ name: synonym, source }) => [synonym, source])).toEqual([
      ['log.retention.ms', Source.DYNAMIC_BROKER],
      ['log.retention.ms', Source.DYNAMIC_DEFAULT_BROKER],
      ['log.retention.hours', Source.STATIC_BROKER],
    ])
  })
})
