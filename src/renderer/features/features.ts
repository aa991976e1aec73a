import { createCluster } from './create-cluster/feature.ts'
import type { Feature } from './feature.ts'
import { overview } from './overview/feature.ts'
import { settings } from './settings/feature.ts'

/** Everything the app can show, in the order of the rail. */
export const features: readonly Feature[] = [overview, createCluster, settings]

export function featureNamed(name: string): Feature {
  const feature = features.find((each) => each.name === name)
  if (!feature) throw new Error(`There is no feature "${name}"`)
  return feature
}
