import type { Location } from '../../navigation/tab.ts'

export function demoLocation(cluster: string): Location {
  return { feature: 'demo', cluster }
}
