/** Online downgrade: a consumer group whose last consumer-protocol member goes becomes a classic group again. */
import { encodeRecord } from '../../protocol/records/index.ts'
import { consumerProtocolAssignment } from '../../protocol/records/index.ts'
import { ClassicGroup, CONSUMER_PROTOCOL_TYPE } from '../classic/group.ts'
import { ClassicMember } from '../classic/member.ts'
import { keepAlive, prepareRebalance } from '../classic/rebalance.ts'
import type { Turn } from '../turn.ts'
import type { ConsumerGroup } from './group.ts'
import type { ClassicMemberMetadata, ConsumerMember } from './member.ts'
import { nameOf } from './member.ts'
import type { AnyPartitions } from './partitions.ts'
import { listed } from './partitions.ts'
import { writeTombstones } from './tombstones.ts'

/** Whether those who stay all speak the classic protocol, and are somebody. */
export function canDowngradeWithout(turn: Turn, group: ConsumerGroup, leavingId: string): boolean {
  const staying = [...group.members.values()].filter(({ memberId }) => memberId !== leavingId)
  const isLastOfItsKind = group.members.get(leavingId)?.classic === null
  return isLastOfItsKind && staying.length > 0 && canDowngradeTo(turn, staying)
}

/** Whether these can be the members of a classic group. */
export function canDowngradeTo(turn: Turn, members: readonly ConsumerMember[]): boolean {
  const policy = turn.config.groupConsumerMigrationPolicy
  return (
    (policy === 'bidirectional' || policy === 'downgrade') &&
    members.length <= turn.config.groupMaxSize &&
    members.every(({ classic }) => classic !== null)
  )
}

/**
 * The epoch becomes the generation. Without the member that leaves, its partitions have to be assigned by the new
 * leader, so the group rebalances at once.
 */
export function downgrade(
  turn: Turn,
  group: ConsumerGroup,
  { leavingId, cause }: { readonly leavingId: string | null; readonly cause: string },
): void {
  const { groupId } = group
  const members = [...group.members.values()].filter(({ memberId }) => memberId !== leavingId)
  const leaver = group.members.get(leavingId ?? '')
  const draft = new ClassicGroup(groupId)
  const assignments = new Map<string, Buffer>()
  for (const member of members) {
    const { memberId, classic } = member
    if (classic === null) throw new Error(`member ${memberId} of group ${groupId} is no classic member`)
    draft.add(classicMember(turn, member, classic), CONSUMER_PROTOCOL_TYPE)
    assignments.set(memberId, encodeAssignment(turn, classic, group.target(memberId)))
  }
  draft.generationId = group.groupEpoch
  draft.protocolName = draft.selectProtocol()
  writeTombstones(turn, group)
  turn.write({ type: 'GroupMetadata', groupId, value: draft.toRecord(turn.nowMs, assignments) })

  const downgraded = turn.state.classicGroup(groupId)
  if (downgraded === undefined) throw new Error(`group ${groupId} was not downgraded`)
  for (const member of downgraded.members.values()) {
    // The record has the protocol in force alone.
    member.update(draft.members.get(member.memberId) ?? member)
    keepAlive(turn, downgraded, member)
  }
  if (leavingId === null) return
  prepareRebalance(turn, downgraded, {
    kind: 'memberLeft',
    sentence: `${cause}; all other members speak the classic protocol, so the group does again`,
    memberIds: [leavingId],
    values: { client: leaver === undefined ? leavingId : nameOf(leaver), reason: cause },
  })
}

function classicMember(
  turn: Turn,
  member: ConsumerMember,
  { sessionTimeoutMs, supportedProtocols }: ClassicMemberMetadata,
): ClassicMember {
  const { memberId, instanceId, clientId, clientHost, rebalanceTimeoutMs } = member
  return new ClassicMember(
    { memberId, groupInstanceId: instanceId, clientId, clientHost },
    { sessionTimeoutMs, rebalanceTimeoutMs, protocols: supportedProtocols },
    turn.nowMs,
  )
}

const NEWEST_ASSIGNMENT_VERSION = 3

/** What SyncGroup tells a classic consumer, in the version its subscription has. */
export function encodeAssignment(
  { image }: Pick<Turn, 'image'>,
  { supportedProtocols }: ClassicMemberMetadata,
  partitions: AnyPartitions,
): Buffer {
  const metadata = supportedProtocols[0]?.metadata
  const said = metadata === undefined || metadata.length < 2 ? 0 : metadata.readInt16BE()
  const version = Math.min(Math.max(said, 0), NEWEST_ASSIGNMENT_VERSION)
  const assignedPartitions = listed(partitions).flatMap(({ topicId, partitions: ids }) => {
    const topic = image.topicsById.get(topicId)?.name
    return topic === undefined ? [] : [{ topic, partitions: ids }]
  })
  return encodeRecord(consumerProtocolAssignment, version, { assignedPartitions })
}
