import type { ClusterOptions } from '../browse/cluster.ts'
import { Cluster } from '../browse/cluster.ts'
import { readRecord } from '../browse/record.ts'
import { attempt } from '../topics/attempt.ts'
import type { TimeOf } from './reset.ts'

/** Reads the record at an offset. Null where there is none, as after compaction, or it cannot be read. */
export function timeOfRecord(options: ClusterOptions): TimeOf {
  const cluster = new Cluster(options)
  return async ({ topic, partition, offset }) => {
    const read = await attempt(() => readRecord(cluster, { topic, partition, offset }))
    return read.ok && read.value.timestampMs >= 0 ? read.value.timestampMs : null
  }
}
