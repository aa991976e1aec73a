import type { PartitionShape, TopicShape } from '../../../shared/ipc/board.ts'
import { keyOf } from './state.ts'

/** A line of the board: a topic, and under it its partitions. All lines are equally high. */
export type BoardRow =
  | { kind: 'topic'; key: string; topic: TopicShape; underReplicated: number; leaderless: number }
  | { kind: 'partition'; key: string; topic: string; partition: PartitionShape }

export interface RowFilter {
  /** Of topics, by a part of their names. */
  text: string
  showInternal: boolean
  /** Only partitions that lack a leader or a replica in sync, and their topics. */
  onlyTroubled?: boolean
  /** Topics whose partitions are folded away. */
  folded: ReadonlySet<string>
}

export function rowsOf(topics: readonly TopicShape[], filter: RowFilter): BoardRow[] {
  const { text, showInternal, onlyTroubled = false, folded } = filter
  const wanted = text.trim().toLowerCase()
  const shown = topics.filter(
    ({ topic, isInternal }) => (showInternal || !isInternal) && topic.toLowerCase().includes(wanted),
  )
  return shown.flatMap((topic) => {
    const partitions = onlyTroubled ? topic.partitions.filter(isTroubled) : topic.partitions
    if (onlyTroubled && partitions.length === 0) return []
    const lines = folded.has(topic.topic) ? [] : partitions.map((each) => partitionRow(topic.topic, each))
    return [topicRow(topic), ...lines]
  })
}

const isUnderReplicated = ({ isr, replicas, adding }: PartitionShape) =>
  isr.length < replicas.length - adding.length

function isTroubled(partition: PartitionShape): boolean {
  return partition.leader === null || isUnderReplicated(partition)
}

function topicRow(topic: TopicShape): BoardRow {
  const { partitions } = topic
  return {
    kind: 'topic',
    key: topic.topic,
    topic,
    underReplicated: partitions.filter(isUnderReplicated).length,
    leaderless: partitions.filter(({ leader }) => leader === null).length,
  }
}

function partitionRow(topic: string, partition: PartitionShape): BoardRow {
  return { kind: 'partition', key: keyOf({ topic, partition: partition.partition }), topic, partition }
}
