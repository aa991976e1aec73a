/** The group APIs' messages under short names, and what a coordinator may know of the client that sent one. */
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import type { offsetCommit } from '../protocol/messages/08-offset-commit.ts'
import type { offsetFetch } from '../protocol/messages/09-offset-fetch.ts'
import type { joinGroup } from '../protocol/messages/11-join-group.ts'
import type { heartbeat } from '../protocol/messages/12-heartbeat.ts'
import type { leaveGroup } from '../protocol/messages/13-leave-group.ts'
import type { syncGroup } from '../protocol/messages/14-sync-group.ts'
import type { describeGroups } from '../protocol/messages/15-describe-groups.ts'
import type { listGroups } from '../protocol/messages/16-list-groups.ts'
import type { deleteGroups } from '../protocol/messages/42-delete-groups.ts'
import type { offsetDelete } from '../protocol/messages/47-offset-delete.ts'
import type { consumerGroupDescribe } from '../protocol/messages/69-consumer-group-describe.ts'
import type { consumerGroupHeartbeat } from '../protocol/messages/68-consumer-group-heartbeat.ts'
import type { shareGroupHeartbeat } from '../protocol/messages/76-share-group-heartbeat.ts'
import type { shareGroupDescribe } from '../protocol/messages/77-share-group-describe.ts'
import type { describeShareGroupOffsets } from '../protocol/messages/90-describe-share-group-offsets.ts'
import type { alterShareGroupOffsets } from '../protocol/messages/91-alter-share-group-offsets.ts'
import type { deleteShareGroupOffsets } from '../protocol/messages/92-delete-share-group-offsets.ts'
import type { steerGroup } from '../protocol/messages/internal/steer-group.ts'

export interface ClientContext {
  readonly apiVersion: number
  readonly clientId: string | null
  /** `127.0.0.1:54321` */
  readonly clientAddress: string
}

type Element<List> = NonNullable<List> extends readonly (infer Item)[] ? Item : never

export type JoinGroupRequest = RequestOf<typeof joinGroup>
export type JoinGroupResponse = ResponseInput<typeof joinGroup>
export type SyncGroupRequest = RequestOf<typeof syncGroup>
export type SyncGroupResponse = ResponseInput<typeof syncGroup>
export type HeartbeatRequest = RequestOf<typeof heartbeat>
export type HeartbeatResponse = ResponseInput<typeof heartbeat>

/** LeaveGroup as of v3, when it became a batch; the handler brings older requests into this form. */
export interface LeaveGroupRequest {
  readonly groupId: string
  readonly members: readonly LeavingMember[]
}
export type LeavingMember = Element<RequestOf<typeof leaveGroup>['members']>
export type LeaveGroupResponse = ResponseInput<typeof leaveGroup>
export type LeftMember = Element<LeaveGroupResponse['members']>

export type DescribedGroup = Element<ResponseInput<typeof describeGroups>['groups']>
export type ListGroupsRequest = RequestOf<typeof listGroups>
export type ListGroupsResponse = ResponseInput<typeof listGroups>
export type ListedGroup = Element<ListGroupsResponse['groups']>
export type DeletedGroup = Element<ResponseInput<typeof deleteGroups>['results']>

export type ConsumerGroupHeartbeatRequest = RequestOf<typeof consumerGroupHeartbeat>
export type ConsumerGroupHeartbeatResponse = ResponseInput<typeof consumerGroupHeartbeat>
export type DescribedConsumerGroup = Element<ResponseInput<typeof consumerGroupDescribe>['groups']>

export type ShareGroupHeartbeatRequest = RequestOf<typeof shareGroupHeartbeat>
export type ShareGroupHeartbeatResponse = ResponseInput<typeof shareGroupHeartbeat>
export type DescribedShareGroup = Element<ResponseInput<typeof shareGroupDescribe>['groups']>
export type DescribeShareGroupOffsetsGroup = Element<RequestOf<typeof describeShareGroupOffsets>['groups']>
export type DescribedShareGroupOffsets = Element<ResponseInput<typeof describeShareGroupOffsets>['groups']>
export type AlterShareGroupOffsetsRequest = RequestOf<typeof alterShareGroupOffsets>
export type AlterShareGroupOffsetsResponse = ResponseInput<typeof alterShareGroupOffsets>
export type DeleteShareGroupOffsetsRequest = RequestOf<typeof deleteShareGroupOffsets>
export type DeleteShareGroupOffsetsResponse = ResponseInput<typeof deleteShareGroupOffsets>

export type OffsetCommitRequest = RequestOf<typeof offsetCommit>
export type OffsetCommitResponse = ResponseInput<typeof offsetCommit>
export type OffsetCommitTopic = Element<OffsetCommitRequest['topics']>

/** OffsetFetch as of v8, when it became a batch; the handler brings older requests into this form. */
export type OffsetFetchGroup = Element<RequestOf<typeof offsetFetch>['groups']>
export type OffsetFetchTopic = Element<OffsetFetchGroup['topics']>
export type FetchedGroup = Element<ResponseInput<typeof offsetFetch>['groups']>
export type FetchedTopic = Element<FetchedGroup['topics']>
export type FetchedPartition = Element<FetchedTopic['partitions']>

export type OffsetDeleteRequest = RequestOf<typeof offsetDelete>
export type OffsetDeleteResponse = ResponseInput<typeof offsetDelete>

export type SteerGroupRequest = RequestOf<typeof steerGroup>
export type SteerGroupResponse = ResponseInput<typeof steerGroup>
