import type { Location } from '../../navigation/tab.ts'

/** Where a cluster that is known by its address is changed. */
export function editLocation(id: string): Location {
  return { feature: 'add-cluster', cluster: id }
}
