/** KIP-848 groups of a client that speaks their protocol. */
import { MessagesStreamFallbackModes, MessagesStreamModes } from '@platformatic/kafka'
import type { Consumer } from '@platformatic/kafka'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { useCluster } from '../cluster.ts'
import { createTopic, newName, openAdmin, openConsumer, openProducer } from './client.ts'

const MEMBER_PROGRAM = fileURLToPath(new URL('member.mjs', import.meta.url))

const cluster = useCluster({
  config: {
    'group.consumer.min.heartbeat.interval.ms': '100',
    'group.consumer.heartbeat.interval.ms': '200',
    'group.consumer.min.session.timeout.ms': '3000',
    'group.consumer.session.timeout.ms': '3000',
  },
})
const soon = { timeout: 20_000 }

class Member {
  readonly values = new Set<string>()
  readonly consumer: Consumer<string, string, string, string>

  private constructor(consumer: Consumer<string, string, string, string>) {
    this.consumer = consumer
  }

  static async join(topic: string, groupId: string, metadataMaxAge = 300_000): Promise<Member> {
    const member = new Member(
      openConsumer(cluster(), {
        groupId,
        groupProtocol: 'consumer',
        autocommit: 100,
        maxWaitTime: 200,
        metadataMaxAge,
      }),
    )
    const stream = await member.consumer.consume({
      topics: [topic],
      mode: MessagesStreamModes.COMMITTED,
      fallbackMode: MessagesStreamFallbackModes.EARLIEST,
    })
    stream.on('data', ({ value }) => void member.values.add(value))
    return member
  }

  leave(): Promise<void> {
    return this.consumer.close(true)
  }

  partitionsOf(topic: string): number[] {
    return this.consumer.assignments?.find((each) => each.topic === topic)?.partitions ?? []
  }
}

/** A member that never says goodbye. */
class MortalMember {
  readonly values = new Set<string>()
  readonly kill: () => void

  constructor(topic: string, groupId: string) {
    const child = spawn(process.execPath, [MEMBER_PROGRAM, cluster().bootstrapServers, groupId, topic], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.kill = () => void child.kill('SIGKILL')
    onTestFinished(this.kill)
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.values.add(line)
    })
  }
}

function heldPartitions(topic: string, members: readonly Member[]): number[] {
  return members.flatMap((member) => member.partitionsOf(topic)).toSorted((a, b) => a - b)
}

/** Produces until it is told to stop, and gives what it produced. */
function produceOn(topic: string): () => Promise<string[]> {
  const producer = openProducer(cluster())
  const values: string[] = []
  let isOver = false
  const run = async () => {
    while (!isOver) {
      const batch = Array.from({ length: 20 }, () => newName('value'))
      await producer.send({ messages: batch.map((value) => ({ topic, key: value, value })) })
      values.push(...batch)
    }
  }
  const done = run()
  return async () => {
    isOver = true
    await done
    return values
  }
}

/** Looks at every turn of the event loop whether a partition has two owners. Gives those it saw. */
function watchForTwoOwners(topic: string, members: readonly Member[]): () => number[] {
  const shared = new Set<number>()
  let isOver = false
  const look = () => {
    const held = heldPartitions(topic, members)
    held.forEach((partition, index) => {
      if (held[index + 1] === partition) shared.add(partition)
    })
    if (!isOver) setImmediate(look)
  }
  look()
  return () => {
    isOver = true
    return [...shared]
  }
}

async function coordinatorOf(groupId: string): Promise<string> {
  const [found] = await openAdmin(cluster()).findCoordinator({ keys: [groupId], keyType: 0 })
  if (found === undefined) throw new Error(`group ${groupId} has no coordinator`)
  return String(found.nodeId)
}

/** A topic that has nothing on a broker. */
async function createTopicWithout(brokerId: number, partitions: number): Promise<string> {
  const topic = newName('topic')
  const brokers = cluster()
    .ready.brokers.map(({ id }) => id)
    .filter((id) => id !== brokerId)
  const assignments = Array.from({ length: partitions }, (_, partition) => ({ partition, brokers }))
  await openAdmin(cluster()).createTopics({ topics: [topic], partitions: -1, replicas: -1, assignments })
  return topic
}

test('members join, leave and die while records come: all arrive, and no partition has two owners', async () => {
  const topic = await createTopic(cluster(), { partitions: 6 })
  const groupId = newName('group')
  const members: Member[] = []
  const twoOwners = watchForTwoOwners(topic, members)
  const stopProducing = produceOn(topic)
  const balanced = (counts: readonly number[], present: readonly Member[]) =>
    vi.waitFor(() => {
      expect(present.map((member) => member.partitionsOf(topic).length).toSorted()).toEqual(counts)
    }, soon)

  const first = await Member.join(topic, groupId)
  members.push(first)
  await balanced([6], [first])
  const second = await Member.join(topic, groupId)
  members.push(second)
  await balanced([3, 3], [first, second])
  const mortal = new MortalMember(topic, groupId)
  await balanced([2, 2], [first, second])
  await vi.waitFor(() => expect(mortal.values.size).toBeGreaterThan(0), soon)
  mortal.kill()
  await balanced([3, 3], [first, second])
  const third = await Member.join(topic, groupId)
  members.push(third)
  await balanced([2, 2, 2], [first, second, third])
  await first.leave()
  members.splice(members.indexOf(first), 1)
  await balanced([3, 3], [second, third])

  const produced = await stopProducing()
  await vi.waitFor(() => {
    const arrived = new Set([first, second, third, mortal].flatMap(({ values }) => [...values]))
    expect(produced.filter((value) => !arrived.has(value))).toEqual([])
  }, soon)
  expect(heldPartitions(topic, [second, third])).toEqual([0, 1, 2, 3, 4, 5])
  expect(twoOwners()).toEqual([])
})

test('six members come one after another, and each has its share', async () => {
  const topic = await createTopic(cluster(), { partitions: 12 })
  const groupId = newName('group')
  const members: Member[] = []
  const twoOwners = watchForTwoOwners(topic, members)
  for (let count = 0; count < 6; count++) members.push(await Member.join(topic, groupId))
  await vi.waitFor(() => {
    expect(members.map((member) => member.partitionsOf(topic).length)).toEqual([2, 2, 2, 2, 2, 2])
    expect(heldPartitions(topic, members)).toEqual(Array.from({ length: 12 }, (_, partition) => partition))
  }, soon)
  expect(twoOwners()).toEqual([])
})

test('a topic that grows is read to its new partitions', async () => {
  const topic = await createTopic(cluster(), { partitions: 2 })
  // The client fetches by what it knows of the topic, and would not know a partition it was just given.
  const member = await Member.join(topic, newName('group'), 0)
  await vi.waitFor(() => expect(heldPartitions(topic, [member])).toEqual([0, 1]), soon)
  await openAdmin(cluster()).createPartitions({ topics: [{ name: topic, count: 5 }] })
  await vi.waitFor(() => expect(heldPartitions(topic, [member])).toEqual([0, 1, 2, 3, 4]), soon)
})

test('a group goes on when its coordinator is killed in the middle of a rebalance', async () => {
  const groupId = newName('group')
  const coordinator = await coordinatorOf(groupId)
  // The client's streams do not outlive the leader of a partition, so it leads none here.
  const topic = await createTopicWithout(Number(coordinator), 4)
  const first = await Member.join(topic, groupId)
  await vi.waitFor(() => expect(heldPartitions(topic, [first])).toEqual([0, 1, 2, 3]), soon)
  const members = [first]
  const twoOwners = watchForTwoOwners(topic, members)
  const second = await Member.join(topic, groupId)
  members.push(second)
  await cluster().ottla('broker', 'kill', coordinator)
  onTestFinished(async () => {
    await cluster().ottla('broker', 'start', coordinator)
  })
  await vi.waitFor(() => {
    expect(members.map((member) => member.partitionsOf(topic).length)).toEqual([2, 2])
    expect(heldPartitions(topic, members)).toEqual([0, 1, 2, 3])
  }, soon)
  const produced = Array.from({ length: 40 }, () => newName('value'))
  await openProducer(cluster()).send({ messages: produced.map((value) => ({ topic, key: value, value })) })
  await vi.waitFor(() => {
    const arrived = new Set(members.flatMap(({ values }) => [...values]))
    expect(produced.filter((value) => !arrived.has(value))).toEqual([])
  }, soon)
  expect(twoOwners()).toEqual([])
})
