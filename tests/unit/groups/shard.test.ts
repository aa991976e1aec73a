import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { settle } from '../fake-clock.ts'
import { Harness } from './harness.ts'
import { MemoryLog } from './memory-log.ts'

describe('requests that wait for the log together', () => {
  it('each see what the ones before it decided', async () => {
    const harness = await Harness.start()
    harness.log.hold()
    const deletion = [harness.commitCall(1), harness.coordinator.deleteGroups(['g'])] as const
    const describing = harness.describe()
    harness.log.release()
    expect(await deletion[1]).toEqual([{ groupId: 'g', errorCode: 0 }])
    expect((await describing).errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
  })

  it('are answered in order, none before its own records are there', async () => {
    const harness = await Harness.start()
    harness.log.hold()
    const commits = [harness.commitCall(1), harness.commitCall(2), harness.commitCall(3)]
    const answered = () => commits.map((call) => call.isAnswered)
    await settle()
    expect(answered()).toEqual([false, false, false])
    harness.log.releaseOne()
    await settle()
    expect(answered()).toEqual([true, false, false])
    harness.log.release()
    await settle()
    expect(answered()).toEqual([true, true, true])
    expect(await harness.offsets()).toEqual({ 't-0': 3 })
  })
})

describe('an append the log acknowledges before an older one', () => {
  it('is not answered before that, and right after it', async () => {
    const harness = await Harness.start()
    harness.log.hold()
    const commits = [harness.commitCall(1), harness.commitCall(2)]
    const answered = () => commits.map((call) => call.isAnswered)
    await settle()
    harness.log.releaseNewest()
    await settle()
    expect(answered()).toEqual([false, false])
    harness.log.releaseNewest()
    await settle()
    expect(answered()).toEqual([true, true])
  })
})

describe('a failed append', () => {
  it.each([
    [ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.COORDINATOR_NOT_AVAILABLE],
    [ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND, ErrorCode.COORDINATOR_NOT_AVAILABLE],
    [ErrorCode.REQUEST_TIMED_OUT, ErrorCode.COORDINATOR_NOT_AVAILABLE],
    [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.COORDINATOR_NOT_AVAILABLE],
    [ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_COORDINATOR],
    [ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.NOT_COORDINATOR],
    [ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.UNKNOWN_SERVER_ERROR],
    [ErrorCode.CORRUPT_MESSAGE, ErrorCode.CORRUPT_MESSAGE],
  ])('with code %i is told to clients as %i', async (logCode, clientCode) => {
    const harness = await Harness.start()
    harness.log.refuseNext(logCode)
    expect(await harness.commit(1)).toBe(clientCode)
  })

  it('takes back what was decided: the state is the log’s again', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    harness.log.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS)
    await harness.commit(2)
    await settle()
    expect(await harness.offsets()).toEqual({ 't-0': 1 })
  })

  it('takes timers back, too', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    const { timers } = harness.clock
    await harness.join().response
    expect(harness.clock.timers).toBe(timers + 1)
    harness.log.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS)
    await harness.commit(2)
    await settle()
    expect(harness.clock.timers).toBe(timers)
  })

  it('fails the requests after it, which had seen what was taken back', async () => {
    const harness = await Harness.start()
    harness.log.hold()
    harness.log.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS)
    const lost = harness.commitCall(1)
    const after = harness.offsets()
    const alsoLost = harness.commitCall(2, { partition: 1 })
    harness.log.release()
    expect(await after).toEqual({})
    expect((await lost.response).topics?.[0]?.partitions?.[0]?.errorCode).toBe(
      ErrorCode.COORDINATOR_NOT_AVAILABLE,
    )
    expect((await alsoLost.response).topics?.[0]?.partitions?.[0]?.errorCode).toBe(
      ErrorCode.COORDINATOR_NOT_AVAILABLE,
    )
    await settle()
    expect(await harness.offsets()).toEqual({ 't-1': 2 })
  })

  it('does not fail the requests before it', async () => {
    const harness = await Harness.start()
    harness.log.hold()
    const before = harness.commitCall(1)
    harness.log.refuseNext(ErrorCode.REQUEST_TIMED_OUT)
    const lost = harness.commitCall(2)
    harness.log.release()
    expect((await before.response).topics?.[0]?.partitions?.[0]?.errorCode).toBe(ErrorCode.NONE)
    expect((await lost.response).topics?.[0]?.partitions?.[0]?.errorCode).toBe(
      ErrorCode.COORDINATOR_NOT_AVAILABLE,
    )
  })

  it('by time-out may have reached the log all the same: then that counts', async () => {
    const harness = await Harness.start()
    harness.log.refuseNext(ErrorCode.REQUEST_TIMED_OUT, { isInLog: true })
    expect(await harness.commit(8)).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    await settle()
    expect(await harness.offsets()).toEqual({ 't-0': 8 })
  })

  it('loads again only when all appends under way are through', async () => {
    const harness = await Harness.start()
    harness.log.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS)
    harness.log.hold()
    harness.commitCall(1)
    const late = harness.commitCall(2, { partition: 1 })
    harness.log.releaseOne()
    await settle()
    expect(late.isAnswered).toBe(true)
    expect(await harness.commit(3)).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    harness.log.release()
    await settle()
    expect(await harness.commit(3, { partition: 2 })).toBe(ErrorCode.NONE)
    expect(await harness.offsets()).toEqual({ 't-1': 2, 't-2': 3 })
  })

  it('of an assignment sends every member to look for the coordinator, and the old generation stands', async () => {
    const harness = await Harness.start()
    const { memberIds, leader, followers, generationId } = await harness.stableGroup(2)
    memberIds.forEach((memberId) => harness.join({ memberId, protocols: ['range', 'x'] }))
    await settle()
    const waiting = harness.sync(followers[0] ?? '', generationId + 1)
    harness.log.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS)
    const led = harness.sync(leader, generationId + 1, { [leader]: 'new' })
    await settle()
    expect([led.value.errorCode, waiting.value.errorCode]).toEqual([15, 15])
    expect(await harness.heartbeat(leader, generationId)).toBe(ErrorCode.NONE)
    expect(await harness.heartbeat(leader, generationId + 1)).toBe(ErrorCode.ILLEGAL_GENERATION)
  })

  it('answers members that wait for others', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(2)
    const waiting = harness.join({ memberId: leader })
    harness.log.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS)
    await harness.commit(1, { groupId: 'another' })
    expect(waiting.value).toMatchObject({ errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE, memberId: leader })
  })

  it('of a static member’s return leaves it its old id', async () => {
    const harness = await Harness.start()
    const joins = [harness.join({ instanceId: 'a' })]
    await harness.clock.elapse(0)
    const { leader, generationId } = await harness.finish([joins[0]?.value.memberId ?? ''], joins)
    harness.log.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS)
    expect((await harness.join({ instanceId: 'a' }).response).errorCode).toBe(15)
    await settle()
    expect(await harness.heartbeat(leader, generationId, 'a')).toBe(ErrorCode.NONE)
  })
})

describe('loading', () => {
  it('brings back generations, members, assignments and offsets', async () => {
    const harness = await Harness.start()
    const { leader: memberId, generationId } = await harness.stableGroup(3, {
      protocols: ['range', 'roundrobin'],
    })
    await harness.commit(5, { memberId, generationId, metadata: 'm' })
    const before = [await harness.describe(), await harness.offsets()]
    await harness.failOver()
    expect([await harness.describe(), await harness.offsets()]).toEqual(before)
    expect(await harness.heartbeat(memberId, generationId)).toBe(ErrorCode.NONE)
  })

  it('gives each loaded member a whole session', async () => {
    const harness = await Harness.start()
    const { memberIds } = await harness.stableGroup(2, { sessionTimeoutMs: 10_000 })
    await harness.clock.elapse(9_000)
    await harness.failOver()
    await harness.clock.elapse(9_999)
    expect((await harness.describe()).members).toHaveLength(memberIds.length)
    await harness.clock.elapse(1)
    expect(await harness.state()).toBe('Empty')
  })

  it('is waited for by requests with COORDINATOR_LOAD_IN_PROGRESS, by heartbeats not at all', async () => {
    const harness = await Harness.start()
    harness.log.holdReads()
    await harness.failOver()
    expect(await harness.commit(1)).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    expect((await harness.join().response).errorCode).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    expect((await harness.fetch()).errorCode).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    expect(await harness.heartbeat('x', 1)).toBe(ErrorCode.NONE)
  })

  it('is tried again when the log cannot be read', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    harness.log.failNextRead(new Error('disk on fire'))
    await harness.failOver()
    expect(await harness.commit(2)).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    expect(harness.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    await harness.clock.elapse(1_000)
    expect(await harness.offsets()).toEqual({ 't-0': 1 })
  })

  it('is given up when the partition goes meanwhile', async () => {
    const harness = await Harness.start()
    harness.log.holdReads()
    await harness.failOver()
    harness.coordinator.resigned(0)
    harness.log.releaseReads()
    await settle()
    expect(await harness.commit(1)).toBe(ErrorCode.NOT_COORDINATOR)
    expect(harness.clock.timers).toBe(0)
  })

  it('leaves out records of group protocols it does not have, and says which it cannot read', async () => {
    const log = new MemoryLog()
    const consumerGroupMetadata = {
      key: Buffer.from([0, 3, 0, 1, 0x67]),
      value: Buffer.from([0, 0, 0, 0, 0, 1, 0]),
    }
    const damaged = { key: Buffer.from([0, 1, 0, 9, 0x67]), value: null }
    await log.append(0, [consumerGroupMetadata, damaged], 0)
    const harness = await Harness.start({ log })
    expect(await harness.commit(1)).toBe(ErrorCode.NONE)
    expect(
      harness.lines.filter(({ level }) => level === 'error').map(({ fields }) => fields['offset']),
    ).toEqual([1])
  })
})

describe('giving a partition up', () => {
  it('answers everybody who waits NOT_COORDINATOR', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(2)
    const waiting = harness.join({ memberId: leader })
    harness.log.hold()
    const committing = harness.commitCall(1, { groupId: 'another' })
    harness.coordinator.resigned(0)
    await settle()
    expect(waiting.value.errorCode).toBe(ErrorCode.NOT_COORDINATOR)
    expect(committing.value.topics?.[0]?.partitions?.[0]?.errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })

  it('stops its timers: nothing is written any more', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1)
    await harness.commit(1, { groupId: 'simple' })
    harness.coordinator.resigned(0)
    expect(harness.clock.timers).toBe(0)
    const { length } = harness.log.records()
    await harness.clock.elapse(30 * 24 * 3_600_000)
    expect(harness.log.records()).toHaveLength(length)
  })

  it('by closing the coordinator answers COORDINATOR_NOT_AVAILABLE', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(2)
    const waiting = harness.join({ memberId: leader })
    harness.coordinator.close()
    expect((await waiting.response).errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    expect(await harness.commit(1)).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    expect((await harness.coordinator.listGroups({ statesFilter: [], typesFilter: [] })).errorCode).toBe(15)
    harness.coordinator.elected(0, 9)
    expect(await harness.commit(1)).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
  })
})

describe('a partition led on in a new leader epoch', () => {
  it('is not loaded again, and nobody who waits notices', async () => {
    const harness = await Harness.start()
    const { leader, followers } = await harness.stableGroup(2)
    const waiting = harness.join({ memberId: leader })
    harness.coordinator.elected(0, 7)
    harness.join({ memberId: followers[0] ?? '' })
    await settle()
    expect(waiting.value.errorCode).toBe(ErrorCode.NONE)
  })
})

describe('a request that breaks off half-way by a bug', () => {
  it('is answered, and takes nothing of its half with it', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    const poisoned = { ...harness.config }
    Object.defineProperty(poisoned, 'offsetMetadataMaxBytes', {
      get() {
        throw new TypeError('a bug')
      },
    })
    const { config } = harness
    harness.config = poisoned
    expect(await harness.commit(2)).toBe(ErrorCode.UNKNOWN_SERVER_ERROR)
    harness.config = config
    await settle()
    expect(await harness.offsets()).toEqual({ 't-0': 1 })
    expect(harness.lines.some(({ level }) => level === 'error')).toBe(true)
  })
})
