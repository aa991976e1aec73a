/**
 * The cluster's metadata store: who holds the controller role, the ordered metadata log, and a snapshot that keeps
 * the log short. It is shared by all brokers of a cluster, each with a connection of its own; records are bytes here.
 *
 * Every write of a controller checks, in the transaction that writes, that the lease row still names it with its
 * epoch. So a controller that froze and woke after another took over can read old data but never write.
 */
import { openDatabase, StorageError, storageErrorOf } from './database.ts'
import type { Database } from './database.ts'

/** Nobody: the lease was given back. */
export const NO_HOLDER = -1

export interface Lease {
  /** Broker id, or NO_HOLDER. */
  readonly holderId: number
  readonly incarnationId: string
  /** Grows with every change of holder, never falls: the controller epoch. */
  readonly epoch: number
  readonly expiresAtMs: number
}

/** A controller's title to write: valid while the lease row says the same. */
export interface ControllerTitle {
  readonly holderId: number
  readonly epoch: number
}

export interface LeaseClaim {
  readonly holderId: number
  /** Of the broker process: a restarted broker claims the lease of its former self as a new holder. */
  readonly incarnationId: string
  readonly nowMs: number
  readonly durationMs: number
  /** A broker known to be dead: its lease may be taken before it expires. */
  readonly deadBrokerId?: number
}

export interface StoredMetadata {
  /** Null until the first snapshot was written. */
  readonly snapshot: { readonly endOffset: number; readonly records: Buffer[] } | null
  /** From `logStartOffset` on; the first of them may be part of the snapshot too. */
  readonly records: Buffer[]
  readonly logStartOffset: number
  /** The offset the next record gets. */
  readonly endOffset: number
}

/** The title is void: another controller holds the lease, or nobody does. The only cure is to resign. */
export class ControllerFencedError extends Error {
  override readonly name = 'ControllerFencedError'
  /** The lease as it is now; null when there has never been one. */
  readonly lease: Lease | null

  constructor(title: ControllerTitle, lease: Lease | null) {
    const now = lease === null ? 'there is no lease' : `broker ${lease.holderId} has epoch ${lease.epoch}`
    super(`broker ${title.holderId} is not the controller of epoch ${title.epoch} any more: ${now}`)
    this.lease = lease
  }
}

const migrations = [
  `CREATE TABLE cluster (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     cluster_id TEXT NOT NULL
   ) STRICT;
   CREATE TABLE lease (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     holder_id INTEGER NOT NULL,
     incarnation_id TEXT NOT NULL,
     epoch INTEGER NOT NULL,
     expires_at_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE log (
     "offset" INTEGER PRIMARY KEY,
     controller_epoch INTEGER NOT NULL,
     written_at_ms INTEGER NOT NULL,
     record BLOB NOT NULL
   ) STRICT;
   CREATE TABLE snapshot (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     end_offset INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE snapshot_record (
     position INTEGER PRIMARY KEY,
     record BLOB NOT NULL
   ) STRICT;`,
]

/** Writes are small and rare; whoever waits longer than this for the lock has a broken disk, not a busy one. */
const BUSY_TIMEOUT_MS = 1000

export interface MetadataStoreOptions {
  /** 22 characters of base64url; written on creation, compared ever after. */
  readonly clusterId: string
}

type LeaseRow = { holder_id: number; incarnation_id: string; epoch: number; expires_at_ms: number }

export class MetadataStore {
  readonly clusterId: string
  readonly #database: Database
  readonly #file: string

  /** @throws StorageError when the file cannot be opened or belongs to another cluster */
  constructor(file: string, { clusterId }: MetadataStoreOptions) {
    this.#database = openDatabase(file, { migrations, busyTimeoutMs: BUSY_TIMEOUT_MS })
    this.#file = file
    this.clusterId = clusterId
    this.#claimFile()
  }

  /** The lease row, expired or not; null before the first controller. */
  readLease(): Lease | null {
    return this.#run(() => this.#lease())
  }

  /**
   * Takes the lease when it is free: never given, given back, expired, or held by a dead broker or by a former
   * incarnation of the claimer. @returns the new lease, or null when somebody else's stands
   */
  acquireLease(claim: LeaseClaim): Lease | null {
    return this.#write(() => {
      const current = this.#lease()
      if (current !== null && !isFree(current, claim)) return null
      const lease: Lease = {
        holderId: claim.holderId,
        incarnationId: claim.incarnationId,
        epoch: (current?.epoch ?? 0) + 1,
        expiresAtMs: claim.nowMs + claim.durationMs,
      }
      this.#saveLease(lease)
      return lease
    })
  }

  /** @throws ControllerFencedError */
  renewLease(title: ControllerTitle, nowMs: number, durationMs: number): Lease {
    return this.#write(() => {
      const lease = { ...this.#checkTitle(title), expiresAtMs: nowMs + durationMs }
      this.#saveLease(lease)
      return lease
    })
  }

  /** Lets the next broker take over at once. Does nothing when the title is void already. */
  releaseLease(title: ControllerTitle): void {
    this.#write(() => {
      const lease = this.#lease()
      if (lease === null || !isTitle(lease, title)) return
      this.#saveLease({ ...lease, holderId: NO_HOLDER, incarnationId: '', expiresAtMs: 0 })
    })
  }

  /**
   * Appends records at `fromOffset`, all or none.
   * @throws ControllerFencedError; RangeError when `fromOffset` is not the end of the log
   */
  append(title: ControllerTitle, fromOffset: number, records: readonly Buffer[], nowMs: number): void {
    this.#write(() => {
      this.#checkTitle(title)
      const endOffset = this.#endOffset()
      if (fromOffset !== endOffset) {
        throw new RangeError(`the metadata log ends at ${endOffset}, not at ${fromOffset}`)
      }
      const insert = this.#database.prepare(
        'INSERT INTO log ("offset", controller_epoch, written_at_ms, record) VALUES (?, ?, ?, ?)',
      )
      records.forEach((record, index) => insert.run(fromOffset + index, title.epoch, nowMs, record))
    })
  }

  /**
   * Replaces the snapshot by one that holds everything before `endOffset`, and drops the log before
   * `keepFromOffset` (at most `endOffset`; followers a little behind can still be given single records).
   * @throws ControllerFencedError
   */
  writeSnapshot(
    title: ControllerTitle,
    endOffset: number,
    records: readonly Buffer[],
    keepFromOffset: number,
  ): void {
    this.#write(() => {
      this.#checkTitle(title)
      this.#database.exec('DELETE FROM snapshot_record')
      const insert = this.#database.prepare('INSERT INTO snapshot_record (position, record) VALUES (?, ?)')
      records.forEach((record, position) => insert.run(position, record))
      this.#database.prepare('INSERT OR REPLACE INTO snapshot (id, end_offset) VALUES (1, ?)').run(endOffset)
      this.#database.prepare('DELETE FROM log WHERE "offset" < ?').run(keepFromOffset)
    })
  }

  /** Everything a new controller needs to build its image. */
  load(): StoredMetadata {
    return this.#run(
      this.#database.transaction((): StoredMetadata => {
        const snapshotEnd = this.#snapshotEnd()
        const rows = this.#database.prepare('SELECT "offset", record FROM log ORDER BY "offset"').all() as {
          offset: number
          record: Buffer
        }[]
        const endOffset = this.#endOffset()
        return {
          snapshot:
            snapshotEnd === null ? null : { endOffset: snapshotEnd, records: this.#snapshotRecords() },
          records: rows.map(({ record }) => record),
          logStartOffset: rows[0]?.offset ?? endOffset,
          endOffset,
        }
      }),
    )
  }

  close(): void {
    this.#database.close()
  }

  #claimFile(): void {
    const found = this.#write(() => {
      this.#database
        .prepare('INSERT OR IGNORE INTO cluster (id, cluster_id) VALUES (1, ?)')
        .run(this.clusterId)
      return this.#database.prepare('SELECT cluster_id FROM cluster').pluck().get() as string
    })
    if (found === this.clusterId) return
    this.#database.close()
    throw new StorageError(
      'open',
      `${this.#file} is the metadata of cluster ${found}, not of ${this.clusterId}.`,
      'Start the cluster from its own folder.',
    )
  }

  #lease(): Lease | null {
    const row = this.#database.prepare('SELECT * FROM lease').get() as LeaseRow | undefined
    if (row === undefined) return null
    const { holder_id, incarnation_id, epoch, expires_at_ms } = row
    return { holderId: holder_id, incarnationId: incarnation_id, epoch, expiresAtMs: expires_at_ms }
  }

  #saveLease({ holderId, incarnationId, epoch, expiresAtMs }: Lease): void {
    this.#database
      .prepare(
        'INSERT OR REPLACE INTO lease (id, holder_id, incarnation_id, epoch, expires_at_ms) VALUES (1, ?, ?, ?, ?)',
      )
      .run(holderId, incarnationId, epoch, expiresAtMs)
  }

  #checkTitle(title: ControllerTitle): Lease {
    const lease = this.#lease()
    if (lease === null || !isTitle(lease, title)) throw new ControllerFencedError(title, lease)
    return lease
  }

  #endOffset(): number {
    const last = this.#database.prepare('SELECT max("offset") FROM log').pluck().get() as number | null
    return last === null ? (this.#snapshotEnd() ?? 0) : last + 1
  }

  #snapshotEnd(): number | null {
    const end = this.#database.prepare('SELECT end_offset FROM snapshot').pluck().get()
    return end === undefined ? null : (end as number)
  }

  #snapshotRecords(): Buffer[] {
    return this.#database
      .prepare('SELECT record FROM snapshot_record ORDER BY position')
      .pluck()
      .all() as Buffer[]
  }

  /** Immediate: the write lock is taken before the title is read, so nobody can take over in between. */
  #write<R>(change: () => R): R {
    return this.#run(this.#database.transaction(change).immediate)
  }

  /** SQLite's own errors get a cause and a remedy; ours pass. */
  #run<R>(work: () => R): R {
    try {
      return work()
    } catch (error) {
      throw storageErrorOf(error, this.#file)
    }
  }
}

function isFree(lease: Lease, claim: LeaseClaim): boolean {
  if (lease.holderId === NO_HOLDER || lease.holderId === claim.deadBrokerId) return true
  if (lease.expiresAtMs <= claim.nowMs) return true
  return lease.holderId === claim.holderId && lease.incarnationId !== claim.incarnationId
}

function isTitle(lease: Lease, title: ControllerTitle): boolean {
  return lease.holderId === title.holderId && lease.epoch === title.epoch
}
