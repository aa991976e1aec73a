import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../../src/broker/protocol/errors.ts'
import { Harness } from '../harness.ts'
import { Consumer, describeGroup, heartbeat } from './consumer.ts'

describe('a subscription by regular expression', () => {
  it('is to every topic whose whole name matches', async () => {
    const harness = await Harness.start({ topics: { a: 1, b: 1, ab: 1 } })
    const consumer = await Consumer.join(harness, 'm1', { regex: '[ab]' })
    expect(consumer.owned).toEqual(['a:0', 'b:0'])
  })

  it('is to topics that appear later, and no more to those that go', async () => {
    const harness = await Harness.start({ topics: { a: 1 } })
    const consumer = await Consumer.join(harness, 'm1', { regex: '.' })
    harness.addTopics({ b: 2 })
    await consumer.catchUp()
    expect(consumer.owned).toEqual(['a:0', 'b:0', 'b:1'])
    harness.deleteTopic('a')
    await consumer.catchUp()
    expect(consumer.owned).toEqual(['b:0', 'b:1'])
  })

  it('adds to the topics named', async () => {
    const harness = await Harness.start({ topics: { a: 1, b: 1, c: 1 } })
    const consumer = await Consumer.join(harness, 'm1', { regex: 'b', topics: ['a'] })
    expect(consumer.owned).toEqual(['a:0', 'b:0'])
  })

  it('can be changed, and taken back by an empty one', async () => {
    const harness = await Harness.start({ topics: { a: 1, b: 1 } })
    const consumer = await Consumer.join(harness, 'm1', { regex: 'a', topics: ['b'] })
    await consumer.send({ subscribedTopicRegex: '', topicPartitions: [] })
    await consumer.catchUp()
    expect(consumer.owned).toEqual(['b:0'])
    expect((await describeGroup(harness)).members?.[0]?.subscribedTopicRegex).toBe('')
  })

  it('never matches an internal topic', async () => {
    const harness = await Harness.start({ topics: { a: 1, __consumer_offsets: 3 } })
    const consumer = await Consumer.join(harness, 'm1', { regex: '.*' })
    expect(consumer.owned).toEqual(['a:0'])
  })

  it.each(['(a', '[z-a]', 'a{2,1}', '(?=a)', '\\1', '*'])(
    '`%s` is INVALID_REGULAR_EXPRESSION',
    async (regex) => {
      const harness = await Harness.start()
      const { errorCode, errorMessage } = await heartbeat(harness, {
        memberId: 'm1',
        rebalanceTimeoutMs: 1000,
        subscribedTopicRegex: regex,
        topicPartitions: [],
      })
      expect(errorCode).toBe(ErrorCode.INVALID_REGULAR_EXPRESSION)
      expect(errorMessage).toContain(regex)
      expect(harness.log.records()).toEqual([])
    },
  )

  it('that would hang a backtracking engine is matched in no time', async () => {
    const harness = await Harness.start({ topics: { [`${'a'.repeat(200)}b`]: 1 } })
    const startedMs = performance.now()
    const consumer = await Consumer.join(harness, 'm1', { regex: '(a+)+' })
    expect(consumer.owned).toEqual([])
    expect(performance.now() - startedMs).toBeLessThan(1000)
  })

  it('outlives its coordinator', async () => {
    const harness = await Harness.start({ topics: { a: 1, b: 1 } })
    const consumer = await Consumer.join(harness, 'm1', { regex: '[ab]' })
    await harness.failOver()
    await consumer.catchUp()
    expect([consumer.epoch, consumer.owned]).toEqual([1, ['a:0', 'b:0']])
  })
})
