import { randomUUID } from 'node:crypto'
import { systemClock } from '../../src/broker/clock.ts'
import { KafkaClient } from '../../src/broker/network/client.ts'
import type { Api, RequestInput, ResponseOf } from '../../src/broker/protocol/api.ts'
import { ErrorCode, errorName } from '../../src/broker/protocol/errors.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { findCoordinator } from '../../src/broker/protocol/messages/10-find-coordinator.ts'
import { shareGroupHeartbeat } from '../../src/broker/protocol/messages/76-share-group-heartbeat.ts'
import { shareFetch } from '../../src/broker/protocol/messages/78-share-fetch.ts'

const HEARTBEAT_MS = 1_000
const LEAVE_EPOCH = -1
const ACCEPT = 1
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * A member of a share group that reads the first partition of a topic. No client library for Node speaks KIP-932, so
 * it sends the requests itself.
 */
export class ShareMember {
  readonly #clients = new Map<string, KafkaClient>()
  readonly #groupId: string
  readonly #memberId = randomUUID()
  readonly #clientId: string
  #coordinator = ''
  #leader = ''
  #topicId = ''
  #memberEpoch = 0
  #sessionEpoch = 0
  #beating: NodeJS.Timeout | undefined

  private constructor(groupId: string, clientId: string) {
    this.#groupId = groupId
    this.#clientId = clientId
  }

  /** Resolves when it is assigned something, and what is produced from then on is its group's. */
  static async join(
    bootstrapServers: string,
    groupId: string,
    topic: string,
    clientId = 'share-member',
  ): Promise<ShareMember> {
    const member = new ShareMember(groupId, clientId)
    const [first = ''] = bootstrapServers.split(',')
    const found = await member.#call(first, findCoordinator, 4, { keyType: 0, coordinatorKeys: [groupId] })
    const coordinator = found.coordinators[0]
    const known = await member.#call(first, metadata, 12, {
      topics: [{ name: topic }],
      allowAutoTopicCreation: false,
    })
    const leaderId = known.topics[0]?.partitions.find(({ partitionIndex }) => partitionIndex === 0)?.leaderId
    const leader = known.brokers.find(({ nodeId }) => nodeId === leaderId)
    member.#coordinator = `${coordinator?.host}:${coordinator?.port}`
    member.#leader = `${leader?.host}:${leader?.port}`
    member.#topicId = known.topics[0]?.topicId ?? ''

    while (!(await member.#beat([topic]))) continue
    // Where the group begins is decided with the first fetch: at the end of the log as it is then.
    await member.#fetch([])
    member.#beating = setInterval(() => void member.#beat(null), HEARTBEAT_MS)
    return member
  }

  /** Fetches and accepts until it has accepted so many records. */
  async accept(count: number): Promise<void> {
    let accepted = 0
    let acquired: { firstOffset: number; lastOffset: number }[] = []
    while (accepted < count || acquired.length > 0) {
      const [partition] = await this.#fetch(acquired)
      accepted += acquired.reduce((sum, { firstOffset, lastOffset }) => sum + lastOffset - firstOffset + 1, 0)
      acquired = partition?.acquiredRecords ?? []
    }
  }

  /** Fetches until it has got the records from one offset to another, and accepts these and no others it got. */
  async acceptOnly(firstOffset: number, lastOffset: number): Promise<void> {
    let last = -1
    while (last < lastOffset) {
      const [partition] = await this.#fetch([])
      last = partition?.acquiredRecords.at(-1)?.lastOffset ?? last
    }
    await this.#fetch([{ firstOffset, lastOffset }])
  }

  /** Leaves the group. */
  async leave(): Promise<void> {
    clearInterval(this.#beating)
    this.#memberEpoch = LEAVE_EPOCH
    await this.#beat(null)
    for (const client of this.#clients.values()) client.close()
  }

  async #fetch(acknowledge: { firstOffset: number; lastOffset: number }[]) {
    const acknowledgementBatches = acknowledge.map(({ firstOffset, lastOffset }) => ({
      firstOffset,
      lastOffset,
      acknowledgeTypes: [ACCEPT],
    }))
    const answer = await this.#call(this.#leader, shareFetch, 1, {
      groupId: this.#groupId,
      memberId: this.#memberId,
      shareSessionEpoch: this.#sessionEpoch++,
      maxWaitMs: 200,
      minBytes: 1,
      maxRecords: 500,
      batchSize: 500,
      topics: [{ topicId: this.#topicId, partitions: [{ partitionIndex: 0, acknowledgementBatches }] }],
    })
    refuse(answer.errorCode)
    return answer.responses[0]?.partitions ?? []
  }

  /** @returns whether it was told an assignment with something in it */
  async #beat(subscribedTopicNames: string[] | null): Promise<boolean> {
    const answer = await this.#call(this.#coordinator, shareGroupHeartbeat, 1, {
      groupId: this.#groupId,
      memberId: this.#memberId,
      memberEpoch: this.#memberEpoch,
      subscribedTopicNames,
    })
    refuse(answer.errorCode)
    this.#memberEpoch = answer.memberEpoch
    return (answer.assignment?.topicPartitions.length ?? 0) > 0
  }

  #call<A extends Api>(
    address: string,
    api: A,
    version: number,
    body: RequestInput<A>,
  ): Promise<ResponseOf<A>> {
    const [host = '', port = ''] = address.split(':')
    const client =
      this.#clients.get(address) ??
      new KafkaClient({
        host,
        port: Number(port),
        clientId: this.#clientId,
        requestTimeoutMs: 10_000,
        clock: systemClock,
        log,
      })
    this.#clients.set(address, client)
    return client.send(api, version, body)
  }
}

function refuse(errorCode: number): void {
  if (errorCode !== ErrorCode.NONE) throw new Error(errorName(errorCode))
}
