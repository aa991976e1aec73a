/** What Fetch answers on followers, to followers, and after a change of leader. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { fetch } from '../../src/broker/protocol/messages/01-fetch.ts'
import { describeCluster } from '../../src/broker/protocol/messages/60-describe-cluster.ts'
import { append, fetchFrom, fetchRequest, produceTo, valuesOf } from './data.ts'
import { Cluster, useCluster } from './harness.ts'
import { batchOf, valuesIn } from './records.ts'
import { createTopic, partitionOf } from './topics.ts'
import { until } from './until.ts'
import { since, versionsBefore, versionsFrom, versionsOf } from './versions.ts'

describe('Fetch from a replica that follows', () => {
  const cluster = useCluster({
    brokers: 3,
    rack: (brokerId) => `rack-${brokerId}`,
    config: { 'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector' },
  })

  it.each(versionsBefore(fetch, 11))('v%i: is NOT_LEADER_OR_FOLLOWER', async (version) => {
    const topic = await createTopic(cluster(), { assignment: [[2, 1]] })
    const { errorCode } = await fetchFrom(await cluster().client(1), topic, { version })
    expect(errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  })

  it.each(versionsFrom(fetch, 11))('v%i: gives what is below its high watermark', async (version) => {
    const topic = await createTopic(cluster(), { assignment: [[2, 1]] })
    await append(await cluster().client(2), topic, batchOf(['a']))
    const follower = await cluster().client(1)
    const values = await until('the follower to have it', async () => {
      const { errorCode, records } = await fetchFrom(follower, topic, { version })
      expect(errorCode).toBe(ErrorCode.NONE)
      return records!.length > 0 && valuesIn(records)
    })
    expect(values).toEqual(['a'])
  })

  it.each(versionsFrom(fetch, 11))('v%i: a consumer that tells its rack is sent there', async (version) => {
    const topic = await createTopic(cluster(), { assignment: [[2, 1]] })
    const leader = await cluster().client(2)
    await append(leader, topic, batchOf(['a']))
    const request = { ...fetchRequest(topic), rackId: 'rack-1' }
    const answer = await until('the follower to have come that far', async () => {
      const { responses } = await leader.call(fetch, version, request)
      const [partition] = responses[0]!.partitions
      return partition!.preferredReadReplica !== -1 && partition
    })
    expect([answer.preferredReadReplica, answer.records?.length]).toEqual([1, 0])
  })

  it('a consumer in the leader’s rack, or in nobody’s, reads from the leader', async () => {
    const topic = await createTopic(cluster(), { assignment: [[2, 1]] })
    const leader = await cluster().client(2)
    await append(leader, topic, batchOf(['a']))
    for (const rackId of ['rack-2', 'rack-9', '']) {
      const { responses } = await leader.call(fetch, 18, { ...fetchRequest(topic), rackId })
      const [partition] = responses[0]!.partitions
      expect([partition!.preferredReadReplica, valuesIn(partition!.records)]).toEqual([-1, ['a']])
    }
  })

  it.each(versionsFrom(fetch, 12))(
    'v%i: a broker without a replica tells the leader, from v16 with its address',
    async (version) => {
      const topic = await createTopic(cluster(), { assignment: [[2, 1]] })
      const stranger = await cluster().client(3)
      const { responses, nodeEndpoints } = await stranger.call(fetch, version, fetchRequest(topic))
      const [partition] = responses[0]!.partitions
      expect(partition!.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
      expect(partition!.currentLeader).toEqual({ leaderId: 2, leaderEpoch: 0 })
      const endpoint = { nodeId: 2, ...cluster().address(2), rack: 'rack-2' }
      expect(nodeEndpoints).toEqual(since(16, version, [endpoint], []))
    },
  )

  it('a follower that is none is refused', async () => {
    const topic = await createTopic(cluster(), { assignment: [[2, 1]] })
    const leader = await cluster().client(2)
    const request = { ...fetchRequest(topic), replicaId: 3 }
    const { responses } = await leader.call(fetch, 12, request)
    expect(responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    const knowing = { ...fetchRequest(topic, { currentLeaderEpoch: 0 }), replicaId: 3 }
    const again = await leader.call(fetch, 12, knowing)
    expect(again.responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH)
  })

  it.each(versionsFrom(fetch, 15))(
    'v%i: a follower of an earlier life is STALE_BROKER_EPOCH',
    async (version) => {
      const topic = await createTopic(cluster(), { assignment: [[2, 1]] })
      const leader = await cluster().client(2)
      const replicaState = { replicaId: 1, replicaEpoch: 0 }
      const { responses } = await leader.call(fetch, version, { ...fetchRequest(topic), replicaState })
      expect(responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.STALE_BROKER_EPOCH)
    },
  )

  it('a debugging client (replica -2) may read any replica', async () => {
    const topic = await createTopic(cluster(), { assignment: [[2, 1]] })
    const follower = await cluster().client(1)
    const { responses } = await follower.call(fetch, 5, { ...fetchRequest(topic), replicaId: -2 })
    expect(responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.NONE)
  })

  it.each(versionsOf(fetch))('v%i: is answered in the same form by each broker', async (version) => {
    const topic = await createTopic(cluster(), { assignment: [[1, 2, 3]] })
    await append(await cluster().client(1), topic, batchOf(['x']))
    for (const id of cluster().brokerIds) {
      const client = await cluster().client(id)
      const { responses } = await client.call(fetch, version, fetchRequest(topic))
      expect(responses[0]!.partitions).toHaveLength(1)
    }
  })
})

describe('Fetch when the leader changes', () => {
  let cluster: Cluster

  beforeEach(async () => {
    cluster = await Cluster.start({ brokers: 3 })
  })
  afterEach(() => cluster.stop())

  it('a request of the former epoch is FENCED_LEADER_EPOCH with the present leader, one of the new epoch is served', async () => {
    const topic = await createTopic(cluster, { assignment: [[3, 1]] })
    await append(await cluster.client(3), topic, batchOf(['before']))
    await cluster.stopBroker(3)
    const leader = await cluster.client(1)
    await until('the next leader', async () => (await partitionOf(topic, leader)).leaderId === 1)
    const { leaderEpoch } = await partitionOf(topic, leader)
    for (const version of versionsFrom(fetch, 9)) {
      const fenced = await fetchFrom(leader, topic, { version, currentLeaderEpoch: 0 })
      expect(fenced.errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH)
      const hint = since(12, version, { leaderId: 1, leaderEpoch }, { leaderId: -1, leaderEpoch: -1 })
      expect(fenced.currentLeader).toEqual(hint)
      const served = await fetchFrom(leader, topic, { version, currentLeaderEpoch: leaderEpoch })
      expect([served.errorCode, valuesIn(served.records)]).toEqual([ErrorCode.NONE, ['before']])
    }
  })

  it('a fetch that waits on a former leader is answered when it hears of that', async () => {
    const topic = await createTopic(cluster, { assignment: [[3, 1]] })
    const former = await cluster.client(3)
    const waiting = fetchFrom(former, topic, { maxWaitMs: 60_000, currentLeaderEpoch: 0 })
    const stopped = cluster.stopBroker(3)
    const { errorCode } = await waiting
    expect([ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.FENCED_LEADER_EPOCH]).toContain(errorCode)
    await stopped
  })

  it('what was acknowledged by all is there under the next leader', async () => {
    const topic = await createTopic(cluster, { assignment: [[3, 1, 2]] })
    const former = await cluster.client(3)
    const values = Array.from({ length: 20 }, (_, index) => `value ${index}`)
    for (const value of values) await append(former, topic, batchOf([value]))
    await cluster.silenceBroker(3)
    cluster.brokerDied(3)
    const client = await cluster.client(1)
    await until('the next leader', async () => (await partitionOf(topic, client)).leaderId !== 3)
    const { leaderId } = await partitionOf(topic, client)
    const leader = await cluster.client(leaderId)
    await until(
      'the leader to lead',
      async () => (await produceTo(leader, topic, batchOf(['after']))).errorCode === 0,
    )
    expect(await valuesOf(leader, topic)).toEqual([...values, 'after'])
    const { brokers } = await leader.call(describeCluster, 2, {})
    expect(brokers.map(({ brokerId }) => brokerId).toSorted()).toEqual([1, 2])
  })
})
