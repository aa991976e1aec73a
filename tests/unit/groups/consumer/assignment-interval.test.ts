/** `group.consumer.assignment.interval.ms`: changes within it are answered by one assignment. */
import { describe, expect, it } from 'vitest'

import { Consumer, describeGroup } from './consumer.ts'
import { GROUP, Harness } from '../harness.ts'

const INTERVAL_MS = 1000

function start(): Promise<Harness> {
  return Harness.start({ config: { groupConsumerAssignmentIntervalMs: INTERVAL_MS } })
}

describe('the assignment interval', () => {
  it('does not keep the first member of a group waiting', async () => {
    const harness = await start()
    const first = await Consumer.join(harness, 'm1')
    expect([first.epoch, first.owned]).toEqual([1, ['t:0', 't:1', 't:2', 't:3']])
  })

  it('gives a member that joins within it the epoch assigned last, and nothing', async () => {
    const harness = await start()
    await Consumer.join(harness, 'm1')
    await harness.clock.elapse(INTERVAL_MS - 1)
    const second = await Consumer.join(harness, 'm2')
    expect([second.epoch, second.owned]).toEqual([1, []])
    expect(await describeGroup(harness)).toMatchObject({
      groupState: 'Assigning',
      groupEpoch: 2,
      assignmentEpoch: 1,
    })
  })

  it('ends by the next heartbeat of whoever it is', async () => {
    const harness = await start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    const third = await Consumer.join(harness, 'm3')
    await harness.clock.elapse(INTERVAL_MS)
    expect(await describeGroup(harness)).toMatchObject({ groupEpoch: 3, assignmentEpoch: 1 })
    await first.beat()
    expect(await describeGroup(harness)).toMatchObject({ groupEpoch: 3, assignmentEpoch: 3 })
    for (const member of [first, second, third, first, second, third]) await member.beat()
    expect([first.epoch, second.epoch, third.epoch]).toEqual([3, 3, 3])
    expect([first, second, third].flatMap(({ owned }) => owned).sort()).toEqual(['t:0', 't:1', 't:2', 't:3'])
  })

  it('begins with the assignment, not with the change', async () => {
    const harness = await start()
    const first = await Consumer.join(harness, 'm1')
    await harness.clock.elapse(INTERVAL_MS)
    const second = await Consumer.join(harness, 'm2')
    expect(second.epoch).toBe(2)
    const third = await Consumer.join(harness, 'm3')
    expect(third.epoch).toBe(2)
    await harness.clock.elapse(INTERVAL_MS)
    await third.beat()
    expect(third.epoch).toBe(3)
    expect(first.epoch).toBe(1)
  })

  it('holds for what a member leaves behind', async () => {
    const harness = await start()
    const first = await Consumer.join(harness, 'm1')
    await harness.clock.elapse(INTERVAL_MS)
    const second = await Consumer.join(harness, 'm2')
    await first.catchUp()
    await second.catchUp()
    await second.leave()
    await first.beat()
    expect(first.owned).toHaveLength(2)
    await harness.clock.elapse(INTERVAL_MS)
    await first.beat()
    expect(first.owned).toHaveLength(4)
  })

  it('does not keep the first member of an emptied group waiting', async () => {
    const harness = await start()
    const first = await Consumer.join(harness, 'm1')
    await first.leave()
    const next = await Consumer.join(harness, 'm2')
    expect(next.owned).toHaveLength(4)
  })

  it('goes on under the next coordinator', async () => {
    const harness = await start()
    await Consumer.join(harness, 'm1')
    await harness.failOver()
    expect((await Consumer.join(harness, 'm2')).epoch).toBe(1)
    await harness.clock.elapse(INTERVAL_MS)
    expect((await Consumer.join(harness, 'm3')).epoch).toBe(3)
  })

  it('may be none', async () => {
    const harness = await Harness.start({ config: { groupConsumerAssignmentIntervalMs: 0 } })
    await Consumer.join(harness, 'm1')
    expect((await Consumer.join(harness, 'm2')).epoch).toBe(2)
  })

  it.each([
    ['the group’s own', '3000', 3000],
    ['never more than the broker allows', '99999', 15_000],
  ])('is %s', async (_what, value, intervalMs) => {
    const harness = await start()
    harness.setGroupConfig(GROUP, 'consumer.assignment.interval.ms', value)
    await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    await harness.clock.elapse(intervalMs - 1)
    await second.beat()
    expect(second.epoch).toBe(1)
    await harness.clock.elapse(1)
    await second.beat()
    expect(second.epoch).toBe(2)
  })

  it('is never less than the broker allows', async () => {
    const harness = await Harness.start({
      config: { groupConsumerAssignmentIntervalMs: INTERVAL_MS, groupConsumerMinAssignmentIntervalMs: 500 },
    })
    harness.setGroupConfig(GROUP, 'consumer.assignment.interval.ms', '0')
    await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    expect(second.epoch).toBe(1)
    await harness.clock.elapse(500)
    await second.beat()
    expect(second.epoch).toBe(2)
  })
})
