/** A group as its coordinator tells it, over a plain socket. */
import { onTestFinished } from 'vitest'
import { ErrorCode, errorName } from '../../../src/broker/protocol/errors.ts'
import { offsetFetch } from '../../../src/broker/protocol/messages/09-offset-fetch.ts'
import { findCoordinator } from '../../../src/broker/protocol/messages/10-find-coordinator.ts'
import { describeGroups } from '../../../src/broker/protocol/messages/15-describe-groups.ts'
import { consumerGroupDescribe } from '../../../src/broker/protocol/messages/69-consumer-group-describe.ts'
import { decodeAssignment } from '../../../src/broker/protocol/records/index.ts'
import { Client } from '../../wire/client.ts'
import { until } from '../../wire/until.ts'
import type { Cluster } from '../cluster.ts'

export type GroupType = 'classic' | 'consumer'

export interface Described {
  state: string
  members: { clientId: string; partitions: number[] }[]
}

export class Coordinator {
  readonly groupId: string
  readonly type: GroupType
  readonly #client: Client

  private constructor(client: Client, groupId: string, type: GroupType) {
    this.#client = client
    this.groupId = groupId
    this.type = type
  }

  /** With its offsets topic created and the group's part of it loaded. */
  static async of(cluster: Cluster, groupId: string, type: GroupType): Promise<Coordinator> {
    const asking = await Client.open({ host: '127.0.0.1', port: cluster.ready.brokers[0]?.port ?? 0 })
    const port = await until(`the coordinator of ${groupId}`, async () => {
      const request = { keyType: 0, coordinatorKeys: [groupId] }
      const { coordinators } = await asking.call(findCoordinator, 4, request)
      return coordinators[0]?.errorCode === ErrorCode.NONE && coordinators[0].port
    })
    asking.close()
    const client = await Client.open({ host: '127.0.0.1', port })
    onTestFinished(() => client.close())
    return new Coordinator(client, groupId, type)
  }

  async describe(): Promise<Described> {
    return this.type === 'classic' ? this.#describeClassic() : this.#describeConsumer()
  }

  /** Partition → offset; partitions nothing is committed for are left out. */
  async committed(topic: string, partitions: number): Promise<Map<number, number>> {
    const partitionIndexes = Array.from({ length: partitions }, (_, partition) => partition)
    const { groups } = await this.#client.call(offsetFetch, 9, {
      groups: [{ groupId: this.groupId, topics: [{ name: topic, partitionIndexes }] }],
    })
    check(groups[0]?.errorCode ?? -1)
    const found = groups[0]?.topics[0]?.partitions ?? []
    return new Map(
      found
        .filter(({ committedOffset }) => committedOffset >= 0)
        .map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset]),
    )
  }

  async #describeClassic(): Promise<Described> {
    const { groups } = await this.#client.call(describeGroups, 5, { groups: [this.groupId] })
    const [group] = groups
    check(group?.errorCode ?? -1)
    const members = (group?.members ?? []).map(({ clientId, memberAssignment }) => ({
      clientId,
      partitions:
        memberAssignment.length === 0
          ? []
          : decodeAssignment(memberAssignment).assignedPartitions.flatMap(({ partitions }) => partitions),
    }))
    return { state: group?.groupState ?? '', members }
  }

  async #describeConsumer(): Promise<Described> {
    const { groups } = await this.#client.call(consumerGroupDescribe, 1, { groupIds: [this.groupId] })
    const [group] = groups
    if (group?.errorCode === ErrorCode.GROUP_ID_NOT_FOUND) return { state: 'Dead', members: [] }
    check(group?.errorCode ?? -1)
    const members = (group?.members ?? []).map(({ clientId, assignment }) => ({
      clientId,
      partitions: assignment.topicPartitions.flatMap(({ partitions }) => partitions),
    }))
    return { state: group?.groupState ?? '', members }
  }
}

function check(errorCode: number): void {
  if (errorCode !== ErrorCode.NONE) throw new Error(`The coordinator says ${errorName(errorCode)}.`)
}
