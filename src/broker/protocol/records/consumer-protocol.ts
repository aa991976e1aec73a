/**
 * What consumers of a classic group tell each other: the subscription each sends with JoinGroup, and the
 * assignment the leader sends with SyncGroup. To the coordinator both are opaque; describing a group, and
 * checking whether a topic is still subscribed (OffsetDelete), needs to look inside.
 */
import { decode, DecodeError, Reader } from '../codec.ts'
import { array, bytes, int32, message, string, struct } from '../schema.ts'
import type { Infer, Message } from '../schema.ts'

const VERSION_BYTES = 2

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
 * These blobs come from other people's clients. Kafka's own rule is that a version from the future is read as
 * the newest known one, since fields are only ever added at the end, and what follows them is ignored. Ours
 * goes one step further: what is too short for its version is read as an older one, because assigners written
 * after kafkajs' documentation say version 1 and have the fields of version 0.
 */
function decodeLeniently<M extends Message>(schema: M, buffer: Buffer): Infer<M> {
  const said = new Reader(buffer).int16()
  for (let version = Math.min(said, schema.versions[1]); ; version--) {
    try {
      return decode(schema, version, new Reader(buffer, VERSION_BYTES))
    } catch (error) {
      if (!(error instanceof DecodeError) || version <= 0) throw error
    }
  }
}
