import { MessagesStreamFallbackModes, MessagesStreamModes } from '@platformatic/kafka'
import type { Consumer } from '@platformatic/kafka'
import { expect, test, vi } from 'vitest'
import { useCluster } from '../cluster.ts'
import { createTopic, newName, openAdmin, openConsumer, openProducer } from './client.ts'

const cluster = useCluster()
const soon = { timeout: 20_000 }

class Member {
  readonly values = new Set<string>()
  readonly consumer: Consumer<string, string, string, string>

  private constructor(consumer: Consumer<string, string, string, string>) {
    this.consumer = consumer
  }

  static async join(topic: string, groupId: string): Promise<Member> {
    const member = new Member(openConsumer(cluster(), { groupId, autocommit: 200 }))
    const stream = await member.consumer.consume({
      topics: [topic],
      mode: MessagesStreamModes.COMMITTED,
      fallbackMode: MessagesStreamFallbackModes.EARLIEST,
    })
    stream.on('data', ({ value }) => void member.values.add(value))
    return member
  }

  partitionsOf(topic: string): number[] {
    return this.consumer.assignments?.find((each) => each.topic === topic)?.partitions ?? []
  }
}

function heldPartitions(topic: string, members: Member[]): number[] {
  return members.flatMap((member) => member.partitionsOf(topic)).toSorted((a, b) => a - b)
}

function receivedValues(members: Member[]): string[] {
  return [...new Set(members.flatMap((member) => [...member.values]))].toSorted()
}

async function produceSome(topic: string, count: number): Promise<string[]> {
  const values = Array.from({ length: count }, () => newName('value'))
  await openProducer(cluster()).send({ messages: values.map((value) => ({ topic, key: value, value })) })
  return values
}

test('members come and go: every partition has one owner, and all records arrive', async () => {
  const topic = await createTopic(cluster(), { partitions: 4 })
  const groupId = newName('group')
  const all = await produceSome(topic, 50)

  const first = await Member.join(topic, groupId)
  await vi.waitFor(() => expect(heldPartitions(topic, [first])).toEqual([0, 1, 2, 3]), soon)
  const second = await Member.join(topic, groupId)
  await vi.waitFor(() => {
    expect([first, second].map((member) => member.partitionsOf(topic).length)).toEqual([2, 2])
    expect(heldPartitions(topic, [first, second])).toEqual([0, 1, 2, 3])
  }, soon)
  all.push(...(await produceSome(topic, 100)))
  await vi.waitFor(() => expect(receivedValues([first, second])).toEqual(all.toSorted()), soon)

  await first.consumer.close(true)
  await vi.waitFor(() => expect(second.partitionsOf(topic).toSorted()).toEqual([0, 1, 2, 3]), soon)
  all.push(...(await produceSome(topic, 100)))
  await vi.waitFor(() => expect(receivedValues([first, second])).toEqual(all.toSorted()), soon)
})

test('a group is described with its members', async () => {
  const topic = await createTopic(cluster(), { partitions: 2 })
  const groupId = newName('group')
  const admin = openAdmin(cluster())
  const member = await Member.join(topic, groupId)
  await vi.waitFor(() => expect(heldPartitions(topic, [member])).toEqual([0, 1]), soon)

  const group = (await admin.describeGroups({ groups: [groupId] })).get(groupId)

  expect(group).toMatchObject({ id: groupId, state: 'Stable', protocolType: 'consumer' })
  const [described] = [...(group?.members.values() ?? [])]
  expect(described?.clientId).toBe('platformatic')
  expect(described?.assignments?.get(topic)?.partitions.toSorted()).toEqual([0, 1])
  expect([...(await admin.listGroups()).keys()]).toContain(groupId)
})

test('offsets are committed and told', async () => {
  const topic = await createTopic(cluster())
  await produceSome(topic, 10)
  const consumer = openConsumer(cluster(), { autocommit: false })
  consumer.topics.trackAll(topic)
  await consumer.joinGroup({})

  await consumer.commit({ offsets: [{ topic, partition: 0, offset: 4n, leaderEpoch: 0 }] })

  const committed = await consumer.listCommittedOffsets({ topics: [{ topic, partitions: [0] }] })
  expect(committed.get(topic)).toEqual([4n])
})
