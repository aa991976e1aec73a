/**
 * What consumers of a classic group tell each other: the subscription each sends with JoinGroup, and the
 * assignment the leader sends with SyncGroup. To the coordinator both are opaque; describing a group, and checking
 * whether a topic is still subscribed (OffsetDelete), needs to look inside.
 */
import { decode, DecodeError, Reader } from '../codec.ts'
import { array, bytes, int32, message, string, struct } from '../schema.ts'
import type { Infer, Message } from '../schema.ts'

export const consumerProtocolSubscription = message(
  'ConsumerProtocolSubscription',
  [0, 3],
  null,
  struct({
    topics: array('0+', string()),
    userData: bytes('0+', { nullable: '0+', default: null }),
    ownedPartitions: array(
      '1+',
      { ignorable: true },
      {
        topic: string('1+'),
        partitions: array('1+', int32()),
      },
    ),
    generationId: int32('2+', { default: -1, ignorable: true }),
    rackId: string('3+', { nullable: '3+', default: null, ignorable: true }),
  }),
)

export const consumerProtocolAssignment = message(
  'ConsumerProtocolAssignment',
  [0, 3],
  null,
  struct({
    assignedPartitions: array('0+', {
      topic: string('0+'),
      partitions: array('0+', int32()),
    }),
    userData: bytes('0+', { nullable: '0+', default: null }),
  }),
)

export function decodeSubscription(buffer: Buffer): Infer<typeof consumerProtocolSubscription> {
  return decodeLeniently(consumerProtocolSubscription, buffer)
}

export function decodeAssignment(buffer: Buffer): Infer<typeof consumerProtocolAssignment> {
  return decodeLeniently(consumerProtocolAssignment, buffer)
}

/**
 * These blobs come from other people's clients, and Kafka's rule for them is generous: a version from the future is
 * read as the newest one known, since new fields are only ever added at the end, and what follows is ignored.
 */
function decodeLeniently<M extends Message>(schema: M, buffer: Buffer): Infer<M> {
  const reader = new Reader(buffer)
  const version = reader.int16()
  if (version < 0) throw new DecodeError(`${schema.name} of version ${version}`)
  return decode(schema, Math.min(version, schema.versions[1]), reader)
}
