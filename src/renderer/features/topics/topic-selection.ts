import type { TopicSummary } from '../../../shared/ipc/topics.ts'

/** What a link from elsewhere narrows the list to. */
export type TopicSelection =
  { only: 'underReplicated' | 'offline' | 'belowMinIsr' } | { only: 'ledBy' | 'replicaOn'; broker: number }

/** As it comes in a location; null where it narrows nothing. */
export function selectionOf(only: string | undefined, broker: number | undefined): TopicSelection | null {
  switch (only) {
    case 'underReplicated':
    case 'offline':
    case 'belowMinIsr':
      return { only }
    case 'ledBy':
    case 'replicaOn':
      return broker === undefined ? null : { only, broker }
    default:
      return null
  }
}

export function isSelected(topic: TopicSummary, selection: TopicSelection | null): boolean {
  switch (selection?.only) {
    case undefined:
      return true
    case 'underReplicated':
      return topic.underReplicated > 0
    case 'offline':
      return topic.offline > 0
    case 'belowMinIsr':
      return (topic.belowMinIsr ?? 0) > 0
    case 'ledBy':
      return topic.leaders.includes(selection.broker)
    case 'replicaOn':
      return topic.replicaBrokers.includes(selection.broker)
  }
}
