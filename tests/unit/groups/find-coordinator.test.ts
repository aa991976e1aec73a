import { describe, expect, it } from 'vitest'

import { findCoordinatorHandler } from '../../../src/broker/handlers/10-find-coordinator.ts'
import type { BrokerServices, ControllerChannel } from '../../../src/broker/handlers/services.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import { MetadataCache } from '../../../src/broker/metadata/cache.ts'
import { resolveBrokerConfig } from '../../../src/broker/metadata/configs/broker-config.ts'
import type { MetadataRecord } from '../../../src/broker/metadata/records.ts'
import { ErrorCode, KafkaError } from '../../../src/broker/protocol/errors.ts'
import { coordinatorPartition } from '../../../src/broker/protocol/java-hash.ts'
import { findCoordinator } from '../../../src/broker/protocol/messages/10-find-coordinator.ts'
import { FakeClock, settle } from '../fake-clock.ts'
import { topicId } from './harness.ts'
import { ask, versionsOf } from './wire.ts'

const PARTITIONS = 4
const nobody = { nodeId: -1, host: '', port: -1 }

interface CreateRequest {
  topics: {
    name: string
    numPartitions: number
    replicationFactor: number
    configs: { name: string; value: string }[]
  }[]
}

/** A cluster of brokers 1 and 2 as one broker sees it, and the controller it talks to. */
class Cluster {
  readonly clock = new FakeClock()
  readonly metadata = new MetadataCache({ clusterId: topicId('cluster'), clock: this.clock })
  readonly created: CreateRequest['topics'] = []
  /** What the controller answers; by default it creates the topic, which everybody hears of at once. */
  answer: () => Promise<unknown> = () => {
    this.apply(...offsetsTopicRecords(PARTITIONS))
    return Promise.resolve({ topics: [{ name: '__consumer_offsets', errorCode: 0, errorMessage: null }] })
  }
  readonly services: Partial<BrokerServices>

  constructor() {
    this.apply(registered(1, 9091), registered(2, 9092))
    const send = (_api: unknown, _version: number, body: unknown): Promise<unknown> => {
      this.created.push(...(body as CreateRequest).topics)
      return this.answer()
    }
    this.services = {
      clock: this.clock,
      log: createLogger(1, () => undefined),
      metadata: this.metadata,
      config: resolveBrokerConfig(new Map([['node.id', '1']])),
      controllerChannel: { send } as unknown as ControllerChannel,
    }
  }

  apply(...records: MetadataRecord[]): void {
    this.metadata.applyBatch(this.metadata.image.offset + 1, records, { snapshot: false })
  }

  find(version: number, key: string, keyType = 0) {
    const body = version >= 4 ? { coordinatorKeys: [key], keyType } : { key, ...(version > 0 && { keyType }) }
    return ask(findCoordinator, findCoordinatorHandler, this.services, version, body)
  }
}

function registered(brokerId: number, port: number, fenced = false): MetadataRecord {
  return {
    type: 'RegisterBroker',
    brokerId,
    brokerEpoch: brokerId,
    incarnationId: topicId(String(brokerId)),
    host: '127.0.0.1',
    port,
    rack: null,
    fenced,
    inControlledShutdown: false,
  }
}

/** Partitions led by 1 and 2 in turn. */
function offsetsTopicRecords(partitions: number): MetadataRecord[] {
  const id = topicId('__consumer_offsets')
  return [
    { type: 'Topic', topicId: id, name: '__consumer_offsets' },
    ...Array.from({ length: partitions }, (_, partition): MetadataRecord => ({
      type: 'Partition',
      topicId: id,
      partition,
      replicas: [1, 2],
      isr: [1, 2],
      removingReplicas: [],
      addingReplicas: [],
      leader: 1 + (partition % 2),
      leaderRecoveryState: 0,
      leaderEpoch: 0,
      partitionEpoch: 0,
      elr: [],
      lastKnownElr: [],
    })),
  ]
}

function leaderOf(groupId: string) {
  const nodeId = 1 + (coordinatorPartition(groupId, PARTITIONS) % 2)
  return { nodeId, host: '127.0.0.1', port: 9090 + nodeId }
}

describe.each(versionsOf(findCoordinator).filter((version) => version < 4))(
  'FindCoordinator v%i',
  (version) => {
    it('tells the leader of the group’s partition', async () => {
      const cluster = new Cluster()
      cluster.apply(...offsetsTopicRecords(PARTITIONS))
      expect(await cluster.find(version, 'g')).toMatchObject({ errorCode: 0, ...leaderOf('g') })
      expect(cluster.created).toEqual([])
    })
  },
)

describe.each([4, 5, 6])('FindCoordinator v%i', (version) => {
  it('tells the leaders for many groups, in the order of the keys', async () => {
    const cluster = new Cluster()
    cluster.apply(...offsetsTopicRecords(PARTITIONS))
    const coordinatorKeys = ['a', 'b', 'c', 'd']
    const body = { coordinatorKeys, keyType: 0 }
    const { coordinators } = await ask(
      findCoordinator,
      findCoordinatorHandler,
      cluster.services,
      version,
      body,
    )
    expect(coordinators).toMatchObject(
      coordinatorKeys.map((key) => ({ key, errorCode: 0, ...leaderOf(key) })),
    )
  })
})

describe('FindCoordinator for the first group of a cluster', () => {
  it('has the controller create __consumer_offsets in the shape it thinks right, and waits for it', async () => {
    const cluster = new Cluster()
    expect(await cluster.find(3, 'g')).toMatchObject({ errorCode: 0, ...leaderOf('g') })
    const [topic] = cluster.created
    expect(topic).toMatchObject({ name: '__consumer_offsets', numPartitions: -1, replicationFactor: -1 })
  })

  it('answers COORDINATOR_NOT_AVAILABLE when the topic is not there after a second', async () => {
    const cluster = new Cluster()
    cluster.answer = () => new Promise(() => undefined)
    const finding = cluster.find(3, 'g')
    await cluster.clock.elapse(1_000)
    expect(await finding).toMatchObject({ errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE, ...nobody })
  })

  it('creates the topic once, however many members ask', async () => {
    const cluster = new Cluster()
    let create = (): void => undefined
    const { answer } = cluster
    cluster.answer = () => new Promise((resolve) => (create = () => resolve(answer())))
    const finding = [1, 2, 3].map(() => cluster.find(2, 'g'))
    await settle()
    create()
    expect((await Promise.all(finding)).map(({ errorCode }) => errorCode)).toEqual([0, 0, 0])
    expect(cluster.created).toHaveLength(1)
  })

  it('lets the next client try again when the controller could not', async () => {
    const cluster = new Cluster()
    const { answer } = cluster
    cluster.answer = () => Promise.reject(new KafkaError(ErrorCode.REQUEST_TIMED_OUT))
    const finding = cluster.find(3, 'g')
    await cluster.clock.elapse(1_000)
    expect((await finding).errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    cluster.answer = answer
    expect((await cluster.find(3, 'g')).errorCode).toBe(0)
  })
})

describe('FindCoordinator', () => {
  it('answers COORDINATOR_NOT_AVAILABLE while the partition has no living leader', async () => {
    const cluster = new Cluster()
    cluster.apply(...offsetsTopicRecords(PARTITIONS))
    const { nodeId } = leaderOf('g')
    cluster.apply(registered(nodeId, 9090 + nodeId, true))
    expect(await cluster.find(3, 'g')).toMatchObject({
      errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE,
      ...nobody,
    })
  })

  it('answers COORDINATOR_NOT_AVAILABLE for a transactional id, and creates nothing', async () => {
    const cluster = new Cluster()
    expect(await cluster.find(3, 'tx', 1)).toMatchObject({
      errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE,
      ...nobody,
    })
    expect((await cluster.find(4, 'tx', 1)).coordinators).toMatchObject([
      { key: 'tx', errorCode: 15, ...nobody },
    ])
    expect(cluster.created).toEqual([])
  })

  it('refuses other types of keys', async () => {
    const cluster = new Cluster()
    expect((await cluster.find(3, 'x', 2)).errorCode).toBe(ErrorCode.INVALID_REQUEST)
    expect((await cluster.find(6, 'x', 9)).coordinators[0]?.errorCode).toBe(ErrorCode.INVALID_REQUEST)
  })
})
