import { expect, test } from 'vitest'
import { threeBrokers } from './harness.ts'

const SESSION_MS = 9_000

test('a controller that is cut off gives way before it fences the others and thinks itself the majority', () => {
  const plane = threeBrokers()
  plane.pass(1_000, 0)
  const before = plane.events.length
  const { active } = plane
  plane.clock.advance(SESSION_MS - 500)
  expect(active.isActive).toBe(false)
  expect(plane.events.slice(before).map(({ kind }) => kind)).toEqual(['controller-resigned'])
})

test('so does one that was cut off before its first look at who is heard', () => {
  const plane = threeBrokers()
  const { active } = plane
  plane.clock.advance(SESSION_MS)
  expect(active.isActive).toBe(false)
  expect(plane.events.map(({ kind }) => kind)).not.toContain('broker-fenced')
})

test('when it takes the role again because nobody else does, it fences who is silent', () => {
  const plane = threeBrokers()
  plane.clock.advance(4 * SESSION_MS)
  expect(plane.active.isActive).toBe(true)
  expect(plane.events.map(({ kind }) => kind)).toContain('broker-fenced')
})
