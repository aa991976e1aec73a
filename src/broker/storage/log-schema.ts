/**
 * The schema of log.db, which holds the logs of one broker. Scripts are never edited once released, only added.
 *
 * Record batches lie in one table a partition, `batch_<slot>`, made with the partition (batch-table.ts).
 * What can be computed from their columns is not stored, but for `index_entry` and `producer_snapshot`: they spare
 * a start the reading of everything, and may be lost without harm.
 */
export const logMigrations: readonly string[] = [
  `
  CREATE TABLE partition (
    -- AUTOINCREMENT: a slot names a table, and must not come back while the rows of a deleted one are still there.
    slot INTEGER PRIMARY KEY AUTOINCREMENT,
    topic_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    log_start_offset INTEGER NOT NULL,
    high_watermark INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE UNIQUE INDEX partition_in_use ON partition (topic_id, partition) WHERE deleted = 0;

  CREATE TABLE leader_epoch (
    slot INTEGER NOT NULL,
    leader_epoch INTEGER NOT NULL,
    start_offset INTEGER NOT NULL,
    PRIMARY KEY (slot, leader_epoch)
  ) STRICT, WITHOUT ROWID;

  -- One row for every few hundred batches of a segment: a sparse index by time, and where a start reads on from.
  CREATE TABLE index_entry (
    slot INTEGER NOT NULL,
    end_offset INTEGER NOT NULL,
    segment_base INTEGER NOT NULL,
    -- Bytes of the segment up to end_offset.
    segment_size INTEGER NOT NULL,
    -- Of the segment's first batch.
    segment_first_timestamp INTEGER NOT NULL,
    -- Of the batches since the entry before.
    max_timestamp INTEGER NOT NULL,
    PRIMARY KEY (slot, end_offset)
  ) STRICT, WITHOUT ROWID;

  -- What the producers had appended up to end_offset (JSON), beside some of the index entries.
  CREATE TABLE producer_snapshot (
    slot INTEGER NOT NULL,
    end_offset INTEGER NOT NULL,
    state TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX producer_snapshot_place ON producer_snapshot (slot, end_offset);

  CREATE TABLE aborted_transaction (
    slot INTEGER NOT NULL,
    -- Of the abort marker.
    last_offset INTEGER NOT NULL,
    first_offset INTEGER NOT NULL,
    producer_id INTEGER NOT NULL,
    PRIMARY KEY (slot, last_offset)
  ) STRICT, WITHOUT ROWID;
  `,
]
