/**
 * Share sessions: which partitions a member of a share group fetches from this broker, so that it need not name them
 * each time. Like the fetch sessions of KIP-227, but found by group and member, and an epoch closes one.
 */
import { ErrorCode } from '../protocol/errors.ts'

export const INITIAL_EPOCH = 0
export const FINAL_EPOCH = -1
const MAX_EPOCH = 0x7fffffff

export interface SharePartitionName {
  readonly topicId: string
  readonly partition: number
}

export class ShareSession {
  readonly groupId: string
  readonly memberId: string
  /** The connection it was opened by: the session ends with it. */
  readonly connection: object
  /** What the next request has to carry. */
  epoch = 1
  /** In the order in which they were added. */
  readonly partitions = new Map<string, SharePartitionName>()

  constructor(groupId: string, memberId: string, connection: object) {
    this.groupId = groupId
    this.memberId = memberId
    this.connection = connection
  }

  update(added: Iterable<SharePartitionName>, forgotten: Iterable<SharePartitionName>): void {
    for (const name of added) {
      const key = keyOf(name)
      if (!this.partitions.has(key)) this.partitions.set(key, { ...name })
    }
    for (const name of forgotten) this.partitions.delete(keyOf(name))
  }

  advance(): void {
    this.epoch = this.epoch === MAX_EPOCH ? 1 : this.epoch + 1
  }
}

export function keyOf({ topicId, partition }: SharePartitionName): string {
  return `${topicId}:${partition}`
}

export interface ShareSessionsOptions {
  readonly maxSessions: () => number
}

type Found = { readonly session: ShareSession; readonly errorCode: 0 }
type NotFound = { readonly session: null; readonly errorCode: number }

export class ShareSessions {
  readonly #options: ShareSessionsOptions
  readonly #sessions = new Map<string, ShareSession>()

  constructor(options: ShareSessionsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#sessions.size
  }

  /** A new one, in place of the one the member may have had. SHARE_SESSION_LIMIT_REACHED when there are too many. */
  open(groupId: string, memberId: string, connection: object): Found | NotFound {
    const key = sessionKey(groupId, memberId)
    const isReplaced = this.#sessions.delete(key)
    if (!isReplaced && this.#sessions.size >= this.#options.maxSessions()) {
      return { session: null, errorCode: ErrorCode.SHARE_SESSION_LIMIT_REACHED }
    }
    const session = new ShareSession(groupId, memberId, connection)
    this.#sessions.set(key, session)
    return { session, errorCode: ErrorCode.NONE }
  }

  /** The session a request with this epoch belongs to: SHARE_SESSION_NOT_FOUND, INVALID_SHARE_SESSION_EPOCH. */
  find(groupId: string, memberId: string, epoch: number): Found | NotFound {
    const session = this.#sessions.get(sessionKey(groupId, memberId))
    if (session === undefined) return { session: null, errorCode: ErrorCode.SHARE_SESSION_NOT_FOUND }
    if (epoch !== FINAL_EPOCH && epoch !== session.epoch) {
      return { session: null, errorCode: ErrorCode.INVALID_SHARE_SESSION_EPOCH }
    }
    return { session, errorCode: ErrorCode.NONE }
  }

  close(session: ShareSession): void {
    const key = sessionKey(session.groupId, session.memberId)
    if (this.#sessions.get(key) === session) this.#sessions.delete(key)
  }

  hasSessionOf(groupId: string): boolean {
    for (const session of this.#sessions.values()) if (session.groupId === groupId) return true
    return false
  }

  openedBy(connection: object): ShareSession[] {
    return [...this.#sessions.values()].filter((session) => session.connection === connection)
  }
}

function sessionKey(groupId: string, memberId: string): string {
  return `${memberId}\0${groupId}`
}
