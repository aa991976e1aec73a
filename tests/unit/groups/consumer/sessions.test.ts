import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../../src/broker/protocol/errors.ts'
import { GROUP, Harness } from '../harness.ts'
import { Consumer, describeGroup, settleGroup, stateOf } from './consumer.ts'

describe('the session', () => {
  it('of a silent member ends after group.consumer.session.timeout.ms, and others get its partitions', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    await settleGroup(first, second)
    await harness.clock.elapse(30_000)
    await second.beat()
    await harness.clock.elapse(15_000)
    await second.beat()
    expect(second.owned).toHaveLength(4)
    expect(await first.beat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('begins anew with each heartbeat', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    for (let times = 0; times < 4; times++) {
      await harness.clock.elapse(44_999)
      expect(await consumer.beat()).toBe(ErrorCode.NONE)
    }
  })

  it('and the heartbeat interval may be the group’s own (KIP-848 GROUP configs)', async () => {
    const harness = await Harness.start()
    harness.setGroupConfig(GROUP, 'consumer.session.timeout.ms', '50000')
    harness.setGroupConfig(GROUP, 'consumer.heartbeat.interval.ms', '7000')
    const consumer = await Consumer.join(harness, 'm1')
    expect(consumer.answer.heartbeatIntervalMs).toBe(7000)
    await harness.clock.elapse(49_999)
    expect(await stateOf(harness)).toBe('Stable')
    await harness.clock.elapse(1)
    expect(await stateOf(harness)).toBe('Empty')
  })

  it('of the last member leaves an empty group', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1')
    await harness.clock.elapse(45_000)
    expect(await describeGroup(harness)).toMatchObject({ groupState: 'Empty', groupEpoch: 2, members: [] })
  })
})

describe('static members', () => {
  it('leave with -2 for a while: they keep their partitions, and the group its epoch', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1', { instanceId: 'i1' })
    const second = await Consumer.join(harness, 'm2')
    await settleGroup(first, second)
    expect(await first.leave()).toBe(ErrorCode.NONE)
    await second.catchUp()
    expect(second.owned).toHaveLength(2)
    expect((await describeGroup(harness)).groupEpoch).toBe(2)
  })

  it('return under a new member id to what they had, and nobody else rebalances', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1', { instanceId: 'i1' })
    const second = await Consumer.join(harness, 'm2')
    await settleGroup(first, second)
    const had = first.owned
    await first.leave()
    const returned = await Consumer.join(harness, 'm3', { instanceId: 'i1' })
    expect([returned.epoch, returned.owned]).toEqual([2, had])
    expect((await describeGroup(harness)).groupEpoch).toBe(2)
    expect(await stateOf(harness)).toBe('Stable')
  })

  it('that do not return within the session are out', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1', { instanceId: 'i1' })
    const second = await Consumer.join(harness, 'm2')
    await settleGroup(first, second)
    await first.leave()
    await harness.clock.elapse(30_000)
    await second.beat()
    await harness.clock.elapse(15_000)
    await second.catchUp()
    expect(second.owned).toHaveLength(4)
  })

  it('are UNRELEASED_INSTANCE_ID while the former one is there', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1', { instanceId: 'i1' })
    const other = await Consumer.join(harness, 'm2', { instanceId: 'i1' })
    expect(other.answer.errorCode).toBe(ErrorCode.UNRELEASED_INSTANCE_ID)
  })

  it('are FENCED_INSTANCE_ID once another took their place', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1', { instanceId: 'i1' })
    await first.leave()
    await Consumer.join(harness, 'm2', { instanceId: 'i1' })
    expect(await first.send({ memberEpoch: 1 })).toBe(ErrorCode.FENCED_INSTANCE_ID)
    expect(await first.leave()).toBe(ErrorCode.FENCED_INSTANCE_ID)
  })

  it('are UNKNOWN_MEMBER_ID with an instance id nobody has', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    expect(await consumer.send({ instanceId: 'i9' })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('leave for good with -1', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1', { instanceId: 'i1' })
    await first.send({ memberEpoch: -1 })
    expect(await stateOf(harness)).toBe('Empty')
    const other = await Consumer.join(harness, 'm2', { instanceId: 'i1' })
    expect(other.owned).toHaveLength(4)
  })
})
