import type { OpenTabs, SavedPlace } from '../../shared/ipc/tabs.ts'
import type { Location, Tab } from './tab.ts'

/** What can be shown: a place about anything else has nothing to show any more. */
export interface Known {
  features: ReadonlySet<string>
  clusters: ReadonlySet<string>
}

export interface RestoredTabs {
  tabs: Tab[]
  activeId: number
  recent: Location[]
}

export function savedTabs(tabs: readonly Tab[], activeId: number, recent: readonly Location[]): OpenTabs {
  return {
    tabs: tabs.map(({ history, position }) => ({ history: history.map(savedPlace), position })),
    active: Math.max(
      0,
      tabs.findIndex(({ id }) => id === activeId),
    ),
    recent: recent.map(savedPlace),
  }
}

/** Null where nothing of it can be shown. Tabs are numbered from 1. */
export function restoredTabs(saved: OpenTabs, known: Known): RestoredTabs | null {
  const isKnown = ({ feature, cluster }: SavedPlace) =>
    known.features.has(feature) && (cluster === null || known.clusters.has(cluster))
  const tabs = saved.tabs.map(({ history, position }, index) => {
    const left = history.filter(isKnown)
    const before = history.slice(0, position + 1).filter(isKnown).length - 1
    return { id: index + 1, history: left.map(locationOf), position: Math.max(0, before) }
  })
  const shown = tabs.filter(({ history }) => history.length > 0)
  const active = shown.find(({ id }) => id === saved.active + 1) ?? shown[0]
  if (!active) return null
  return { tabs: shown, activeId: active.id, recent: saved.recent.filter(isKnown).map(locationOf) }
}

function savedPlace({ feature, cluster, params }: Location): SavedPlace {
  return { feature, cluster, params: params ? { ...params } : null }
}

function locationOf({ feature, cluster, params }: SavedPlace): Location {
  return { feature, cluster, ...(params ? { params } : {}) }
}
