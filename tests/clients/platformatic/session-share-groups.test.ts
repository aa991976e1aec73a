import { ProduceAcks } from '@platformatic/kafka'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { GroupPartition, GroupSample } from '../../../src/shared/ipc/groups.ts'
import { ClusterAccess } from '../../../src/main/sessions/cluster-access.ts'
import { LagRecorder } from '../../../src/main/sessions/groups/lag-recorder.ts'
import { groupHandlers } from '../../../src/main/sessions/groups/serve.ts'
import { timeOfRecord } from '../../../src/main/sessions/groups/time-of-record.ts'
import { useCluster } from '../cluster.ts'
import { ShareMember } from '../share-member.ts'
import { createTopic, newName, openProducer } from './client.ts'

// What the session tells of share groups (KIP-932) and does to them, against a real cluster.

const CLUSTER = 'local:test'
const cluster = useCluster()
const soon = { timeout: 20_000, interval: 200 }

function serve() {
  const bootstrap = cluster().addresses.map((address) => {
    const [host = '', port] = address.split(':')
    return { host, port: Number(port) }
  })
  const connection = { connectTimeout: 2_000, requestTimeout: 10_000 }
  const access = new ClusterAccess({ clientId: 'session', bootstrap, connection })
  onTestFinished(() => access.close())
  return groupHandlers({
    watching: access,
    changing: access,
    lags: new LagRecorder(access, null),
    timeOf: timeOfRecord({ clientId: 'session', bootstrap, connection }),
  })
}

test('a share group is described, set to another start, and forgets a topic', async () => {
  const handlers = serve()
  const topic = await createTopic(cluster(), { partitions: 1 })
  const groupId = newName('share')
  const member = await ShareMember.join(cluster().bootstrapServers, groupId, topic)
  const messages = Array.from({ length: 10 }, (_, index) => ({ topic, value: `${index}` }))
  await openProducer(cluster()).send({ acks: ProduceAcks.ALL, messages })
  const sample = async (): Promise<GroupSample | null> => {
    const ending = new AbortController()
    for await (const told of handlers.watchGroup({ cluster: CLUSTER, groupId }, ending.signal)) {
      ending.abort()
      return told.ok ? told.value : null
    }
    return null
  }
  const partition = async (): Promise<GroupPartition | undefined> => (await sample())?.partitions[0]

  // Its members and who reads what. Where it starts is not kept before something is done with.
  await vi.waitFor(async () => expect(await partition()).toMatchObject({ endOffset: 10 }), soon)
  expect(await sample()).toMatchObject({
    groupType: 'share',
    state: 'Stable',
    protocolType: 'share',
    assignor: 'simple',
    totalLag: null,
    members: [{ clientId: 'share-member', partitions: [{ topic, partition: 0 }] }],
  })

  // Accepted records are done with, and what comes then is not.
  await member.accept(10)
  await vi.waitFor(async () => expect(await partition()).toMatchObject({ committedOffset: 10, lag: 0 }), soon)
  await openProducer(cluster()).send({ acks: ProduceAcks.ALL, messages: messages.slice(0, 5) })
  await vi.waitFor(async () => expect(await partition()).toMatchObject({ lag: 5, doneAhead: 0 }), soon)
  const [figures] = await handlers.figures({ cluster: CLUSTER, groupIds: [groupId] })
  expect(figures).toMatchObject({ groupId, members: 1, topics: 1, lag: 5 })

  // Where it starts can be set without members only.
  const offsets = [{ topic, partition: 0, offset: 4 }]
  await expect(handlers.reset({ cluster: CLUSTER, groupId, offsets })).rejects.toMatchObject({
    failure: { kafka: { errorName: 'NON_EMPTY_GROUP' } },
  })
  await expect(handlers.resetActive({ cluster: CLUSTER, groupId, offsets })).rejects.toThrow(/share group/u)
  await member.leave()
  await vi.waitFor(async () => expect((await sample())?.state).toBe('Empty'), soon)
  const asked = { cluster: CLUSTER, groupId, partitions: [{ topic, partition: 0 }] }
  const preview = await handlers.previewReset({ ...asked, target: { to: 'shift', by: -6 } })
  expect(preview).toMatchObject([{ from: 10, to: 4, readAgain: 6 }])
  await handlers.reset({ cluster: CLUSTER, groupId, offsets })
  await vi.waitFor(async () => expect(await partition()).toMatchObject({ committedOffset: 4, lag: 11 }), soon)

  await handlers.deleteOffsets(asked)
  expect((await sample())?.partitions).toEqual([])
  await handlers.delete({ cluster: CLUSTER, groupId })
  expect(await sample()).toMatchObject({ state: 'Dead' })
})
