import { expect, test } from 'vitest'
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  partitionChange,
} from '../../../src/broker/metadata/records.ts'
import type { MetadataRecord } from '../../../src/broker/metadata/records.ts'
import { DecodeError } from '../../../src/broker/protocol/codec.ts'

const topicId = 'b3JkZXJzLXRvcGljLWlkMQ'

const records: MetadataRecord[] = [
  {
    type: 'RegisterBroker',
    brokerId: 3,
    brokerEpoch: 42,
    incarnationId: topicId,
    host: '127.0.0.1',
    port: 65535,
    rack: 'a',
    fenced: true,
    inControlledShutdown: false,
  },
  { type: 'UnregisterBroker', brokerId: 3, brokerEpoch: 42 },
  { type: 'FenceBroker', brokerId: 3, brokerEpoch: 42 },
  { type: 'UnfenceBroker', brokerId: 3, brokerEpoch: 42 },
  { type: 'ControlledShutdown', brokerId: 3, brokerEpoch: 42 },
  { type: 'Topic', topicId, name: 'orders' },
  { type: 'RemoveTopic', topicId },
  {
    type: 'Partition',
    topicId,
    partition: 7,
    replicas: [1, 2, 3],
    isr: [1],
    removingReplicas: [3],
    addingReplicas: [2],
    leader: -1,
    leaderRecoveryState: 1,
    leaderEpoch: 4,
    partitionEpoch: 9,
    elr: [2],
    lastKnownElr: [1],
  },
  partitionChange(topicId, 0, {}),
  partitionChange(topicId, 1, {
    isr: [],
    leader: -1,
    replicas: [1],
    removingReplicas: [],
    addingReplicas: [],
    leaderRecoveryState: 0,
    elr: [1],
    lastKnownElr: [1],
  }),
  { type: 'Config', resourceType: 2, resourceName: 'orders', name: 'retention.ms', value: '5' },
  { type: 'Config', resourceType: 4, resourceName: '', name: 'log.retention.ms', value: null },
  { type: 'ProducerIds', brokerId: 1, brokerEpoch: 2, nextProducerId: 3_000_000_000_000 },
  { type: 'Controller', controllerId: 1, controllerEpoch: 8 },
]

test.each(records)('$type survives its bytes', (record) => {
  expect(decodeMetadataRecord(encodeMetadataRecord(record))).toEqual(record)
})

test('a record of an unknown type is refused', () => {
  expect(() => decodeMetadataRecord(Buffer.from([0x7f, 0x00, 0x00, 0x00]))).toThrow(DecodeError)
})

test('a record cut short is refused', () => {
  const whole = encodeMetadataRecord({ type: 'Topic', topicId, name: 'orders' })
  expect(() => decodeMetadataRecord(whole.subarray(0, 12))).toThrow(DecodeError)
})
