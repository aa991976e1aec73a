import { expect, test, vi } from 'vitest'
import type { RemoveBrokerOptions } from '../../../src/broker/index.ts'
import { FailureError } from '../../../src/shared/channel/failure.ts'
import { Removals } from '../../../src/main/clusters/removals.ts'
import type { BrokerRemoval } from '../../../src/shared/ipc/clusters.ts'

/** A cluster whose broker leaves when the test says so, or not at all once that is called off. */
class LeavingCluster {
  readonly id = 'local:orders'
  leaving: number[] = []
  asks = 0
  reported: unknown[] = []
  asked: RemoveBrokerOptions = {}
  leave: () => void = () => undefined
  stay: (error: Error) => void = () => undefined

  leavingBrokers(): number[] {
    return this.leaving
  }

  report(error: unknown): void {
    this.reported.push(error)
  }

  removeBroker(_id: number, options: RemoveBrokerOptions): Promise<void> {
    this.asked = options
    this.asks += 1
    return new Promise((resolve, reject) => {
      this.leave = resolve
      this.stay = reject
      options.signal?.addEventListener('abort', () => reject(new Error('called off')))
    })
  }
}

function removals() {
  const told: BrokerRemoval[][] = []
  return { told, removals: new Removals((now) => told.push(now)) }
}

test('a removal is told from its beginning, with its progress, to its end', async () => {
  const { told, removals: all } = removals()
  const cluster = new LeavingCluster()
  const removed = all.remove(cluster, 2, true)
  expect(cluster.asked.allowFewerReplicas).toBe(true)
  const progress = { movedReplicas: 3, totalReplicas: 7, copiedBytes: 10, totalBytes: 20 }
  cluster.asked.onProgress?.({ step: 'moving', ...progress })
  expect(all.list()).toEqual([{ cluster: 'local:orders', broker: 2, step: 'moving', ...progress }])
  cluster.leave()
  await removed
  expect(told.map((each) => each[0]?.movedReplicas)).toEqual([0, 3, undefined])
})

test('a removal that is called off ends with its reason, and is over', async () => {
  const { removals: all } = removals()
  const removed = all.remove(new LeavingCluster(), 2, false)
  all.cancel('local:orders', 2)
  await expect(removed).rejects.toThrow('called off')
  expect(all.list()).toEqual([])
})

test('a broker leaves once, and another may leave meanwhile', async () => {
  const { removals: all } = removals()
  const cluster = new LeavingCluster()
  const first = all.remove(cluster, 2, false)
  await expect(all.remove(cluster, 2, false)).rejects.toMatchObject({ failure: { code: 'REMOVAL_UNDERWAY' } })
  const other = all.remove(cluster, 3, false)
  expect(all.list()).toHaveLength(2)
  all.cancel('local:orders', 2)
  all.cancel('local:orders', 3)
  await Promise.allSettled([first, other])
  expect(all.list()).toEqual([])
})

test('one that is under way already is taken up once, told, and can be called off', () => {
  const { removals: all } = removals()
  const cluster = new LeavingCluster()
  all.follow([cluster])
  expect(cluster.asks).toBe(0)
  cluster.leaving = [2]
  all.follow([cluster])
  all.follow([cluster])
  expect(cluster.asks).toBe(1)
  // It begins none: the one that it looks for may have ended a moment ago.
  expect(cluster.asked.join).toBe(true)
  const progress = { movedReplicas: 3, totalReplicas: 7, copiedBytes: 10, totalBytes: 20 }
  cluster.asked.onProgress?.({ step: 'moving', ...progress })
  expect(all.list()).toEqual([{ cluster: 'local:orders', broker: 2, step: 'moving', ...progress }])
  all.cancel('local:orders', 2)
  expect(cluster.asked.signal?.aborted).toBe(true)
})

test('one that is taken up is told of no more when it has ended, however it ended', async () => {
  const { removals: all, told } = removals()
  const cluster = new LeavingCluster()
  cluster.leaving = [2]
  all.follow([cluster])
  cluster.leave()
  await vi.waitFor(() => expect(told.at(-1)).toEqual([]))
  all.follow([cluster])
  all.cancel('local:orders', 2)
  await vi.waitFor(() => expect(told.at(-1)).toEqual([]))
  expect(all.list()).toEqual([])
})

test.each([
  ['REASSIGNMENT_REFUSED', 1],
  ['REMOVAL_CANCELLED', 0],
  ['NOT_RUNNING', 0],
])('when one that is taken up ends with %s, the cluster tells of it %i times', async (code, times) => {
  const { removals: all, told } = removals()
  const cluster = new LeavingCluster()
  cluster.leaving = [2]
  all.follow([cluster])
  cluster.stay(new FailureError({ code, message: 'It stays.' }))
  await vi.waitFor(() => expect(told.at(-1)).toEqual([]))
  expect(cluster.reported).toHaveLength(times)
})
