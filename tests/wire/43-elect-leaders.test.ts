import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { electLeaders } from '../../src/broker/protocol/messages/43-elect-leaders.ts'
import type { Client } from './client.ts'
import { TOPIC, setConfigs } from './configs.ts'
import { append, valuesOf } from './data.ts'
import { Cluster } from './harness.ts'
import { batchOf } from './records.ts'
import { createTopic, everywhere, partitionOf, type Topic } from './topics.ts'
import { until } from './until.ts'
import { since, versionsFrom, versionsOf } from './versions.ts'

const PREFERRED = 0
const UNCLEAN = 1

let cluster: Cluster
let client: Client

beforeEach(async () => {
  cluster = await Cluster.start({ brokers: 3 })
  client = await cluster.client(2)
})
afterEach(() => cluster.stop())

async function ask(version: number, electionType: number, partitions: [Topic, number[]][] | null) {
  const topicPartitions =
    partitions?.map(([{ name }, indexes]) => ({ topic: name, partitions: indexes })) ?? null
  const answer = await client.call(electLeaders, version, {
    ...since(1, version, { electionType }, {}),
    topicPartitions,
    timeoutMs: 5_000,
  })
  expect([answer.throttleTimeMs, answer.errorCode]).toEqual([0, ErrorCode.NONE])
  return answer.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
    partitionResult.map(({ partitionId, errorCode }) => [topic, partitionId, errorCode]),
  )
}

describe('auto.leader.rebalance.enable', () => {
  it('gives the leadership back to the preferred replica once it is in sync, without being asked', async () => {
    await cluster.stop()
    cluster = await Cluster.start({ brokers: 3, config: { 'leader.imbalance.check.interval.seconds': '1' } })
    const topic = await createTopic(cluster, { assignment: [[3, 2]] })
    const stays = await cluster.client(2)
    await cluster.stopBroker(3)
    await until('the next leader', async () => (await partitionOf(topic, stays)).leaderId === 2)
    await cluster.restartBroker(3)
    await everywhere(cluster, async (broker) => (await partitionOf(topic, broker)).leaderId === 3)
    expect((await partitionOf(topic, stays)).isrNodes.toSorted()).toEqual([2, 3])
  })
})

describe('ElectLeaders', () => {
  it('preferred, in every version: where it leads already, or does not exist', async () => {
    const topic = await createTopic(cluster, { assignment: [[2, 1]] })
    for (const version of versionsOf(electLeaders)) {
      expect(await ask(version, PREFERRED, [[topic, [0, 9]]])).toEqual([
        [topic.name, 0, ErrorCode.ELECTION_NOT_NEEDED],
        [topic.name, 9, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
      ])
      expect(await ask(version, PREFERRED, [[{ name: 'nowhere', id: '' }, [0]]])).toEqual([
        ['nowhere', 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
      ])
      // Asked for everything, what is in order is left out.
      expect(await ask(version, PREFERRED, null)).toEqual([])
      expect(await ask(version, PREFERRED, [])).toEqual([])
    }
  })

  it('preferred: PREFERRED_LEADER_NOT_AVAILABLE while it is away, and done when it is back in the ISR', async () => {
    const topic = await createTopic(cluster, {
      assignment: [
        [3, 2],
        [2, 3],
      ],
    })
    await cluster.stopBroker(3)
    await until('the next leader', async () => (await partitionOf(topic, client)).leaderId === 2)
    for (const version of versionsOf(electLeaders)) {
      expect(await ask(version, PREFERRED, [[topic, [0]]])).toEqual([
        [topic.name, 0, ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE],
      ])
    }
    await cluster.restartBroker(3)
    await until('both to be in sync', async () => (await partitionOf(topic, client)).isrNodes.length === 2)
    expect(await ask(2, PREFERRED, null)).toEqual([[topic.name, 0, ErrorCode.NONE]])
    await everywhere(cluster, async (broker) => (await partitionOf(topic, broker)).leaderId === 3)
  })

  it.each(versionsFrom(electLeaders, 1))(
    'v%i unclean: not needed where there is a leader, else any replica that is alive',
    async (version) => {
      const topic = await createTopic(cluster, { assignment: [[3, 2]] })
      const leader = await cluster.client(3)
      await append(leader, topic, batchOf(['kept']))
      expect(await ask(version, UNCLEAN, [[topic, [0]]])).toEqual([
        [topic.name, 0, ErrorCode.ELECTION_NOT_NEEDED],
      ])
      const alone = await createTopic(cluster, { assignment: [[3]] })
      await cluster.silenceBroker(3)
      cluster.brokerDied(3)
      await until('nobody to lead', async () => (await partitionOf(alone, client)).leaderId === -1)
      expect(await ask(version, UNCLEAN, [[alone, [0]]])).toEqual([
        [alone.name, 0, ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE],
      ])
    },
  )

  it('unclean: brings a partition back whose ISR is gone, at the price of records', async () => {
    const topic = await createTopic(cluster, { assignment: [[3, 2]] })
    await append(await cluster.client(3), topic, batchOf(['both have']))
    await cluster.stopBroker(2)
    client = await cluster.client(1)
    await until('the ISR to shrink', async () => (await partitionOf(topic, client)).isrNodes.length === 1)
    await append(await cluster.client(3), topic, batchOf(['3 alone has']))
    await cluster.silenceBroker(3)
    cluster.brokerDied(3)
    await cluster.restartBroker(2)
    await until('nobody to lead', async () => (await partitionOf(topic, client)).leaderId === -1)
    expect(await ask(2, UNCLEAN, [[topic, [0]]])).toEqual([[topic.name, 0, ErrorCode.NONE]])
    const leader = await cluster.client(2)
    await until('broker 2 to lead', async () => (await partitionOf(topic, leader)).leaderId === 2)
    await until('its records', async () => (await valuesOf(leader, topic)).length > 0)
    expect(await valuesOf(leader, topic)).toEqual(['both have'])
  })

  it('unclean: happens by itself when the topic is allowed to', async () => {
    const topic = await createTopic(cluster, { assignment: [[3, 2]] })
    await cluster.stopBroker(2)
    client = await cluster.client(1)
    await until('the ISR to shrink', async () => (await partitionOf(topic, client)).isrNodes.length === 1)
    await cluster.silenceBroker(3)
    cluster.brokerDied(3)
    await cluster.restartBroker(2)
    await setConfigs(client, TOPIC, topic.name, { 'unclean.leader.election.enable': 'true' })
    await until('broker 2 to lead', async () => (await partitionOf(topic, client)).leaderId === 2)
  })

  it.each(versionsFrom(electLeaders, 1))(
    'v%i: an election type nobody knows is INVALID_REQUEST',
    async (version) => {
      for (const electionType of [2, -1, 127]) {
        const request = { electionType, topicPartitions: null, timeoutMs: 5_000 }
        const answer = await client.call(electLeaders, version, request)
        expect([answer.errorCode, answer.replicaElectionResults]).toEqual([ErrorCode.INVALID_REQUEST, []])
        const topicPartitions = [{ topic: 'any', partitions: [4] }]
        const { replicaElectionResults } = await client.call(electLeaders, version, {
          ...request,
          topicPartitions,
        })
        expect(replicaElectionResults).toMatchObject([
          { topic: 'any', partitionResult: [{ partitionId: 4, errorCode: ErrorCode.INVALID_REQUEST }] },
        ])
      }
    },
  )
})
