/** A classic group whose coordinator dies while it rebalances. */
import { expect, test, vi } from 'vitest'
import { useCluster } from '../cluster.ts'
import { openAdmin as openPlatformaticAdmin } from '../platformatic/client.ts'
import { connectedProducer, createTopic, newTopic } from './client.ts'
import { heldPartitions, Member, receivedValues } from './member.ts'

const cluster = useCluster()
const soon = { timeout: 40_000 }

test('recovers under the next coordinator: every partition has one owner, and all records arrive', async () => {
  const topic = await createTopic(cluster(), { partitions: 4 })
  const groupId = newTopic('group')
  const first = await Member.join(cluster(), topic, { groupId })
  await vi.waitFor(() => expect(heldPartitions(topic, [first])).toEqual([0, 1, 2, 3]), soon)
  const [coordinator] = await openPlatformaticAdmin(cluster()).findCoordinator({
    keys: [groupId],
    keyType: 0,
  })

  const joining = Member.join(cluster(), topic, { groupId })
  await cluster().ottla('broker', 'kill', String(coordinator?.nodeId))
  const second = await joining
  await vi.waitFor(() => {
    expect([first, second].map((member) => member.partitionsOf(topic).length)).toEqual([2, 2])
    expect(heldPartitions(topic, [first, second])).toEqual([0, 1, 2, 3])
  }, soon)

  const values = Array.from({ length: 40 }, () => newTopic('value'))
  const producer = await connectedProducer(cluster())
  await producer.send({ topic, messages: values.map((value) => ({ key: value, value })) })
  await vi.waitFor(() => expect(receivedValues([first, second])).toEqual(values.toSorted()), soon)
  await cluster().ottla('broker', 'start', String(coordinator?.nodeId))
})
