/** The rules of a share partition (KIP-932), one by one, on a clock that only the test moves. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode, KafkaError } from '../../../src/broker/protocol/errors.ts'
import { AcknowledgeType } from '../../../src/broker/share/acknowledgements.ts'
import type { StateBatch } from '../../../src/broker/share/delivery-state.ts'
import { SharePartition } from '../../../src/broker/share/share-partition.ts'
import type { ShareStateChange } from '../../../src/broker/share/share-partition.ts'
import { FakeClock, settle } from '../fake-clock.ts'

const { ACCEPT, RELEASE, REJECT, GAP, RENEW } = AcknowledgeType
const AVAILABLE = 0
const ACQUIRED = 1
const ACKNOWLEDGED = 2
const ARCHIVED = 4
const LOCK_MS = 30_000

describe('A share partition', () => {
  let clock: FakeClock
  let writes: ShareStateChange[]
  let failure: KafkaError | null
  let held: (() => void)[] | null
  let availabilities: number
  let share: SharePartition

  const begin = (startOffset = 0, stateBatches: readonly StateBatch[] = []) =>
    new SharePartition({
      startOffset,
      stateBatches,
      clock,
      settings: () => ({ recordLockDurationMs: LOCK_MS, deliveryCountLimit: 3, partitionMaxRecordLocks: 10 }),
      write: async (change) => {
        writes.push(change)
        if (held !== null) await new Promise<void>((resolve) => held!.push(resolve))
        if (failure !== null) throw failure
      },
      available: () => void availabilities++,
      fenced: () => undefined,
    })

  /** `first-last×count` */
  const acquire = (memberId: string, ...ranges: [number, number][]) =>
    share
      .acquire(
        memberId,
        ranges.map(([firstOffset, lastOffset]) => ({ firstOffset, lastOffset })),
        { maxRecords: 100, batchSize: 100, isStrict: false },
      )
      .map(({ firstOffset, lastOffset, deliveryCount }) => `${firstOffset}-${lastOffset}×${deliveryCount}`)

  const acknowledge = (memberId: string, firstOffset: number, lastOffset: number, type: number) =>
    share.acknowledge(memberId, [{ firstOffset, lastOffset, type }])

  /** `first-last:state×count` */
  const runs = () =>
    share.runs.map((run) => `${run.firstOffset}-${run.lastOffset}:${run.state}×${run.deliveryCount}`)

  const codeOf = async (work: Promise<void>) => {
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    )
    return error instanceof KafkaError ? error.code : ErrorCode.NONE
  }

  beforeEach(() => {
    clock = new FakeClock()
    writes = []
    failure = null
    held = null
    availabilities = 0
    share = begin()
  })

  describe('acquiring', () => {
    it('locks records for one member', () => {
      expect(acquire('a', [0, 4])).toEqual(['0-4×1'])
      expect(share.fetchOffset).toBe(5)
      expect(runs()).toEqual([`0-4:${ACQUIRED}×1`])
      expect(acquire('b', [0, 4])).toEqual([])
    })

    it('is not written to the share coordinator', async () => {
      acquire('a', [0, 4])
      await settle()
      expect(writes).toEqual([])
    })

    it('takes what was released first, each with its own count', async () => {
      acquire('a', [0, 4])
      await acknowledge('a', 1, 2, RELEASE)
      expect(share.fetchOffset).toBe(1)
      expect(acquire('b', [0, 4], [5, 6])).toEqual(['1-2×2', '5-6×1'])
    })

    it('stops at the most records that may be in flight, but ends the batch', () => {
      expect(acquire('a', [0, 5], [6, 11], [12, 17])).toEqual(['0-11×1'])
      expect(share.fetchOffset).toBeNull()
      expect(acquire('b', [12, 17])).toEqual([])
    })

    it('has room again when records in front are done with', async () => {
      acquire('a', [0, 11])
      availabilities = 0
      await acknowledge('a', 0, 5, ACCEPT)
      expect(availabilities).toBe(1)
      expect(share.fetchOffset).toBe(12)
    })

    it('begins in the middle of a batch', () => {
      share = begin(3)
      expect(acquire('a', [0, 9])).toEqual(['3-9×1'])
      expect(runs()).toEqual([`3-9:${ACQUIRED}×1`])
    })

    it('archives offsets the log does not have', async () => {
      expect(acquire('a', [0, 1], [4, 5])).toEqual(['0-1×1', '4-5×1'])
      expect(runs()).toEqual([`0-1:${ACQUIRED}×1`, `2-3:${ARCHIVED}×0`, `4-5:${ACQUIRED}×1`])
      await acknowledge('a', 0, 1, ACCEPT)
      expect(share.startOffset).toBe(4)
    })

    it('does not wait for ever for a released record that compaction took', async () => {
      acquire('a', [0, 4])
      await acknowledge('a', 0, 4, RELEASE)
      expect(acquire('b', [3, 4])).toEqual(['3-4×2'])
      expect(share.startOffset).toBe(3)
    })

    it('never exceeds maxRecords in record limit mode', () => {
      const acquired = share.acquire('a', [{ firstOffset: 0, lastOffset: 4 }], {
        maxRecords: 2,
        batchSize: 100,
        isStrict: true,
      })
      expect(acquired).toEqual([{ firstOffset: 0, lastOffset: 1, deliveryCount: 1 }])
      expect(share.fetchOffset).toBe(2)
    })

    it('ends the batch in which maxRecords is reached otherwise, and begins no other', () => {
      const read = [
        { firstOffset: 0, lastOffset: 4 },
        { firstOffset: 5, lastOffset: 9 },
      ]
      const acquired = share.acquire('a', read, { maxRecords: 2, batchSize: 100, isStrict: false })
      expect(acquired).toEqual([{ firstOffset: 0, lastOffset: 4, deliveryCount: 1 }])
    })
  })

  describe('acknowledging', () => {
    beforeEach(() => void acquire('a', [0, 4]))

    it('moves the start over what is done with, and writes that', async () => {
      await acknowledge('a', 0, 1, ACCEPT)
      expect(share.startOffset).toBe(2)
      expect(writes).toEqual([
        {
          startOffset: 2,
          deliveryCompleteCount: 0,
          stateBatches: [{ firstOffset: 0, lastOffset: 1, deliveryState: ACKNOWLEDGED, deliveryCount: 1 }],
        },
      ])
    })

    it('keeps the start while a record in front is not done with', async () => {
      await acknowledge('a', 2, 4, ACCEPT)
      expect(share.startOffset).toBe(0)
      expect(writes[0]).toMatchObject({ startOffset: 0, deliveryCompleteCount: 3 })
      await acknowledge('a', 0, 1, REJECT)
      expect(share.startOffset).toBe(5)
    })

    it.each([
      ['reject', REJECT],
      ['gap', GAP],
    ])('archives with %s', async (_name, type) => {
      await acknowledge('a', 1, 1, type)
      expect(runs()).toEqual([`0-0:${ACQUIRED}×1`, `1-1:${ARCHIVED}×1`, `2-4:${ACQUIRED}×1`])
    })

    it('makes available with release, and says so', async () => {
      await acknowledge('a', 1, 3, RELEASE)
      expect(runs()).toEqual([`0-0:${ACQUIRED}×1`, `1-3:${AVAILABLE}×1`, `4-4:${ACQUIRED}×1`])
      expect(availabilities).toBe(1)
    })

    it('archives a record that was released as often as it may be delivered', async () => {
      for (let delivery = 1; delivery < 3; delivery++) {
        await acknowledge('a', 0, 4, RELEASE)
        acquire('a', [0, 4])
      }
      await acknowledge('a', 0, 4, RELEASE)
      expect(share.startOffset).toBe(5)
      expect(writes.at(-1)!.stateBatches[0]).toMatchObject({ deliveryState: ARCHIVED, deliveryCount: 3 })
    })

    it('refuses what another member holds: INVALID_RECORD_STATE', async () => {
      expect(await codeOf(acknowledge('b', 0, 0, ACCEPT))).toBe(ErrorCode.INVALID_RECORD_STATE)
      expect(runs()).toEqual([`0-4:${ACQUIRED}×1`])
    })

    it('refuses what nobody holds: INVALID_RECORD_STATE', async () => {
      await acknowledge('a', 2, 2, ACCEPT)
      expect(await codeOf(acknowledge('a', 2, 2, ACCEPT))).toBe(ErrorCode.INVALID_RECORD_STATE)
    })

    it('refuses what was never delivered: INVALID_REQUEST', async () => {
      expect(await codeOf(acknowledge('a', 4, 5, ACCEPT))).toBe(ErrorCode.INVALID_REQUEST)
    })

    it('is all or nothing', async () => {
      await acknowledge('a', 3, 3, ACCEPT)
      const before = runs()
      const mixed = share.acknowledge('a', [
        { firstOffset: 0, lastOffset: 1, type: ACCEPT },
        { firstOffset: 3, lastOffset: 3, type: ACCEPT },
      ])
      expect(await codeOf(mixed)).toBe(ErrorCode.INVALID_RECORD_STATE)
      expect(runs()).toEqual(before)
    })

    it('says nothing about what has left the log', async () => {
      share.advanceLogStart(3)
      await acknowledge('a', 0, 2, ACCEPT)
      await acknowledge('a', 0, 4, ACCEPT)
      expect(share.startOffset).toBe(5)
    })

    it('says nothing about what is done with, and before the start', async () => {
      await acknowledge('a', 0, 1, ACCEPT)
      await acknowledge('a', 0, 1, REJECT)
      expect(writes).toHaveLength(1)
    })

    it('is answered when it is written, and applied before', async () => {
      held = []
      let isAnswered = false
      void acknowledge('a', 0, 1, ACCEPT).then(() => (isAnswered = true))
      await settle()
      expect([share.startOffset, isAnswered]).toEqual([2, false])
      held[0]!()
      await settle()
      expect(isAnswered).toBe(true)
    })

    it('gathers what changes during a write in the next one', async () => {
      held = []
      void acknowledge('a', 0, 0, ACCEPT)
      await settle()
      void acknowledge('a', 1, 1, ACCEPT)
      void acknowledge('a', 2, 2, ACCEPT)
      await settle()
      expect(writes).toHaveLength(1)
      held[0]!()
      await settle()
      expect(writes).toHaveLength(2)
      expect(writes[1]).toMatchObject({ startOffset: 3 })
      expect(writes[1]!.stateBatches).toHaveLength(2)
    })

    it('fences the share partition when the write fails', async () => {
      failure = new KafkaError(ErrorCode.FENCED_STATE_EPOCH)
      expect(await codeOf(acknowledge('a', 0, 0, ACCEPT))).toBe(ErrorCode.FENCED_STATE_EPOCH)
      failure = null
      expect(await codeOf(acknowledge('a', 1, 1, ACCEPT))).toBe(ErrorCode.FENCED_STATE_EPOCH)
      expect(clock.timers).toBe(0)
    })
  })

  describe('a lock', () => {
    it('that is over makes the records available again', async () => {
      acquire('a', [0, 4])
      await clock.elapse(LOCK_MS - 1)
      expect(runs()).toEqual([`0-4:${ACQUIRED}×1`])
      await clock.elapse(1)
      expect(runs()).toEqual([`0-4:${AVAILABLE}×1`])
      expect(availabilities).toBe(1)
      expect(await codeOf(acknowledge('a', 0, 4, ACCEPT))).toBe(ErrorCode.INVALID_RECORD_STATE)
    })

    it('that is over is written, with the deliveries so far', async () => {
      acquire('a', [0, 4])
      await clock.elapse(LOCK_MS)
      expect(writes).toHaveLength(1)
      expect(writes[0]!.stateBatches).toEqual([
        { firstOffset: 0, lastOffset: 4, deliveryState: AVAILABLE, deliveryCount: 1 },
      ])
    })

    it('that is over archives records delivered as often as they may be', async () => {
      for (let delivery = 1; delivery <= 3; delivery++) {
        acquire('a', [0, 4])
        await clock.elapse(LOCK_MS)
      }
      expect(share.startOffset).toBe(5)
    })

    it('ends for each acquisition by itself', async () => {
      acquire('a', [0, 1])
      await clock.elapse(LOCK_MS / 2)
      acquire('a', [2, 3])
      await clock.elapse(LOCK_MS / 2)
      expect(runs()).toEqual([`0-1:${AVAILABLE}×1`, `2-3:${ACQUIRED}×1`])
      await clock.elapse(LOCK_MS / 2)
      expect(runs()).toEqual([`0-3:${AVAILABLE}×1`])
    })

    it('is renewed for as long as it was given for (KIP-1222)', async () => {
      acquire('a', [0, 4])
      await clock.elapse(LOCK_MS - 1)
      await acknowledge('a', 0, 1, RENEW)
      expect(writes).toEqual([])
      await clock.elapse(LOCK_MS - 1)
      expect(runs()).toEqual([`0-1:${ACQUIRED}×1`, `2-4:${AVAILABLE}×1`])
      await clock.elapse(1)
      expect(runs()).toEqual([`0-4:${AVAILABLE}×1`])
    })

    it('needs no timer when nothing is locked', async () => {
      acquire('a', [0, 4])
      await acknowledge('a', 0, 4, ACCEPT)
      expect(clock.timers).toBe(0)
    })
  })

  it('takes back what a leaving member holds, a delivery like any other', async () => {
    acquire('a', [0, 1])
    acquire('b', [2, 3])
    await share.release('a')
    expect(runs()).toEqual([`0-1:${AVAILABLE}×1`, `2-3:${ACQUIRED}×1`])
    expect(writes[0]!.stateBatches[0]).toMatchObject({ deliveryState: AVAILABLE, deliveryCount: 1 })
  })

  it('gives up what a leaving member had as often as it may be delivered', async () => {
    for (const memberId of ['a', 'b', 'c']) {
      acquire(memberId, [0, 0])
      await share.release(memberId)
    }
    expect(writes.at(-1)!.stateBatches[0]).toMatchObject({ deliveryState: ARCHIVED, deliveryCount: 3 })
  })

  it('begins where the share coordinator says, with what it says', () => {
    share = begin(5, [
      { firstOffset: 9, lastOffset: 9, deliveryState: ACKNOWLEDGED, deliveryCount: 1 },
      { firstOffset: 6, lastOffset: 7, deliveryState: AVAILABLE, deliveryCount: 2 },
    ])
    expect(runs()).toEqual([
      `5-5:${AVAILABLE}×0`,
      `6-7:${AVAILABLE}×2`,
      `8-8:${AVAILABLE}×0`,
      `9-9:${ACKNOWLEDGED}×1`,
    ])
    expect(acquire('a', [0, 12])).toEqual(['5-5×1', '6-7×3', '8-8×1', '10-12×1'])
  })

  it('moves its start over what was done with when it was written', () => {
    share = begin(5, [{ firstOffset: 5, lastOffset: 7, deliveryState: ARCHIVED, deliveryCount: 1 }])
    expect(share.startOffset).toBe(8)
  })

  it('gives up what the log has lost in front', () => {
    acquire('a', [0, 4])
    share.advanceLogStart(7)
    expect(share.startOffset).toBe(7)
    expect(share.fetchOffset).toBe(7)
    expect(clock.timers).toBe(0)
  })
})
