import type { ClientContext, JoinGroupRequest } from '../messages.ts'
import type { MemberTerms } from './member.ts'
import { memberProtocols } from './member.ts'

/** Somebody who sent JoinGroup, before it has a member id. */
export interface JoiningMember {
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly protocolType: string
  readonly terms: MemberTerms
  /** The client's own words (KIP-800). */
  readonly reason: string
}

export function joiningMember(context: ClientContext, request: JoinGroupRequest): JoiningMember {
  const { sessionTimeoutMs, rebalanceTimeoutMs } = request
  return {
    groupInstanceId: request.groupInstanceId,
    clientId: context.clientId ?? '',
    clientHost: javaHost(context.clientAddress),
    protocolType: request.protocolType,
    terms: {
      sessionTimeoutMs,
      // Version 0 had one timeout for both.
      rebalanceTimeoutMs: context.apiVersion === 0 ? sessionTimeoutMs : rebalanceTimeoutMs,
      protocols: memberProtocols(request.protocols),
    },
    reason: request.reason === null || request.reason === '' ? 'no reason given' : request.reason,
  }
}

/** `127.0.0.1:54321` as Java prints the address of a socket: `/127.0.0.1`. */
export function javaHost(address: string): string {
  return `/${address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')}`
}
