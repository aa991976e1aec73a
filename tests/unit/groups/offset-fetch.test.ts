import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { settle } from '../fake-clock.ts'
import { Harness, topicId } from './harness.ts'

describe('OffsetFetch', () => {
  it('answers -1, no error and no metadata where nothing was committed', async () => {
    const harness = await Harness.start()
    const nothing = { committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode: 0 }
    expect(await harness.fetch()).toMatchObject(nothing)
    await harness.commit(1)
    expect(await harness.fetch({ partition: 1 })).toMatchObject(nothing)
    expect(await harness.fetch({ topic: 'u' })).toMatchObject(nothing)
  })

  it('of all topics tells every offset of the group and of no other', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    await harness.commit(2, { partition: 3 })
    await harness.commit(3, { topic: 'u' })
    await harness.commit(4, { groupId: 'other' })
    expect(await harness.offsets()).toEqual({ 't-0': 1, 't-3': 2, 'u-0': 3 })
    expect(await harness.offsets('nobody')).toEqual({})
  })

  it('by an unknown topic id is UNKNOWN_TOPIC_ID for each partition', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    const fetched = await harness.fetch({ version: 10, topic: '', id: topicId('x') })
    expect(fetched).toMatchObject({ errorCode: ErrorCode.UNKNOWN_TOPIC_ID, committedOffset: -1 })
    expect(await harness.fetch({ version: 10, topic: '', id: topicId('t') })).toMatchObject({
      committedOffset: 1,
    })
  })

  it('of all topics by id leaves out topics that are gone', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    await harness.commit(2, { topic: 'u' })
    // Gone while no coordinator was there to delete its offsets.
    harness.coordinator.resigned(0)
    harness.deleteTopic('u')
    harness.coordinator.elected(0, 1)
    await settle()
    expect(await harness.offsets('g', 10)).toEqual({ 't-0': 1 })
    expect(await harness.offsets('g', 9)).toEqual({ 't-0': 1, 'u-0': 2 })
  })

  it('does not take offsets of a deleted topic for those of a new one with its name', async () => {
    const harness = await Harness.start()
    await harness.commit(5)
    harness.coordinator.resigned(0)
    harness.deleteTopic('t', 4)
    harness.coordinator.elected(0, 1)
    await settle()
    const byId = { version: 10, topic: '', id: topicId("t'") }
    expect(await harness.fetch(byId)).toMatchObject({ errorCode: 0, committedOffset: -1 })
    await harness.commit(6)
    expect(await harness.fetch(byId)).toMatchObject({ committedOffset: 6 })
  })

  it('waits for the commits before it, so it never tells what may be lost', async () => {
    const harness = await Harness.start()
    harness.log.hold()
    const committing = harness.commitCall(1)
    const fetching = harness.fetch()
    await settle()
    expect(committing.isAnswered).toBe(false)
    harness.log.release()
    expect((await fetching).committedOffset).toBe(1)
  })
})
