import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { coalesce } from '../../../src/main/ipc/coalesce.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('hands on the first value at once, and then the newest once an interval', () => {
  const handOn = vi.fn()
  const tell = coalesce(100, handOn)
  tell(1)
  tell(2)
  tell(3)
  expect(handOn.mock.calls).toEqual([[1]])
  vi.advanceTimersByTime(100)
  expect(handOn.mock.calls).toEqual([[1], [3]])
  tell(4)
  vi.advanceTimersByTime(99)
  expect(handOn).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(1)
  expect(handOn.mock.calls.at(-1)).toEqual([4])
})

it('keeps no timer while there is nothing to tell', () => {
  const tell = coalesce(100, () => undefined)
  tell(1)
  vi.advanceTimersByTime(200)
  expect(vi.getTimerCount()).toBe(0)
})
