/** The share coordinator on a log in memory: epochs, snapshots, reloading, pruning. */
import { beforeEach, describe, expect, it } from 'vitest'
import { createLogger } from '../../../src/broker/logger.ts'
import { resolveBrokerConfig } from '../../../src/broker/metadata/configs/broker-config.ts'
import { MetadataCache } from '../../../src/broker/metadata/cache.ts'
import { ErrorCode, KafkaError } from '../../../src/broker/protocol/errors.ts'
import { ShareCoordinator } from '../../../src/broker/share/state/state-coordinator.ts'
import { decodeStateRecord } from '../../../src/broker/share/state/state-records.ts'
import { FakeClock, settle } from '../fake-clock.ts'
import { MemoryLog } from '../groups/memory-log.ts'
import { topicId } from '../groups/harness.ts'

const AVAILABLE = 0
const ACKNOWLEDGED = 2
const PRUNE_INTERVAL_MS = 300_000

class StateLog extends MemoryLog {
  deletedBefore = 0

  endOffset(): number {
    return this.records().length
  }

  deleteBefore(_partition: number, offset: number): void {
    this.deletedBefore = offset
  }
}

describe('The share coordinator', () => {
  const id = { groupId: 'g', topicId: topicId('t'), partition: 0 }
  let clock: FakeClock
  let stateLog: StateLog
  let coordinator: ShareCoordinator

  async function start(): Promise<void> {
    const metadata = new MetadataCache({ clusterId: topicId('cluster'), clock })
    const partition = {
      type: 'Partition',
      topicId: id.topicId,
      partition: 0,
      replicas: [1],
      isr: [1],
      leader: 1,
      leaderRecoveryState: 0,
      leaderEpoch: 0,
      partitionEpoch: 0,
      removingReplicas: [],
      addingReplicas: [],
      elr: [],
      lastKnownElr: [],
    } as const
    metadata.applyBatch(0, [{ type: 'Topic', topicId: id.topicId, name: 't' }, partition], {
      snapshot: false,
    })
    const config = {
      ...resolveBrokerConfig(new Map([['node.id', '1']])),
      shareCoordinatorSnapshotUpdateRecordsPerSnapshot: 3,
      shareCoordinatorStateTopicPruneIntervalMs: PRUNE_INTERVAL_MS,
    }
    coordinator = new ShareCoordinator({
      clock,
      log: createLogger(1, () => undefined),
      config: () => config,
      metadata,
      stateLog,
    })
    coordinator.elected(0)
    await settle()
  }

  const write = (
    startOffset: number,
    stateBatches: [number, number, number, number][] = [],
    epochs: { stateEpoch?: number; leaderEpoch?: number } = {},
  ) =>
    coordinator.write(id, {
      stateEpoch: 1,
      leaderEpoch: 0,
      startOffset,
      deliveryCompleteCount: 0,
      stateBatches: stateBatches.map(([firstOffset, lastOffset, deliveryState, deliveryCount]) => ({
        firstOffset,
        lastOffset,
        deliveryState,
        deliveryCount,
      })),
      ...epochs,
    })

  const codeOf = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    )
    return error instanceof KafkaError ? error.code : ErrorCode.NONE
  }

  const types = () => stateLog.records().map((record) => decodeStateRecord(record)!.type)

  beforeEach(async () => {
    clock = new FakeClock()
    stateLog = new StateLog()
    await start()
  })

  it('knows nothing of what has not begun', async () => {
    expect(await codeOf(coordinator.read(id, 0))).toBe(ErrorCode.INVALID_REQUEST)
    expect(await codeOf(write(0))).toBe(ErrorCode.INVALID_REQUEST)
    expect(await coordinator.summary(id)).toEqual({
      stateEpoch: 0,
      leaderEpoch: 0,
      startOffset: -1,
      deliveryCompleteCount: -1,
    })
  })

  it('keeps what is written, over a new coordinator', async () => {
    await coordinator.initialize(id, 1, 5)
    await write(7, [
      [8, 9, ACKNOWLEDGED, 1],
      [7, 7, AVAILABLE, 2],
    ])
    coordinator.close()
    await start()
    expect(await coordinator.read(id, 0)).toEqual({
      stateEpoch: 1,
      startOffset: 7,
      stateBatches: [
        { firstOffset: 7, lastOffset: 7, deliveryState: AVAILABLE, deliveryCount: 2 },
        { firstOffset: 8, lastOffset: 9, deliveryState: ACKNOWLEDGED, deliveryCount: 1 },
      ],
    })
  })

  it('writes a snapshot after so many updates, and keeps everything by it', async () => {
    await coordinator.initialize(id, 1, 0)
    for (let offset = 1; offset <= 4; offset++) await write(offset)
    expect(types()).toEqual(['Snapshot', 'Update', 'Update', 'Snapshot', 'Update'])
    coordinator.close()
    await start()
    expect((await coordinator.summary(id)).startOffset).toBe(4)
  })

  it('fences a leader by a later one that has read: FENCED_LEADER_EPOCH', async () => {
    await coordinator.initialize(id, 1, 0)
    await coordinator.read(id, 3)
    expect(await codeOf(write(1, [], { leaderEpoch: 2 }))).toBe(ErrorCode.FENCED_LEADER_EPOCH)
    expect(await codeOf(coordinator.read(id, 2))).toBe(ErrorCode.FENCED_LEADER_EPOCH)
    coordinator.close()
    await start()
    expect(await codeOf(write(1, [], { leaderEpoch: 2 }))).toBe(ErrorCode.FENCED_LEADER_EPOCH)
    expect(await codeOf(write(1, [], { leaderEpoch: 3 }))).toBe(ErrorCode.NONE)
  })

  it('fences whoever has not heard of a new beginning: FENCED_STATE_EPOCH', async () => {
    await coordinator.initialize(id, 1, 0)
    await coordinator.initialize(id, 2, 10)
    expect(await codeOf(write(1))).toBe(ErrorCode.FENCED_STATE_EPOCH)
    expect(await codeOf(coordinator.initialize(id, 1, 0))).toBe(ErrorCode.FENCED_STATE_EPOCH)
    expect(await coordinator.read(id, 0)).toEqual({ stateEpoch: 2, startOffset: 10, stateBatches: [] })
  })

  it('knows no partition that does not exist', async () => {
    const missing = { ...id, partition: 1 }
    expect(await codeOf(coordinator.initialize(missing, 1, 0))).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })

  it('forgets what is removed, also when it has never been', async () => {
    await coordinator.initialize(id, 1, 0)
    await coordinator.remove(id)
    await coordinator.remove(id)
    expect(await codeOf(coordinator.read(id, 0))).toBe(ErrorCode.INVALID_REQUEST)
  })

  it('forgets a topic that is gone', async () => {
    await coordinator.initialize(id, 1, 0)
    coordinator.onTopicsDeleted([topicId('other'), id.topicId])
    await settle()
    expect((await coordinator.summary(id)).startOffset).toBe(-1)
    expect(types()).toEqual(['Snapshot', 'Snapshot'])
  })

  it('loads its log again when an append fails, and says so', async () => {
    await coordinator.initialize(id, 1, 0)
    stateLog.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS)
    expect(await codeOf(write(9))).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    await settle()
    expect((await coordinator.summary(id)).startOffset).toBe(0)
  })

  it('answers while it loads, and when it has resigned', async () => {
    stateLog.holdReads()
    coordinator.resigned(0)
    expect(await codeOf(coordinator.summary(id))).toBe(ErrorCode.NOT_COORDINATOR)
    coordinator.elected(0)
    expect(await codeOf(coordinator.summary(id))).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    stateLog.releaseReads()
    await settle()
    expect(await codeOf(coordinator.summary(id))).toBe(ErrorCode.NONE)
  })

  it('writes everything anew from time to time, and deletes what is before', async () => {
    await coordinator.initialize(id, 1, 0)
    await write(1)
    await write(2)
    await clock.elapse(PRUNE_INTERVAL_MS)
    expect(stateLog.deletedBefore).toBe(3)
    expect(types()).toEqual(['Snapshot', 'Update', 'Update', 'Snapshot'])
    await clock.elapse(PRUNE_INTERVAL_MS)
    expect(types()).toHaveLength(4)
    expect((await coordinator.summary(id)).startOffset).toBe(2)
  })
})
