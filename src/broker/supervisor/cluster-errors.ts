/** What a supervisor refuses, with cause and remedy. */
import { MAX_BROKERS } from './creation.ts'
import type { ClusterState, Failure } from './types.ts'
import { ClusterError } from './types.ts'

export function noCluster(directory: string): ClusterError {
  return new ClusterError({
    code: 'DIRECTORY',
    message: `There is no cluster in ${directory}.`,
    remedy: 'Create one there, or choose another folder.',
  })
}

export function unknownBroker(id: number, known: Iterable<number>): ClusterError {
  return new ClusterError({
    code: 'UNKNOWN_BROKER',
    message: `The cluster has no broker ${id}.`,
    remedy: `Its brokers are ${[...known].join(', ')}.`,
  })
}

export function notRunning(name: string, state: ClusterState): ClusterError {
  return new ClusterError({
    code: 'NOT_RUNNING',
    message: `The cluster "${name}" is ${state}.`,
    remedy: 'Start it first.',
  })
}

export const tooManyBrokers = new ClusterError({
  code: 'TOO_MANY_BROKERS',
  message: `A local cluster has at most ${MAX_BROKERS} brokers.`,
  remedy: 'Create another cluster for more.',
})

export const interrupted: Failure = {
  code: 'START_INTERRUPTED',
  message: 'The broker was stopped before it served.',
  remedy: 'Start it again.',
}
