import type { Location } from '../../navigation/tab.ts'

/** A cluster's history, or what of it is about one topic, broker or group. */
export function historyLocation(
  cluster: string,
  about: { topic?: string; broker?: number; group?: string } = {},
): Location {
  return { feature: 'history', cluster, ...(Object.keys(about).length === 0 ? {} : { params: about }) }
}
