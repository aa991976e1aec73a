import { expect, it } from 'vitest'
import { byRecency, placeVisited, placesOf } from '../../../../src/renderer/features/quick-open/places.ts'
import { cluster } from '../fake-main.ts'

const here = cluster()
const stopped = cluster({ id: 'local:old', name: 'old', state: 'stopped' })
const remote = { kind: 'remote', id: 'remote:1', name: 'prod', bootstrapServers: 'kafka:9092' } as const
const directories: Record<string, { topics: { name: string; isInternal: boolean }[]; groups: string[] }> = {
  'local:local': {
    topics: [
      { name: '__consumer_offsets', isInternal: true },
      { name: 'orders', isInternal: false },
    ],
    groups: ['billing'],
  },
  'local:old': { topics: [{ name: 'of before', isInternal: false }], groups: [] },
  'remote:1': { topics: [{ name: 'orders', isInternal: false }], groups: [] },
}
const directoryOf = (id: string) => directories[id]!
const named = (places: ReturnType<typeof placesOf>) =>
  places.map(({ kind, name, cluster }) => `${kind} ${name} in ${cluster.name}`)

it('are all clusters, and the topics and groups of those that are open; the cluster in view first', () => {
  expect(named(placesOf([here, stopped, remote], 'remote:1', directoryOf))).toEqual([
    'cluster prod in prod',
    'cluster local in local',
    'cluster old in old',
    'topic orders in prod',
    'topic orders in local',
    'topic __consumer_offsets in local',
    'group billing in local',
  ])
})

it('come by when they were visited, and the others after them', () => {
  const places = placesOf([here, remote], 'local:local', directoryOf)
  const { recent, others } = byRecency(places, [
    { feature: 'group', cluster: 'local:local', params: { groupId: 'billing' } },
    { feature: 'topic', cluster: 'local:local', params: { topic: 'deleted since' } },
    { feature: 'topic', cluster: 'remote:1', params: { topic: 'orders' } },
  ])
  expect(named(recent)).toEqual(['group billing in local', 'topic orders in prod'])
  expect(others).toHaveLength(places.length - 2)
  expect(named(others)).not.toContain('group billing in local')
})

it('are visited by any page about them', () => {
  const params = { topic: 'orders' }
  const topic = { feature: 'topic', cluster: 'a', params }
  expect(placeVisited({ feature: 'browse', cluster: 'a', params: { ...params, partition: 2 } })).toEqual(
    topic,
  )
  expect(placeVisited({ feature: 'produce', cluster: 'a', params })).toEqual(topic)
  expect(placeVisited({ feature: 'overview', cluster: 'a' })).toEqual({ feature: 'overview', cluster: 'a' })
  expect(placeVisited({ feature: 'topics', cluster: 'a' })).toBeNull()
  expect(placeVisited({ feature: 'settings', cluster: null })).toBeNull()
})
