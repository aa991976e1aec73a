/** Offsets go: with their group (DeleteGroups), one by one (OffsetDelete), with their topic. */
import { ErrorCode } from '../../protocol/errors.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { CONSUMER_PROTOCOL_TYPE } from '../classic/group.ts'
import { writeTombstones } from '../consumer/tombstones.ts'
import type { Group } from '../group.ts'
import { writeShareTombstones } from '../share/tombstones.ts'
import type { OffsetDeleteRequest, OffsetDeleteResponse } from '../messages.ts'
import type { Turn } from '../turn.ts'
import type { TopicDirectory } from './topics.ts'

export function deleteOffset(turn: Turn, groupId: string, topic: string, partition: number): void {
  turn.write({ type: 'OffsetCommit', groupId, topic, partition, value: null })
}

/** Deletes a group and all its offsets. The error code to answer. */
export function deleteGroup(turn: Turn, groupId: string): number {
  const group = turn.state.groups.get(groupId)
  if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND
  if (group.state !== 'Empty') return ErrorCode.NON_EMPTY_GROUP
  for (const { topic, partition } of turn.state.offsets.ofGroup(groupId)) {
    deleteOffset(turn, groupId, topic, partition)
  }
  deleteRecords(turn, group)
  return ErrorCode.NONE
}

/** The group's own records; its offsets are another matter. */
export function deleteRecords(turn: Turn, group: Group): void {
  switch (group.type) {
    case 'classic':
      turn.write({ type: 'GroupMetadata', groupId: group.groupId, value: null })
      return
    case 'consumer':
      writeTombstones(turn, group)
      return
    case 'share':
      writeShareTombstones(turn, group)
      return
  }
}

/** OffsetDelete (KIP-496): offsets of topics the group does not read any more. */
export function deleteOffsets(
  turn: Turn,
  request: OffsetDeleteRequest,
  directory: TopicDirectory,
): OffsetDeleteResponse {
  const { groupId } = request
  const group = turn.state.groups.get(groupId)
  // A share group commits no offsets; where it starts is deleted by DeleteShareGroupOffsets.
  if (group === undefined || group.type === 'share') {
    return offsetDeleteFailure(ErrorCode.GROUP_ID_NOT_FOUND)
  }
  // Only of consumers it is known what they read; any other group has to be empty.
  const isReadable = group.type === 'consumer' || group.protocolType === CONSUMER_PROTOCOL_TYPE
  if (group.state !== 'Empty' && !isReadable) {
    return offsetDeleteFailure(ErrorCode.NON_EMPTY_GROUP)
  }
  return {
    errorCode: ErrorCode.NONE,
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => {
        const errorCode = refusal(group, name, partitionIndex, directory)
        const isStored = turn.state.offsets.get(groupId, name, partitionIndex) !== undefined
        if (errorCode === ErrorCode.NONE && isStored) deleteOffset(turn, groupId, name, partitionIndex)
        return { partitionIndex, errorCode }
      }),
    })),
  }
}

function refusal(group: Group, topic: string, partition: number, directory: TopicDirectory): number {
  const isKnown = directory.topicsByName.get(topic)?.partitions[partition] !== undefined
  if (!isKnown) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  return group.isSubscribedTo(topic) ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : ErrorCode.NONE
}

export function offsetDeleteFailure(errorCode: number): OffsetDeleteResponse {
  return { errorCode, topics: [] }
}

export interface GoneTopic {
  readonly id: string
  readonly name: string
}

/** A topic is gone, and with it whatever was read of it; not what is read of a new one under its name. */
export function deleteOffsetsOfTopics(turn: Turn, groupId: string, topics: readonly GoneTopic[]): void {
  for (const { topic, partition, value } of turn.state.offsets.ofGroup(groupId)) {
    const isGone = topics.some(
      ({ id, name }) => name === topic && (value.topicId === ZERO_UUID || value.topicId === id),
    )
    if (isGone) deleteOffset(turn, groupId, topic, partition)
  }
}
