import { expect, test } from 'vitest'
import type { RemoveBrokerOptions } from '../../../src/broker/index.ts'
import { Removals } from '../../../src/main/clusters/removals.ts'
import type { BrokerRemoval } from '../../../src/shared/ipc/clusters.ts'

/** A cluster whose broker leaves when the test says so, or not at all once that is called off. */
class LeavingCluster {
  readonly id = 'local:orders'
  asked: RemoveBrokerOptions = {}
  leave: () => void = () => undefined

  removeBroker(_id: number, options: RemoveBrokerOptions): Promise<void> {
    this.asked = options
    return new Promise((resolve, reject) => {
      this.leave = resolve
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
