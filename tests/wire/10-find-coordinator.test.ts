import { beforeAll, describe, expect, it } from 'vitest'
import { coordinatorPartition } from '../../src/broker/protocol/java-hash.ts'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { findCoordinator } from '../../src/broker/protocol/messages/10-find-coordinator.ts'
import type { Client } from './client.ts'
import { coordinatorOf } from './groups.ts'
import { useCluster } from './harness.ts'
import { versionsBefore, versionsFrom } from './versions.ts'

const GROUP = 0
const TRANSACTION = 1
const SHARE = 2

const cluster = useCluster({ brokers: 3 })
let client: Client

beforeAll(async () => {
  client = await cluster().client()
  await coordinatorOf(cluster(), 'any')
})

/** Who leads the group's partition of __consumer_offsets, by Kafka's rule. */
async function expectedCoordinator(groupId: string): Promise<number> {
  const { topics } = await client.call(metadata, 12, { topics: [{ name: '__consumer_offsets' }] })
  const { partitions } = topics[0]!
  const partition = coordinatorPartition(groupId, partitions.length)
  return partitions.find(({ partitionIndex }) => partitionIndex === partition)!.leaderId
}

describe.each(versionsBefore(findCoordinator, 4))('FindCoordinator v%i', (version) => {
  it.each(['orders', '', '주문', 'a.b_c-d'])(
    'of the group %j is the leader of its partition',
    async (key) => {
      const nodeId = await expectedCoordinator(key)
      const answer = await client.call(findCoordinator, version, { key })
      expect(answer).toMatchObject({
        throttleTimeMs: 0,
        errorCode: ErrorCode.NONE,
        nodeId,
        ...cluster().address(nodeId),
      })
    },
  )
})

describe.each(versionsFrom(findCoordinator, 4))('FindCoordinator v%i', (version) => {
  it('of several groups at once, in their order', async () => {
    const coordinatorKeys = ['orders', 'payments', '', 'orders', '주문']
    const { coordinators } = await client.call(findCoordinator, version, { keyType: GROUP, coordinatorKeys })
    const expected = []
    for (const key of coordinatorKeys) {
      const nodeId = await expectedCoordinator(key)
      expected.push({
        key,
        errorCode: ErrorCode.NONE,
        errorMessage: null,
        nodeId,
        ...cluster().address(nodeId),
      })
    }
    expect(coordinators).toEqual(expected)
  })

  it('of no key is nobody', async () => {
    const { coordinators } = await client.call(findCoordinator, version, {
      keyType: GROUP,
      coordinatorKeys: [],
    })
    expect(coordinators).toEqual([])
  })

  it.each([3, 99, -1])('of the key type %i is INVALID_REQUEST', async (keyType) => {
    const { coordinators } = await client.call(findCoordinator, version, { keyType, coordinatorKeys: ['x'] })
    expect(coordinators).toMatchObject([
      { key: 'x', errorCode: ErrorCode.INVALID_REQUEST, nodeId: -1, port: -1 },
    ])
  })
})

describe('FindCoordinator', () => {
  it('is answered alike by every broker', async () => {
    const answers = []
    for (const id of cluster().brokerIds) {
      const broker = await cluster().client(id)
      answers.push((await broker.call(findCoordinator, 2, { key: 'orders' })).nodeId)
    }
    expect(new Set(answers).size).toBe(1)
  })

  it.each([1, 2, 3])('v%i: of an unknown key type is INVALID_REQUEST', async (version) => {
    const { errorCode, nodeId } = await client.call(findCoordinator, version, { key: 'x', keyType: 9 })
    expect([errorCode, nodeId]).toEqual([ErrorCode.INVALID_REQUEST, -1])
  })

  it('v6: of a share partition is the broker that leads its part of __share_group_state', async () => {
    const request = { keyType: SHARE, coordinatorKeys: ['group:AAAAAAAAAAAAAAAAAAAAAQ:0'] }
    const { coordinators } = await client.call(findCoordinator, 6, request)
    expect(coordinators[0]).toMatchObject({ errorCode: ErrorCode.NONE, nodeId: expect.any(Number) as number })
  })

  it('v6: of a share partition badly named is INVALID_REQUEST', async () => {
    const { coordinators } = await client.call(findCoordinator, 6, {
      keyType: SHARE,
      coordinatorKeys: ['group'],
    })
    expect(coordinators[0]!.errorCode).toBe(ErrorCode.INVALID_REQUEST)
  })

  it('of a transactional id is COORDINATOR_NOT_AVAILABLE, for there are no transactions yet', async () => {
    const { coordinators } = await client.call(findCoordinator, 4, {
      keyType: TRANSACTION,
      coordinatorKeys: ['t'],
    })
    expect(coordinators[0]!.errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
  })
})

describe('FindCoordinator for the first group of a cluster', () => {
  const fresh = useCluster()

  it('creates the offsets topic and soon has an answer', async () => {
    expect(await coordinatorOf(fresh(), 'first')).toBe(1)
    const first = await fresh().client()
    const { topics } = await first.call(metadata, 12, { topics: [{ name: '__consumer_offsets' }] })
    expect(topics[0]).toMatchObject({ errorCode: ErrorCode.NONE, isInternal: true })
  })
})
