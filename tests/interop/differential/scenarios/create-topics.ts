import { createTopics } from '../../../../src/broker/protocol/messages/19-create-topics.ts'
import { createPartitions } from '../../../../src/broker/protocol/messages/37-create-partitions.ts'
import { deleteTopics } from '../../../../src/broker/protocol/messages/20-delete-topics.ts'
import { metadata } from '../../../../src/broker/protocol/messages/03-metadata.ts'
import type { RequestInput, ResponseOf } from '../../../../src/broker/protocol/api.ts'
import type { Client } from '../../../wire/client.ts'
import { until, type Session } from '../session.ts'
import type { Scenario } from './scenario.ts'

const DEFAULT_CONFIG = 5

/** Without the configs nobody set: "describe configs" compares those. */
const withoutDefaults = (answer: ResponseOf<typeof createTopics>) => ({
  ...answer,
  topics: answer.topics.map((topic) => ({
    ...topic,
    configs: topic.configs?.filter(({ configSource }) => configSource !== DEFAULT_CONFIG) ?? null,
  })),
})

function create(
  session: Session,
  step: string,
  client: Client,
  version: number,
  request: RequestInput<typeof createTopics>,
) {
  return session.askAndView(step, client, createTopics, version, request, withoutDefaults)
}

type NewTopic = NonNullable<RequestInput<typeof createTopics>['topics']>[number]

const assigned = (...replicas: number[][]): Partial<NewTopic> => ({
  numPartitions: -1,
  replicationFactor: -1,
  assignments: replicas.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
})

const config = (name: string, value: string | null): Partial<NewTopic> => ({ configs: [{ name, value }] })

/** What is different from a topic of one partition and one replica. */
const TOPICS: Readonly<Record<string, Partial<NewTopic>>> = {
  'a plain one': {},
  defaults: { numPartitions: -1, replicationFactor: -1 },
  'three replicas': { numPartitions: 2, replicationFactor: 3 },
  'no partitions': { numPartitions: 0 },
  'minus two partitions': { numPartitions: -2 },
  'no replicas': { replicationFactor: 0 },
  'minus two replicas': { replicationFactor: -2 },
  'more replicas than brokers': { replicationFactor: 4 },
  'an empty name': { name: '' },
  'the name of the folder': { name: '.' },
  'the name of the folder above': { name: '..' },
  'a name with a space': { name: 'with space' },
  'a name with a slash': { name: 'with/slash' },
  'a name beyond ASCII': { name: 'gruß' },
  'the longest name': { name: 'l'.repeat(249) },
  'a name too long': { name: 'l'.repeat(250) },
  'an assignment': assigned([2, 3], [3, 1]),
  'an assignment and counts': { ...assigned([1]), numPartitions: 1, replicationFactor: 1 },
  'an assignment and partitions': { ...assigned([1]), numPartitions: 1 },
  'an assignment with a gap': {
    ...assigned(),
    assignments: [
      { partitionIndex: 0, brokerIds: [1] },
      { partitionIndex: 2, brokerIds: [1] },
    ],
  },
  'an assignment that names a partition twice': {
    ...assigned(),
    assignments: [
      { partitionIndex: 0, brokerIds: [1] },
      { partitionIndex: 0, brokerIds: [2] },
    ],
  },
  'an assignment that starts at one': {
    ...assigned(),
    assignments: [{ partitionIndex: 1, brokerIds: [1] }],
  },
  'an assignment with a broker twice': assigned([1, 1]),
  'an assignment with no broker': assigned([]),
  'an assignment with an unknown broker': assigned([1, 9]),
  'an assignment with a negative broker': assigned([-1]),
  'an assignment with unequal counts': assigned([1, 2], [3]),
  'a known config': config('retention.ms', '1000'),
  'an unknown config': config('no.such.config', '1'),
  'a config without value': config('retention.ms', null),
  'a config of the wrong type': config('retention.ms', 'soon'),
  'a config out of range': config('retention.ms', '-2'),
  'a config of nonsense': config('cleanup.policy', 'burn'),
  'an empty cleanup policy': config('cleanup.policy', ''),
  'both cleanup policies': config('cleanup.policy', 'compact,delete'),
  'a cleanup policy twice': config('cleanup.policy', 'delete,delete'),
  'small segments': config('segment.bytes', '1000'),
  'segments of a megabyte': config('segment.bytes', '1048576'),
  'no in-sync replicas': config('min.insync.replicas', '0'),
  'more in-sync replicas than replicas': config('min.insync.replicas', '5'),
  'an unknown compression': config('compression.type', 'rar'),
  'a known compression': config('compression.type', 'zstd'),
  'a compression level': config('compression.gzip.level', '10'),
  'an unknown timestamp type': config('message.timestamp.type', 'Local'),
  'a message format': config('message.format.version', '3.0'),
  'a boolean that is none': config('unclean.leader.election.enable', 'maybe'),
  'a boolean in capitals': config('unclean.leader.election.enable', 'TRUE'),
  'a number with spaces': config('retention.ms', ' 1000 '),
  'throttled replicas': config('leader.replication.throttled.replicas', '0:1,1:2'),
  'all throttled replicas': config('leader.replication.throttled.replicas', '*'),
  'badly throttled replicas': config('leader.replication.throttled.replicas', 'all'),
  'remote storage': config('remote.storage.enable', 'true'),
  'local retention': config('local.retention.ms', '1000'),
  'local retention beyond retention': {
    configs: [
      { name: 'retention.ms', value: '1000' },
      { name: 'local.retention.ms', value: '2000' },
    ],
  },
  'a config twice': {
    configs: [
      { name: 'retention.ms', value: '1' },
      { name: 'retention.ms', value: '2' },
    ],
  },
  'lags that contradict': {
    configs: [
      { name: 'min.compaction.lag.ms', value: '1000' },
      { name: 'max.compaction.lag.ms', value: '10' },
    ],
  },
}

const topicOf = (label: string, index: number): NewTopic => ({
  name: `create-${index}`,
  numPartitions: 1,
  replicationFactor: 1,
  ...TOPICS[label],
})

export const createTopicScenarios: Scenario[] = [
  {
    name: 'create topics',
    async run(session) {
      const client = await session.client(2)
      for (const [index, label] of Object.keys(TOPICS).entries()) {
        const request = { topics: [topicOf(label, index)], timeoutMs: 10_000 }
        await create(session, `${label}, only validated`, client, 7, {
          ...request,
          validateOnly: true,
        })
        await create(session, label, client, 7, request)
      }
    },
  },
  {
    name: 'create topics together',
    async run(session) {
      const client = await session.client()
      const one = (name: string): NewTopic => ({ name, numPartitions: 1, replicationFactor: 1 })
      const ask = (step: string, version: number, ...topics: NewTopic[]) =>
        create(session, step, client, version, { topics, timeoutMs: 10_000 })
      for (const version of [2, 3, 4, 5, 6, 7])
        await ask(`version ${version}`, version, one(`together-${version}`))
      await ask('again', 7, one('together-7'))
      await ask('good and bad', 7, one('together-good'), { ...one('together-bad'), numPartitions: 0 })
      await ask('one name twice', 7, one('together-twice'), one('together-twice'))
      await ask('names that collide in metrics', 7, one('together.dot'))
      await ask('the other name', 7, one('together_dot'))
      await ask('an internal topic', 7, one('__consumer_offsets'))
      await ask('none', 7)
      await create(session, 'defaults before version 4', client, 3, {
        topics: [{ name: 'together-default', numPartitions: -1, replicationFactor: -1 }],
        timeoutMs: 10_000,
      })
      await create(session, 'no patience', client, 7, {
        topics: [one('together-now')],
        timeoutMs: 0,
      })
      await create(session, 'negative patience', client, 7, {
        topics: [one('together-then')],
        timeoutMs: -1,
      })
    },
  },
  {
    name: 'grow topics',
    async run(session) {
      const client = await session.client(3)
      await session.createTopic('grow', { assignment: [[1, 2]] })
      const ask = (
        step: string,
        count: number,
        brokers: number[][] | null = null,
        name = 'grow',
        only = false,
      ) =>
        session.ask(step, client, createPartitions, 3, {
          topics: [{ name, count, assignments: brokers?.map((brokerIds) => ({ brokerIds })) ?? null }],
          timeoutMs: 10_000,
          validateOnly: only,
        })
      await ask('the same count', 1)
      await ask('fewer', 0)
      await ask('a negative count', -1)
      await ask('an unknown topic', 2, null, 'grow-unknown')
      await ask('an empty name', 2, null, '')
      await ask('only validated', 2, null, 'grow', true)
      await ask('an assignment too long', 2, [
        [1, 2],
        [2, 3],
      ])
      await ask('an assignment too short', 3, [[1, 2]])
      await ask('an assignment with other counts', 2, [[1]])
      await ask('an assignment with no broker', 2, [[]])
      await ask('an assignment with an unknown broker', 2, [[1, 9]])
      await ask('an assignment with a broker twice', 2, [[1, 1]])
      await ask('an assignment', 3, [
        [2, 3],
        [3, 1],
      ])
      await ask('an internal topic', 99, null, '__consumer_offsets', true)
      await ask('too many', 100_000_000)
      await session.ask('a topic twice', client, createPartitions, 3, {
        topics: [
          { name: 'grow', count: 4, assignments: null },
          { name: 'grow', count: 5, assignments: null },
        ],
        timeoutMs: 10_000,
      })
      await until('the grown topic', async () => (await session.partitionsOf('grow')).length === 3)
      session.see('in the end', await session.partitionsOf('grow'))
    },
  },
  {
    name: 'delete and make again',
    async run(session) {
      const client = await session.client(2)
      const topic = await session.createTopic('again', { assignment: [[1, 2, 3]] })
      const shape = { topics: [{ name: 'again' }], allowAutoTopicCreation: false }
      await session.ask('metadata of it', client, metadata, 12, shape)
      await session.ask('delete by id', client, deleteTopics, 6, {
        topics: [{ name: null, topicId: topic.id }],
        timeoutMs: 10_000,
      })
      await until('nobody to know it', async () => {
        const known = await Promise.all([1, 2, 3].map((id) => session.partitionsOf('again', id)))
        return known.every((partitions) => partitions.length === 0)
      })
      await session.ask('metadata by name when it is gone', client, metadata, 12, shape)
      const byId = { topics: [{ topicId: topic.id, name: null }], allowAutoTopicCreation: false }
      await session.ask('metadata by id when it is gone', client, metadata, 12, byId)
      const again = await session.createTopic('again', { assignment: [[1, 2, 3]] })
      session.see('another id', again.id !== topic.id)
      await session.ask('metadata of the new one', client, metadata, 12, shape)
      await session.ask('metadata by the old id', client, metadata, 12, byId)
      const ask = (step: string, version: number, ...names: string[]) =>
        session.ask(step, client, deleteTopics, version, { topicNames: names, timeoutMs: 10_000 })
      await ask('an unknown name', 5, 'again-unknown')
      await ask('an empty name', 5, '')
      await ask('a name twice', 5, 'again', 'again')
      await ask('an internal topic that does not exist', 5, '__transaction_state')
      await session.ask('an unknown id', client, deleteTopics, 6, {
        topics: [{ name: null, topicId: '0123456789abcdef01234w' }],
        timeoutMs: 10_000,
      })
      await session.ask('a name and an id', client, deleteTopics, 6, {
        topics: [{ name: 'again', topicId: again.id }],
        timeoutMs: 10_000,
      })
      await session.ask('neither name nor id', client, deleteTopics, 6, {
        topics: [{ name: null }],
        timeoutMs: 10_000,
      })
      await session.ask('a name and its id apart', client, deleteTopics, 6, {
        topics: [{ name: 'again' }, { name: null, topicId: again.id }],
        timeoutMs: 10_000,
      })
      await ask('none', 5)
      await ask('by name', 1, 'again')
    },
  },
]
