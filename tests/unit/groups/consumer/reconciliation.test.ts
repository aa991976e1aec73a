import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../../src/broker/protocol/errors.ts'
import { Harness } from '../harness.ts'
import { Consumer, describeGroup, settleGroup, stateOf } from './consumer.ts'

async function memberEpochs(harness: Harness): Promise<Record<string, number>> {
  const { members = [] } = await describeGroup(harness)
  return Object.fromEntries(members.map(({ memberId = '', memberEpoch = 0 }) => [memberId, memberEpoch]))
}

describe('a member that has to give partitions up (UNREVOKED_PARTITIONS)', () => {
  it('keeps its old epoch until it says that it did', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    await first.beatSilently()
    expect([first.epoch, first.owned]).toEqual([1, ['t:0', 't:1']])
    expect([second.epoch, second.owned]).toEqual([2, []])
    await first.beat()
    expect([first.epoch, first.owned]).toEqual([2, ['t:0', 't:1']])
  })

  it('still holds them while it says nothing', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    for (let times = 0; times < 3; times++) {
      await first.beatSilently()
      await second.beat()
    }
    expect(second.owned).toEqual([])
  })

  it('goes on at once when it has already given them up', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    await Consumer.join(harness, 'm2')
    first.owned = ['t:0', 't:1']
    await first.beat()
    expect([first.epoch, first.owned]).toEqual([2, ['t:0', 't:1']])
  })

  it('is put out after its rebalance time-out', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1', { rebalanceTimeoutMs: 10_000 })
    const second = await Consumer.join(harness, 'm2')
    await first.beatSilently()
    await harness.clock.elapse(9_999)
    expect(Object.keys(await memberEpochs(harness))).toEqual(['m1', 'm2'])
    await harness.clock.elapse(1)
    expect(Object.keys(await memberEpochs(harness))).toEqual(['m2'])
    await second.catchUp()
    expect(second.owned).toHaveLength(4)
    expect(await first.beat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('is not put out when it gave them up in time', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1', { rebalanceTimeoutMs: 10_000 })
    const second = await Consumer.join(harness, 'm2')
    await first.beatSilently()
    await settleGroup(first, second)
    await harness.clock.elapse(20_000)
    expect(await first.beat()).toBe(ErrorCode.NONE)
  })
})

describe('a member that waits for partitions (UNRELEASED_PARTITIONS)', () => {
  it('is at the new epoch without them, and gets them when they are free', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    expect([second.epoch, second.owned]).toEqual([2, []])
    await first.beat()
    await second.beat()
    expect(second.owned).toEqual([])
    await first.beat()
    await second.beat()
    expect(second.owned).toEqual(['t:2', 't:3'])
    expect(await stateOf(harness)).toBe('Stable')
  })

  it('gets at once what a member had that left', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    await first.leave()
    await second.beat()
    expect(second.owned).toHaveLength(4)
  })
})

describe('the state of the group', () => {
  it('is Empty, Assigning, Reconciling and Stable as its members go', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    expect(await stateOf(harness)).toBe('Stable')
    const second = await Consumer.join(harness, 'm2')
    expect(await stateOf(harness)).toBe('Reconciling')
    await settleGroup(first, second)
    expect(await stateOf(harness)).toBe('Stable')
    await second.leave()
    expect(await stateOf(harness)).toBe('Assigning')
    await first.leave()
    expect(await stateOf(harness)).toBe('Empty')
  })
})

describe('a new target while members are on their way', () => {
  it('is what each goes for once it has revoked what it was told to', async () => {
    const harness = await Harness.start({ topics: { t: 6 } })
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    await first.beatSilently()
    const third = await Consumer.join(harness, 'm3')
    await settleGroup(first, second, third)
    expect([first, second, third].map(({ owned }) => owned.length)).toEqual([2, 2, 2])
    expect(await memberEpochs(harness)).toEqual({ m1: 3, m2: 3, m3: 3 })
  })

  it('never gives a partition to two members, whatever comes in which order', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const harness = await Harness.start({ topics: { t: 7, u: 3 } })
      const random = randomOf(seed)
      const consumers: Consumer[] = []
      for (let step = 0; step < 60; step++) {
        const consumer =
          consumers[random(consumers.length + 1)] ?? new Consumer(harness, `m${step}`, { topics: ['t', 'u'] })
        await act(consumer, consumers, random(8))
        const owned = consumers.flatMap((each) => each.owned)
        expect(owned.length).toBe(new Set(owned).size)
      }
      await settleGroup(...consumers)
      expect(consumers.flatMap(({ owned }) => owned).length).toBe(consumers.length === 0 ? 0 : 10)
    }
  })
})

/** Somebody new joins; a member beats, beats without a word, or leaves. */
async function act(consumer: Consumer, consumers: Consumer[], choice: number): Promise<void> {
  const index = consumers.indexOf(consumer)
  if (index === -1) {
    consumers.push(consumer)
    await consumer.join()
  } else if (choice === 0) {
    consumers.splice(index, 1)
    await consumer.leave()
  } else if (choice < 3) {
    await consumer.beatSilently()
  } else {
    await consumer.beat()
  }
}

function randomOf(seed: number): (limit: number) => number {
  let state = seed * 2_654_435_761
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % limit
  }
}
