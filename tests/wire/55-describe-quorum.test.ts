import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { describeQuorum } from '../../src/broker/protocol/messages/55-describe-quorum.ts'
import { ZERO_UUID } from '../../src/broker/protocol/schema.ts'
import type { Client } from './client.ts'
import { useCluster } from './harness.ts'
import { createTopic } from './topics.ts'
import { until } from './until.ts'
import { since, versionsOf } from './versions.ts'

const cluster = useCluster({ brokers: 3 })
const request = { topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }] }
let controllerId: number
let clients: Client[]

beforeAll(async () => {
  controllerId = await cluster().controllerId()
  clients = await Promise.all(cluster().brokerIds.map((id) => cluster().client(id)))
})

describe.each(versionsOf(describeQuorum))('DescribeQuorum v%i', (version) => {
  it('tells, whichever broker is asked, the controller and how far each broker has come', async () => {
    for (const client of clients) {
      const { errorCode, errorMessage, topics, nodes } = await client.call(describeQuorum, version, request)
      expect([errorCode, errorMessage]).toEqual([
        ErrorCode.NONE,
        since<null, string | null>(2, version, null, ''),
      ])
      const partition = topics[0]!.partitions[0]!
      expect(topics[0]!.topicName).toBe('__cluster_metadata')
      expect(partition).toMatchObject({
        partitionIndex: 0,
        errorCode: ErrorCode.NONE,
        leaderId: controllerId,
        observers: [],
      })
      expect(partition.leaderEpoch).toBeGreaterThan(0)
      expect(partition.highWatermark).toBeGreaterThan(0)
      const voters = partition.currentVoters.toSorted((a, b) => a.replicaId - b.replicaId)
      expect(voters.map(({ replicaId }) => replicaId)).toEqual([1, 2, 3])
      expect(voters.every(({ replicaDirectoryId }) => replicaDirectoryId === ZERO_UUID)).toBe(true)
      expect(voters.every(({ lastFetchTimestamp }) => lastFetchTimestamp > 0)).toBe(
        since(1, version, true, false),
      )
      const listeners = cluster().brokerIds.map((nodeId) => ({
        nodeId,
        listeners: [{ name: 'CONTROLLER', ...cluster().address(nodeId) }],
      }))
      expect(nodes.toSorted((a, b) => a.nodeId - b.nodeId)).toEqual(since(2, version, listeners, []))
    }
  })

  it('the ends grow with every change, and all brokers come after', async () => {
    const ask = async () =>
      (await clients[0]!.call(describeQuorum, version, request)).topics[0]!.partitions[0]!
    const before = (await ask()).highWatermark
    await createTopic(cluster())
    const after = await until('all brokers to have read it', async () => {
      const { highWatermark, currentVoters } = await ask()
      return currentVoters.every(({ logEndOffset }) => logEndOffset === highWatermark) && highWatermark
    })
    expect(after).toBeGreaterThan(before)
  })

  it.each([
    ['another topic', 'orders', 0],
    ['another partition', '__cluster_metadata', 1],
  ])('of %s is UNKNOWN_TOPIC_OR_PARTITION', async (_what, topicName, partitionIndex) => {
    const topics = [{ topicName, partitions: [{ partitionIndex }] }]
    const answer = await clients[1]!.call(describeQuorum, version, { topics })
    expect(answer.topics).toMatchObject([
      { topicName, partitions: [{ partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }] },
    ])
    expect(answer.nodes).toEqual([])
  })

  it('of nothing is nothing', async () => {
    expect((await clients[2]!.call(describeQuorum, version, { topics: [] })).topics).toEqual([])
  })
})
