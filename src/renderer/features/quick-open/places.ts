import type { Cluster } from '../../../shared/ipc/clusters.ts'
import type { Location } from '../../navigation/tab.ts'
import { locationKey } from '../../navigation/tab.ts'
import { isOpen } from '../clusters/health.ts'
import { groupLocation } from '../groups/locations.ts'
import { topicLocation } from '../topics/locations.ts'
import type { ClusterDirectory } from './directory.ts'

/** A topic, group or cluster, and where it is shown. */
export interface Place {
  kind: 'topic' | 'group' | 'cluster'
  name: string
  cluster: Cluster
  location: Location
}

/** Everything that can be opened by its name: the cluster in view first, the user's topics before internal ones. */
export function placesOf(
  clusters: readonly Cluster[],
  inView: string | null,
  directoryOf: (cluster: string) => ClusterDirectory,
): Place[] {
  const ordered = [...clusters].sort((one, other) => Number(other.id === inView) - Number(one.id === inView))
  const own = ordered.map((cluster): Place => ({
    kind: 'cluster',
    name: cluster.name,
    cluster,
    location: { feature: 'overview', cluster: cluster.id },
  }))
  const within = ordered.filter(isOpen).flatMap((cluster): Place[] => {
    const { topics, groups } = directoryOf(cluster.id)
    const byUse = [...topics].sort((one, other) => Number(one.isInternal) - Number(other.isInternal))
    return [
      ...byUse.map(({ name }): Place => ({
        kind: 'topic',
        name,
        cluster,
        location: topicLocation(cluster.id, name),
      })),
      ...groups.map((groupId): Place => ({
        kind: 'group',
        name: groupId,
        cluster,
        location: groupLocation(cluster.id, groupId),
      })),
    ]
  })
  return [...own, ...within]
}

/** Those visited last, newest first, and the others as they come. */
export function byRecency(
  places: readonly Place[],
  recent: readonly Location[],
): { recent: Place[]; others: Place[] } {
  const byKey = new Map(places.map((place) => [locationKey(place.location), place]))
  const visited = recent.flatMap((location) => byKey.get(locationKey(location)) ?? [])
  const seen = new Set(visited)
  return { recent: visited, others: places.filter((place) => !seen.has(place)) }
}

/** What a page is about, as a place of its own; null for a page about none. */
export function placeVisited({ feature, cluster, params }: Location): Location | null {
  if (cluster === null) return null
  const topic = params?.['topic']
  if (topic !== undefined) return topicLocation(cluster, String(topic))
  const groupId = params?.['groupId']
  if (groupId !== undefined) return groupLocation(cluster, String(groupId))
  return feature === 'overview' ? { feature, cluster } : null
}
