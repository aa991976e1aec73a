import type { LogStore } from '../storage/log-store.ts'
import { StorageError } from '../storage/storage-error.ts'

/** Something with changes which are not in the database yet. */
export interface Committable {
  /** Whether its changes have to be safe from a power cut (flush.messages). */
  readonly needsSync: boolean
  /** Writes the changes; called inside the transaction. @returns about how many bytes */
  write(): number
  /** The transaction is committed. */
  committed(): void
  /** The transaction failed: everything since the last commit has to be forgotten. */
  undo(): void
}

interface Turn<Log> {
  logs: Set<Log>
  immediate: NodeJS.Immediate
  waiting: Waiting | null
}

interface Waiting {
  promise: Promise<void>
  resolve: () => void
  reject: (error: StorageError) => void
}

export interface GroupCommitOptions<Log> {
  store: LogStore
  /** After every commit, before those who wait for it. */
  onCommitted(logs: Log[], bytes: number): void
  onFailed(error: StorageError): void
  /** The engine made a mistake: the turn is lost, as with `onFailed`, but the database is not to blame. */
  onMistake(error: unknown): void
}

/**
 * Gathers what all logs of a broker append in one turn of the event loop into one transaction, made when the turn
 * ends. A transaction of its own costs a 1 KiB batch as much as its insertion (10 µs each), and writes the last page
 * of the table again each time. With one producer nothing is lost, as the turn ends at once.
 */
export class GroupCommit<Log extends Committable> {
  readonly #options: GroupCommitOptions<Log>
  #turn: Turn<Log> | null = null

  constructor(options: GroupCommitOptions<Log>) {
    this.#options = options
  }

  /** Says that `log` has changes to commit. */
  add(log: Log): void {
    this.#turn ??= { logs: new Set(), immediate: setImmediate(() => this.flush()), waiting: null }
    this.#turn.logs.add(log)
  }

  /**
   * Resolves when all there is to commit now is committed; rejects with StorageError if that fails. To be asked in
   * the same stretch of code as the append: what comes between may commit early, or fail to.
   */
  committed(): Promise<void> {
    const turn = this.#turn
    if (turn === null) return Promise.resolve()
    turn.waiting ??= waiting()
    return turn.waiting.promise
  }

  /** Commits at once, or, if that fails, forgets; `committed()` says which. */
  flush(): void {
    const turn = this.#turn
    if (turn === null) return
    this.#turn = null
    clearImmediate(turn.immediate)
    const logs = [...turn.logs]
    const failure = this.#commit(logs)
    if (failure === null) turn.waiting?.resolve()
    else turn.waiting?.reject(failure)
  }

  #commit(logs: Log[]): StorageError | null {
    let bytes = 0
    try {
      this.#options.store.transaction(
        () => {
          for (const log of logs) bytes += log.write()
        },
        { synced: logs.some((log) => log.needsSync) },
      )
    } catch (error) {
      for (const log of logs) log.undo()
      if (error instanceof StorageError) this.#options.onFailed(error)
      else this.#options.onMistake(error)
      return asStorageError(error)
    }
    for (const log of logs) log.committed()
    this.#options.onCommitted(logs, bytes)
    return null
  }
}

function asStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new StorageError('io', `The log could not be written: ${message}.`, 'Please report this.', error)
}

function waiting(): Waiting {
  let resolve: () => void = () => undefined
  let reject: (error: StorageError) => void = () => undefined
  const promise = new Promise<void>((resolvePromise, rejectPromise) => {
    resolve = resolvePromise
    reject = rejectPromise
  })
  return { promise, resolve, reject }
}
