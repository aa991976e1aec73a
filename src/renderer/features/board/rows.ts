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
  /** Topics whose partitions are folded away. */
  folded: ReadonlySet<string>
}

export function rowsOf(topics: readonly TopicShape[], { text, showInternal, folded }: RowFilter): BoardRow[] {
  const wanted = text.trim().toLowerCase()
  const shown = topics.filter(
    ({ topic, isInternal }) => (showInternal || !isInternal) && topic.toLowerCase().includes(wanted),
  )
  return shown.flatMap((topic) => [
    topicRow(topic),
    ...(folded.has(topic.topic) ? [] : topic.partitions.map((each) => partitionRow(topic.topic, each))),
  ])
}

function topicRow(topic: TopicShape): BoardRow {
  const { partitions } = topic
  return {
    kind: 'topic',
    key: topic.topic,
    topic,
    underReplicated: partitions.filter(
      ({ isr, replicas, adding }) => isr.length < replicas.length - adding.length,
    ).length,
    leaderless: partitions.filter(({ leader }) => leader === null).length,
  }
}

function partitionRow(topic: string, partition: PartitionShape): BoardRow {
  return { kind: 'partition', key: keyOf({ topic, partition: partition.partition }), topic, partition }
}
