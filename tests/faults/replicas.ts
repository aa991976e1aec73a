/** What the brokers of a stopped cluster have of a topic, byte for byte. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { LogStore } from '../../src/broker/storage/log-store.ts'

/** Of each partition its end and a digest of all its batches, by broker. */
export function storedReplicas(
  directory: string,
  topic: string,
  brokerIds: readonly number[],
): Map<number, string[]> {
  return new Map(brokerIds.map((id) => [id, storedBy(join(directory, `broker-${id}`, 'log.db'), topic)]))
}

function storedBy(file: string, topic: string): string[] {
  const store = new LogStore(file)
  try {
    return store
      .partitions()
      .filter((row) => row.topic === topic)
      .sort((one, other) => one.partition - other.partition)
      .map(({ slot, partition }) => {
        const batches = store
          .open(slot)
          .batches.read(0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, true)
        const digest = createHash('sha256')
        for (const batch of batches) digest.update(batch)
        return `${partition}: ${batches.length} batches ${digest.digest('hex')}`
      })
  } finally {
    store.close()
  }
}
