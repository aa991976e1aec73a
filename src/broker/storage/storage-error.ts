import { systemCodeOf } from './system-code.ts'

/**
 * - open: cannot be opened or made at all · locked: somebody else holds it
 * - corrupt: not a database, or a damaged one · full: no space left, reads still work · io: the disk failed
 */
export type StorageErrorKind = 'open' | 'locked' | 'corrupt' | 'full' | 'io'

/** A database that cannot be used: `message` says the cause, `remedy` what a person can do about it. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly kind: StorageErrorKind
  readonly remedy: string
  override readonly cause: unknown

  constructor(kind: StorageErrorKind, message: string, remedy: string, cause?: unknown) {
    super(message)
    this.kind = kind
    this.remedy = remedy
    this.cause = cause
  }

  /** Whether the same call may succeed later without anybody repairing the database. */
  get isTransient(): boolean {
    return this.kind === 'full' || this.kind === 'locked'
  }
}

/** What an error thrown while working on `file` means. Errors which are not of storage are returned as they are. */
export function storageErrorOf(error: unknown, file: string): unknown {
  if (error instanceof StorageError) return error
  const code = systemCodeOf(error)
  const described = describe(code, file)
  if (described === null) return error
  return new StorageError(described.kind, described.message, described.remedy, error)
}

interface Description {
  kind: StorageErrorKind
  message: string
  remedy: string
}

const RESTORE = 'Restore it from a snapshot, or delete it: replicas on other brokers bring the data back.'

function describe(code: string, file: string): Description | null {
  // A memory-mapped index which cannot grow is how WAL mode meets a full disk first.
  if (startsWithAny(code, 'SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT')) {
    return {
      kind: 'full',
      message: `There is no space left for ${file}.`,
      remedy: 'Free some disk space, or lower retention.bytes or retention.ms of large topics.',
    }
  }
  if (startsWithAny(code, 'SQLITE_NOTADB')) {
    return { kind: 'corrupt', message: `${file} is not a database.`, remedy: RESTORE }
  }
  if (startsWithAny(code, 'SQLITE_CORRUPT')) {
    return { kind: 'corrupt', message: `${file} is damaged.`, remedy: RESTORE }
  }
  if (startsWithAny(code, 'SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_PROTOCOL')) {
    return {
      kind: 'locked',
      message: `${file} is locked by another process.`,
      remedy: 'Close the other program that has it open, or stop the other Ottla.',
    }
  }
  if (startsWithAny(code, 'SQLITE_CANTOPEN', 'ENOENT', 'ENOTDIR', 'EISDIR')) {
    return {
      kind: 'open',
      message: `${file} cannot be opened or made.`,
      remedy: 'Check that its folder exists and is a folder this user may write to.',
    }
  }
  if (startsWithAny(code, 'SQLITE_READONLY', 'SQLITE_PERM', 'SQLITE_AUTH', 'EACCES', 'EPERM', 'EROFS')) {
    return {
      kind: 'open',
      message: `${file} may not be written to.`,
      remedy: 'Give this user the right to write to the file and to its folder.',
    }
  }
  if (startsWithAny(code, 'SQLITE_IOERR', 'EIO')) {
    return {
      kind: 'io',
      message: `Reading or writing ${file} failed (${code}).`,
      remedy: 'Check the disk, then start the broker again.',
    }
  }
  return null
}

function startsWithAny(code: string, ...prefixes: string[]): boolean {
  return prefixes.some((prefix) => code.startsWith(prefix))
}
