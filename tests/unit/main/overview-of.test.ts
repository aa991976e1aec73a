import { describe, expect, it } from 'vitest'
import type { ClusterDescription } from '../../../src/main/sessions/overview-of.ts'
import { overviewOf } from '../../../src/main/sessions/overview-of.ts'
import { TROUBLED_LIMIT } from '../../../src/shared/ipc/overview.ts'

type Partition = ClusterDescription['topics'][number]['partitions'][number]

const partition = (
  partitionIndex: number,
  leaderId: number,
  replicaNodes: number[],
  isrNodes: number[],
): Partition & { partitionIndex: number } => ({ partitionIndex, leaderId, replicaNodes, isrNodes })

const description: ClusterDescription = {
  clusterId: 'abc',
  controllerId: 2,
  brokers: [
    { nodeId: 3, host: '127.0.0.1', port: 9094, rack: null },
    { nodeId: 1, host: '127.0.0.1', port: 9092, rack: 'a' },
  ],
  topics: [
    {
      name: 'orders',
      isInternal: false,
      partitions: [
        partition(0, 1, [1, 2, 3], [1, 2, 3]),
        partition(1, 3, [2, 3, 1], [3, 1]),
        partition(2, -1, [2], [2]),
        partition(3, 1, [1, 2, 3], [1]),
      ],
    },
    { name: '__consumer_offsets', isInternal: true, partitions: [partition(0, 1, [1], [1])] },
  ],
}

describe('overview of a cluster', () => {
  it('counts topics, partitions and what is wrong with them', () => {
    expect(overviewOf(description, 1.5)).toMatchObject({
      clusterId: 'abc',
      controllerId: 2,
      topics: 2,
      internalTopics: 1,
      partitions: 5,
      underReplicated: 2,
      offline: 1,
      roundTripMs: 1.5,
    })
  })

  it('counts partitions with a smaller ISR than their topic asks for, where that is known', () => {
    const minInsync = new Map([
      ['orders', 2],
      ['__consumer_offsets', null],
    ])
    expect(overviewOf(description, 0, minInsync).belowMinIsr).toBe(2)
    expect(overviewOf(description, 0).belowMinIsr).toBeNull()
  })

  it('lists brokers by id, with what each of them holds', () => {
    expect(overviewOf(description, 0).brokers).toEqual([
      { id: 1, host: '127.0.0.1', port: 9092, rack: 'a', leaderReplicas: 3, replicas: 4 },
      { id: 3, host: '127.0.0.1', port: 9094, rack: null, leaderReplicas: 1, replicas: 3 },
    ])
  })

  it('knows a broker that is gone by the replicas it should have', () => {
    expect(overviewOf(description, 0).absent).toEqual([{ id: 2, replicas: 4 }])
  })

  it('says of each troubled topic how many partitions, and which brokers are missed; the user’s topics first', () => {
    const offsets = { name: '__consumer_offsets', isInternal: true, partitions: [partition(0, -1, [3], [])] }
    const { troubled } = overviewOf({ ...description, topics: [offsets, ...description.topics] }, 0)
    expect(troubled).toEqual([
      { topic: 'orders', isInternal: false, underReplicated: 2, offline: 1, outOfIsr: [2, 3], awaited: [2] },
      {
        topic: '__consumer_offsets',
        isInternal: true,
        underReplicated: 1,
        offline: 1,
        outOfIsr: [3],
        awaited: [3],
      },
    ])
  })

  it('names no more topics than fit, and counts all their partitions', () => {
    const topics = Array.from({ length: 200 }, (_, index) => ({
      name: `topic-${index}`,
      isInternal: false,
      partitions: [partition(0, 1, [1, 2], [1])],
    }))
    const large = overviewOf({ ...description, topics }, 0)
    expect(large.underReplicated).toBe(200)
    expect(large.troubled).toHaveLength(TROUBLED_LIMIT)
  })

  it('knows a cluster without a controller, an id or topics', () => {
    const empty = overviewOf({ controllerId: -1, brokers: [], topics: [] }, 0)
    expect(empty).toMatchObject({
      clusterId: null,
      controllerId: null,
      topics: 0,
      partitions: 0,
      troubled: [],
    })
  })
})
