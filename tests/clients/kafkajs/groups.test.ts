import { expect, test, vi } from 'vitest'
import { useCluster } from '../cluster.ts'
import { connectedAdmin, connectedConsumer, connectedProducer, createTopic, newTopic } from './client.ts'
import { Member, heldPartitions, receivedValues } from './member.ts'

const cluster = useCluster()
const soon = { timeout: 20_000 }

/** `count` keyed records with values nobody else has. */
async function produceSome(topic: string, count: number): Promise<string[]> {
  const producer = await connectedProducer(cluster())
  const values = Array.from({ length: count }, () => newTopic('value'))
  await producer.send({ topic, messages: values.map((value) => ({ key: value, value })) })
  return values
}

test('members come and go: every partition has one owner, and all records arrive', async () => {
  const topic = await createTopic(cluster(), { partitions: 6 })
  const groupId = newTopic('group')
  const all = await produceSome(topic, 100)

  const first = await Member.join(cluster(), topic, { groupId })
  await vi.waitFor(() => expect(heldPartitions(topic, [first])).toEqual([0, 1, 2, 3, 4, 5]), soon)
  await vi.waitFor(() => expect(receivedValues([first])).toEqual(all.toSorted()), soon)

  const others = await Promise.all([2, 3].map(() => Member.join(cluster(), topic, { groupId })))
  const members = [first, ...others]
  await vi.waitFor(() => {
    expect(heldPartitions(topic, members)).toEqual([0, 1, 2, 3, 4, 5])
    expect(members.map((member) => member.partitionsOf(topic).length)).toEqual([2, 2, 2])
  }, soon)
  all.push(...(await produceSome(topic, 200)))
  await vi.waitFor(() => expect(receivedValues(members)).toEqual(all.toSorted()), soon)

  await first.leave()
  await vi.waitFor(() => {
    expect(heldPartitions(topic, others)).toEqual([0, 1, 2, 3, 4, 5])
    expect(others.map((member) => member.partitionsOf(topic).length)).toEqual([3, 3])
  }, soon)
  all.push(...(await produceSome(topic, 200)))
  await vi.waitFor(() => expect(receivedValues(members)).toEqual(all.toSorted()), soon)
})

test('more members than partitions: the rest is idle and steps in', async () => {
  const topic = await createTopic(cluster(), { partitions: 1 })
  const groupId = newTopic('group')
  const members = await Promise.all([1, 2].map(() => Member.join(cluster(), topic, { groupId })))
  await vi.waitFor(() => expect(heldPartitions(topic, members)).toEqual([0]), soon)

  const [owner] = members.filter((member) => member.partitionsOf(topic).length === 1)
  const [idle] = members.filter((member) => member !== owner)
  await owner?.leave()

  await vi.waitFor(() => expect(idle?.partitionsOf(topic)).toEqual([0]), soon)
})

test('partitions that are added get an owner', async () => {
  const topic = await createTopic(cluster(), { partitions: 2 })
  const admin = await connectedAdmin(cluster())
  const config = { groupId: newTopic('group'), metadataMaxAge: 300 }
  const members = await Promise.all([1, 2].map(() => Member.join(cluster(), topic, config)))
  await vi.waitFor(() => expect(heldPartitions(topic, members)).toEqual([0, 1]), soon)

  await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] })

  await vi.waitFor(() => expect(heldPartitions(topic, members)).toEqual([0, 1, 2, 3]), soon)
  const values = await produceSome(topic, 100)
  await vi.waitFor(() => expect(receivedValues(members)).toEqual(values.toSorted()), soon)
})

test('a group goes on where it was when it comes back', async () => {
  const topic = await createTopic(cluster())
  const groupId = newTopic('group')
  const before = await produceSome(topic, 20)
  const first = await Member.join(cluster(), topic, { groupId })
  await vi.waitFor(() => expect(receivedValues([first])).toEqual(before.toSorted()), soon)
  await first.leave()

  const after = await produceSome(topic, 10)
  const second = await Member.join(cluster(), topic, { groupId })

  await vi.waitFor(() => expect(second.values).toEqual(after), soon)
})

test('offsets are committed, told, set and reset', async () => {
  const topic = await createTopic(cluster(), { partitions: 2 })
  const groupId = newTopic('group')
  const admin = await connectedAdmin(cluster())
  await produceSome(topic, 30)
  const consumer = await connectedConsumer(cluster(), { groupId })
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ autoCommit: false, eachMessage: async () => undefined })

  await consumer.commitOffsets([{ topic, partition: 1, offset: '7', metadata: 'note' }])

  const committed = async (resolveOffsets = false) => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic], resolveOffsets })
    return found?.partitions.toSorted((a, b) => a.partition - b.partition)
  }
  expect(await committed()).toMatchObject([
    { partition: 0, offset: '-1' },
    { partition: 1, offset: '7', metadata: 'note' },
  ])

  await consumer.disconnect()
  await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '3' }] })
  expect(await committed()).toMatchObject([{ offset: '3' }, { offset: '7' }])

  await admin.resetOffsets({ groupId, topic, earliest: true })
  // kafkajs commits "the earliest", whatever that is, and finds out when asked to.
  expect(await committed(true)).toMatchObject([{ offset: '0' }, { offset: '0' }])
})

test('a group is listed, described and deleted', async () => {
  const topic = await createTopic(cluster(), { partitions: 3 })
  const groupId = newTopic('group')
  const admin = await connectedAdmin(cluster())
  const member = await Member.join(cluster(), topic, { groupId })
  await vi.waitFor(() => expect(heldPartitions(topic, [member])).toEqual([0, 1, 2]), soon)

  const { groups } = await admin.describeGroups([groupId])
  expect(groups).toMatchObject([{ groupId, state: 'Stable', protocolType: 'consumer', errorCode: 0 }])
  expect(groups[0]?.members).toMatchObject([
    { clientId: 'kafkajs', clientHost: expect.stringContaining('127.0.0.1') },
  ])
  expect((await admin.listGroups()).groups).toContainEqual({ groupId, protocolType: 'consumer' })
  await expect(admin.deleteGroups([groupId])).rejects.toEqual(
    expect.objectContaining({ groups: [expect.objectContaining({ errorCode: 68 })] }),
  )

  await member.leave()
  expect(await admin.deleteGroups([groupId])).toEqual([{ groupId, errorCode: 0 }])
  expect((await admin.listGroups()).groups.map((each) => each.groupId)).not.toContain(groupId)
})
