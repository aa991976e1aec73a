import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ClusterSupervisor } from '../../../src/broker/supervisor/cluster-supervisor.ts'
import { clusterContents, folderSizeInBytes } from '../../../src/broker/supervisor/contents.ts'
import { readClusterDefinition, writeClusterDefinition } from '../../../src/broker/supervisor/definition.ts'
import { exampleDefinition } from './fake-cluster.ts'
import { temporaryFolder } from './temporary-folder.ts'

function stoppedCluster(): string {
  const folder = join(temporaryFolder(), 'local')
  mkdirSync(folder)
  writeClusterDefinition(folder, exampleDefinition)
  return folder
}

describe('a cluster that is stopped', () => {
  test('takes another name, and nothing else changes', async () => {
    const folder = stoppedCluster()
    const cluster = await ClusterSupervisor.open(folder)
    cluster.rename('staging')
    expect(cluster.status().name).toBe('staging')
    await cluster.close()
    expect(readClusterDefinition(folder)).toEqual({ ...exampleDefinition, name: 'staging' })
  })

  test('refuses a name that no folder could have', async () => {
    const folder = stoppedCluster()
    const cluster = await ClusterSupervisor.open(folder)
    expect(() => cluster.rename('a/b')).toThrow('has the character "/"')
    await cluster.close()
    expect(readClusterDefinition(folder)).toEqual(exampleDefinition)
  })

  test('takes no broker', async () => {
    const cluster = await ClusterSupervisor.open(stoppedCluster())
    await expect(cluster.addBroker()).rejects.toMatchObject({ failure: { code: 'NOT_RUNNING' } })
    await cluster.close()
  })

  test('holds nothing before its first start', async () => {
    const folder = stoppedCluster()
    writeFileSync(join(folder, 'notes.txt'), 'x'.repeat(1_000))
    expect(clusterContents(folder)).toEqual({ topics: 0, partitions: 0, records: 0 })
    expect(await folderSizeInBytes(folder)).toBeGreaterThan(1_000)
  })
})

describe('remove', () => {
  test('leaves a folder alone that somebody has open', async () => {
    const folder = stoppedCluster()
    const cluster = await ClusterSupervisor.open(folder)
    await expect(ClusterSupervisor.remove(folder)).rejects.toMatchObject({
      failure: { code: 'CLUSTER_RUNNING' },
    })
    await cluster.close()
    expect(readClusterDefinition(folder)).toEqual(exampleDefinition)
  })

  test('leaves a folder alone that is no cluster', async () => {
    const folder = temporaryFolder()
    await expect(ClusterSupervisor.remove(folder)).rejects.toMatchObject({ failure: { code: 'DIRECTORY' } })
  })
})
