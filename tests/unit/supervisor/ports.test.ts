import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { checkPorts } from '../../../src/broker/supervisor/ports.ts'

/** Listens on a port until the test ends; 0 for any. */
async function take(port: number, host = '127.0.0.1'): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** The first of `count` free ports in a row, away from those the system gives out by itself. */
async function freeRun(count: number): Promise<number> {
  return (await checkPorts(12_000 + Math.floor(Math.random() * 15_000), count)).suggestion
}

test('free ports are suggested as they are', async () => {
  const first = await freeRun(3)

  expect(await checkPorts(first, 3)).toEqual({ taken: [], suggestion: first })
})

test('taken ports are named, and the next run of free ones is suggested', async () => {
  const first = await freeRun(8)
  await take(first + 1)
  // Leaves a hole of two, which three brokers don't fit in.
  await take(first + 4)

  expect(await checkPorts(first, 3)).toEqual({ taken: [first + 1], suggestion: first + 5 })
})

test('every taken port is named', async () => {
  const first = await freeRun(6)
  await take(first)
  await take(first + 2)

  expect(await checkPorts(first, 3)).toEqual({ taken: [first, first + 2], suggestion: first + 3 })
})

test('a port taken on all addresses is taken', async () => {
  const port = await take(0, '0.0.0.0')

  expect((await checkPorts(port, 1)).taken).toEqual([port])
})

test('at the end of the ports the search goes on at the beginning', async () => {
  await take(65_535)

  const { taken, suggestion } = await checkPorts(65_535, 1)

  expect(taken).toEqual([65_535])
  expect(suggestion).toBeGreaterThanOrEqual(1_024)
  expect(suggestion).toBeLessThan(65_535)
})
