/** A group of real clients that never comes to rest: who joins, leaves, dies and hangs is for the seed to say. */
import { expect, onTestFinished, vi } from 'vitest'
import type { Cluster } from '../cluster.ts'
import { connectedProducer, createTopic, newTopic } from '../kafkajs/client.ts'
import { Coordinator } from './coordinator.ts'
import type { GroupType } from './coordinator.ts'
import { twoOwnersInHistory } from './history.ts'
import { MemberProcess } from './member-process.ts'
import { LEAST_MEMBERS, plan } from './plan.ts'
import type { Step } from './plan.ts'
import { watch } from './watch.ts'

export const PARTITIONS = 6

/** Session and rebalance time-out (see the members' programs), and a slow machine. */
const STABLE_AGAIN = { timeout: 3_000 + 6_000 + 11_000, interval: 50 }

/** For the brokers of a cluster whose groups churn. */
export const CHURN_CONFIG = {
  'group.min.session.timeout.ms': '1000',
  'group.consumer.min.heartbeat.interval.ms': '100',
  'group.consumer.heartbeat.interval.ms': '200',
  'group.consumer.min.session.timeout.ms': '1000',
  'group.consumer.session.timeout.ms': '3000',
}

export interface Client {
  /** Its members are called so, with a number. */
  name: string
  type: GroupType
  /** What `node` runs: a program as `MemberProcess` says, and what follows its four arguments. */
  program: string
  more?: readonly string[]
}

/** One group on a topic of its own. */
class Churn {
  readonly topic: string
  readonly coordinator: Coordinator
  /** In the order in which they joined. */
  readonly members: MemberProcess[] = []
  readonly everybody: MemberProcess[] = []
  readonly produced: string[] = []
  readonly #cluster: Cluster
  readonly #client: Client
  #names = 0

  private constructor(cluster: Cluster, client: Client, topic: string, coordinator: Coordinator) {
    this.#cluster = cluster
    this.#client = client
    this.topic = topic
    this.coordinator = coordinator
  }

  static async begin(cluster: Cluster, client: Client): Promise<Churn> {
    const topic = await createTopic(cluster, { partitions: PARTITIONS })
    const coordinator = await Coordinator.of(cluster, newTopic('group'), client.type)
    return new Churn(cluster, client, topic, coordinator)
  }

  join(): MemberProcess {
    const { name, program, more = [] } = this.#client
    const clientId = `${name}-${++this.#names}`
    const { bootstrapServers } = this.#cluster
    const args = [program, bootstrapServers, this.coordinator.groupId, this.topic, clientId, ...more]
    const member = new MemberProcess(clientId, args)
    onTestFinished(() => member.kill())
    this.everybody.push(member)
    this.members.push(member)
    return member
  }

  async take({ act, member: index }: Step): Promise<void> {
    if (act === 'join') {
      this.join()
      return
    }
    const [member] = this.members.splice(index, 1)
    if (act === 'leave') await member?.leave()
    else if (act === 'kill') await member?.kill()
    else member?.hang()
    if (act !== 'hang' || member === undefined) return
    await this.untilStable()
    member.goOn()
    this.members.splice(index, 0, member)
  }

  /** The members are those that should be there, and every partition is somebody's. */
  async untilStable(): Promise<void> {
    await vi.waitFor(async () => {
      expect(this.everybody.flatMap(({ failure }) => failure ?? [])).toEqual([])
      const { state, members } = await this.coordinator.describe()
      expect({
        state,
        members: members.map(({ clientId }) => clientId).toSorted(),
        partitions: members.flatMap(({ partitions }) => partitions).toSorted(),
      }).toEqual({
        state: 'Stable',
        members: this.members.map(({ clientId }) => clientId).toSorted(),
        partitions: Array.from({ length: PARTITIONS }, (_, partition) => partition),
      })
    }, STABLE_AGAIN)
  }

  /** Values nobody has had yet, to every partition alike. */
  async produce(count: number): Promise<void> {
    const producer = await connectedProducer(this.#cluster)
    await this.#send(producer, count)
  }

  /** Produces until it is told to stop. */
  async produceOn(): Promise<() => Promise<void>> {
    const producer = await connectedProducer(this.#cluster)
    let isOver = false
    const run = async () => {
      while (!isOver) {
        await this.#send(producer, PARTITIONS * 2)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    const done = run()
    const stop = () => {
      isOver = true
      return done
    }
    onTestFinished(stop)
    return stop
  }

  async #send(producer: Awaited<ReturnType<typeof connectedProducer>>, count: number): Promise<void> {
    const values = Array.from({ length: count }, (_, index) => `${this.produced.length + index}`)
    const messages = values.map((value, index) => ({ partition: index % PARTITIONS, value }))
    await producer.send({ topic: this.topic, acks: -1, messages })
    this.produced.push(...values)
  }

  /** Produced, and not yet with anybody. */
  missing(): string[] {
    const arrived = new Set(this.everybody.flatMap(({ got }) => got.map(({ value }) => value)))
    return this.produced.filter((value) => !arrived.has(value))
  }
}

/**
 * Follows the seed's plan, and expects what a group owes its members whatever they do. Gives the moments at which a
 * committed offset went back: no coordinator can know better than a member of the group's present generation.
 */
export async function churn(
  cluster: Cluster,
  client: Client,
  seed: number,
): Promise<{ wentBack: readonly string[] }> {
  const group = await Churn.begin(cluster, client)
  const stopProducing = await group.produceOn()
  for (let count = 0; count < LEAST_MEMBERS; count++) group.join()
  await group.untilStable()
  const watching = watch(group.coordinator, group.topic, PARTITIONS)
  const steps = plan(seed)
  for (const step of steps) {
    await group.take(step)
    await group.untilStable()
  }

  await stopProducing()
  await vi.waitFor(() => expect(group.missing()).toEqual([]), STABLE_AGAIN)
  await watching.stop()
  expect(watching.twoOwners).toEqual([])
  expect(await twoOwnersInHistory(cluster, group.coordinator.groupId, steps.length)).toEqual([])
  return watching
}

/** All members die at once; who comes next begins exactly where they had committed. */
export async function restart(cluster: Cluster, client: Client): Promise<void> {
  const group = await Churn.begin(cluster, client)
  const stopProducing = await group.produceOn()
  for (let count = 0; count < LEAST_MEMBERS; count++) group.join()
  await group.untilStable()
  await vi.waitFor(async () => {
    expect((await group.coordinator.committed(group.topic, PARTITIONS)).size).toBe(PARTITIONS)
  }, STABLE_AGAIN)
  await Promise.all(group.members.splice(0).map((member) => member.kill()))
  await stopProducing()
  await vi.waitFor(async () => {
    expect((await group.coordinator.describe()).state).toBe('Empty')
  }, STABLE_AGAIN)
  const committed = await group.coordinator.committed(group.topic, PARTITIONS)
  await group.produce(PARTITIONS)

  const next = group.join()
  await vi.waitFor(() => expect(group.missing()).toEqual([]), STABLE_AGAIN)

  const firsts = new Map(next.got.toReversed().map(({ partition, offset }) => [partition, offset]))
  expect(firsts).toEqual(committed)
  const ends = new Map(next.got.map(({ partition, offset }) => [partition, offset + 1]))
  await vi.waitFor(async () => {
    expect(await group.coordinator.committed(group.topic, PARTITIONS)).toEqual(ends)
  }, STABLE_AGAIN)
  await next.leave()
}
