/** Ours against the encoders and decoders of @platformatic/kafka, which speak the flexible versions too. */
import * as platformatic from '@platformatic/kafka'
import { describe, expect, it } from 'vitest'
import type { Api, RequestInput } from '../../../src/broker/protocol/api.ts'
import { decodeRequestBody, encodeRequest, encodeResponse } from '../../../src/broker/protocol/frame.ts'
import { apis } from '../../../src/broker/protocol/messages/index.ts'
import { produce } from '../../../src/broker/protocol/messages/00-produce.ts'
import { fetch } from '../../../src/broker/protocol/messages/01-fetch.ts'
import { listOffsets } from '../../../src/broker/protocol/messages/02-list-offsets.ts'
import { metadata } from '../../../src/broker/protocol/messages/03-metadata.ts'
import { offsetCommit } from '../../../src/broker/protocol/messages/08-offset-commit.ts'
import { offsetFetch } from '../../../src/broker/protocol/messages/09-offset-fetch.ts'
import { findCoordinator } from '../../../src/broker/protocol/messages/10-find-coordinator.ts'
import { joinGroup } from '../../../src/broker/protocol/messages/11-join-group.ts'
import { leaveGroup } from '../../../src/broker/protocol/messages/13-leave-group.ts'
import { apiVersions } from '../../../src/broker/protocol/messages/18-api-versions.ts'
import { createTopics } from '../../../src/broker/protocol/messages/19-create-topics.ts'
import { initProducerId } from '../../../src/broker/protocol/messages/22-init-producer-id.ts'
import { incrementalAlterConfigs } from '../../../src/broker/protocol/messages/44-incremental-alter-configs.ts'
import { alterClientQuotas } from '../../../src/broker/protocol/messages/49-alter-client-quotas.ts'
import { consumerGroupHeartbeat } from '../../../src/broker/protocol/messages/68-consumer-group-heartbeat.ts'
import { encodeBatch } from '../../../src/broker/protocol/record-batch.ts'
import { randomFrom, sample } from './sample.ts'
import type { Plain } from './sample.ts'

interface Version {
  createRequest(...args: unknown[]): { buffer: Buffer }
  parseResponse(correlationId: number, apiKey: number, apiVersion: number, reader: unknown): unknown
}

function theirs(api: Api, version: number): Version | undefined {
  const name = `${api.name.charAt(0).toLowerCase()}${api.name.slice(1)}V${version}`
  return (platformatic as unknown as Record<string, Version | undefined>)[name]
}

function versionsOf(api: Api): number[] {
  return Array.from({ length: api.versions[1] - api.versions[0] + 1 }, (_, i) => api.versions[0] + i)
}

/** Their uuids have dashes, as Java's do not. */
const TOPIC_UUID = '0b9e4a5e-5d3c-4c8e-9a53-1d2f3e4a5b6c'
const TOPIC_ID = Buffer.from(TOPIC_UUID.replaceAll('-', ''), 'hex').toString('base64url')

describe('requests are the same bytes', () => {
  function expectSame<A extends Api>(api: A, version: number, args: unknown[], body: RequestInput<A>): void {
    const { buffer } = theirs(api, version)!.createRequest(...args)
    const ours = Buffer.concat(encodeRequest(api, version, { correlationId: 1, clientId: null }, body))
    // Size, key, version, correlation id, client id, and the flexible header's tag buffer.
    const ourBody = ours.subarray(14 + (api.flexibleFrom !== null && version >= api.flexibleFrom ? 1 : 0))
    expect(ourBody.toString('hex')).toBe(buffer.toString('hex'))
    expect(decodeRequestBody(api, version, buffer, 0)).toMatchObject(body as object)
  }

  it('ApiVersions v3', () => {
    expectSame(apiVersions, 3, ['ottla', '1.0'], {
      clientSoftwareName: 'ottla',
      clientSoftwareVersion: '1.0',
    })
  })

  it('Metadata v12', () => {
    expectSame(metadata, 12, [['orders', { topicId: TOPIC_UUID }], false, true], {
      topics: [{ name: 'orders' }, { topicId: TOPIC_ID, name: null }],
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: true,
    })
    expectSame(metadata, 12, [null, true, false], { topics: null })
  })

  it.each([3, 7, 9, 11])('Produce v%i', (version) => {
    const timestamp = 1_700_000_000_000
    const record = { key: Buffer.from('k'), value: Buffer.from('v') }
    const headers = new Map([[Buffer.from('h'), Buffer.from('x')]])
    const message = { ...record, topic: 'orders', partition: 2, timestamp: BigInt(timestamp), headers }
    const records = encodeBatch({
      // What a broker overwrites or ignores, they leave at 0.
      partitionLeaderEpoch: 0,
      baseSequence: 0,
      producerId: 9,
      producerEpoch: 3,
      records: [{ ...record, timestamp, headers: [{ key: 'h', value: Buffer.from('x') }] }],
    })
    expectSame(produce, version, [-1, 1500, [message], { producerId: 9n, producerEpoch: 3 }], {
      transactionalId: null,
      acks: -1,
      timeoutMs: 1500,
      topicData: [{ name: 'orders', partitionData: [{ index: 2, records }] }],
    })
  })

  it.each([13, 15, 16, 17])('Fetch v%i', (version) => {
    const partition = { partition: 1, currentLeaderEpoch: 4, lastFetchedEpoch: 3, partitionMaxBytes: 1000 }
    const theirTopic = { topicId: TOPIC_UUID, partitions: [{ ...partition, fetchOffset: 2n ** 40n }] }
    expectSame(fetch, version, [500, 1, 5000, 1, 7, 8, [theirTopic], [], 'r'], {
      maxWaitMs: 500,
      minBytes: 1,
      maxBytes: 5000,
      isolationLevel: 1,
      sessionId: 7,
      sessionEpoch: 8,
      topics: [{ topicId: TOPIC_ID, partitions: [{ ...partition, fetchOffset: 2 ** 40 }] }],
      rackId: 'r',
    })
  })

  it('JoinGroup v9', () => {
    const metadataOf = Buffer.from('meta')
    expectSame(
      joinGroup,
      9,
      ['g', 30000, 60000, 'm', null, 'consumer', [{ name: 'range', metadata: metadataOf }], 'why'],
      {
        groupId: 'g',
        sessionTimeoutMs: 30000,
        rebalanceTimeoutMs: 60000,
        memberId: 'm',
        groupInstanceId: null,
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: metadataOf }],
        reason: 'why',
      },
    )
  })

  it('ListOffsets v9, OffsetCommit v9, OffsetFetch v9', () => {
    const partition = { partitionIndex: 0, currentLeaderEpoch: -1 }
    expectSame(listOffsets, 9, [-1, 1, [{ name: 't', partitions: [{ ...partition, timestamp: -1n }] }]], {
      replicaId: -1,
      isolationLevel: 1,
      topics: [{ name: 't', partitions: [{ ...partition, timestamp: -1 }] }],
    })
    const commit = { partitionIndex: 0, committedLeaderEpoch: 2, committedMetadata: null }
    expectSame(
      offsetCommit,
      9,
      ['g', 3, 'm', null, [{ name: 't', partitions: [{ ...commit, committedOffset: 5n }] }]],
      {
        groupId: 'g',
        generationIdOrMemberEpoch: 3,
        memberId: 'm',
        topics: [{ name: 't', partitions: [{ ...commit, committedOffset: 5 }] }],
      },
    )
    const group = {
      groupId: 'g',
      memberId: 'm',
      memberEpoch: 4,
      topics: [{ name: 't', partitionIndexes: [0, 1] }],
    }
    expectSame(offsetFetch, 9, [[group], true], { groups: [group], requireStable: true })
  })

  it('FindCoordinator v6, LeaveGroup v5, InitProducerId v5', () => {
    expectSame(findCoordinator, 6, [0, ['g']], { keyType: 0, coordinatorKeys: ['g'] })
    const members = [{ memberId: 'm', groupInstanceId: null, reason: 'bye' }]
    expectSame(leaveGroup, 5, ['g', members], { groupId: 'g', members })
    expectSame(initProducerId, 5, [null, 0, -1n, -1], { transactionalId: null })
  })

  it('CreateTopics v7, IncrementalAlterConfigs v1, AlterClientQuotas v1', () => {
    const topic = {
      name: 't',
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [],
      configs: [{ name: 'a', value: null }],
    }
    expectSame(createTopics, 7, [[topic], 5000, true], {
      topics: [topic],
      timeoutMs: 5000,
      validateOnly: true,
    })
    const resource = {
      resourceType: 2,
      resourceName: 't',
      configs: [{ name: 'a', configOperation: 1, value: null }],
    }
    expectSame(incrementalAlterConfigs, 1, [[resource], false], { resources: [resource] })
    const entity = [{ entityType: 'client-id', entityName: null }]
    const ops = [{ key: 'producer_byte_rate', value: 1024.5, remove: false }]
    expectSame(alterClientQuotas, 1, [[{ entities: entity, ops }], true], {
      entries: [{ entity, ops }],
      validateOnly: true,
    })
  })

  it('ConsumerGroupHeartbeat v1', () => {
    const partitions = [{ topicId: TOPIC_UUID, partitions: [0, 1] }]
    expectSame(
      consumerGroupHeartbeat,
      1,
      ['g', 'm', 0, null, 'r', 45000, ['t'], null, 'uniform', partitions],
      {
        groupId: 'g',
        memberId: 'm',
        memberEpoch: 0,
        rackId: 'r',
        rebalanceTimeoutMs: 45000,
        subscribedTopicNames: ['t'],
        serverAssignor: 'uniform',
        topicPartitions: [{ topicId: TOPIC_ID, partitions: [0, 1] }],
      },
    )
  })
})

describe('responses are read as they were meant', () => {
  const shared = apis.filter((api) => versionsOf(api).some((version) => theirs(api, version) !== undefined))

  it.each(shared.map((api) => [api.name, api] as const))('%s', (_name, api) => {
    for (const version of versionsOf(api)) {
      if (theirs(api, version) === undefined) continue
      for (let seed = 1; seed <= 10; seed++) {
        const { input } = sample(
          api.response,
          version,
          randomFrom(seed),
          seed === 1 ? { nulls: 0, elements: 2 } : {},
        )
        makeHarmless(input)
        expectMatch(input, parse(api, version, input), `${api.name} v${version} seed ${seed}`)
      }
    }
  })

  function parse(api: Api, version: number, body: object): unknown {
    const frame = Buffer.concat(encodeResponse(api, version, 1, body))
    const hasTags = api.key !== apiVersions.key && api.flexibleFrom !== null && version >= api.flexibleFrom
    const reader = platformatic.Reader.from(frame.subarray(hasTags ? 9 : 8))
    const parsed = theirs(api, version)!.parseResponse(1, api.key, version, reader)
    expect(reader.remaining, `${api.name} v${version}`).toBe(0)
    return parsed
  }
})

/** Errors would be thrown rather than returned, and records taken apart. */
function makeHarmless(value: unknown): void {
  if (Array.isArray(value)) return value.forEach(makeHarmless)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return
  const fields = value as Plain
  for (const name of Object.keys(fields)) {
    if (name === 'records' || name === 'batchIndexErrorMessage') fields[name] = null
    else if (/errorCode$/i.test(name)) fields[name] = 0
    else makeHarmless(fields[name])
  }
}

/** Fields they have under another name, or not at all, are passed over; the rest has to be what we wrote. */
function expectMatch(ours: unknown, other: unknown, path: string): void {
  if (Array.isArray(ours) && Array.isArray(other)) {
    expect(other.length, path).toBe(ours.length)
    ours.forEach((item, i) => expectMatch(item, other[i], `${path}.${i}`))
  } else if (typeof ours === 'object' && ours !== null && !Buffer.isBuffer(ours) && other !== null) {
    for (const [name, value] of Object.entries(ours)) {
      if (name in (other as Plain)) expectMatch(value, (other as Plain)[name], `${path}.${name}`)
    }
  } else {
    expect(plain(other), path).toEqual(ours)
  }
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  const isUuid = typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
  return isUuid ? Buffer.from(value.replaceAll('-', ''), 'hex').toString('base64url') : value
}
