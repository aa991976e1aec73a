import { expect, it } from 'vitest'
import { visibleBounds } from '../../../src/main/window/bounds.ts'

const screen = { x: 0, y: 0, width: 1920, height: 1080 }
const left = { x: -1920, y: 0, width: 1920, height: 1080 }
const size = { width: 1280, height: 800 }

it('opens the window where it was', () => {
  const saved = { x: 200, y: 100, ...size }
  expect(visibleBounds(saved, [screen])).toEqual(saved)
})

it('opens it on another display while that is there, and in the default place once it is not', () => {
  const saved = { x: -1500, y: 100, ...size }
  expect(visibleBounds(saved, [screen, left])).toEqual(saved)
  expect(visibleBounds(saved, [screen])).toBeNull()
})

it.each([
  ['a title bar above the screen', { x: 0, y: -40, ...size }],
  ['all but nothing to take hold of', { x: 1900, y: 0, ...size }],
  ['a window below the screen', { x: 0, y: 1079, ...size }],
])('does not open it with %s', (_what, saved) => {
  expect(visibleBounds(saved, [screen])).toBeNull()
})

it('has nothing to say about a window that was never open', () => {
  expect(visibleBounds(null, [screen])).toBeNull()
})
