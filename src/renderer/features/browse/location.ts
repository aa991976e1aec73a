import type { Location } from '../../navigation/tab.ts'

export interface BrowsePlace {
  cluster: string
  topic: string
  /** Only this partition. */
  partition?: number
  /** Reads on from this offset instead of the newest record. */
  offset?: number
}

/** Where a topic's records are browsed. For every page that links to them. */
export function browseLocation({ cluster, topic, partition, offset }: BrowsePlace): Location {
  return {
    feature: 'browse',
    cluster,
    params: {
      topic,
      ...(partition === undefined ? {} : { partition }),
      ...(offset === undefined ? {} : { offset }),
    },
  }
}
