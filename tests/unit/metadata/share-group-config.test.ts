import { describe, expect, it } from 'vitest'
import { resolveBrokerConfig } from '../../../src/broker/metadata/configs/broker-config.ts'
import { groupConfigDefinitions } from '../../../src/broker/metadata/configs/group-config-definitions.ts'
import { resolveShareGroupConfig } from '../../../src/broker/metadata/configs/share-group-config.ts'

const broker = resolveBrokerConfig(new Map([['node.id', '1']]))
const resolve = (own: Record<string, string> = {}) =>
  resolveShareGroupConfig({ configOverrides: () => new Map(Object.entries(own)) }, broker, 'g')

describe('A share group’s config', () => {
  it('is the broker’s where the group has none', () => {
    expect(resolve()).toEqual({
      sessionTimeoutMs: 45_000,
      heartbeatIntervalMs: 5_000,
      assignmentIntervalMs: 1_000,
      recordLockDurationMs: 30_000,
      deliveryCountLimit: 5,
      partitionMaxRecordLocks: 2000,
      autoOffsetReset: { kind: 'latest' },
      isolationLevel: 'read_uncommitted',
    })
  })

  it('is the group’s own within what the broker allows', () => {
    expect(
      resolve({
        'share.session.timeout.ms': '50000',
        'share.heartbeat.interval.ms': '99999',
        'share.record.lock.duration.ms': '1000',
        'share.auto.offset.reset': 'earliest',
        'share.isolation.level': 'read_committed',
      }),
    ).toMatchObject({
      sessionTimeoutMs: 50_000,
      heartbeatIntervalMs: 15_000,
      recordLockDurationMs: 15_000,
      autoOffsetReset: { kind: 'earliest' },
      isolationLevel: 'read_committed',
    })
  })

  it.each([
    ['by_duration:PT1H', 3_600_000],
    ['by_duration:P1DT2H3M4.5S', 93_784_500],
    ['by_duration:PT0S', 0],
  ])('begins so long ago by %s', (value, durationMs) => {
    expect(resolve({ 'share.auto.offset.reset': value }).autoOffsetReset).toEqual({
      kind: 'duration',
      durationMs,
    })
  })

  it.each([
    '',
    'none',
    'by_duration:',
    'by_duration:P',
    'by_duration:PT',
    'by_duration:-PT1H',
    'by_duration:P1M',
  ])('does not take "%s" for a place to begin', (value) => {
    const problem = groupConfigDefinitions.get('share.auto.offset.reset')!.validate(value)
    expect(problem).toContain('share.auto.offset.reset')
  })
})
