import { describe, expect, it } from 'vitest'
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  coordinatorKeyType,
  decodeAssignment,
  decodeRecord,
  decodeSubscription,
  encodeRecord,
  groupMetadataKey,
  groupMetadataValue,
  offsetCommitKey,
  offsetCommitValue,
} from '../../../src/broker/protocol/records/index.ts'

describe('records of __consumer_offsets', () => {
  it('have a type in front of the key', () => {
    const group = encodeRecord(groupMetadataKey, 2, { group: 'g' })
    const offset = encodeRecord(offsetCommitKey, 1, { group: 'g', topic: 't', partition: 3 })
    expect(group.toString('hex')).toBe('0002' + '000167')
    expect(offset.toString('hex')).toBe('0001' + '000167' + '000174' + '00000003')
    expect([group, offset].map(coordinatorKeyType)).toEqual([2, 1])
    expect(decodeRecord(offsetCommitKey, offset)).toEqual({ group: 'g', topic: 't', partition: 3 })
    expect(() => decodeRecord(offsetCommitKey, group)).toThrow('OffsetCommitKey has no version 2')
    expect(() => encodeRecord(groupMetadataKey, 0, { group: 'g' })).toThrow(
      'GroupMetadataKey has no version 0',
    )
  })

  it('have the layout in front of the value', () => {
    const value = { offset: 7, leaderEpoch: 2, metadata: 'm', commitTimestamp: 9 }
    const buffer = encodeRecord(offsetCommitValue, 3, value)
    expect(buffer.toString('hex')).toBe(
      '0003' + '0000000000000007' + '00000002' + '00016d' + '0000000000000009',
    )
    expect(decodeRecord(offsetCommitValue, buffer)).toEqual({
      ...value,
      expireTimestamp: -1,
      topicId: 'A'.repeat(22),
    })
  })

  it('may carry an expiry (1) or a topic id (4)', () => {
    const value = { offset: 7, metadata: '', commitTimestamp: 9 }
    const expiring = encodeRecord(offsetCommitValue, 1, { ...value, expireTimestamp: 99 })
    expect(decodeRecord(offsetCommitValue, expiring)).toMatchObject({
      ...value,
      expireTimestamp: 99,
      leaderEpoch: -1,
    })
    const topicId = 'ABEiM0RVZneImaq7zN3u_w'
    expect(
      decodeRecord(offsetCommitValue, encodeRecord(offsetCommitValue, 4, { ...value, topicId })),
    ).toMatchObject({ topicId })
  })

  it('hold groups with members whose blobs are bigger than one chunk', () => {
    const member = {
      memberId: 'm',
      clientId: 'c',
      clientHost: '/127.0.0.1',
      sessionTimeout: 30000,
      rebalanceTimeout: 60000,
    }
    const blobs = { subscription: Buffer.alloc(5000, 1), assignment: Buffer.alloc(3000, 2) }
    const value = {
      protocolType: 'consumer',
      generation: 4,
      protocol: 'range',
      leader: 'm',
      currentStateTimestamp: 123,
      members: [{ ...member, ...blobs, groupInstanceId: null }],
    }
    expect(decodeRecord(groupMetadataValue, encodeRecord(groupMetadataValue, 3, value))).toEqual(value)
  })

  it('end where they end', () => {
    const buffer = Buffer.concat([encodeRecord(groupMetadataKey, 2, { group: 'g' }), Buffer.from([0])])
    expect(() => decodeRecord(groupMetadataKey, buffer)).toThrow('1 bytes left over')
  })
})

describe('the consumer protocol', () => {
  it('reads a version from the future as the newest it knows', () => {
    const value = {
      topics: ['a'],
      generationId: 3,
      rackId: 'r',
      ownedPartitions: [{ topic: 'a', partitions: [1] }],
    }
    const buffer = Buffer.concat([encodeRecord(consumerProtocolSubscription, 3, value), Buffer.from('more')])
    buffer.writeInt16BE(9)
    expect(decodeSubscription(buffer)).toEqual({ ...value, userData: null })
  })

  it('reads assignments of every version', () => {
    const value = { assignedPartitions: [{ topic: 'a', partitions: [1, 2] }], userData: null }
    for (const version of [0, 1, 2, 3]) {
      expect(decodeAssignment(encodeRecord(consumerProtocolAssignment, version, value))).toEqual(value)
    }
  })

  it('refuses what is no version at all', () => {
    expect(() => decodeAssignment(Buffer.from('ffff0000', 'hex'))).toThrow('no version -1')
    expect(() => decodeAssignment(Buffer.alloc(0))).toThrow()
  })
})
