import { describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import type { AddressCheck, RemoteCluster } from '../../../src/shared/ipc/clusters.ts'
import { verdictOf } from '../../../src/renderer/features/add-cluster/verdict.ts'
import { healthOf, isOpen, remoteStateOf } from '../../../src/renderer/features/clusters/health.ts'
import { useClusters } from '../../../src/renderer/features/clusters/store.ts'
import { problemsOf } from '../../../src/renderer/features/overview/problems.ts'
import { shownBrokers } from '../../../src/renderer/features/overview/shown-brokers.ts'
import { useNavigation } from '../../../src/renderer/navigation/store.ts'
import { cluster, fakeMain, noAnswer, overview, sample, storesOn } from './fake-main.ts'

const remote: RemoteCluster = {
  kind: 'remote',
  id: 'remote:1',
  name: 'staging',
  bootstrapServers: 'kafka-1:9092',
}

describe('a remote cluster', () => {
  it('is as healthy as its samples say', () => {
    expect(healthOf(remote, null)).toBe('changing')
    expect(healthOf(remote, sample())).toBe('healthy')
    expect(healthOf(remote, sample({ underReplicated: 1 }))).toBe('degraded')
    expect(healthOf(remote, sample({ underReplicated: 1, offline: 1 }))).toBe('broken')
    expect(healthOf(remote, noAnswer)).toBe('broken')
    expect([null, sample(), noAnswer].map(remoteStateOf)).toEqual(['connecting', 'reachable', 'unreachable'])
  })

  it('is open whether or not it answers, a local one while it runs', () => {
    expect([remote, cluster(), cluster({ state: 'stopped' }), null].map(isOpen)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('has problems of its own, and since when it does not answer', () => {
    expect(problemsOf(remote, null)).toEqual([])
    expect(problemsOf(remote, sample())).toEqual([])
    expect(problemsOf(remote, noAnswer)).toMatchObject([{ kind: 'noAnswer', sinceMs: 0 }])
  })

  it('shows the brokers it named last', () => {
    const broker = { id: 4, host: 'kafka-4', port: 9092, rack: 'a', leaderReplicas: 1, replicas: 2 }
    const seen = overview({ brokers: [broker], controllerId: 4 })
    expect(shownBrokers(remote, sample(), seen)).toEqual([
      { id: 4, host: 'kafka-4', port: 9092, rack: 'a', state: 'reachable', isController: true },
    ])
    expect(shownBrokers(remote, noAnswer, seen)).toMatchObject([{ state: 'unreachable' }])
    expect(shownBrokers(remote, null, null)).toEqual([])
  })

  it('shows a broker that is gone in its place, without an address', () => {
    const broker = { id: 4, host: 'kafka-4', port: 9092, rack: null, leaderReplicas: 1, replicas: 2 }
    const seen = overview({ brokers: [broker], absent: [{ id: 2, replicas: 2 }] })
    expect(shownBrokers(remote, sample(), seen)).toMatchObject([
      { id: 2, host: null, state: 'unreachable', isController: false },
      { id: 4, host: 'kafka-4', state: 'reachable' },
    ])
  })

  it('leaves a local one the brokers it knows itself', () => {
    expect(shownBrokers(cluster(), null, null)).toHaveLength(3)
    expect(shownBrokers(cluster(), null, overview({ absent: [{ id: 9, replicas: 1 }] }))).toHaveLength(3)
  })
})

describe('tabs of a cluster that is removed', () => {
  it('go with it, and the clusters are shown where no other is left', async () => {
    const main = fakeMain({ clusters: { list: () => [remote], delete: () => undefined } })
    const pinia = storesOn(main)
    const clusters = useClusters(pinia)
    await clusters.load()
    const navigation = useNavigation(pinia)
    navigation.begin()
    expect(navigation.location).toEqual({ feature: 'overview', cluster: remote.id })
    await clusters.remove(remote.id, remote.name)
    await nextTick()
    expect(navigation.tabs).toHaveLength(1)
    expect(navigation.location).toEqual({ feature: 'clusters', cluster: null })
    expect(navigation.cluster).toBeNull()
  })
})

describe('the verdict on a connection', () => {
  const good: AddressCheck = { address: 'a:1', broker: null, failure: null }
  const bad: AddressCheck = { ...good, failure: { code: 'NOBODY_LISTENS', message: '' } }

  it.each([
    ['good', [good], [good, good]],
    ['partly', [good, bad], [good]],
    ['partly', [good], [good, bad]],
    ['advertised', [good], [bad, bad]],
    ['bad', [bad], []],
  ] as const)('is %s', (verdict, servers, brokers) => {
    expect(verdictOf({ servers: [...servers], brokers: [...brokers], clusterId: null })).toBe(verdict)
  })
})
