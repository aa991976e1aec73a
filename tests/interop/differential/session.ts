/** One scenario on one cluster: connections, and what was seen. */
import type { Api, RequestInput, ResponseOf } from '../../../src/broker/protocol/api.ts'
import { ErrorCode, errorName } from '../../../src/broker/protocol/errors.ts'
import { listOffsets } from '../../../src/broker/protocol/messages/02-list-offsets.ts'
import { metadata } from '../../../src/broker/protocol/messages/03-metadata.ts'
import { findCoordinator } from '../../../src/broker/protocol/messages/10-find-coordinator.ts'
import { describeGroups } from '../../../src/broker/protocol/messages/15-describe-groups.ts'
import { createTopics } from '../../../src/broker/protocol/messages/19-create-topics.ts'
import { initProducerId } from '../../../src/broker/protocol/messages/22-init-producer-id.ts'
import { Client, ClosedError } from '../../wire/client.ts'
import type { Topic, TopicOptions } from '../../wire/topics.ts'
import { BROKER_IDS, type TestedCluster } from './cluster.ts'
import type { Seen } from './compare.ts'
import { Names, normalise } from './normalise.ts'

const PATIENCE_MS = 20_000
const PAUSE_MS = 20
/** Whoever has not answered then is taken not to answer at all. */
const SILENCE_MS = 3_000
const NOT_READY: readonly number[] = [
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
]

export class Session {
  readonly seen: Seen = {}
  readonly cluster: TestedCluster
  readonly #names = new Names()
  readonly #clients = new Map<number, Client>()
  readonly #all: Client[] = []
  readonly #down = new Set<number>()

  constructor(cluster: TestedCluster) {
    this.cluster = cluster
  }

  /** The connection to a broker that all steps share. */
  async client(brokerId = 1): Promise<Client> {
    const known = this.#clients.get(brokerId)
    if (known !== undefined && !known.isClosed) return known
    const client = await this.connect(brokerId)
    this.#clients.set(brokerId, client)
    return client
  }

  /** A connection of its own. */
  async connect(brokerId = 1, clientId = 'scenario'): Promise<Client> {
    const client = await Client.open(this.cluster.address(brokerId), clientId)
    this.#all.push(client)
    return client
  }

  see(step: string, value: unknown): void {
    if (step in this.seen) throw new Error(`There are two steps called "${step}".`)
    this.seen[step] = normalise(value, this.#names)
  }

  /** Asks, and sees the whole answer, or that the broker hung up or said nothing. */
  async ask<A extends Api>(
    step: string,
    client: Client,
    api: A,
    version: number,
    request: RequestInput<A>,
  ): Promise<ResponseOf<A>> {
    return this.askAndView(step, client, api, version, request, (answer) => answer)
  }

  /** Asks, and sees a part of the answer. */
  async askAndView<A extends Api>(
    step: string,
    client: Client,
    api: A,
    version: number,
    request: RequestInput<A>,
    view: (answer: ResponseOf<A>) => unknown,
  ): Promise<ResponseOf<A>> {
    const answer = await client.call(api, version, request).catch((error: unknown) => error)
    this.see(step, answer instanceof Error ? reasonOf(answer) : view(answer as ResponseOf<A>))
    return answer as ResponseOf<A>
  }

  /** The same on a connection of its own, for what may make the broker hang up or keep silent. */
  async askAlone<A extends Api>(
    step: string,
    api: A,
    version: number,
    request: RequestInput<A>,
    brokerId = 1,
  ): Promise<void> {
    const client = await this.connect(brokerId)
    const silence = setTimeout(() => client.close(), SILENCE_MS)
    await this.ask(step, client, api, version, request)
    clearTimeout(silence)
    client.close()
  }

  /** Creates a topic and waits until every broker knows it with its leaders. */
  async createTopic(name: string, options: Omit<TopicOptions, 'name'> = {}): Promise<Topic> {
    const { partitions = 1, replicas = 1, assignment, configs = {} } = options
    const { topics } = await (
      await this.client()
    ).call(createTopics, 7, {
      topics: [
        {
          name,
          numPartitions: assignment === undefined ? partitions : -1,
          replicationFactor: assignment === undefined ? replicas : -1,
          assignments: (assignment ?? []).map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
          configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
        },
      ],
      timeoutMs: 10_000,
    })
    const { errorCode, errorMessage, topicId } = topics[0]!
    if (errorCode !== ErrorCode.NONE) throw new Error(`${name}: ${errorName(errorCode)} ${errorMessage}`)
    const count = assignment?.length ?? partitions
    for (const id of BROKER_IDS) await this.#leadersKnown(id, name, count)
    return { name, id: topicId }
  }

  async #leadersKnown(brokerId: number, name: string, count: number): Promise<void> {
    await until(`broker ${brokerId} to know ${name}`, async () => {
      const known = await this.partitionsOf(name, brokerId)
      return known.filter(({ leaderId }) => leaderId !== -1).length === count
    })
    for (const { leaderId, partitionIndex } of await this.partitionsOf(name, brokerId)) {
      if (leaderId === brokerId) await this.led(name, partitionIndex, brokerId)
    }
  }

  /** Partitions of a topic as a broker knows them, in order; none when it does not know the topic. */
  async partitionsOf(name: string, brokerId = 1) {
    const request = { topics: [{ name }], allowAutoTopicCreation: false }
    const { topics } = await (await this.client(brokerId)).call(metadata, 12, request)
    return topics[0]!.partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex)
  }

  /** Waits until a broker says that a partition is like that. */
  async partition(
    name: string,
    index: number,
    isLike: (partition: ResponseOf<typeof metadata>['topics'][number]['partitions'][number]) => boolean,
    brokerId = 1,
  ): Promise<void> {
    await until(`${name}-${index}`, async () => {
      const found = (await this.partitionsOf(name, brokerId))[index]
      return found !== undefined && isLike(found)
    })
  }

  /** Waits until a partition is led by this broker in its own eyes too, which comes after Metadata says so. */
  async led(name: string, index: number, brokerId: number): Promise<void> {
    await this.partition(name, index, ({ leaderId }) => leaderId === brokerId, brokerId)
    await until(`broker ${brokerId} to lead ${name}-${index}`, async () => {
      const { topics } = await (
        await this.client(brokerId)
      ).call(listOffsets, 11, {
        replicaId: -1,
        topics: [{ name, partitions: [{ partitionIndex: index, timestamp: -1 }] }],
        timeoutMs: 1_000,
      })
      return topics[0]!.partitions[0]!.errorCode === ErrorCode.NONE
    })
  }

  /** An id for an idempotent producer; a young cluster needs a moment before it has any. */
  async producerId(): Promise<number> {
    const client = await this.client()
    return until('a producer id', async () => {
      const request = { transactionalId: null, transactionTimeoutMs: 1_000 }
      const { errorCode, producerId } = await client.call(initProducerId, 5, request)
      return errorCode === ErrorCode.NONE && producerId
    })
  }

  /** The broker that coordinates a group, once it is ready to. */
  async coordinatorOf(groupId: string): Promise<Client> {
    const client = await this.client()
    const nodeId = await until(`a coordinator of ${groupId}`, async () => {
      const request = { keyType: 0, coordinatorKeys: [groupId] }
      const { coordinators } = await client.call(findCoordinator, 6, request)
      return coordinators[0]!.errorCode === ErrorCode.NONE && coordinators[0]!.nodeId
    })
    const coordinator = await this.client(nodeId)
    // Broker and partition are found before the partition is loaded.
    await until(`the coordinator of ${groupId} to be ready`, async () => {
      const { groups } = await coordinator.call(describeGroups, 6, { groups: [groupId] })
      return !NOT_READY.includes(groups[0]!.errorCode)
    })
    return coordinator
  }

  /** Waits until a broker that was started takes part again, in the eyes of all. */
  async returned(brokerId: number): Promise<void> {
    await this.aliveAre(BROKER_IDS, `broker ${brokerId} to be back`)
  }

  /** Waits until these brokers are alive, in the eyes of each. */
  async aliveAre(
    brokerIds: readonly number[],
    what = `brokers ${brokerIds.join()} to be alive`,
    patienceMs = PATIENCE_MS,
  ): Promise<void> {
    const areAlive = async () => {
      const answers = await Promise.all(
        brokerIds.map(async (id) => (await this.client(id)).call(metadata, 12, { topics: [] })),
      ).catch(() => null)
      return answers !== null && answers.every(({ brokers }) => brokers.length === brokerIds.length)
    }
    await until(what, areAlive, patienceMs)
  }

  async kill(brokerId: number): Promise<void> {
    this.#down.add(brokerId)
    await this.cluster.kill(brokerId)
  }

  async stop(brokerId: number): Promise<void> {
    this.#down.add(brokerId)
    await this.cluster.stop(brokerId)
  }

  async start(brokerId: number): Promise<void> {
    await this.cluster.start(brokerId)
    this.#down.delete(brokerId)
  }

  /** Starts what a script that broke off has left behind. */
  async restore(): Promise<void> {
    for (const brokerId of this.#down) await this.start(brokerId)
  }

  close(): void {
    for (const client of this.#all) client.close()
  }
}

function reasonOf(error: Error): string {
  return error instanceof ClosedError ? 'the connection is closed' : error.message
}

/** Resolves with the first value that is neither false nor null. */
export async function until<T>(
  what: string,
  read: () => T | false | null | Promise<T | false | null>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const value = await read()
    if (value !== false && value !== null) return value
    if (performance.now() > deadline) throw new Error(`Waited ${patienceMs} ms in vain for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
