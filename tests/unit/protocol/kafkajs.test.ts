/** Ours against kafkajs' own encoders and decoders, which speak the versions from before KIP-482. */
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import type { Api, RequestInput, ResponseInput } from '../../../src/broker/protocol/api.ts'
import { decodeRequestBody, decodeRequestHeader } from '../../../src/broker/protocol/frame.ts'
import { encodeRequest, encodeResponse } from '../../../src/broker/protocol/frame.ts'
import { apiByKey } from '../../../src/broker/protocol/messages/index.ts'
import { produce } from '../../../src/broker/protocol/messages/00-produce.ts'
import { fetch } from '../../../src/broker/protocol/messages/01-fetch.ts'
import { listOffsets } from '../../../src/broker/protocol/messages/02-list-offsets.ts'
import { metadata } from '../../../src/broker/protocol/messages/03-metadata.ts'
import { offsetCommit } from '../../../src/broker/protocol/messages/08-offset-commit.ts'
import { offsetFetch } from '../../../src/broker/protocol/messages/09-offset-fetch.ts'
import { joinGroup } from '../../../src/broker/protocol/messages/11-join-group.ts'
import { syncGroup } from '../../../src/broker/protocol/messages/14-sync-group.ts'
import { apiVersions } from '../../../src/broker/protocol/messages/18-api-versions.ts'
import { createTopics } from '../../../src/broker/protocol/messages/19-create-topics.ts'
import { addPartitionsToTxn } from '../../../src/broker/protocol/messages/24-add-partitions-to-txn.ts'
import { describeConfigs } from '../../../src/broker/protocol/messages/32-describe-configs.ts'
import { alterPartitionReassignments } from '../../../src/broker/protocol/messages/45-alter-partition-reassignments.ts'
import { encodeBatch } from '../../../src/broker/protocol/record-batch.ts'
import { decodeAssignment, decodeSubscription } from '../../../src/broker/protocol/records/index.ts'

interface KafkajsRequest {
  readonly apiKey: number
  readonly apiVersion: number
  encode(): Promise<{ buffer: Buffer }>
}

const require = createRequire(import.meta.url)
const makeFrame = require('kafkajs/src/protocol/request.js') as (parts: object) => Promise<{ buffer: Buffer }>
const header = { correlationId: 77, clientId: 'kafkajs' }

function request(path: string, args: object): KafkajsRequest {
  const make = require(`kafkajs/src/protocol/requests/${path}/request.js`) as (args: object) => KafkajsRequest
  return make(args)
}

async function theirFrame(made: KafkajsRequest): Promise<Buffer> {
  return (await makeFrame({ ...header, request: made })).buffer
}

function theirDecode(path: string, payload: Buffer): Promise<unknown> {
  const { decode } = require(`kafkajs/src/protocol/requests/${path}/response.js`) as {
    decode: (payload: Buffer) => Promise<unknown>
  }
  return decode(payload)
}

function ourFrame<A extends Api>(api: A, version: number, body: RequestInput<A>): Buffer {
  return Buffer.concat(encodeRequest(api, version, header, body))
}

/** Without size and correlation id, which kafkajs strips before it decodes. */
function ourPayload<A extends Api>(api: A, version: number, body: ResponseInput<A>): Buffer {
  return Buffer.concat(encodeResponse(api, version, 1, body)).subarray(8)
}

async function expectSameRequest<A extends Api>(
  path: string,
  args: object,
  api: A,
  body: RequestInput<A>,
): Promise<void> {
  const made = request(path, args)
  const theirs = await theirFrame(made)
  expect(ourFrame(api, made.apiVersion, body).toString('hex')).toBe(theirs.toString('hex'))
  const { apiKey, apiVersion, clientId, correlationId, bodyOffset } = decodeRequestHeader(theirs.subarray(4))
  expect({ apiKey, apiVersion, clientId, correlationId }).toEqual({ apiKey: api.key, apiVersion, ...header })
  expect(decodeRequestBody(apiByKey(apiKey)!, apiVersion, theirs.subarray(4), bodyOffset)).toMatchObject(
    body as object,
  )
}

const timestamp = 1_700_000_000_000
const messages = [
  { key: Buffer.from('k'), value: Buffer.from('one'), headers: { trace: Buffer.from('abc') }, timestamp },
  { key: null, value: Buffer.from('two'), timestamp: timestamp + 5 },
]
const records = encodeBatch({
  producerEpoch: 0,
  baseSequence: 0,
  partitionLeaderEpoch: 0,
  records: [
    {
      timestamp,
      key: Buffer.from('k'),
      value: Buffer.from('one'),
      headers: [{ key: 'trace', value: Buffer.from('abc') }],
    },
    { timestamp: timestamp + 5, key: null, value: Buffer.from('two') },
  ],
})

describe('requests are the same bytes', () => {
  it.each(['v0', 'v1', 'v2'])('ApiVersions %s', async (v) => {
    await expectSameRequest(`apiVersions/${v}`, {}, apiVersions, {})
  })

  it('Metadata v1 for all topics, v6 for two', async () => {
    await expectSameRequest('metadata/v1', { topics: [] }, metadata, { topics: null })
    await expectSameRequest('metadata/v6', { topics: ['a', 'b'], allowAutoTopicCreation: false }, metadata, {
      topics: [{ name: 'a' }, { name: 'b' }],
      allowAutoTopicCreation: false,
    })
  })

  it.each(['v3', 'v5', 'v7'])('Produce %s', async (v) => {
    const topicData = [{ topic: 'orders', partitions: [{ partition: 3, firstSequence: 0, messages }] }]
    await expectSameRequest(`produce/${v}`, { acks: -1, timeout: 3000, topicData }, produce, {
      acks: -1,
      timeoutMs: 3000,
      topicData: [{ name: 'orders', partitionData: [{ index: 3, records }] }],
    })
  })

  it.each(['v4', 'v5', 'v7', 'v9', 'v11'])('Fetch %s', async (v) => {
    const version = Number(v.slice(1))
    const args = {
      replicaId: -1,
      maxWaitTime: 500,
      minBytes: 1,
      maxBytes: 1 << 20,
      isolationLevel: 1,
      rackId: 'r1',
      topics: [
        { topic: 'orders', partitions: [{ partition: 0, fetchOffset: 4_294_967_299, maxBytes: 65536 }] },
      ],
    }
    await expectSameRequest(`fetch/${v}`, args, fetch, {
      replicaId: -1,
      maxWaitMs: 500,
      minBytes: 1,
      maxBytes: 1 << 20,
      isolationLevel: 1,
      topics: [
        {
          topic: 'orders',
          partitions: [{ partition: 0, fetchOffset: 4_294_967_299, partitionMaxBytes: 65536 }],
        },
      ],
      ...(version >= 11 ? { rackId: 'r1' } : {}),
    })
  })

  it('ListOffsets v3', async () => {
    const topics = [{ topic: 'orders', partitions: [{ partition: 1, timestamp: -2 }] }]
    await expectSameRequest('listOffsets/v3', { replicaId: -1, isolationLevel: 1, topics }, listOffsets, {
      replicaId: -1,
      isolationLevel: 1,
      topics: [{ name: 'orders', partitions: [{ partitionIndex: 1, timestamp: -2 }] }],
    })
  })

  it('JoinGroup v0 and v5', async () => {
    const groupProtocols = [{ name: 'RoundRobinAssigner', metadata: Buffer.from('meta') }]
    const args = {
      groupId: 'g',
      sessionTimeout: 30000,
      rebalanceTimeout: 60000,
      memberId: '',
      protocolType: 'consumer',
      groupProtocols,
    }
    const body = {
      groupId: 'g',
      sessionTimeoutMs: 30000,
      memberId: '',
      protocolType: 'consumer',
      protocols: [{ name: 'RoundRobinAssigner', metadata: Buffer.from('meta') }],
    }
    await expectSameRequest('joinGroup/v0', args, joinGroup, body)
    await expectSameRequest('joinGroup/v5', args, joinGroup, { ...body, rebalanceTimeoutMs: 60000 })
  })

  it('SyncGroup v3', async () => {
    const groupAssignment = [{ memberId: 'm', memberAssignment: Buffer.from('x') }]
    await expectSameRequest(
      'syncGroup/v3',
      { groupId: 'g', generationId: 4, memberId: 'm', groupAssignment },
      syncGroup,
      {
        groupId: 'g',
        generationId: 4,
        memberId: 'm',
        assignments: [{ memberId: 'm', assignment: Buffer.from('x') }],
      },
    )
  })

  it('OffsetCommit v5', async () => {
    const topics = [{ topic: 'orders', partitions: [{ partition: 0, offset: '42', metadata: null }] }]
    await expectSameRequest(
      'offsetCommit/v5',
      { groupId: 'g', groupGenerationId: 4, memberId: 'm', topics },
      offsetCommit,
      {
        groupId: 'g',
        generationIdOrMemberEpoch: 4,
        memberId: 'm',
        topics: [
          {
            name: 'orders',
            partitions: [{ partitionIndex: 0, committedOffset: 42, committedMetadata: null }],
          },
        ],
      },
    )
  })

  it('OffsetFetch v4', async () => {
    const topics = [{ topic: 'orders', partitions: [{ partition: 0 }, { partition: 1 }] }]
    await expectSameRequest('offsetFetch/v4', { groupId: 'g', topics }, offsetFetch, {
      groupId: 'g',
      topics: [{ name: 'orders', partitionIndexes: [0, 1] }],
    })
  })

  it('CreateTopics v3', async () => {
    const topics = [
      { topic: 't', numPartitions: 3, replicationFactor: 2, configEntries: [{ name: 'a', value: 'b' }] },
    ]
    await expectSameRequest('createTopics/v3', { topics, validateOnly: true, timeout: 5000 }, createTopics, {
      topics: [{ name: 't', numPartitions: 3, replicationFactor: 2, configs: [{ name: 'a', value: 'b' }] }],
      timeoutMs: 5000,
      validateOnly: true,
    })
  })

  it('AddPartitionsToTxn v1', async () => {
    const args = {
      transactionalId: 'tx',
      producerId: 9,
      producerEpoch: 2,
      topics: [{ topic: 't', partitions: [1, 2] }],
    }
    await expectSameRequest('addPartitionsToTxn/v1', args, addPartitionsToTxn, {
      v3AndBelowTransactionalId: 'tx',
      v3AndBelowProducerId: 9,
      v3AndBelowProducerEpoch: 2,
      v3AndBelowTopics: [{ name: 't', partitions: [1, 2] }],
    })
  })

  it('DescribeConfigs v2', async () => {
    const resources = [{ type: 2, name: 't', configNames: ['retention.ms'] }]
    await expectSameRequest('describeConfigs/v2', { resources, includeSynonyms: true }, describeConfigs, {
      resources: [{ resourceType: 2, resourceName: 't', configurationKeys: ['retention.ms'] }],
      includeSynonyms: true,
    })
  })

  it('AlterPartitionReassignments v0, the flexible one', async () => {
    const topics = [{ topic: 't', partitionAssignment: [{ partition: 0, replicas: [2, 3] }] }]
    await expectSameRequest(
      'alterPartitionReassignments/v0',
      { topics, timeout: 5000 },
      alterPartitionReassignments,
      {
        timeoutMs: 5000,
        topics: [{ name: 't', partitions: [{ partitionIndex: 0, replicas: [2, 3] }] }],
      },
    )
  })
})

describe('responses can be read', () => {
  it('ApiVersions v2', async () => {
    const payload = ourPayload(apiVersions, 2, { apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 13 }] })
    expect(await theirDecode('apiVersions/v2', payload)).toMatchObject({
      errorCode: 0,
      apiVersions: [{ apiKey: 3, minVersion: 0, maxVersion: 13 }],
    })
  })

  it('Metadata v5', async () => {
    const payload = ourPayload(metadata, 5, {
      brokers: [{ nodeId: 1, host: '127.0.0.1', port: 9092, rack: null }],
      clusterId: 'c',
      controllerId: 1,
      topics: [
        {
          name: 'orders',
          partitions: [
            { partitionIndex: 0, leaderId: 1, replicaNodes: [1, 2], isrNodes: [1], offlineReplicas: [2] },
          ],
        },
      ],
    })
    expect(await theirDecode('metadata/v5', payload)).toMatchObject({
      brokers: [{ nodeId: 1, host: '127.0.0.1', port: 9092, rack: null }],
      clusterId: 'c',
      controllerId: 1,
      topicMetadata: [
        {
          topic: 'orders',
          partitionMetadata: [
            { partitionId: 0, leader: 1, replicas: [1, 2], isr: [1], offlineReplicas: [2] },
          ],
        },
      ],
    })
  })

  it('Fetch v11 with records in several chunks', async () => {
    const payload = ourPayload(fetch, 11, {
      responses: [
        {
          topic: 'orders',
          partitions: [
            { partitionIndex: 2, highWatermark: 4, abortedTransactions: [], records: [records, records] },
          ],
        },
      ],
    })
    const decoded = (await theirDecode('fetch/v11', payload)) as {
      responses: { partitions: { messages: { value: Buffer; timestamp: string }[] }[] }[]
    }
    const values = decoded.responses[0]?.partitions[0]?.messages.map(({ value }) => value.toString())
    expect(values).toEqual(['one', 'two', 'one', 'two'])
  })
})

describe('what consumers tell each other', () => {
  const { MemberAssignment, MemberMetadata } = require('kafkajs/src/consumer/assignerProtocol.js') as {
    MemberMetadata: { encode(args: object): Buffer }
    MemberAssignment: { encode(args: object): Buffer }
  }

  // Custom assigners made after kafkajs' documentation say version 1 and have the fields of version 0.
  it.each([0, 1])('reads a subscription that says version %i', (version) => {
    const buffer = MemberMetadata.encode({ version, topics: ['a', 'b'], userData: Buffer.from('u') })
    expect(decodeSubscription(buffer)).toEqual({
      topics: ['a', 'b'],
      userData: Buffer.from('u'),
      ownedPartitions: [],
      generationId: -1,
      rackId: null,
    })
  })

  it('reads an assignment', () => {
    const buffer = MemberAssignment.encode({
      version: 1,
      assignment: { a: [0, 2] },
      userData: Buffer.alloc(0),
    })
    expect(decodeAssignment(buffer)).toEqual({
      assignedPartitions: [{ topic: 'a', partitions: [0, 2] }],
      userData: Buffer.alloc(0),
    })
  })
})
