import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ControlServer } from '../../../src/broker/supervisor/control-server.ts'
import { ClusterLock } from '../../../src/broker/supervisor/lock.ts'
import { FakeCluster } from './fake-cluster.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('a cluster is locked once, until it is released', () => {
  const folder = temporaryFolder()
  const lock = ClusterLock.acquire(folder)

  expect(() => ClusterLock.acquire(folder)).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ code: 'CLUSTER_RUNNING' }) }),
  )

  lock.release()
  ClusterLock.acquire(folder).release()
})

test('releasing twice is no error', () => {
  const lock = ClusterLock.acquire(temporaryFolder())
  lock.release()

  expect(() => lock.release()).not.toThrow()
})

test('the lock is one file, and makes its folder', () => {
  const folder = join(temporaryFolder(), 'new')
  const lock = ClusterLock.acquire(folder)

  expect(readdirSync(folder)).toEqual(['cluster.lock'])
  lock.release()
})

test('the process which runs the cluster is named when it is known', async () => {
  const folder = temporaryFolder()
  const lock = ClusterLock.acquire(folder)
  const control = await ControlServer.serve(new FakeCluster(folder))

  expect(() => ClusterLock.acquire(folder)).toThrow(`is already run by process ${process.pid}.`)

  await control.close()
  expect(() => ClusterLock.acquire(folder)).toThrow('is already run by another process.')
  lock.release()
})

test('a folder which can not be made is told with a remedy', () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')

  expect(() => ClusterLock.acquire(join(file, 'below'))).toThrow(/can't be used: .*Choose another folder\./)
})
