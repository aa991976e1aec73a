/**
 * The classic APIs by the protocol of the group they are for: a consumer group may have classic members, and a group
 * without members may become one of another protocol.
 */
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { joinFailure, syncFailure } from './classic/answers.ts'
import { heartbeat } from './classic/heartbeat.ts'
import { joinGroup } from './classic/join.ts'
import { leaveGroup } from './classic/leave.ts'
import { syncGroup } from './classic/sync.ts'
import { joinConsumerGroup } from './consumer/classic-join.ts'
import {
  heartbeatConsumerGroup,
  leaveConsumerGroupAsClassic,
  syncConsumerGroup,
} from './consumer/classic-members.ts'
import { writeTombstones } from './consumer/tombstones.ts'
import type {
  ClientContext,
  HeartbeatRequest,
  JoinGroupRequest,
  JoinGroupResponse,
  LeaveGroupRequest,
  LeftMember,
  SyncGroupRequest,
  SyncGroupResponse,
} from './messages.ts'
import type { Turn } from './turn.ts'
import type { Waiter } from './waiter.ts'

export function joinAnyGroup(
  turn: Turn,
  context: ClientContext,
  request: JoinGroupRequest,
  waiter: Waiter<JoinGroupResponse>,
): void {
  const group = turn.state.groups.get(request.groupId)
  if (group === undefined || group.type === 'classic') {
    joinGroup(turn, context, request, waiter)
    return
  }
  if (group.type !== 'consumer') {
    turn.answer(waiter, joinFailure(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, request.memberId))
    return
  }
  if (group.members.size === 0) {
    // Only somebody new may found a classic group in its place.
    if (request.memberId === '') writeTombstones(turn, group)
    joinGroup(turn, context, request, waiter)
    return
  }
  const failure = (code: number) => joinFailure(code, request.memberId)
  turn.answer(
    waiter,
    refusable(turn, failure, () => joinConsumerGroup(turn, context, group, request)),
  )
}

export function syncAnyGroup(turn: Turn, request: SyncGroupRequest, waiter: Waiter<SyncGroupResponse>): void {
  const group = turn.state.consumerGroup(request.groupId)
  if (group === undefined) syncGroup(turn, request, waiter)
  else
    turn.answer(
      waiter,
      refusable(turn, syncFailure, () => syncConsumerGroup(turn, group, request)),
    )
}

/** The error code to answer. */
export function heartbeatAnyGroup(turn: Turn, request: HeartbeatRequest): number {
  const group = turn.state.consumerGroup(request.groupId)
  if (group === undefined) return heartbeat(turn, request)
  return refusable(
    turn,
    (code) => code,
    () => heartbeatConsumerGroup(turn, group, request),
  )
}

export function leaveAnyGroup(turn: Turn, request: LeaveGroupRequest): LeftMember[] {
  const group = turn.state.consumerGroup(request.groupId)
  return group === undefined ? leaveGroup(turn, request) : leaveConsumerGroupAsClassic(turn, group, request)
}

/** Once something is written, a KafkaError is no refusal but a bug, and the shard has to load again. */
function refusable<Response>(
  turn: Turn,
  failure: (errorCode: number) => Response,
  decide: () => Response,
): Response {
  const written = turn.records.length
  try {
    return decide()
  } catch (error) {
    if (!(error instanceof KafkaError) || turn.records.length > written) throw error
    return failure(error.code)
  }
}
