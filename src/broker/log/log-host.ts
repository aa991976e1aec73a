import type { PartitionRow } from '../storage/log-store.ts'
import type { PartitionStore } from '../storage/partition-store.ts'
import type { PartitionTail } from '../storage/tail-cache.ts'
import type { Committable } from './group-commit.ts'

/** What a log needs of the broker's LogManager. */
export interface LogHost {
  nowMs(): number
  openStore(slot: number): PartitionStore
  openTail(): PartitionTail
  /** Throws KafkaError KAFKA_STORAGE_ERROR once the broker's database has failed. */
  checkOnline(): void
  /** The log has changes for the turn's transaction. */
  add(log: Committable): void
  /** Commits the turn now, or, if that fails, forgets it; those who wait for it are told by `committed()`. */
  flush(): void
  /** Runs a query. Throws KafkaError KAFKA_STORAGE_ERROR. */
  read<T>(read: () => T): T
  /** Runs a transaction of its own. Throws StorageError. */
  write<T>(write: () => T): T
  /** An empty partition takes the place of this one, whose batches are removed by and by. Throws StorageError. */
  replace(row: PartitionRow, startOffset: number): PartitionRow
  /** The batches below `offset` are removed by and by. */
  purgeBelow(slot: number, offset: number): void
}
