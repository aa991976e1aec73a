/** What a broker's coming or going does to the partitions (generateLeaderAndIsrUpdates in Kafka). */
import type { PartitionImage } from '../metadata/image.ts'
import type { RecordOf } from '../metadata/records.ts'
import { allowsUncleanElection, effectiveMinIsr } from './decision.ts'
import type { ControllerState } from './decision.ts'
import { buildPartitionChange } from './elections.ts'
import type { Election, PartitionChangeRequest } from './elections.ts'

export interface BrokerChange {
  /** Leaves every ISR and may not lead. */
  readonly removed?: number
  /** May not lead, but stays where it is. */
  readonly unfit?: number
  /** May lead, although the image still calls it fenced. */
  readonly added?: number
  /** Leaves ISRs and ELRs: it may have lost what it acknowledged. */
  readonly uncleanShutdown?: number
}

/** The partition's part of an election request that follows from the cluster's state. */
export function electionRequest(
  state: ControllerState,
  partition: PartitionImage,
  election?: Election,
): PartitionChangeRequest {
  const { image, config } = state
  return {
    partition,
    election: election ?? (allowsUncleanElection(state, partition.topic) ? 'unclean' : 'online'),
    isAcceptableLeader: (brokerId) => image.isActive(brokerId),
    elr: config.eligibleLeaderReplicasEnable
      ? { minIsr: effectiveMinIsr(state, partition.topic, partition.replicas.length) }
      : null,
  }
}

export function partitionUpdates(
  state: ControllerState,
  { removed, unfit, added, uncleanShutdown }: BrokerChange,
  partitions: Iterable<PartitionImage>,
  election?: Election,
): RecordOf<'PartitionChange'>[] {
  const gone = [removed, uncleanShutdown]
  const isAcceptableLeader = (id: number): boolean =>
    !gone.includes(id) && id !== unfit && (id === added || state.image.isActive(id))
  const records: RecordOf<'PartitionChange'>[] = []
  for (const partition of partitions) {
    const record = buildPartitionChange({
      ...electionRequest(state, partition, election),
      isAcceptableLeader,
      target: { isr: partition.isr.filter((id) => !gone.includes(id)) },
      uncleanShutdown: uncleanShutdown === undefined ? [] : [uncleanShutdown],
    })
    if (record !== null) records.push(record)
  }
  return records
}

export function* partitionsWhere(
  state: ControllerState,
  condition: (partition: PartitionImage) => boolean,
): Generator<PartitionImage> {
  for (const partition of state.image.partitions()) if (condition(partition)) yield partition
}

export function leadsAny(state: ControllerState, brokerId: number): boolean {
  return !partitionsWhere(state, ({ leader }) => leader === brokerId).next().done
}
