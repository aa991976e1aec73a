import { expect, onTestFinished, test } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { Client } from '../wire/client.ts'
import { append } from '../wire/data.ts'
import type { Reachable } from '../wire/harness.ts'
import { batchOf } from '../wire/records.ts'
import { Ack, beginShareGroup, ShareMember } from '../wire/share.ts'
import type { Topic } from '../wire/topics.ts'
import { until } from '../wire/until.ts'
import { startCluster } from './cluster.ts'
import type { Cluster } from './cluster.ts'
import { createTopic } from './kafkajs/client.ts'
import { temporaryFolder } from './temporary-folder.ts'

function reachable(cluster: Cluster): Reachable {
  const [first = { id: 1, port: 0 }] = cluster.ready.brokers
  return { client: () => Client.open({ host: '127.0.0.1', port: first.port }) }
}

async function topicOf(client: Client, name: string): Promise<Topic> {
  const { topics } = await client.call(metadata, 12, { topics: [{ name }], allowAutoTopicCreation: false })
  return { name, id: topics[0]?.topicId ?? '' }
}

test('what a share group has done with its records survives kill -9 of the process', async () => {
  const cluster = await startCluster({ brokers: 1, directory: temporaryFolder() })
  const client = await reachable(cluster).client()
  const topic = await topicOf(client, await createTopic(cluster, { replicas: 1 }))
  for (const value of '012345') await append(client, topic, batchOf([value]))
  await beginShareGroup(reachable(cluster), 'share', topic)
  const member = new ShareMember(client, 'share', topic)
  expect(await member.acquire()).toEqual(['0×1', '1×1', '2×1', '3×1', '4×1', '5×1'])
  const acknowledged = await member.acknowledge([
    [0, 0, Ack.ACCEPT],
    [1, 1, Ack.REJECT],
    [2, 2, Ack.RELEASE],
    [4, 4, Ack.ACCEPT],
  ])
  expect(acknowledged).toBe(ErrorCode.NONE)
  client.close()
  await cluster.killHard()

  const again = await startCluster({ directory: cluster.directory })
  onTestFinished(async () => void (await again.stop()))
  const successor = await reachable(again).client()
  onTestFinished(() => successor.close())
  const next = new ShareMember(successor, 'share', topic)
  const acquired: string[] = []
  await until('the records to be handed out again', async () => {
    acquired.push(...(await next.acquire()))
    return acquired.length >= 3
  })
  // KIP-932: an acknowledgement is written down before it is answered; what is only acquired is not.
  expect(acquired).toEqual(['2×2', '3×1', '5×1'])
})
