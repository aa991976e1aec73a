/**
 * The closest replica for a consumer (KIP-392): with `replica.selector.class` set to Kafka's rack-aware selector, a
 * consumer that names its rack is sent to a replica there.
 */
import type { BrokerImage } from '../metadata/image.ts'
import type { FetchParams } from './fetch-params.ts'
import type { Partition } from './partition.ts'

const RACK_AWARE_SELECTOR = 'org.apache.kafka.common.replica.RackAwareReplicaSelector'

export interface ReplicaSelection {
  brokerId: number
  selectorClass: string | null
  broker(brokerId: number): BrokerImage | undefined
}

/** A broker id, or −1: read here. Only the leader decides, and followers' own fetches are left alone. */
export function preferredReadReplica(
  partition: Partition,
  params: FetchParams,
  fetchOffset: number,
  { brokerId, selectorClass, broker }: ReplicaSelection,
): number {
  if (selectorClass !== RACK_AWARE_SELECTOR || params.replicaId >= 0 || params.rackId === '') return -1
  if (!partition.isLeader || broker(brokerId)?.rack === params.rackId) return -1
  let best: { brokerId: number; logEndOffset: number } | null = null
  for (const follower of partition.followers) {
    const image = broker(follower.brokerId)
    // A replica outside of the ISR may be behind for good, and a consumer sent there would never move on.
    const isFit =
      image !== undefined &&
      !image.fenced &&
      image.rack === params.rackId &&
      partition.isr.has(follower.brokerId) &&
      follower.logEndOffset >= fetchOffset &&
      follower.logStartOffset <= fetchOffset
    if (isFit && (best === null || follower.logEndOffset > best.logEndOffset)) best = follower
  }
  return best?.brokerId ?? -1
}
