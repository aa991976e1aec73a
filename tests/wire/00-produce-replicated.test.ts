/** What Produce answers when other brokers have a say in it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { listOffsets } from '../../src/broker/protocol/messages/02-list-offsets.ts'
import { apiVersions } from '../../src/broker/protocol/messages/18-api-versions.ts'
import { decodeResponse } from '../../src/broker/protocol/frame.ts'
import type { Client } from './client.ts'
import { append, produceRequest, produceTo, valuesOf } from './data.ts'
import { Cluster, useCluster } from './harness.ts'
import { batchOf } from './records.ts'
import { createTopic, partitionOf } from './topics.ts'
import { until } from './until.ts'
import { since, versionsOf } from './versions.ts'

/** The end of the leader's own log, which is told to a debugging client (replica −2). */
async function logEndOf(client: Client, topic: string): Promise<number> {
  const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1 }]
  const request = { replicaId: -2, isolationLevel: 0, topics: [{ name: topic, partitions }] }
  const { topics } = await client.call(listOffsets, 7, request)
  return topics[0]!.partitions[0]!.offset
}

describe('Produce to three brokers', () => {
  const cluster = useCluster({ brokers: 3 })

  it.each(versionsOf(produce))(
    'v%i: a follower answers NOT_LEADER_OR_FOLLOWER, from v10 with the leader',
    async (version) => {
      const topic = await createTopic(cluster(), { assignment: [[2, 1, 3]] })
      const follower = await cluster().client(1)
      const answer = await follower.call(produce, version, produceRequest(topic, batchOf(['x'])))
      const partition = answer.responses[0]!.partitionResponses[0]!
      expect([partition.errorCode, partition.baseOffset]).toEqual([ErrorCode.NOT_LEADER_OR_FOLLOWER, -1])
      const leader = since(10, version, { leaderId: 2, leaderEpoch: 0 }, { leaderId: -1, leaderEpoch: -1 })
      expect(partition.currentLeader).toEqual(leader)
      const endpoint = { nodeId: 2, ...cluster().address(2), rack: null }
      expect(answer.nodeEndpoints).toEqual(since(10, version, [endpoint], []))
    },
  )

  it('a broker without a replica answers NOT_LEADER_OR_FOLLOWER too', async () => {
    const topic = await createTopic(cluster(), { assignment: [[2, 3]] })
    const stranger = await cluster().client(1)
    const { errorCode, currentLeader } = await produceTo(stranger, topic, batchOf(['x']))
    expect([errorCode, currentLeader.leaderId]).toEqual([ErrorCode.NOT_LEADER_OR_FOLLOWER, 2])
  })

  it('acks=-1 is answered when every replica has the batch', async () => {
    const topic = await createTopic(cluster(), { assignment: [[1, 2, 3]] })
    const leader = await cluster().client(1)
    await append(leader, topic, batchOf(['a', 'b']))
    // Consumers see up to the high watermark, which is where all in sync have come to.
    expect(await valuesOf(leader, topic)).toEqual(['a', 'b'])
  })

  it('many batches pipelined on one connection are appended in their order', async () => {
    const topic = await createTopic(cluster(), { assignment: [[3, 1, 2]] })
    const leader = await cluster().client(3)
    const values = Array.from({ length: 60 }, (_, index) => `value ${index}`)
    for (const value of values) leader.send(produce, 12, produceRequest(topic, batchOf([value])))
    for (const _ of values) await leader.take()
    expect(await valuesOf(leader, topic)).toEqual(values)
  })
})

describe('Produce when brokers are missing', () => {
  let cluster: Cluster
  let leader: Client

  beforeEach(async () => {
    cluster = await Cluster.start({ brokers: 3 })
    leader = await cluster.client(1)
  })
  afterEach(() => cluster.stop())

  it('acks=-1 waits for a silent broker until timeoutMs: REQUEST_TIMED_OUT, and the data stays', async () => {
    const topic = await createTopic(cluster, { assignment: [[1, 3]] })
    await append(leader, topic, batchOf(['in time']))
    await cluster.silenceBroker(3)
    const startedMs = performance.now()
    const { errorCode } = await produceTo(leader, topic, batchOf(['late']), { timeoutMs: 300 })
    expect(errorCode).toBe(ErrorCode.REQUEST_TIMED_OUT)
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(290)
    cluster.brokerDied(3)
    await until('the lone leader to go on', async () => (await valuesOf(leader, topic)).length === 2)
    expect(await valuesOf(leader, topic)).toEqual(['in time', 'late'])
  })

  it('acks=-1 is answered as soon as the silent broker is out of the ISR', async () => {
    const topic = await createTopic(cluster, { assignment: [[1, 3]] })
    await cluster.silenceBroker(3)
    const waiting = produceTo(leader, topic, batchOf(['x']), { timeoutMs: 10_000 })
    cluster.brokerDied(3)
    expect((await waiting).errorCode).toBe(ErrorCode.NONE)
  })

  it('acks=-1 requests of one connection wait for the ISR together, and other requests behind them', async () => {
    const topic = await createTopic(cluster, { assignment: [[1, 3]] })
    await cluster.silenceBroker(3)
    for (const value of ['a', 'b', 'c']) leader.send(produce, 12, produceRequest(topic, batchOf([value])))
    leader.send(apiVersions, 4, { clientSoftwareName: 'wire', clientSoftwareVersion: '1' })
    const reader = await cluster.client(1)
    await until('all to be appended', async () => (await logEndOf(reader, topic.name)) === 3)
    expect(leader.untaken).toBe(0)
    cluster.brokerDied(3)
    const offsets: number[] = []
    for (let index = 0; index < 3; index += 1) {
      const { body } = decodeResponse(produce, 12, await leader.take())
      offsets.push(body.responses[0]!.partitionResponses[0]!.baseOffset)
    }
    expect(offsets).toEqual([0, 1, 2])
    expect(decodeResponse(apiVersions, 4, await leader.take()).body.errorCode).toBe(ErrorCode.NONE)
  })

  it('acks=1 does not wait for a silent broker', async () => {
    const topic = await createTopic(cluster, { assignment: [[1, 3]] })
    await cluster.silenceBroker(3)
    const { errorCode, baseOffset } = await produceTo(leader, topic, batchOf(['x']), { acks: 1 })
    expect([errorCode, baseOffset]).toEqual([ErrorCode.NONE, 0])
  })

  it('fewer in sync than min.insync.replicas is NOT_ENOUGH_REPLICAS before anything is appended; acks=1 goes on', async () => {
    const configs = { 'min.insync.replicas': '2' }
    const topic = await createTopic(cluster, { assignment: [[1, 3]], configs })
    await append(leader, topic, batchOf(['both']))
    await cluster.stopBroker(3)
    await until('the ISR to shrink', async () => (await partitionOf(topic, leader)).isrNodes.length === 1)
    const refused = await produceTo(leader, topic, batchOf(['x']))
    const taken = await produceTo(leader, topic, batchOf(['leader only']), { acks: 1 })
    expect([refused.errorCode, refused.baseOffset]).toEqual([ErrorCode.NOT_ENOUGH_REPLICAS, -1])
    expect([taken.errorCode, taken.baseOffset]).toEqual([ErrorCode.NONE, 1])
    // Nothing beyond the high watermark is shown, and that stands still without enough replicas.
    expect(await valuesOf(leader, topic)).toEqual(['both'])
  })

  it('min.insync.replicas above the replication factor counts as the replication factor', async () => {
    const topic = await createTopic(cluster, { assignment: [[1]], configs: { 'min.insync.replicas': '2' } })
    expect((await produceTo(leader, topic, batchOf(['x']))).errorCode).toBe(ErrorCode.NONE)
  })

  it('§3.2 the last five batches of a producer are known to the next leader too, the sixth is not', async () => {
    const topic = await createTopic(cluster, { assignment: [[3, 1]] })
    const batch = (baseSequence: number) =>
      batchOf([`${baseSequence}`], { producerId: 9, producerEpoch: 0, baseSequence })
    const former = await cluster.client(3)
    for (const base of [0, 1, 2, 3, 4, 5]) await append(former, topic, batch(base))
    await cluster.stopBroker(3)
    await until('the next leader', async () => (await partitionOf(topic, leader)).leaderId === 1)
    const answers = []
    for (const base of [5, 4, 3, 2, 1, 0]) answers.push(await produceTo(leader, topic, batch(base)))
    expect(answers.map(({ errorCode, baseOffset }) => [errorCode, baseOffset])).toEqual([
      [ErrorCode.NONE, 5],
      [ErrorCode.NONE, 4],
      [ErrorCode.NONE, 3],
      [ErrorCode.NONE, 2],
      [ErrorCode.NONE, 1],
      [ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1],
    ])
    expect((await produceTo(leader, topic, batch(6))).baseOffset).toBe(6)
    expect(await valuesOf(leader, topic)).toEqual(['0', '1', '2', '3', '4', '5', '6'])
  })

  it('an idempotent batch sent again to the next leader has the offset it had', async () => {
    const topic = await createTopic(cluster, { assignment: [[3, 1]] })
    const batch = () => batchOf(['once'], { producerId: 9, producerEpoch: 0, baseSequence: 0 })
    const former = await cluster.client(3)
    await append(former, topic, batchOf(['before']))
    await append(former, topic, batch())
    await cluster.stopBroker(3)
    await until('the next leader', async () => (await partitionOf(topic, leader)).leaderId === 1)
    const again = await produceTo(leader, topic, batch())
    expect([again.errorCode, again.baseOffset]).toEqual([ErrorCode.NONE, 1])
    expect(await valuesOf(leader, topic)).toEqual(['before', 'once'])
  })
})
