/** The share coordinator's APIs (83-87), which brokers use among themselves. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { findCoordinator } from '../../src/broker/protocol/messages/10-find-coordinator.ts'
import { initializeShareGroupState } from '../../src/broker/protocol/messages/83-initialize-share-group-state.ts'
import { readShareGroupState } from '../../src/broker/protocol/messages/84-read-share-group-state.ts'
import { writeShareGroupState } from '../../src/broker/protocol/messages/85-write-share-group-state.ts'
import { deleteShareGroupState } from '../../src/broker/protocol/messages/86-delete-share-group-state.ts'
import { readShareGroupStateSummary } from '../../src/broker/protocol/messages/87-read-share-group-state-summary.ts'
import type { Client } from './client.ts'
import { useCluster } from './harness.ts'
import { createTopic, freshName } from './topics.ts'
import type { Topic } from './topics.ts'
import { until } from './until.ts'
import { since, versionsOf } from './versions.ts'

const SHARE_KEY_TYPE = 2
const ACKNOWLEDGED = 2

describe('The share coordinator', () => {
  const cluster = useCluster({ brokers: 2 })
  let topic: Topic
  let groupId: string
  let client: Client
  let other: Client

  const find = async (key: string) => {
    const anyone = await cluster().client()
    const { coordinators } = await anyone.call(findCoordinator, 6, {
      keyType: SHARE_KEY_TYPE,
      coordinatorKeys: [key],
    })
    anyone.close()
    return coordinators[0]!
  }
  const named = <P>(partition: P) => ({ groupId, topics: [{ topicId: topic.id, partitions: [partition] }] })
  const only = <P>({ results }: { results: { partitions: P[] }[] }): P => results[0]!.partitions[0]!

  const initialize = async (stateEpoch: number, startOffset: number, from = client) =>
    only(await from.call(initializeShareGroupState, 0, named({ partition: 0, stateEpoch, startOffset })))
      .errorCode
  const read = async (leaderEpoch: number, partition = 0) =>
    only(await client.call(readShareGroupState, 0, named({ partition, leaderEpoch })))

  beforeEach(async () => {
    topic = await createTopic(cluster())
    groupId = freshName('share')
    const coordinatorId = await until('the share coordinator', async () => {
      const { errorCode, nodeId } = await find(`${groupId}:${topic.id}:0`)
      return errorCode === ErrorCode.NONE && nodeId
    })
    client = await cluster().client(coordinatorId)
    other = await cluster().client(3 - coordinatorId)
    await until('the loaded state', async () => (await read(0)).errorCode === ErrorCode.INVALID_REQUEST)
  })

  it('is found by group, topic and partition (FindCoordinator v6, type 2)', async () => {
    expect((await find(`a:b:${topic.id}:3`)).errorCode).toBe(ErrorCode.NONE)
    for (const key of [
      '',
      groupId,
      `${groupId}:${topic.name}:0`,
      `${groupId}:${topic.id}:x`,
      `:${topic.id}:0`,
    ]) {
      expect((await find(key)).errorCode).toBe(ErrorCode.INVALID_REQUEST)
    }
  })

  describe.each(versionsOf(writeShareGroupState))('with WriteShareGroupState v%i', (version) => {
    const write = async (startOffset: number, leaderEpoch = 0, stateEpoch = 1) => {
      const stateBatches = [{ firstOffset: 8, lastOffset: 9, deliveryState: ACKNOWLEDGED, deliveryCount: 1 }]
      const count = since(1, version, { deliveryCompleteCount: 2 }, {})
      const change = { partition: 0, stateEpoch, leaderEpoch, startOffset, stateBatches, ...count }
      return only(await client.call(writeShareGroupState, version, named(change))).errorCode
    }

    it('keeps what is written', async () => {
      expect(await initialize(1, 5)).toBe(ErrorCode.NONE)
      expect(await write(7)).toBe(ErrorCode.NONE)
      expect(await read(0)).toEqual({
        partition: 0,
        errorCode: ErrorCode.NONE,
        errorMessage: null,
        stateEpoch: 1,
        startOffset: 7,
        stateBatches: [{ firstOffset: 8, lastOffset: 9, deliveryState: ACKNOWLEDGED, deliveryCount: 1 }],
      })
    })

    it('fences leaders and beginnings of the past', async () => {
      await initialize(2, 5)
      expect(await write(6, 0, 1)).toBe(ErrorCode.FENCED_STATE_EPOCH)
      expect((await read(4)).errorCode).toBe(ErrorCode.NONE)
      expect(await write(6, 3, 2)).toBe(ErrorCode.FENCED_LEADER_EPOCH)
      expect((await read(3)).errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH)
      expect(await initialize(1, 0)).toBe(ErrorCode.FENCED_STATE_EPOCH)
    })

    it('writes nothing that has not begun', async () => {
      expect(await write(6)).toBe(ErrorCode.INVALID_REQUEST)
    })

    it.each(versionsOf(readShareGroupStateSummary))('sums up (ReadShareGroupStateSummary v%i)', async (v) => {
      await initialize(1, 5)
      await write(7)
      const summary = await client.call(
        readShareGroupStateSummary,
        v,
        named({ partition: 0, leaderEpoch: -1 }),
      )
      expect(only(summary)).toMatchObject({
        errorCode: ErrorCode.NONE,
        stateEpoch: 1,
        leaderEpoch: 0,
        startOffset: 7,
        deliveryCompleteCount: since(1, v, since(1, version, 2, -1), -1),
      })
    })
  })

  it('forgets what is deleted, also twice', async () => {
    await initialize(1, 5)
    for (let time = 1; time <= 2; time++) {
      const answer = await client.call(deleteShareGroupState, 0, named({ partition: 0 }))
      expect(only(answer).errorCode).toBe(ErrorCode.NONE)
    }
    expect((await read(0)).errorCode).toBe(ErrorCode.INVALID_REQUEST)
  })

  it('is one broker: the other answers NOT_COORDINATOR', async () => {
    expect(await initialize(1, 5, other)).toBe(ErrorCode.NOT_COORDINATOR)
  })

  it('begins with no partition that does not exist', async () => {
    const state = { partition: 7, stateEpoch: 1, startOffset: 0 }
    const codes = await Promise.all(
      [client, other].map(
        async (each) => only(await each.call(initializeShareGroupState, 0, named(state))).errorCode,
      ),
    )
    expect(codes).toContain(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })
})
