import type { JoinGroupResponse, SyncGroupResponse } from '../messages.ts'
import type { Waiter } from '../waiter.ts'

/** One assignor a member can work with, with what it wants the leader to know under it. */
export interface MemberProtocol {
  readonly name: string
  readonly metadata: Buffer
}

export const EMPTY_ASSIGNMENT = Buffer.alloc(0)

export interface MemberIdentity {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  /** `/127.0.0.1`, in Java's notation, as `__consumer_offsets` and DescribeGroups have it. */
  readonly clientHost: string
}

export interface MemberTerms {
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  /** In the member's order of preference, which is its vote. */
  readonly protocols: readonly MemberProtocol[]
}

export class ClassicMember implements MemberIdentity {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  protocols: readonly MemberProtocol[]
  assignment = EMPTY_ASSIGNMENT
  /** Joined, but no generation has it yet: it does not know its member id and cannot heartbeat. */
  isNew = false
  lastSeenMs: number
  awaitingJoin: Waiter<JoinGroupResponse> | null = null
  awaitingSync: Waiter<SyncGroupResponse> | null = null

  constructor(identity: MemberIdentity, terms: MemberTerms, nowMs: number) {
    this.memberId = identity.memberId
    this.groupInstanceId = identity.groupInstanceId
    this.clientId = identity.clientId
    this.clientHost = identity.clientHost
    this.sessionTimeoutMs = terms.sessionTimeoutMs
    this.rebalanceTimeoutMs = terms.rebalanceTimeoutMs
    this.protocols = terms.protocols
    this.lastSeenMs = nowMs
  }

  get isStatic(): boolean {
    return this.groupInstanceId !== null
  }

  /**
   * A client waiting for JoinGroup or SyncGroup sends no heartbeats (its connection is busy) and owes none. A new
   * one is the exception: when its connection dies in the wait nobody ever asks for its member id again, so its
   * join timer must remove it.
   */
  get owesHeartbeat(): boolean {
    return this.isNew || (this.awaitingJoin === null && this.awaitingSync === null)
  }

  update(terms: MemberTerms): void {
    this.sessionTimeoutMs = terms.sessionTimeoutMs
    this.rebalanceTimeoutMs = terms.rebalanceTimeoutMs
    this.protocols = terms.protocols
  }

  /** The same protocols, the same metadata byte by byte, the same order. */
  hasProtocols(protocols: readonly MemberProtocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      this.protocols.every(({ name, metadata }, index) => {
        const other = protocols[index]
        return other !== undefined && other.name === name && other.metadata.equals(metadata)
      })
    )
  }

  /** Undefined for a protocol the member does not support. */
  metadataFor(protocolName: string): Buffer | undefined {
    return this.protocols.find(({ name }) => name === protocolName)?.metadata
  }
}

/**
 * The protocols of a JoinGroup request, in its order; of a name sent twice the first counts. The bytes are copied:
 * decoded ones are a view of the whole request frame, which would live as long as the member.
 */
export function memberProtocols(
  requested: readonly { readonly name: string; readonly metadata: Buffer }[],
): MemberProtocol[] {
  const protocols = new Map<string, MemberProtocol>()
  for (const { name, metadata } of requested) {
    if (!protocols.has(name)) protocols.set(name, { name, metadata: Buffer.from(metadata) })
  }
  return [...protocols.values()]
}
