/** The records by which a broker is fenced, unfenced, leaves or is forgotten (ReplicationControlManager.handleBroker*). */
import type { BrokerImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { NO_LEADER } from '../metadata/records.ts'
import type { ControllerState } from './decision.ts'
import { partitionsWhere, partitionUpdates } from './partition-updates.ts'

/** Out of every ISR, its leaderships moved; then fenced. */
export function fenceBroker(state: ControllerState, { id, epoch }: BrokerImage): MetadataRecord[] {
  return [...leaveIsrs(state, id), { type: 'FenceBroker', brokerId: id, brokerEpoch: epoch }]
}

/** Unfenced; then every leaderless partition is looked at, whether it can lead it. */
export function unfenceBroker(state: ControllerState, { id, epoch }: BrokerImage): MetadataRecord[] {
  const leaderless = partitionsWhere(state, ({ leader }) => leader === NO_LEADER)
  return [
    { type: 'UnfenceBroker', brokerId: id, brokerEpoch: epoch },
    ...partitionUpdates(state, { added: id }, leaderless),
    ...(state.config.autoLeaderRebalanceEnable ? takeBackLeaderships(state, id) : []),
  ]
}

/**
 * What a broker led before a clean restart of the cluster it leads again at once, instead of at the next sweep for
 * preferred leaders: that it is in the ISR already says that it has missed nothing (see `replaceIncarnation`).
 */
function takeBackLeaderships(state: ControllerState, id: number): MetadataRecord[] {
  const displaced = partitionsWhere(
    state,
    ({ leader, isr, replicas }) =>
      replicas[0] === id && isr.includes(id) && leader !== id && leader !== NO_LEADER,
  )
  return partitionUpdates(state, { added: id }, displaced, 'preferred')
}

export function beginControlledShutdown(
  state: ControllerState,
  { id, epoch, inControlledShutdown }: BrokerImage,
): MetadataRecord[] {
  const mark: MetadataRecord = { type: 'ControlledShutdown', brokerId: id, brokerEpoch: epoch }
  return [...(inControlledShutdown ? [] : [mark]), ...leaveIsrs(state, id)]
}

/**
 * A new incarnation of a broker has come. It leads nothing until it is unfenced, and is in no ISR until it has caught
 * up: it may lack what its former self had acknowledged. For the same reason it is no eligible leader replica either
 * (KIP-966).
 *
 * After a clean shutdown it lacks nothing. If it is still in an ISR then, the high watermark has been waiting for it
 * all the time, so it stays. Kafka takes it out even so; but here a whole cluster is stopped and started again with
 * one click, and would come back with every ISR shrunk to the last broker and every leadership there.
 */
export function replaceIncarnation(
  state: ControllerState,
  { id }: BrokerImage,
  wasClean: boolean,
): MetadataRecord[] {
  if (wasClean)
    return partitionUpdates(
      state,
      { unfit: id },
      partitionsWhere(state, ({ leader }) => leader === id),
    )
  if (!state.config.eligibleLeaderReplicasEnable) return leaveIsrs(state, id)
  return partitionUpdates(
    state,
    { uncleanShutdown: id },
    partitionsWhere(state, ({ isr, elr }) => isr.includes(id) || elr.includes(id)),
  )
}

export function forgetBroker(state: ControllerState, { id, epoch }: BrokerImage): MetadataRecord[] {
  const concerned = partitionsWhere(state, ({ isr, elr }) => isr.includes(id) || elr.includes(id))
  return [
    ...partitionUpdates(state, { removed: id, uncleanShutdown: id }, concerned),
    { type: 'UnregisterBroker', brokerId: id, brokerEpoch: epoch },
  ]
}

function leaveIsrs(state: ControllerState, id: number): MetadataRecord[] {
  return partitionUpdates(
    state,
    { removed: id },
    partitionsWhere(state, ({ isr }) => isr.includes(id)),
  )
}
