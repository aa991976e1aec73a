/**
 * The bytes on the wire, read by codecs that are not ours: kafkajs' for the versions before KIP-482, which also writes
 * the requests, and @platformatic/kafka's for every version it has.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Api } from '../../src/broker/protocol/api.ts'
import { decodeResponse } from '../../src/broker/protocol/frame.ts'
import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { fetch } from '../../src/broker/protocol/messages/01-fetch.ts'
import { listOffsets } from '../../src/broker/protocol/messages/02-list-offsets.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { offsetCommit } from '../../src/broker/protocol/messages/08-offset-commit.ts'
import { offsetFetch } from '../../src/broker/protocol/messages/09-offset-fetch.ts'
import { findCoordinator } from '../../src/broker/protocol/messages/10-find-coordinator.ts'
import { joinGroup } from '../../src/broker/protocol/messages/11-join-group.ts'
import { heartbeat } from '../../src/broker/protocol/messages/12-heartbeat.ts'
import { leaveGroup } from '../../src/broker/protocol/messages/13-leave-group.ts'
import { syncGroup } from '../../src/broker/protocol/messages/14-sync-group.ts'
import { describeGroups } from '../../src/broker/protocol/messages/15-describe-groups.ts'
import { listGroups } from '../../src/broker/protocol/messages/16-list-groups.ts'
import { apiVersions } from '../../src/broker/protocol/messages/18-api-versions.ts'
import { createTopics } from '../../src/broker/protocol/messages/19-create-topics.ts'
import { deleteTopics } from '../../src/broker/protocol/messages/20-delete-topics.ts'
import { initProducerId } from '../../src/broker/protocol/messages/22-init-producer-id.ts'
import { offsetForLeaderEpoch } from '../../src/broker/protocol/messages/23-offset-for-leader-epoch.ts'
import { describeConfigs } from '../../src/broker/protocol/messages/32-describe-configs.ts'
import { alterConfigs } from '../../src/broker/protocol/messages/33-alter-configs.ts'
import { createPartitions } from '../../src/broker/protocol/messages/37-create-partitions.ts'
import { deleteGroups } from '../../src/broker/protocol/messages/42-delete-groups.ts'
import { incrementalAlterConfigs } from '../../src/broker/protocol/messages/44-incremental-alter-configs.ts'
import { describeCluster } from '../../src/broker/protocol/messages/60-describe-cluster.ts'
import type { Client } from './client.ts'
import { TOPIC } from './configs.ts'
import { append, fetchRequest, produceRequest } from './data.ts'
import { freshGroup, joinAlone, joinRequest, subscriptionTo, type Membership } from './groups.ts'
import { CLUSTER_ID, useCluster } from './harness.ts'
import { commit, commitRequest } from './offsets.ts'
import { batchOf } from './records.ts'
import {
  askAsKafkajs,
  askAsPlatformatic,
  dashed,
  differences,
  platformaticVersions,
  readAsPlatformatic,
} from './theirs.ts'
import { createTopic, freshName, type Topic } from './topics.ts'
import { since } from './versions.ts'

type Plain = Record<string, unknown>

const cluster = useCluster()
let client: Client
let topic: Topic
let membership: Membership

beforeAll(async () => {
  client = await cluster().client()
  topic = await createTopic(cluster(), { partitions: 2 })
  await append(client, topic, batchOf(['a', 'b'], { key: 'k', timestamp: 1_700_000_000_000 }))
  const groupId = await freshGroup(cluster())
  membership = await joinAlone(client, groupId)
  const { memberId, generationId } = membership
  await commit(client, groupId, topic, { 0: 2 }, { memberId, generationIdOrMemberEpoch: generationId })
})

describe('Read by @platformatic/kafka', () => {
  type Case = [api: Api, body: (version: number) => object | Promise<object>]

  const cases: Case[] = [
    [produce, () => produceRequest(topic, batchOf(['x']), { index: 1 })],
    [produce, () => produceRequest({ name: 'nowhere', id: topic.id }, batchOf(['x']))],
    [fetch, () => fetchRequest(topic)],
    [fetch, () => fetchRequest(topic, { offset: 99 })],
    [listOffsets, () => listRequest(-1)],
    [listOffsets, () => listRequest(0)],
    [metadata, () => ({ topics: [{ name: topic.name }] })],
    [metadata, (version) => ({ topics: since(1, version, null, []) })],
    [offsetCommit, () => commitRequest('by-itself', topic, { 0: 1, 9: 1 })],
    [offsetFetch, (version) => offsetFetchRequest(version)],
    [findCoordinator, (version) => since(4, version, { coordinatorKeys: ['a', 'b'] }, { key: 'a' })],
    [joinGroup, async (version) => joinRequest(version, await freshGroup(cluster()))],
    [joinGroup, (version) => joinRequest(version, 'g', { sessionTimeoutMs: 1 })],
    [heartbeat, () => membership],
    [
      leaveGroup,
      (version) => ({
        groupId: 'g',
        ...since(3, version, { members: [{ memberId: 'm' }] }, { memberId: 'm' }),
      }),
    ],
    [syncGroup, (version) => ({ ...membership, ...since(5, version, protocol, {}), assignments: [] })],
    [describeGroups, () => ({ groups: [membership.groupId, 'nowhere'] })],
    [listGroups, () => ({})],
    [apiVersions, () => ({ clientSoftwareName: 'wire', clientSoftwareVersion: '1' })],
    [createTopics, () => ({ topics: [newTopic(freshName()), newTopic('a/b')], timeoutMs: 5_000 })],
    [
      deleteTopics,
      (version) => ({
        ...since(6, version, { topics: [{ name: 'nowhere' }] }, { topicNames: ['nowhere'] }),
        timeoutMs: 1,
      }),
    ],
    [initProducerId, () => ({ transactionalId: null, transactionTimeoutMs: 1 })],
    [
      offsetForLeaderEpoch,
      () => ({ topics: [{ topic: topic.name, partitions: [{ partition: 0, leaderEpoch: 0 }] }] }),
    ],
    [
      describeConfigs,
      () => ({ resources: [{ ...resource, configurationKeys: null }], includeSynonyms: true }),
    ],
    [alterConfigs, () => ({ resources: [{ ...resource, configs: [] }] })],
    [createPartitions, () => ({ topics: [{ name: 'nowhere', count: 2, assignments: null }], timeoutMs: 1 })],
    [deleteGroups, () => ({ groupsNames: [membership.groupId, 'nowhere'] })],
    [incrementalAlterConfigs, () => ({ resources: [{ ...resource, configs: [] }] })],
    [describeCluster, () => ({})],
  ]
  const resource = {
    resourceType: TOPIC,
    get resourceName() {
      return topic.name
    },
  }
  const protocol = { protocolType: 'consumer', protocolName: 'range' }
  const newTopic = (name: string) => ({
    name,
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: [],
  })

  const listRequest = (timestamp: number) => ({
    replicaId: -1,
    topics: [
      {
        name: topic.name,
        partitions: [
          { partitionIndex: 0, timestamp },
          { partitionIndex: 9, timestamp },
        ],
      },
    ],
  })

  function offsetFetchRequest(version: number): object {
    const topics = [{ name: topic.name, partitionIndexes: [0, 1] }]
    const { groupId } = membership
    return since(8, version, { groups: [{ groupId, topics }] }, { groupId, topics })
  }

  const every = cases.flatMap(([api, body], index) =>
    platformaticVersions(api).map(
      (version) => [`${api.name} v${version} (${index})`, api, version, body] as const,
    ),
  )

  it.each(every)('%s', async (_name, api, version, body) => {
    client.send(api, version, await body(version))
    const frame = await client.take()
    const ours = decodeResponse(api, version, frame).body
    expect(differences(api, version, ours, readAsPlatformatic(api, version, frame))).toEqual([])
  })

  it('covers what @platformatic/kafka can read of the ten APIs that matter most', () => {
    const counted = [
      apiVersions,
      metadata,
      produce,
      fetch,
      findCoordinator,
      joinGroup,
      syncGroup,
      offsetFetch,
      listOffsets,
      createTopics,
    ]
    expect(counted.map((api) => platformaticVersions(api).length)).toEqual([5, 13, 9, 14, 7, 10, 6, 9, 9, 6])
  })
})

describe('Asked by @platformatic/kafka', () => {
  it.each([9, 10, 11, 12])('Metadata v%i', async (version) => {
    const answer = await askAsPlatformatic(client, metadata, version, [topic.name], false, false)
    expect(answer).toMatchObject({
      brokers: [{ nodeId: 1, ...cluster().address() }],
      clusterId: CLUSTER_ID,
      topics: [{ errorCode: 0, name: topic.name, partitions: [{ leaderId: 1 }, { leaderId: 1 }] }],
    })
  })

  it('Produce v11 and Fetch v17', async () => {
    const own = await createTopic(cluster())
    const message = {
      topic: own.name,
      partition: 0,
      key: Buffer.from('k'),
      value: Buffer.from('v'),
      headers: new Map(),
    }
    const produced = await askAsPlatformatic(client, produce, 11, -1, 1_500, [message], {})
    expect(produced).toMatchObject({
      responses: [{ name: own.name, partitionResponses: [{ errorCode: 0, baseOffset: 0 }] }],
    })
    const partition = {
      partition: 0,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: 1 << 20,
      fetchOffset: 0n,
    }
    const topics = [{ topicId: dashed(own.id), partitions: [partition] }]
    const fetched = await askAsPlatformatic(client, fetch, 17, 100, 1, 1 << 20, 0, 0, -1, topics, [], '')
    expect(fetched).toMatchObject({
      responses: [{ topicId: own.id, partitions: [{ errorCode: 0, highWatermark: 1 }] }],
    })
  })
})

describe('Asked and read by kafkajs', () => {
  it.each([0, 1, 2])('ApiVersions v%i', async (version) => {
    const { errorCode, apiVersions: told } = await askAsKafkajs(client, `apiVersions/v${version}`, {})
    expect(errorCode).toBe(0)
    expect(told).toEqual(expect.arrayContaining([{ apiKey: 0, minVersion: 0, maxVersion: 13 }]))
  })

  it.each([0, 1, 2, 3, 4, 5, 6])('Metadata v%i', async (version) => {
    const answer = await askAsKafkajs(client, `metadata/v${version}`, { topics: [topic.name] })
    expect(answer['brokers']).toMatchObject([{ nodeId: 1, ...cluster().address() }])
    expect(answer['topicMetadata']).toMatchObject([
      {
        topic: topic.name,
        partitionMetadata: [
          { partitionId: 0, leader: 1, replicas: [1], isr: [1] },
          { partitionId: 1, leader: 1, replicas: [1], isr: [1] },
        ],
      },
    ])
  })

  it.each([3, 4, 5, 6, 7])('Produce v%i, and Fetch gives the records back', async (version) => {
    const own = await createTopic(cluster())
    const message = {
      key: Buffer.from('k'),
      value: Buffer.from('v'),
      headers: { h: Buffer.from('x') },
      timestamp: 1_700_000_000_000,
    }
    const topicData = [{ topic: own.name, partitions: [{ partition: 0, messages: [message, message] }] }]
    const { topics } = await askAsKafkajs(client, `produce/v${version}`, {
      acks: -1,
      timeout: 3_000,
      topicData,
    })
    expect(topics).toMatchObject([
      { topicName: own.name, partitions: [{ partition: 0, errorCode: 0, baseOffset: '0' }] },
    ])
    const asked = [{ topic: own.name, partitions: [{ partition: 0, fetchOffset: '0', maxBytes: 65_536 }] }]
    for (const fetchVersion of [4, 5, 6, 7, 8, 9, 10, 11]) {
      const args = { replicaId: -1, maxWaitTime: 100, minBytes: 1, maxBytes: 65_536, topics: asked }
      const { responses } = await askAsKafkajs(client, `fetch/v${fetchVersion}`, args)
      const [first] = responses as { partitions: { highWatermark: string; messages: Plain[] }[] }[]
      expect(first!.partitions[0]!.highWatermark).toBe('2')
      expect(
        first!.partitions[0]!.messages.map(({ offset, key, value }) => [offset, String(key), String(value)]),
      ).toEqual([
        ['0', 'k', 'v'],
        ['1', 'k', 'v'],
      ])
    }
  })

  it.each([1, 2, 3])('ListOffsets v%i', async (version) => {
    const topics = [{ topic: topic.name, partitions: [{ partition: 0, timestamp: -1 }] }]
    const { responses } = await askAsKafkajs(client, `listOffsets/v${version}`, {
      replicaId: -1,
      isolationLevel: 1,
      topics,
    })
    expect(responses).toMatchObject([
      { topic: topic.name, partitions: [{ partition: 0, errorCode: 0, offset: '2' }] },
    ])
  })

  it.each([0, 1, 2])('FindCoordinator v%i', async (version) => {
    const args = { coordinatorKey: membership.groupId, groupId: membership.groupId, coordinatorType: 0 }
    const { errorCode, coordinator } = await askAsKafkajs(client, `findCoordinator/v${version}`, args)
    expect([errorCode, coordinator]).toEqual([0, { nodeId: 1, ...cluster().address() }])
  })

  it.each([0, 1, 2, 3])('JoinGroup and SyncGroup v%i', async (version) => {
    const groupId = await freshGroup(cluster())
    const joined = await askAsKafkajs(client, `joinGroup/v${version}`, {
      groupId,
      sessionTimeout: 30_000,
      rebalanceTimeout: 60_000,
      memberId: '',
      protocolType: 'consumer',
      groupProtocols: [{ name: 'mine', metadata: subscriptionTo(['some']) }],
    })
    const { generationId, memberId, leaderId, groupProtocol, members } = joined as Record<string, string>
    expect([leaderId, groupProtocol]).toEqual([memberId, 'mine'])
    expect(members).toMatchObject([{ memberId, memberMetadata: subscriptionTo(['some']) }])
    const groupAssignment = [{ memberId, memberAssignment: Buffer.from('yours') }]
    const args = { groupId, generationId, memberId, groupAssignment }
    const { errorCode, memberAssignment } = await askAsKafkajs(client, `syncGroup/v${version}`, args)
    expect([errorCode, String(memberAssignment)]).toEqual([0, 'yours'])
  })

  it.each([4, 5])('JoinGroup v%i, which asks for a member id', async (version) => {
    const groupId = await freshGroup(cluster())
    const args = {
      groupId,
      sessionTimeout: 30_000,
      rebalanceTimeout: 60_000,
      memberId: '',
      groupInstanceId: null,
      protocolType: 'consumer',
      groupProtocols: [{ name: 'mine', metadata: Buffer.from('m') }],
    }
    const refusal = await askAsKafkajs(client, `joinGroup/v${version}`, args).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ type: 'MEMBER_ID_REQUIRED' })
    const { memberId } = refusal as { memberId: string }
    const joined = await askAsKafkajs(client, `joinGroup/v${version}`, { ...args, memberId })
    expect(joined).toMatchObject({ errorCode: 0, generationId: 1, memberId, leaderId: memberId })
  })

  it.each([1, 2, 3, 4])('OffsetFetch v%i', async (version) => {
    const { groupId } = membership
    const topics = [{ topic: topic.name, partitions: [{ partition: 0 }, { partition: 1 }] }]
    const { responses } = await askAsKafkajs(client, `offsetFetch/v${version}`, { groupId, topics })
    expect(responses).toMatchObject([
      {
        topic: topic.name,
        partitions: [
          { partition: 0, errorCode: 0, offset: '2', metadata: 'note 2' },
          { partition: 1, errorCode: 0, offset: '-1', metadata: '' },
        ],
      },
    ])
  })

  it.each([2, 3, 4, 5])('OffsetCommit v%i', async (version) => {
    const topics = [{ topic: topic.name, partitions: [{ partition: 1, offset: '7', metadata: null }] }]
    const args = {
      groupId: freshName('group'),
      groupGenerationId: -1,
      memberId: '',
      retentionTime: -1,
      topics,
    }
    const { responses } = await askAsKafkajs(client, `offsetCommit/v${version}`, args)
    expect(responses).toEqual([{ topic: topic.name, partitions: [{ partition: 1, errorCode: 0 }] }])
  })

  it.each([2, 3])('CreateTopics v%i', async (version) => {
    const own = freshName()
    const topics = [{ topic: own, numPartitions: 2, replicationFactor: 1 }]
    const { topicErrors } = await askAsKafkajs(client, `createTopics/v${version}`, { topics, timeout: 5_000 })
    expect(topicErrors).toEqual([{ topic: own, errorCode: 0, errorMessage: null }])
  })

  it.each([0, 1, 2])('DescribeGroups v%i', async (version) => {
    const { groups } = await askAsKafkajs(client, `describeGroups/v${version}`, {
      groupIds: [membership.groupId],
    })
    expect(groups).toMatchObject([
      { groupId: membership.groupId, state: 'Stable', members: [{ memberId: membership.memberId }] },
    ])
  })
})
