/**
 * The records of the metadata log. Like Kafka's, each is declared with the schema builders and carries its type and
 * version, so that a log written by an older Ottla can always be read. Type numbers below 1000 are Kafka's own for
 * the record of the same name.
 */
import { decode, encode, DecodeError, Reader, Writer } from '../protocol/codec.ts'
import { array, bool, int32, int64, int8, message, string, struct, uuid } from '../protocol/schema.ts'
import type { Infer, Message, StructField } from '../protocol/schema.ts'

/** In a PartitionChange: the leader (and so the leader epoch) stays. -1 would be "no leader". */
export const NO_LEADER_CHANGE = -2
export const NO_LEADER = -1

/** Resource types of Config records: DescribeConfigs' numbers. */
export const ConfigResource = { topic: 2, broker: 4, group: 32 } as const

const schemas = {
  /** A broker came, or came back: fenced until its heartbeat says that it has read up to this record. */
  RegisterBroker: record(
    0,
    struct({
      brokerId: int32(),
      brokerEpoch: int64(),
      incarnationId: uuid(),
      host: string(),
      port: int32(),
      rack: string('0+', { nullable: '0+', default: null }),
      fenced: bool(),
      inControlledShutdown: bool(),
    }),
  ),
  UnregisterBroker: record(1, struct({ brokerId: int32(), brokerEpoch: int64() })),
  Topic: record(2, struct({ topicId: uuid(), name: string() })),
  /** A whole partition: how it begins, and what a snapshot holds of it. */
  Partition: record(
    3,
    struct({
      topicId: uuid(),
      partition: int32(),
      replicas: array('0+', int32()),
      isr: array('0+', int32()),
      removingReplicas: array('0+', int32()),
      addingReplicas: array('0+', int32()),
      leader: int32('0+', { default: NO_LEADER }),
      leaderRecoveryState: int8(),
      leaderEpoch: int32(),
      partitionEpoch: int32(),
      elr: array('0+', int32()),
      lastKnownElr: array('0+', int32()),
    }),
  ),
  /** `value` null: back to the default. Resource name `''` of a broker config is the whole cluster. */
  Config: record(
    4,
    struct({
      resourceType: int8(),
      resourceName: string(),
      name: string(),
      value: string('0+', { nullable: '0+', default: null }),
    }),
  ),
  /**
   * What changed in a partition; null, -2 (leader) and -1 (recovery state) say "as before". A leader given, even
   * the same one, begins a new leader epoch; every change begins a new partition epoch.
   */
  PartitionChange: record(
    5,
    struct({
      topicId: uuid(),
      partition: int32(),
      isr: array('0+', { nullable: '0+', default: null }, int32()),
      leader: int32('0+', { default: NO_LEADER_CHANGE }),
      replicas: array('0+', { nullable: '0+', default: null }, int32()),
      removingReplicas: array('0+', { nullable: '0+', default: null }, int32()),
      addingReplicas: array('0+', { nullable: '0+', default: null }, int32()),
      leaderRecoveryState: int8('0+', { default: -1 }),
      elr: array('0+', { nullable: '0+', default: null }, int32()),
      lastKnownElr: array('0+', { nullable: '0+', default: null }, int32()),
    }),
  ),
  FenceBroker: record(7, struct({ brokerId: int32(), brokerEpoch: int64() })),
  UnfenceBroker: record(8, struct({ brokerId: int32(), brokerEpoch: int64() })),
  RemoveTopic: record(9, struct({ topicId: uuid() })),
  /** Ids below `nextProducerId` are given out; `brokerId` got the last block. */
  ProducerIds: record(15, struct({ brokerId: int32(), brokerEpoch: int64(), nextProducerId: int64() })),
  /** The broker asked to leave and its leaderships are being moved (Kafka: BrokerRegistrationChangeRecord). */
  ControlledShutdown: record(1000, struct({ brokerId: int32(), brokerEpoch: int64() })),
  /** First record of a controller's term. */
  Controller: record(1001, struct({ controllerId: int32(), controllerEpoch: int32() })),
} as const

type Schemas = typeof schemas
export type MetadataRecordType = keyof Schemas
/** Arrays of images go into records and back without being copied, so neither may change them. */
type Immutable<T> = {
  readonly [K in keyof T]: number[] extends T[K] ? Exclude<T[K], number[]> | readonly number[] : T[K]
}
export type MetadataRecord = {
  [T in MetadataRecordType]: { readonly type: T } & Immutable<Infer<Schemas[T]['schema']>>
}[MetadataRecordType]
export type RecordOf<T extends MetadataRecordType> = Extract<MetadataRecord, { type: T }>

function record<Out, In>(id: number, body: StructField<Out, In>) {
  // Flexible from the start: a field added later in the tag buffer needs no new version.
  return { id, schema: message(`MetadataRecord${id}`, [0, 0], 0, body) }
}

const typesById = new Map<number, MetadataRecordType>(
  (Object.keys(schemas) as MetadataRecordType[]).map((type) => [schemas[type].id, type]),
)

/** Layout: record type (int16), version (int16), body. */
export function encodeMetadataRecord(metadataRecord: MetadataRecord): Buffer {
  const { id, schema } = schemas[metadataRecord.type]
  const writer = new Writer()
  const version = schema.versions[1]
  writer.int16(id)
  writer.int16(version)
  encode(schema as Message, version, metadataRecord, writer)
  return Buffer.concat(writer.chunks())
}

/** @throws DecodeError when the bytes are no record this version of the engine knows */
export function decodeMetadataRecord(buffer: Buffer): MetadataRecord {
  const reader = new Reader(buffer)
  const id = reader.int16()
  const version = reader.int16()
  const type = typesById.get(id)
  if (type === undefined) throw new DecodeError(`no metadata record has the type ${id}`)
  const body = decode(schemas[type].schema as Message, version, reader) as object
  return { type, ...body } as MetadataRecord
}

/** A PartitionChange in which everything not given stays as it is. */
export function partitionChange(
  topicId: string,
  partition: number,
  change: Partial<Omit<RecordOf<'PartitionChange'>, 'type' | 'topicId' | 'partition'>>,
): RecordOf<'PartitionChange'> {
  return {
    type: 'PartitionChange',
    topicId,
    partition,
    isr: null,
    leader: NO_LEADER_CHANGE,
    replicas: null,
    removingReplicas: null,
    addingReplicas: null,
    leaderRecoveryState: -1,
    elr: null,
    lastKnownElr: null,
    ...change,
  }
}
