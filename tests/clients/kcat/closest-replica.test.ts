/** KIP-392 as librdkafka does it: a consumer that tells its rack reads from the replica there. */
import { expect, onTestFinished, test } from 'vitest'
import { startCluster } from '../cluster.ts'
import type { Cluster } from '../cluster.ts'
import { connectedAdmin, newTopic } from '../kafkajs/client.ts'
import { kcat, manyLines } from './kcat.ts'

const RACKS = ['north', 'south', 'east']

async function rackedCluster(): Promise<{ cluster: Cluster; topic: string }> {
  const config = { 'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector' }
  const cluster = await startCluster({ brokers: 3, racks: RACKS, config })
  onTestFinished(async () => void (await cluster.stop()))
  const admin = await connectedAdmin(cluster)
  const topic = newTopic()
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic, replicaAssignment: [{ partition: 0, replicas: [1, 2, 3] }] }],
  })
  return { cluster, topic }
}

/** Reads a topic to its end. @returns what was read, and the brokers that gave messages, by kcat's own account */
async function read(cluster: Cluster, topic: string, rack: string) {
  const args = ['-C', '-t', topic, '-o', 'beginning', '-e', '-d', 'fetch,msg', '-X', `client.rack=${rack}`]
  const { out, err } = await kcat(cluster, args)
  const given = [...err.matchAll(/:\d+\/(\d+): Enqueue \d+ message/g)].map(([, id]) => Number(id))
  return { out, brokers: [...new Set(given)] }
}

test.each(RACKS.map((rack, index) => [rack, index + 1] as const))(
  'a consumer in rack %s reads from broker %i, and gets everything',
  async (rack, broker) => {
    const { cluster, topic } = await rackedCluster()
    const input = manyLines(5_000)
    expect(await kcat(cluster, ['-P', '-t', topic, '-X', 'acks=all'], input)).toMatchObject({ code: 0 })

    const { out, brokers } = await read(cluster, topic, rack)
    expect(out.equals(input)).toBe(true)
    expect(brokers).toEqual([broker])
  },
)
