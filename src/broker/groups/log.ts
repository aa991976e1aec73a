/** One record of `__consumer_offsets`, as bytes. */
export interface CoordinatorRecord {
  readonly key: Buffer
  /** Null is a tombstone: compaction drops the key, loading forgets it. */
  readonly value: Buffer | null
}

export interface LoggedCoordinatorRecord extends CoordinatorRecord {
  readonly timestamp: number
  readonly offset: number
}

/**
 * Where a coordinator keeps its state: one `__consumer_offsets` partition a shard. The engine implements it on the
 * replica manager, tests in memory.
 */
export interface CoordinatorLog {
  /**
   * Appends the records as one batch to a partition this broker leads, with acks=all. Batches of one partition
   * stand in the log in the order of the calls. Rejects with KafkaError, and always settles within
   * `offsets.commit.timeout.ms` (REQUEST_TIMED_OUT), for answers wait for it.
   */
  append(partition: number, records: readonly CoordinatorRecord[], nowMs: number): Promise<void>
  /**
   * Every data record from the log start to the log end offset, in order; control batches are left out. What this
   * broker appended before the call, as leader or as follower, is among them even if it is not committed yet:
   * records that are left out here would come back with the next load.
   */
  read(partition: number): AsyncIterable<LoggedCoordinatorRecord>
  /** Null while the topic does not exist. */
  partitionCount(): number | null
}
