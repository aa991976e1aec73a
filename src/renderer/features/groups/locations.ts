import type { Location } from '../../navigation/tab.ts'

/** Where one group is shown. */
export function groupLocation(cluster: string, groupId: string): Location {
  return { feature: 'group', cluster, params: { groupId } }
}
