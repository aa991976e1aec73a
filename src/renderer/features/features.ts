import { addCluster } from './add-cluster/feature.ts'
import { board } from './board/feature.ts'
import { browse } from './browse/feature.ts'
import { clusters } from './clusters/feature.ts'
import { createCluster } from './create-cluster/feature.ts'
import type { Feature } from './feature.ts'
import { group } from './group/feature.ts'
import { groups } from './groups/feature.ts'
import { history } from './history/feature.ts'
import { demo } from './demo/feature.ts'
import { overview } from './overview/feature.ts'
import { produce } from './produce/feature.ts'
import { settings } from './settings/feature.ts'
import { topic } from './topic/feature.ts'
import { topics } from './topics/feature.ts'

/** Everything the app can show, in the order of the rail. */
export const features: readonly Feature[] = [
  overview,
  board,
  topics,
  topic,
  browse,
  produce,
  groups,
  group,
  history,
  demo,
  clusters,
  createCluster,
  addCluster,
  settings,
]

export function featureNamed(name: string): Feature {
  const feature = features.find((each) => each.name === name)
  if (!feature) throw new Error(`There is no feature "${name}"`)
  return feature
}

/** Asks for the code of a feature's page before the page is shown; what fails is asked for again, and told, there. */
export async function loadPage(name: string): Promise<void> {
  // Vue keeps an async component's loader under this name, for whoever wants it early.
  const { __asyncLoader: load } = featureNamed(name).page as { __asyncLoader?: () => Promise<unknown> }
  await load?.().catch(() => undefined)
}
