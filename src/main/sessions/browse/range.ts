import type { Beginning, Bound, Isolation, TopicRange } from '../../../shared/ipc/browse.ts'
import type { Cluster } from './cluster.ts'
import { EARLIEST, LATEST } from './list-offsets-api.ts'
import { TopicSource } from './topic-source.ts'

export interface RangeQuestion {
  topic: string
  isolation: Isolation
  /** Null for all. */
  partitions: number[] | null
  beginning: Beginning
}

/** Where a topic's records lie now, and which of them a reading from `beginning` covers. */
export async function rangeOf(cluster: Cluster, question: RangeQuestion): Promise<TopicRange> {
  const { topic, isolation, partitions, beginning } = question
  const source = new TopicSource(cluster, topic, isolation, new AbortController().signal)
  try {
    await source.connect()
    const led = [...source.leaders].filter(([, leader]) => leader).map(([partition]) => partition)
    const leaderless = [...source.leaders].filter(([, leader]) => !leader).map(([partition]) => partition)
    const [starts, ends, firsts] = await Promise.all([
      source.offsets(led, EARLIEST),
      source.offsets(led, LATEST),
      beginning.at === 'timestamp' ? source.offsets(led, beginning.timestampMs) : null,
    ])
    const all = led
      .sort((one, other) => one - other)
      .map((partition) => ({
        partition,
        logStart: starts.get(partition) ?? 0,
        logEnd: ends.get(partition) ?? 0,
      }))
    const bounds = all
      .filter(({ partition }) => partitions === null || partitions.includes(partition))
      .map(({ partition, logStart, logEnd }): Bound => {
        const start = startOf(beginning, logStart, logEnd, firsts?.get(partition))
        return { partition, start: Math.min(Math.max(start, logStart), logEnd), end: logEnd }
      })
    return {
      partitions: all,
      leaderless: leaderless.sort((one, other) => one - other),
      bounds: bounds.filter(({ start, end }) => start < end),
      direction: beginning.at === 'newest' ? 'backward' : 'forward',
    }
  } finally {
    source.close()
  }
}

function startOf(
  beginning: Beginning,
  logStart: number,
  logEnd: number,
  firstSince: number | undefined,
): number {
  switch (beginning.at) {
    case 'newest':
    case 'oldest':
      return logStart
    case 'offset':
      return beginning.offset
    case 'timestamp':
      // No record is as young as that.
      return firstSince === undefined || firstSince < 0 ? logEnd : firstSince
  }
}
