import { describeConfigs } from '../../../../src/broker/protocol/messages/32-describe-configs.ts'
import { alterConfigs } from '../../../../src/broker/protocol/messages/33-alter-configs.ts'
import { incrementalAlterConfigs } from '../../../../src/broker/protocol/messages/44-incremental-alter-configs.ts'
import { BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP, Op, TOPIC } from '../../../wire/configs.ts'
import type { Session } from '../session.ts'
import type { Scenario } from './scenario.ts'

/** All configs of a resource, each under its name. */
async function allConfigs(
  session: Session,
  step: string,
  resourceType: number,
  resourceName: string,
): Promise<void> {
  const { results } = await (
    await session.client()
  ).call(describeConfigs, 4, {
    resources: [{ resourceType, resourceName, configurationKeys: null }],
    includeSynonyms: true,
    includeDocumentation: true,
  })
  const { configs, ...rest } = results[0]!
  session.see(`${step}, the answer`, rest)
  session.see(step, Object.fromEntries(configs.map((config) => [config.name, config])))
}

interface Change {
  name: string
  value?: string | null
  configOperation?: number
}

export const configScenarios: Scenario[] = [
  {
    name: 'describe configs',
    async run(session) {
      await session.createTopic('described', { assignment: [[1]], configs: { 'retention.ms': '5000' } })
      await allConfigs(session, 'topic', TOPIC, 'described')
      await allConfigs(session, 'broker', BROKER, '1')
      await allConfigs(session, 'brokers by default', BROKER, '')
      await allConfigs(session, 'group', GROUP, 'described')
      await allConfigs(session, 'loggers', BROKER_LOGGER, '9')
      await allConfigs(session, 'client metrics', CLIENT_METRICS, 'described')
      const client = await session.client()
      const ask = (
        step: string,
        resourceType: number,
        resourceName: string,
        keys: string[] | null = [],
        version = 4,
      ) =>
        session.ask(step, client, describeConfigs, version, {
          resources: [{ resourceType, resourceName, configurationKeys: keys }],
        })
      for (const version of [1, 2, 3, 4])
        await ask(`version ${version}`, TOPIC, 'described', ['retention.ms', 'no.such'], version)
      await ask('no keys', TOPIC, 'described', [])
      await ask('an unknown topic', TOPIC, 'described-unknown', null)
      await ask('an invalid topic', TOPIC, 'described unknown', null)
      await ask('an empty topic', TOPIC, '', null)
      await ask('another broker', BROKER, '2', ['num.partitions'])
      await ask('an unknown broker', BROKER, '9', ['num.partitions'])
      await ask('a broker that is no number', BROKER, 'one', ['num.partitions'])
      await ask('an empty group', GROUP, '', null)
      await ask('an unknown kind', 77, 'described', null)
      await ask('kind 0', 0, 'described', null)
    },
  },
  {
    name: 'change configs',
    async run(session) {
      await session.createTopic('changed', { assignment: [[1]] })
      const client = await session.client(2)
      const change = (step: string, resourceType: number, resourceName: string, ...changes: Change[]) =>
        session.ask(step, client, incrementalAlterConfigs, 1, {
          resources: [
            {
              resourceType,
              resourceName,
              configs: changes.map(({ name, value = null, configOperation = Op.SET }) => ({
                name,
                value,
                configOperation,
              })),
            },
          ],
        })
      await change('set', TOPIC, 'changed', { name: 'retention.ms', value: '1000' })
      await change('append', TOPIC, 'changed', {
        name: 'cleanup.policy',
        value: 'compact',
        configOperation: Op.APPEND,
      })
      await change('append again', TOPIC, 'changed', {
        name: 'cleanup.policy',
        value: 'compact',
        configOperation: Op.APPEND,
      })
      await change('subtract', TOPIC, 'changed', {
        name: 'cleanup.policy',
        value: 'delete',
        configOperation: Op.SUBTRACT,
      })
      await change('append to what is no list', TOPIC, 'changed', {
        name: 'retention.ms',
        value: '1',
        configOperation: Op.APPEND,
      })
      await change('subtract from what is no list', TOPIC, 'changed', {
        name: 'retention.ms',
        value: '1',
        configOperation: Op.SUBTRACT,
      })
      await change('delete', TOPIC, 'changed', { name: 'retention.ms', configOperation: Op.DELETE })
      await change('delete what is not set', TOPIC, 'changed', {
        name: 'segment.ms',
        configOperation: Op.DELETE,
      })
      await change('an unknown operation', TOPIC, 'changed', {
        name: 'segment.ms',
        value: '1',
        configOperation: 9,
      })
      await change('an unknown config', TOPIC, 'changed', { name: 'no.such', value: '1' })
      await change('delete an unknown config', TOPIC, 'changed', {
        name: 'no.such',
        configOperation: Op.DELETE,
      })
      await change('a bad value', TOPIC, 'changed', { name: 'retention.ms', value: 'x' })
      await change('no value', TOPIC, 'changed', { name: 'retention.ms' })
      await change('append no value', TOPIC, 'changed', {
        name: 'cleanup.policy',
        configOperation: Op.APPEND,
      })
      await change(
        'one config twice',
        TOPIC,
        'changed',
        { name: 'retention.ms', value: '1' },
        { name: 'retention.ms', value: '2' },
      )
      await change('nothing', TOPIC, 'changed')
      await change('an unknown topic', TOPIC, 'changed-unknown', { name: 'retention.ms', value: '1' })
      await change('an invalid topic', TOPIC, 'changed unknown', { name: 'retention.ms', value: '1' })
      await change('an empty topic', TOPIC, '', { name: 'retention.ms', value: '1' })
      await change(
        'good and bad together',
        TOPIC,
        'changed',
        { name: 'segment.ms', value: '7' },
        { name: 'no.such', value: '1' },
      )
      await change('a broker, dynamic', BROKER, '2', { name: 'log.retention.bytes', value: '123456' })
      await change('a broker, a config of things Ottla has not', BROKER, '2', {
        name: 'log.cleaner.threads',
        value: '2',
      })
      await change('another broker', BROKER, '1', { name: 'log.retention.bytes', value: '123456' })
      await change('a broker, read-only', BROKER, '2', { name: 'node.id', value: '9' })
      await change('a broker, static', BROKER, '2', { name: 'num.partitions', value: '9' })
      await change('a broker, unknown config', BROKER, '2', { name: 'no.such', value: '9' })
      await change('a broker, bad value', BROKER, '2', { name: 'log.retention.ms', value: 'x' })
      await change('all brokers', BROKER, '', { name: 'log.retention.ms', value: '123456' })
      await change('all brokers, per broker only', BROKER, '', { name: 'listeners', value: 'x://y:1' })
      await change('an unknown broker', BROKER, '9', { name: 'log.retention.ms', value: '1' })
      await change('a broker that is no number', BROKER, 'one', { name: 'log.retention.ms', value: '1' })
      await change('a group', GROUP, 'changed', { name: 'consumer.session.timeout.ms', value: '50000' })
      await change('a group, out of bounds', GROUP, 'changed', {
        name: 'consumer.session.timeout.ms',
        value: '1',
      })
      await change('a group, unknown config', GROUP, 'changed', { name: 'no.such', value: '1' })
      await change('a group without name', GROUP, '', { name: 'consumer.session.timeout.ms', value: '50000' })
      await change('client metrics', CLIENT_METRICS, 'changed', { name: 'interval.ms', value: '1000' })
      await change('an unknown kind', 77, 'changed', { name: 'a', value: 'b' })
      await session.ask('a resource twice', client, incrementalAlterConfigs, 1, {
        resources: [1, 2].map((value) => ({
          resourceType: TOPIC,
          resourceName: 'changed',
          configs: [{ name: 'segment.ms', value: String(value), configOperation: Op.SET }],
        })),
      })
      await session.ask('only validated', client, incrementalAlterConfigs, 1, {
        resources: [
          {
            resourceType: TOPIC,
            resourceName: 'changed',
            configs: [{ name: 'segment.ms', value: '9', configOperation: Op.SET }],
          },
        ],
        validateOnly: true,
      })
      const replace = (
        step: string,
        resourceType: number,
        resourceName: string,
        ...configs: { name: string; value: string | null }[]
      ) =>
        session.ask(step, client, alterConfigs, 2, { resources: [{ resourceType, resourceName, configs }] })
      await replace('replace', TOPIC, 'changed', { name: 'flush.ms', value: '77' })
      await replace('replace by a null', TOPIC, 'changed', { name: 'flush.ms', value: null })
      await replace('replace by an unknown config', TOPIC, 'changed', { name: 'no.such', value: '1' })
      await replace('replace for an unknown topic', TOPIC, 'changed-unknown', {
        name: 'flush.ms',
        value: '77',
      })
      await replace('replace for an unknown kind', 77, 'changed')
      await session.partition('changed', 0, () => true)
      await session.ask('in the end', client, describeConfigs, 4, {
        resources: [
          {
            resourceType: TOPIC,
            resourceName: 'changed',
            configurationKeys: ['flush.ms', 'segment.ms', 'retention.ms', 'cleanup.policy'],
          },
        ],
        includeSynonyms: true,
      })
    },
  },
]
