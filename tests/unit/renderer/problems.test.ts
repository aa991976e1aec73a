import { describe, expect, it } from 'vitest'
import { healthOf } from '../../../src/renderer/features/clusters/health.ts'
import { problemsOf } from '../../../src/renderer/features/overview/problems.ts'
import type { TroubledPartition } from '../../../src/shared/ipc/overview.ts'
import { cluster, clusterWith, noAnswer, sample } from './fake-main.ts'

const partition = (changed: Partial<TroubledPartition>): TroubledPartition => ({
  topic: 'orders',
  partition: 0,
  leader: 1,
  replicas: [1, 2, 3],
  isr: [1, 2, 3],
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

  it('count under-replicated partitions and say which brokers are out of the ISR', () => {
    const troubled = [partition({ isr: [1, 3] }), partition({ partition: 1, isr: [1] })]
    expect(problemsOf(cluster(), sample({ underReplicated: 2, troubled }))).toMatchObject([
      { kind: 'underReplicated', count: 2, brokers: [2, 3], partitions: troubled },
    ])
  })

  it('put partitions without a leader first', () => {
    const troubled = [partition({ leader: null, replicas: [3], isr: [3] }), partition({ partition: 1, isr: [1] })]
    const problems = problemsOf(clusterWith(3, { state: 'stopped' }), sample({ offline: 1, underReplicated: 1, troubled }))
    expect(problems).toMatchObject([
      { kind: 'offline', severity: 'error', count: 1, brokers: [3] },
      { kind: 'underReplicated', severity: 'warning' },
      { kind: 'brokerStopped', severity: 'warning' },
    ])
  })

  it('say that nobody answers', () => {
    expect(problemsOf(cluster(), noAnswer)).toMatchObject([{ kind: 'noAnswer', failure: { code: 'NO_ANSWER' } }])
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
