import type { Reader } from '@platformatic/kafka'
import { Writer, createAPI } from '@platformatic/kafka'

/*
 * The requests about share groups (KIP-932) which the client library does not have: what they look like on the wire.
 */

interface Failed {
  errorCode: number
  errorMessage: string | null
}

export interface ShareGroupDescription extends Failed {
  groupId: string
  state: string
  groupEpoch: number
  assignor: string
  members: {
    memberId: string
    clientId: string
    clientHost: string
    topics: { topic: string; partitions: number[] }[]
  }[]
}

const readPartitions = (reader: Reader) => reader.readArray((each) => each.readInt32(), true, false)
const failure = (reader: Reader): Failed => ({
  errorCode: reader.readInt16(),
  errorMessage: reader.readNullableString(),
})

export const shareGroupDescribe = {
  api: createAPI<[groupIds: readonly string[]], { groups: ShareGroupDescription[] }>(
    77,
    1,
    (groupIds: readonly string[]) =>
      Writer.create()
        .appendArray([...groupIds], (writer, groupId) => writer.appendString(groupId), true, false)
        .appendBoolean(false)
        .appendTaggedFields(),
    (_correlationId, _key, _version, reader) => {
      reader.readInt32()
      return { groups: reader.readArray(readGroup) }
    },
  ),
}

function readGroup(reader: Reader): ShareGroupDescription {
  const failed = failure(reader)
  const groupId = reader.readString()
  const state = reader.readString()
  const groupEpoch = reader.readInt32()
  reader.readInt32()
  const assignor = reader.readString()
  const members = reader.readArray(readMember)
  reader.readInt32()
  return { ...failed, groupId, state, groupEpoch, assignor, members }
}

function readMember(reader: Reader): ShareGroupDescription['members'][number] {
  const memberId = reader.readString()
  reader.readNullableString()
  reader.readInt32()
  const clientId = reader.readString()
  const clientHost = reader.readString()
  reader.readArray((each) => each.readString(), true, false)
  const topics = reader.readArray((each) => {
    each.readUUID()
    return { topic: each.readString(), partitions: readPartitions(each) }
  })
  // The assignment is a structure of its own.
  reader.readTaggedFields()
  return { memberId, clientId, clientHost, topics }
}

export interface ToldShareOffset extends Failed {
  topic: string
  partition: number
  /** −1 while the group has not been given anything of the partition. */
  startOffset: number
  /** −1 where it is not known. */
  lag: number
}

interface ShareOffsets {
  groups: (Failed & { groupId: string; partitions: ToldShareOffset[] })[]
}

const LAG_SINCE = 1

function describeOffsets(version: number) {
  return {
    api: createAPI<[groupIds: readonly string[]], ShareOffsets>(
      90,
      version,
      // Of all partitions the group has begun with.
      (groupIds: readonly string[]) =>
        Writer.create()
          .appendArray([...groupIds], (writer, groupId) => {
            writer.appendString(groupId).appendArray(null, () => undefined)
          })
          .appendTaggedFields(),
      (_correlationId, _key, _version, reader) => {
        reader.readInt32()
        return { groups: reader.readArray((each) => readOffsets(each, version)) }
      },
    ),
  }
}

function readOffsets(reader: Reader, version: number): ShareOffsets['groups'][number] {
  const groupId = reader.readString()
  const partitions = reader.readArray((each) => {
    const topic = each.readString()
    each.readUUID()
    return each.readArray((one) => {
      const partition = one.readInt32()
      const startOffset = Number(one.readInt64())
      one.readInt32()
      const lag = version < LAG_SINCE ? -1 : Number(one.readInt64())
      return { topic, partition, startOffset, lag, ...failure(one) }
    })
  })
  return { groupId, partitions: partitions.flat(), ...failure(reader) }
}

/** Newest first; version 1 tells the lag (KIP-1226). */
export const describeShareGroupOffsets = [describeOffsets(1), describeOffsets(0)] as const

export interface ShareStart {
  topic: string
  partitions: { partition: number; offset: number }[]
}

export const alterShareGroupOffsets = {
  api: createAPI<[groupId: string, topics: readonly ShareStart[]], Failed & { partitions: Failed[] }>(
    91,
    0,
    (groupId: string, topics: readonly ShareStart[]) =>
      Writer.create()
        .appendString(groupId)
        .appendArray([...topics], (writer, { topic, partitions }) => {
          writer.appendString(topic).appendArray(partitions, (each, { partition, offset }) => {
            each.appendInt32(partition).appendInt64(BigInt(offset))
          })
        })
        .appendTaggedFields(),
    (_correlationId, _key, _version, reader) => {
      reader.readInt32()
      const failed = failure(reader)
      const partitions = reader.readArray((each) => {
        each.readString()
        each.readUUID()
        return each.readArray((one) => {
          one.readInt32()
          return failure(one)
        })
      })
      return { ...failed, partitions: partitions.flat() }
    },
  ),
}

export const deleteShareGroupOffsets = {
  api: createAPI<[groupId: string, topics: readonly string[]], Failed & { topics: Failed[] }>(
    92,
    0,
    (groupId: string, topics: readonly string[]) =>
      Writer.create()
        .appendString(groupId)
        .appendArray([...topics], (writer, topic) => {
          writer.appendString(topic)
        })
        .appendTaggedFields(),
    (_correlationId, _key, _version, reader) => {
      reader.readInt32()
      const failed = failure(reader)
      const topics = reader.readArray((each) => {
        each.readString()
        each.readUUID()
        return failure(each)
      })
      return { ...failed, topics }
    },
  ),
}
