/** Why a broker cannot be removed, with what to do about it. */
import type { Shortage } from './decommission-plan.ts'
import { ClusterError } from './types.ts'

export function tooFewBrokers(brokerId: number, shortage: Shortage, count: number): ClusterError {
  const { topic, partition, replicas, brokers } = shortage
  const others = count === 1 ? '' : `, and ${count - 1} more partition${count === 2 ? '' : 's'} like it`
  return new ClusterError({
    code: 'TOO_FEW_BROKERS',
    message:
      `Without broker ${brokerId} ${brokers === 1 ? 'only 1 broker runs' : `only ${brokers} brokers run`}, but ` +
      `partition ${partition} of "${topic}" has ${replicas} replicas${others}.`,
    remedy:
      'Add a broker or start those that are down first, or remove this one with fewer replicas allowed.',
  })
}

export function soleReplicas(
  brokerId: number,
  { topic, partition }: { topic: string; partition: number },
  count: number,
): ClusterError {
  const others = count === 1 ? '' : `, and the same is true of ${count - 1} more`
  return new ClusterError({
    code: 'SOLE_REPLICAS',
    message: `Nobody leads partition ${partition} of "${topic}", so broker ${brokerId}’s records of it cannot be copied${others}.`,
    remedy: `Start broker ${brokerId} first, or delete what nobody needs.`,
  })
}

export function cannotMove(brokerId: number, partition: string, reason: string): ClusterError {
  return new ClusterError({
    code: 'REASSIGNMENT_REFUSED',
    message: `Broker ${brokerId} keeps ${partition}: ${reason}`,
    remedy: 'Try again; what has moved already stays where it is.',
  })
}

export function cannotForget(brokerId: number, reason: string): ClusterError {
  return new ClusterError({
    code: 'UNREGISTER_REFUSED',
    message: `Broker ${brokerId} is empty and stopped, but the cluster does not forget it: ${reason}`,
    remedy: 'Try again, or start the broker to keep it.',
  })
}

export function unreachable(reason: string): ClusterError {
  return new ClusterError({
    code: 'UNREACHABLE',
    message: `The cluster did not answer: ${reason}`,
    remedy: 'See to it that its other brokers run and serve, then try again.',
  })
}

export function removalCancelled(brokerId: number): ClusterError {
  return new ClusterError({
    code: 'REMOVAL_CANCELLED',
    message: `Broker ${brokerId} stays; its removal was cancelled.`,
    remedy: 'Replicas that had moved already stay where they are now.',
  })
}

export function removalUnderway(brokerId: number): ClusterError {
  return new ClusterError({
    code: 'REMOVAL_UNDERWAY',
    message: `Broker ${brokerId} is being removed already.`,
    remedy: 'Wait until it is gone, or cancel that.',
  })
}

export function noRemoval(brokerId: number): ClusterError {
  return new ClusterError({
    code: 'NO_REMOVAL',
    message: `Broker ${brokerId} is not being removed.`,
    remedy: 'Its removal has ended, or was called off.',
  })
}

export function goesOnWithTheNextStart(brokerId: number): ClusterError {
  return new ClusterError({
    code: 'NOT_RUNNING',
    message: `The cluster was stopped while broker ${brokerId} was on its way out.`,
    remedy: 'Start it: the removal then goes on.',
  })
}

export const lastBroker = new ClusterError({
  code: 'TOO_FEW_BROKERS',
  message: 'A cluster needs at least one broker, and this is its last.',
  remedy: 'Add another broker first, or delete the cluster.',
})
