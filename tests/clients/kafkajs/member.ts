import type { Consumer, ConsumerConfig, IMemberAssignment } from 'kafkajs'
import type { Cluster } from '../cluster.ts'
import { connectedConsumer } from './client.ts'

/** A consumer that notes what it is assigned and what it gets. */
export class Member {
  readonly consumer: Consumer
  readonly values: string[] = []
  readonly offsets: { partition: number; offset: number }[] = []
  assignment: IMemberAssignment = {}

  private constructor(consumer: Consumer) {
    this.consumer = consumer
    consumer.on('consumer.group_join', ({ payload }) => {
      this.assignment = payload.memberAssignment
    })
  }

  static async join(cluster: Cluster, topic: string, config: ConsumerConfig): Promise<Member> {
    const member = new Member(await connectedConsumer(cluster, { sessionTimeout: 10_000, ...config }))
    await member.consumer.subscribe({ topic, fromBeginning: true })
    await member.consumer.run({
      eachMessage: async ({ partition, message }) => {
        member.values.push(message.value?.toString() ?? '')
        member.offsets.push({ partition, offset: Number(message.offset) })
      },
    })
    return member
  }

  async leave(): Promise<void> {
    await this.consumer.disconnect()
    this.assignment = {}
  }

  partitionsOf(topic: string): number[] {
    return this.assignment[topic] ?? []
  }
}

/** The partitions of a topic that the members hold together, each as often as it is held. */
export function heldPartitions(topic: string, members: Member[]): number[] {
  return members.flatMap((member) => member.partitionsOf(topic)).toSorted((a, b) => a - b)
}

/** What all members got, each value once. */
export function receivedValues(members: Member[]): string[] {
  return [...new Set(members.flatMap((member) => member.values))].toSorted()
}
