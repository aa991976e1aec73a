/** Members of classic groups, as a client library would play them, step by step. */
import type { RequestInput, ResponseOf } from '../../src/broker/protocol/api.ts'
import { ErrorCode, errorName } from '../../src/broker/protocol/errors.ts'
import { findCoordinator } from '../../src/broker/protocol/messages/10-find-coordinator.ts'
import { joinGroup } from '../../src/broker/protocol/messages/11-join-group.ts'
import { leaveGroup } from '../../src/broker/protocol/messages/13-leave-group.ts'
import { syncGroup } from '../../src/broker/protocol/messages/14-sync-group.ts'
import { describeGroups } from '../../src/broker/protocol/messages/15-describe-groups.ts'
import type { Client } from './client.ts'
import type { Cluster, Reachable } from './harness.ts'
import { freshName } from './topics.ts'
import { until } from './until.ts'
import { since } from './versions.ts'

export type JoinRequest = RequestInput<typeof joinGroup>
export type JoinResponse = ResponseOf<typeof joinGroup>

const SESSION_TIMEOUT_MS = 30_000

/** A name no group has had, whose coordinator is known and ready. */
export async function freshGroup(cluster: Cluster): Promise<string> {
  const groupId = freshName('group')
  const client = await cluster.client(await coordinatorOf(cluster, groupId))
  await until(`the coordinator of ${groupId}`, async () => {
    const { groups } = await client.call(describeGroups, 5, { groups: [groupId] })
    return groups[0]!.errorCode === ErrorCode.NONE
  })
  client.close()
  return groupId
}

export async function coordinatorOf(cluster: Reachable, groupId: string): Promise<number> {
  const client = await cluster.client()
  const nodeId = await until(`a coordinator for ${groupId}`, async () => {
    const { coordinators } = await client.call(findCoordinator, 6, { keyType: 0, coordinatorKeys: [groupId] })
    return coordinators[0]!.errorCode === ErrorCode.NONE && coordinators[0]!.nodeId
  })
  client.close()
  return nodeId
}

/** A consumer's subscription, version 0, as the Java client writes it. */
export function subscriptionTo(topics: readonly string[]): Buffer {
  const parts = [Buffer.from([0, 0]), int32(topics.length)]
  for (const topic of topics) parts.push(int16(Buffer.byteLength(topic)), Buffer.from(topic))
  return Buffer.concat([...parts, int32(-1)])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

/** A JoinGroup request of one version, with whatever a test wants to be different. */
export function joinRequest(
  version: number,
  groupId: string,
  different: Partial<JoinRequest> = {},
): JoinRequest {
  return {
    groupId,
    sessionTimeoutMs: SESSION_TIMEOUT_MS,
    ...since(1, version, { rebalanceTimeoutMs: SESSION_TIMEOUT_MS }, {}),
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscriptionTo(['some-topic']) }],
    ...different,
  }
}

/** Joins as somebody new: from v4 on twice, the second time with the id the coordinator gave. */
export async function join(
  client: Client,
  version: number,
  groupId: string,
  different: Partial<JoinRequest> = {},
): Promise<JoinResponse> {
  const first = await client.call(joinGroup, version, joinRequest(version, groupId, different))
  if (first.errorCode !== ErrorCode.MEMBER_ID_REQUIRED) return first
  return client.call(
    joinGroup,
    version,
    joinRequest(version, groupId, { ...different, memberId: first.memberId }),
  )
}

export interface Membership {
  groupId: string
  memberId: string
  generationId: number
}

/** The sole member of a stable group: joined and synced. */
export async function joinAlone(
  client: Client,
  groupId: string,
  different: Partial<JoinRequest> = {},
): Promise<Membership> {
  const { errorCode, memberId, generationId, protocolName } = await join(client, 9, groupId, different)
  expectNone(errorCode, 'JoinGroup')
  const synced = await client.call(syncGroup, 5, {
    groupId,
    generationId,
    memberId,
    groupInstanceId: different.groupInstanceId ?? null,
    protocolType: different.protocolType ?? 'consumer',
    protocolName,
    assignments: [{ memberId, assignment: Buffer.from(`assignment of ${memberId}`) }],
  })
  expectNone(synced.errorCode, 'SyncGroup')
  return { groupId, memberId, generationId }
}

export async function leave(client: Client, { groupId, memberId }: Membership): Promise<void> {
  const { errorCode } = await client.call(leaveGroup, 5, {
    groupId,
    members: [{ memberId, groupInstanceId: null }],
  })
  expectNone(errorCode, 'LeaveGroup')
}

export async function stateOf(client: Client, groupId: string): Promise<string> {
  const { groups } = await client.call(describeGroups, 5, { groups: [groupId] })
  return groups[0]!.groupState
}

function expectNone(errorCode: number, what: string): void {
  if (errorCode !== ErrorCode.NONE) throw new Error(`${what}: ${errorName(errorCode)}`)
}
