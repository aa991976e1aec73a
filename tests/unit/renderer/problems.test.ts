import { describe, expect, it } from 'vitest'
import { healthOf } from '../../../src/renderer/features/clusters/health.ts'
import { problemsOf } from '../../../src/renderer/features/overview/problems.ts'
import type { TroubledTopic } from '../../../src/shared/ipc/overview.ts'
import { cluster, clusterWith, noAnswer, sample } from './fake-main.ts'

const topic = (changed: Partial<TroubledTopic>): TroubledTopic => ({
  topic: 'orders',
  isInternal: false,
  underReplicated: 0,
  offline: 0,
  outOfIsr: [],
  awaited: [],
  ...changed,
})

const failure = { code: 'PORT_TAKEN', message: 'Port 9092 is used.', remedy: 'Stop the other program.' }

describe('problems of a cluster', () => {
  it('are none while all is well', () => {
    expect(problemsOf(cluster(), sample())).toEqual([])
    expect(problemsOf(cluster(), null)).toEqual([])
  })

  it('name the broker that is stopped and the one that failed, with its reason', () => {
    expect(problemsOf(clusterWith(2, { state: 'stopped' }), sample())).toEqual([
      { kind: 'brokerStopped', severity: 'warning', broker: 2 },
    ])
    expect(problemsOf(clusterWith(2, { state: 'failed', failure }), sample())).toEqual([
      { kind: 'brokerFailed', severity: 'error', broker: 2, failure },
    ])
  })

  it('count under-replicated partitions by topic and say which brokers are out of the ISR', () => {
    const troubled = [
      topic({ underReplicated: 5, outOfIsr: [3] }),
      topic({ topic: 'payments', underReplicated: 2, outOfIsr: [2, 3] }),
    ]
    expect(problemsOf(cluster(), sample({ underReplicated: 7, troubled }))).toEqual([
      {
        kind: 'underReplicated',
        severity: 'warning',
        count: 7,
        brokers: [2, 3],
        topics: [
          { topic: 'orders', partitions: 5 },
          { topic: 'payments', partitions: 2 },
        ],
      },
    ])
  })

  it('count partitions that refuse acks=all, before those that only lack a replica', () => {
    const troubled = [topic({ underReplicated: 3, outOfIsr: [3] })]
    expect(problemsOf(cluster(), sample({ belowMinIsr: 2, underReplicated: 3, troubled }))).toMatchObject([
      { kind: 'belowMinIsr', severity: 'error', count: 2 },
      { kind: 'underReplicated', severity: 'warning', count: 3 },
    ])
  })

  it('put partitions without a leader first, with the brokers they wait for', () => {
    const troubled = [
      topic({ offline: 1, awaited: [3] }),
      topic({ topic: 'b', underReplicated: 1, outOfIsr: [3] }),
    ]
    const seen = sample({ offline: 1, underReplicated: 1, troubled })
    expect(problemsOf(clusterWith(3, { state: 'stopped' }), seen)).toMatchObject([
      {
        kind: 'offline',
        severity: 'error',
        count: 1,
        brokers: [3],
        topics: [{ topic: 'orders', partitions: 1 }],
      },
      { kind: 'underReplicated', severity: 'warning', topics: [{ topic: 'b', partitions: 1 }] },
      { kind: 'brokerStopped', severity: 'warning' },
    ])
  })

  it('say that nobody answers', () => {
    expect(problemsOf(cluster(), noAnswer)).toMatchObject([
      { kind: 'noAnswer', failure: { code: 'NO_ANSWER' } },
    ])
  })

  it('of a stopped cluster are only why it did not start', () => {
    const stopped = cluster({ state: 'stopped', failure })
    expect(problemsOf(stopped, noAnswer)).toEqual([{ kind: 'startFailed', severity: 'error', failure }])
  })
})

describe('health', () => {
  it.each([
    ['healthy', cluster(), sample()],
    ['healthy', cluster(), null],
    ['degraded', clusterWith(1, { state: 'stopped' }), sample()],
    ['degraded', clusterWith(1, { state: 'failed' }), sample()],
    ['degraded', cluster(), sample({ underReplicated: 1 })],
    ['broken', cluster(), sample({ offline: 1, underReplicated: 1 })],
    ['broken', cluster(), noAnswer],
    ['broken', cluster({ state: 'stopped', failure }), null],
    ['stopped', cluster({ state: 'stopped' }), null],
    ['changing', cluster({ state: 'starting' }), null],
    ['changing', cluster({ state: 'stopping' }), noAnswer],
  ] as const)('is %s', (health, seen, overview) => {
    expect(healthOf(seen, overview)).toBe(health)
  })
})
