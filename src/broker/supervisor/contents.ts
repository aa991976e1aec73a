import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isInternalTopic } from '../metadata/internal-topics.ts'
import { storedPartitions } from '../storage/stored-records.ts'
import { readClusterDefinition } from './definition.ts'
import { directoryError, systemCode } from './failures.ts'

/** What a stopped cluster's folder holds. */
export interface ClusterContents {
  /** Of the user; Kafka's own are left out. */
  topics: number
  partitions: number
  /** Each once, however many replicas it has. */
  records: number
}

/**
 * Counts what would be lost with the folder of a cluster nobody runs. A partition counts as far as its longest
 * replica has it. StorageError where a broker's database can't be read.
 */
export function clusterContents(directory: string): ClusterContents {
  const brokers = readClusterDefinition(directory)?.brokers ?? []
  const longest = new Map<string, number>()
  const topics = new Set<string>()
  for (const { id } of brokers) {
    const file = join(directory, `broker-${id}`, 'log.db')
    if (!existsSync(file)) continue
    for (const { topicId, topic, partition, records } of storedPartitions(file)) {
      if (isInternalTopic(topic)) continue
      const key = `${topicId}/${partition}`
      topics.add(topicId)
      longest.set(key, Math.max(records, longest.get(key) ?? 0))
    }
  }
  const records = [...longest.values()].reduce((sum, each) => sum + each, 0)
  return { topics: topics.size, partitions: longest.size, records }
}

/** Bytes of all files of a cluster's folder. ClusterError `DIRECTORY` where it can't be read. */
export async function folderSizeInBytes(directory: string): Promise<number> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    const sizes = await Promise.all(files.map(sizeOf))
    return sizes.reduce((sum, each) => sum + each, 0)
  } catch (error) {
    throw directoryError(directory, error)
  }
}

/** A file may go between being listed and being looked at. */
async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0
    throw error
  }
}
