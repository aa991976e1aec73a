import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RemoteClusters } from '../../../src/main/clusters/remote-clusters.ts'
import type { AppDatabase } from '../../../src/main/store/database.ts'
import { openAppDatabase } from '../../../src/main/store/database.ts'
import { RemoteClusterStore } from '../../../src/main/store/remote-clusters.ts'

let folder: string
let database: AppDatabase
let changes: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ottla-remotes-'))
  database = openAppDatabase(join(folder, 'app.db'))
  changes = 0
})

afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const launched = () => new RemoteClusters(new RemoteClusterStore(database), () => changes++)
const staging = { name: 'staging', bootstrapServers: 'kafka-1:9092,kafka-2:9092' }

it('are kept as they were added, by name', () => {
  const clusters = launched()
  clusters.add(staging)
  clusters.add({ name: 'alpha', bootstrapServers: 'localhost:9092' })
  expect(changes).toBe(2)
  expect(launched().entries()).toMatchObject([
    { kind: 'remote', name: 'alpha' },
    { kind: 'remote', ...staging, id: expect.stringMatching(/^remote:/u) },
  ])
})

it('take another name, but none of another', () => {
  const clusters = launched()
  const { id } = clusters.add(staging)
  clusters.add({ ...staging, name: 'production' })
  expect(clusters.rename(id, 'test')).toMatchObject({
    id,
    name: 'test',
    bootstrapServers: staging.bootstrapServers,
  })
  expect(clusters.rename(id, 'test')).toMatchObject({ name: 'test' })
  expect(() => clusters.rename(id, 'production')).toThrow('already')
  expect(() => clusters.add({ ...staging, name: 'test' })).toThrow('already')
  expect(clusters.entries().map(({ name }) => name)).toEqual(['production', 'test'])
})

it('take another address and stay the same cluster, with a name that is still free', () => {
  const clusters = launched()
  const { id } = clusters.add(staging)
  clusters.add({ ...staging, name: 'production' })
  const changed = { name: 'staging', bootstrapServers: 'kafka-9:9092' }
  expect(clusters.change(id, changed)).toEqual({ kind: 'remote', id, ...changed })
  expect(() => clusters.change(id, { ...changed, name: 'production' })).toThrow('already')
  expect(() => clusters.change('remote:nobody', changed)).toThrow('There is no cluster')
  expect(launched().entries()).toMatchObject([{ name: 'production' }, { id, ...changed }])
})

it('are forgotten, each on its own', () => {
  const clusters = launched()
  const { id } = clusters.add(staging)
  clusters.add({ ...staging, name: 'production' })
  clusters.remove(id)
  expect(launched().entries()).toMatchObject([{ name: 'production' }])
  expect(() => clusters.remove(id)).toThrow('There is no cluster')
})

it('are told from local ones by their id', () => {
  const clusters = launched()
  expect(clusters.has(clusters.add(staging).id)).toBe(true)
  expect(clusters.has('local:remote')).toBe(false)
})
