import { describe, expect, test } from 'vitest'
import { describeConfigsHandler } from '../../../src/broker/handlers/32-describe-configs.ts'
import type { RequestContext } from '../../../src/broker/handlers/handler.ts'
import type { BrokerServices } from '../../../src/broker/handlers/services.ts'
import type { ResponseInput } from '../../../src/broker/protocol/api.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import type { describeConfigs } from '../../../src/broker/protocol/messages/32-describe-configs.ts'
import { threeBrokers } from './harness.ts'

/** Broker 1's answer about one resource. */
async function ask(
  resourceType: number,
  resourceName: string,
  options: { keys?: string[] | null; synonyms?: boolean; documentation?: boolean } = {},
) {
  const plane = threeBrokers()
  plane.createTopics([{ name: 'orders', configs: [{ name: 'retention.ms', value: '5' }] }])
  plane.alterConfig(4, '', [{ name: 'log.retention.ms', configOperation: 0, value: '7' }])
  const metadata = plane.newCache()
  await plane.follow(metadata)
  const staticConfig = new Map([['node.id', '1']])
  const services: Partial<BrokerServices> = { brokerId: 1, staticConfig, metadata }
  const request = {
    resources: [{ resourceType, resourceName, configurationKeys: options.keys ?? null }],
    includeSynonyms: options.synonyms ?? false,
    includeDocumentation: options.documentation ?? false,
  }
  const answer = describeConfigsHandler.handle(request, {} as RequestContext, services as BrokerServices)
  return (answer as ResponseInput<typeof describeConfigs>).results![0]!
}

const [TOPIC, BROKER, GROUP] = [2, 4, 32] as const

describe('a topic', () => {
  test('has all its configs', async () => {
    const { errorCode, configs } = await ask(TOPIC, 'orders')
    expect(errorCode).toBe(ErrorCode.NONE)
    expect(configs).toHaveLength(33)
  })

  test.each([[['retention.ms']], [['retention.ms', 'no.such']]])('or those asked for: %o', async (keys) => {
    const { configs } = await ask(TOPIC, 'orders', { keys })
    expect(configs).toMatchObject([
      { name: 'retention.ms', value: '5', configSource: 1, synonyms: [], documentation: null },
    ])
  })

  test('an empty list of keys asks for all', async () => {
    expect((await ask(TOPIC, 'orders', { keys: [] })).configs).toHaveLength(33)
  })

  test('synonyms and documentation on request', async () => {
    const { configs } = await ask(TOPIC, 'orders', {
      keys: ['retention.ms'],
      synonyms: true,
      documentation: true,
    })
    expect(configs![0]!.synonyms).toEqual([
      { name: 'retention.ms', value: '5', source: 1 },
      { name: 'log.retention.ms', value: '7', source: 3 },
    ])
    expect(configs![0]!.documentation).toContain('deleted')
  })
})

test('the broker itself', async () => {
  const { configs } = await ask(BROKER, '1', { keys: ['node.id', 'log.retention.ms'] })
  expect(configs).toMatchObject([
    { name: 'node.id', value: '1', readOnly: true, configSource: 4 },
    { name: 'log.retention.ms', value: '7', readOnly: false, configSource: 3 },
  ])
})

test('the whole cluster', async () => {
  expect((await ask(BROKER, '')).configs).toMatchObject([{ name: 'log.retention.ms', value: '7' }])
})

test('a group nobody configured has the brokers’ values', async () => {
  const { configs } = await ask(GROUP, 'billing', { keys: ['consumer.session.timeout.ms'] })
  expect(configs).toMatchObject([{ value: '45000', configSource: 5 }])
})

test.each([
  ['an unknown topic', TOPIC, 'nothing', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
  ['an impossible topic name', TOPIC, 'a b', ErrorCode.INVALID_TOPIC_EXCEPTION],
  ['another broker', BROKER, '2', ErrorCode.INVALID_REQUEST],
  ['a broker that is no number', BROKER, 'one', ErrorCode.INVALID_REQUEST],
  ['a group without a name', GROUP, '', ErrorCode.INVALID_REQUEST],
  ['a resource nobody knows', 77, 'x', ErrorCode.INVALID_REQUEST],
])('%s is refused', async (_, resourceType, resourceName, code) => {
  expect(await ask(resourceType, resourceName)).toMatchObject({ errorCode: code, resourceName, configs: [] })
})
