/** What share groups have done with records outlives every broker that knows of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { findCoordinator } from '../../src/broker/protocol/messages/10-find-coordinator.ts'
import { shareGroupDescribe } from '../../src/broker/protocol/messages/77-share-group-describe.ts'
import { append } from './data.ts'
import { coordinatorOf } from './groups.ts'
import { Cluster } from './harness.ts'
import { batchOf } from './records.ts'
import { Ack, beginShareGroup, leaderClient, ShareMember } from './share.ts'
import { createTopic, freshName, partitionOf } from './topics.ts'
import type { Topic } from './topics.ts'
import { until } from './until.ts'

const CONFIG = { 'ottla.failure.detection': 'instant' }

describe('The state of a share group', () => {
  let cluster: Cluster
  let topic: Topic
  let groupId: string

  beforeEach(async () => {
    cluster = await Cluster.start({ brokers: 3, config: CONFIG })
    topic = await createTopic(cluster, { replicas: 3 })
    groupId = freshName('share')
    await beginShareGroup(cluster, groupId, topic)
    const client = await leaderClient(cluster, topic)
    await append(client, topic, batchOf(['accepted', 'released', 'rejected', 'held']))
    const member = new ShareMember(client, groupId, topic)
    await member.acquire()
    expect(await member.acknowledge([[0, 2, Ack.ACCEPT, Ack.RELEASE, Ack.REJECT]])).toBe(ErrorCode.NONE)
  })
  afterEach(() => cluster.stop())

  async function kill(brokerId: number): Promise<void> {
    await cluster.silenceBroker(brokerId)
    cluster.brokerDied(brokerId)
  }

  async function leaderId(): Promise<number> {
    const client = await cluster.client(cluster.brokerIds[0])
    const partition = await partitionOf(topic, client)
    client.close()
    return partition.leaderId
  }

  /** What the next member gets, once somebody leads and coordinates again. */
  async function whatIsLeft(): Promise<string[]> {
    return until('what is left', async () => {
      const leader = await leaderId()
      if (!cluster.brokerIds.includes(leader)) return false
      const client = await cluster.client(leader)
      const partition = await new ShareMember(client, groupId, topic).fetch()
      client.close()
      // A new leader may have to learn first how far the followers are.
      const acquired = (partition?.acquiredRecords ?? []).map(rangeOf)
      return acquired.length > 0 && acquired
    })
  }

  const rangeOf = (range: { firstOffset: number; lastOffset: number; deliveryCount: number }) =>
    `${range.firstOffset}-${range.lastOffset}×${range.deliveryCount}`

  it('is kept when the leader of the partition is killed', async () => {
    await kill(await leaderId())
    expect(await whatIsLeft()).toEqual(['1-1×2', '3-3×1'])
  })

  it('is kept when the share coordinator is killed', async () => {
    const client = await cluster.client()
    const key = `${groupId}:${topic.id}:0`
    const { coordinators } = await client.call(findCoordinator, 6, { keyType: 2, coordinatorKeys: [key] })
    await kill(coordinators[0]!.nodeId)
    expect(await whatIsLeft()).toContain('1-1×2')
  })

  it('keeps its members when the group coordinator is killed', async () => {
    await kill(await coordinatorOf(cluster, groupId))
    await until('the group', async () => {
      const clients = await Promise.all(cluster.brokerIds.map((brokerId) => cluster.client(brokerId)))
      const answers = await Promise.all(
        clients.map((client) => client.call(shareGroupDescribe, 1, { groupIds: [groupId] })),
      )
      for (const client of clients) client.close()
      return answers.some(
        ({ groups }) => groups[0]!.groupState === 'Stable' && groups[0]!.members.length === 1,
      )
    })
  })
})

describe('The state of a share group on the only broker', () => {
  it('is kept when that ends and begins again', async () => {
    const cluster = await Cluster.start()
    const topic = await createTopic(cluster)
    const groupId = freshName('share')
    await beginShareGroup(cluster, groupId, topic)
    const client = await cluster.client()
    await append(client, topic, batchOf(['accepted', 'released', 'held']))
    const member = new ShareMember(client, groupId, topic)
    await member.acquire()
    expect(await member.acknowledge([[0, 1, Ack.ACCEPT, Ack.RELEASE]])).toBe(ErrorCode.NONE)
    await cluster.silenceBroker(1)
    const restarted = cluster.restartBroker(1)
    await until('its listener', () => cluster.broker(1).port !== 0)
    cluster.broker(1).setAddresses([{ id: 1, ...cluster.address(1) }])
    await restarted
    const left = await until('what is left', async () => {
      const again = await cluster.client()
      const partition = await new ShareMember(again, groupId, topic).fetch()
      again.close()
      return partition?.errorCode === ErrorCode.NONE && partition.acquiredRecords
    })
    expect(left).toEqual([
      { firstOffset: 1, lastOffset: 1, deliveryCount: 2 },
      { firstOffset: 2, lastOffset: 2, deliveryCount: 1 },
    ])
    await cluster.stop()
  })
})
