/** What within a cluster a page is about: its component gets them as props. */
export type LocationParams = Readonly<Record<string, string | number>>

/** A page and what it is about. */
export interface Location {
  /** Name of a feature, as in the list of features. */
  feature: string
  /** Id of the cluster the page is about; null for pages about none. */
  cluster: string | null
  /** As `{ topic: 'orders' }`; none for pages that are about all of a cluster. */
  params?: LocationParams
}

export interface Tab {
  id: number
  history: Location[]
  position: number
}

/** Far more than anyone goes back. */
const HISTORY_LIMIT = 50

export function newTab(id: number, location: Location): Tab {
  return { id, history: [location], position: 0 }
}

export function currentOf({ history, position }: Tab): Location {
  const location = history[position]
  if (!location) throw new Error(`Tab has no location ${position}`)
  return location
}

/** As in a browser: going somewhere from the middle of a history drops what lay ahead. */
export function visit(tab: Tab, location: Location): Tab {
  const history = [...tab.history.slice(0, tab.position + 1), location].slice(-HISTORY_LIMIT)
  return { ...tab, history, position: history.length - 1 }
}

export function walk(tab: Tab, steps: number): Tab {
  return { ...tab, position: Math.max(0, Math.min(tab.history.length - 1, tab.position + steps)) }
}

export function forget(tabs: readonly Tab[], id: number): Tab[] {
  return tabs.filter((tab) => tab.id !== id)
}

/** Every place about one of these clusters is forgotten, and so is a tab that knew no other. */
export function withoutClusters(tabs: readonly Tab[], gone: ReadonlySet<string>): Tab[] {
  const stays = ({ cluster }: Location) => cluster === null || !gone.has(cluster)
  return tabs.flatMap((tab) => {
    const history = tab.history.filter(stays)
    if (history.length === 0) return []
    const position = tab.history.slice(0, tab.position + 1).filter(stays).length - 1
    return [{ ...tab, history, position: Math.max(0, position) }]
  })
}

export function sameLocation(one: Location, other: Location): boolean {
  return locationKey(one) === locationKey(other)
}

/** The same for the same page about the same thing. */
export function locationKey({ feature, cluster, params = {} }: Location): string {
  const named = Object.entries(params).sort(([one], [other]) => one.localeCompare(other))
  return JSON.stringify([feature, cluster, ...named])
}
