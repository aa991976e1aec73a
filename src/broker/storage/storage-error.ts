export type StorageErrorKind = 'open' | 'locked' | 'corrupt' | 'full' | 'io'

/** A database that cannot be used: `message` says the cause, `remedy` what a person can do about it. */
export class StorageError extends Error {
  readonly kind: StorageErrorKind
  readonly remedy: string
  override readonly cause: unknown

  constructor(kind: StorageErrorKind, message: string, remedy: string, cause?: unknown) {
    super(message)
    this.name = 'StorageError'
    this.kind = kind
    this.remedy = remedy
    this.cause = cause
  }
}
