/** A broker that is to go hands its replicas to the others first, by Kafka's own reassignments. */
import { systemClock } from '../clock.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { alterPartitionReassignments } from '../protocol/messages/45-alter-partition-reassignments.ts'
import { unregisterBroker } from '../protocol/messages/64-unregister-broker.ts'
import { replicaKey } from './cluster-view.ts'
import type { ClusterClient, ClusterView, ReplicaSizes, ViewedPartition } from './cluster-view.ts'
import { planDecommission } from './decommission-plan.ts'
import type { DecommissionPlan, PlannedMove, PlanPartition } from './decommission-plan.ts'
import {
  cannotForget,
  cannotMove,
  removalCancelled,
  soleReplicas,
  tooFewBrokers,
} from './decommission-errors.ts'
import type { ClusterError } from './types.ts'

export type DecommissionStep = 'moving' | 'stopping' | 'forgetting'

export interface DecommissionProgress {
  readonly step: DecommissionStep
  readonly movedReplicas: number
  readonly totalReplicas: number
  /** Of the replicas on their way: what has arrived, of what their leaders have. */
  readonly copiedBytes: number
  readonly totalBytes: number
}

export interface DecommissionOptions {
  readonly brokerId: number
  readonly client: ClusterClient
  /** All brokers that are on their way out: none of them takes a replica over. */
  readonly leaving: Pick<ReadonlySet<number>, 'has' | 'keys'>
  /** Topics of the user may end with fewer replicas where there are not brokers enough. */
  readonly allowFewerReplicas?: boolean
  /** It was found feasible before, and some replicas may have moved. */
  readonly isBegun?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: DecommissionProgress) => void
}

/** The broker's process, as its supervisor has it in hand. */
export interface LeavingBroker {
  readonly isUp: boolean
  /** In good order: what it still leads goes to others. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** A reassignment says nothing when it is done, so the cluster is asked this often. */
const POLL_MS = 100
/** A plan may be out of date by the time it is asked for; one refused so often in a row is not. */
const MAX_REFUSALS = 20
/**
 * A broker may tell the replicas of a partition as they were before a move that the controller has ended: for a moment
 * there seem to be too many. What is so every time one looks is so.
 */
const LOOKS_BEFORE_REFUSAL = 5
/** How many partitions are on the move at a time: the others go on being replicated as fast as ever. */
const MAX_MOVING = 50

/**
 * Moves every replica off, stops the broker and makes the cluster forget it. Rejects as `moveReplicasOff` does, and
 * the broker runs on then.
 */
export async function decommission(options: DecommissionOptions, broker: LeavingBroker): Promise<void> {
  const { brokerId, client, onProgress } = options
  const wasUp = broker.isUp
  for (;;) {
    const progress = await moveReplicasOff(options)
    onProgress?.({ ...progress, step: 'stopping' })
    await broker.stop()
    const { partitions } = await client.view()
    if (!partitions.some(({ replicas }) => replicas.includes(brokerId))) {
      onProgress?.({ ...progress, step: 'forgetting' })
      return forget(brokerId, client)
    }
    // A topic was created in the last moment, with a replica here: it may have records already.
    if (wasUp) await broker.start()
  }
}

/** Only now: a broker that is alive would register anew. */
async function forget(brokerId: number, client: ClusterClient): Promise<void> {
  const { errorCode, errorMessage } = await client.ask(unregisterBroker, 0, { brokerId })
  if (errorCode === ErrorCode.NONE || errorCode === ErrorCode.BROKER_ID_NOT_REGISTERED) return
  throw cannotForget(brokerId, errorMessage ?? errorName(errorCode))
}

/**
 * Resolves when no partition has a replica on the broker any more; it runs on, empty. Topics created meanwhile are
 * moved too, and a replica whose new broker dies goes to another one.
 *
 * ClusterError, before anything is moved: TOO_FEW_BROKERS, SOLE_REPLICAS. Later: REMOVAL_CANCELLED, when `signal` says
 * so; what was on its way is called back then, what has moved stays where it is.
 */
export async function moveReplicasOff(options: DecommissionOptions): Promise<DecommissionProgress> {
  const progress = new Progress(options.brokerId)
  if (options.isBegun !== true) await checkFeasible(options)
  let refusals = 0
  for (;;) {
    const view = await options.client.view()
    const here = view.partitions.filter(({ replicas }) => replicas.includes(options.brokerId))
    if (options.signal?.aborted === true) {
      await callBack(options, here)
      throw removalCancelled(options.brokerId)
    }
    const plan = planFor(options, view)
    if (here.length === 0) return progress.at([], new Map())
    const underway = here.filter(isLeaving(options.brokerId))
    const refusal = await reassign(options, plan.moves.slice(0, Math.max(0, MAX_MOVING - underway.length)))
    refusals = refusal === null ? 0 : refusals + 1
    if (refusal !== null && refusals > MAX_REFUSALS) {
      await callBack(options, here)
      throw cannotMove(options.brokerId, refusal.partition, refusal.reason)
    }
    const sizes = await options.client.sizes(view.brokers.map(({ id }) => id))
    options.onProgress?.(progress.at(here, sizes))
    await pause(POLL_MS, options.signal)
  }
}

class Progress {
  readonly #brokerId: number
  readonly #seen = new Set<string>()

  constructor(brokerId: number) {
    this.#brokerId = brokerId
  }

  /** @param here the partitions that still have a replica on the broker */
  at(here: readonly ViewedPartition[], sizes: ReadonlyMap<number, ReplicaSizes>): DecommissionProgress {
    for (const { topic, partition } of here) this.#seen.add(replicaKey(topic, partition))
    let copiedBytes = 0
    let totalBytes = 0
    for (const { topic, partition, leader, adding, removing } of here) {
      if (!removing.includes(this.#brokerId)) continue
      const key = replicaKey(topic, partition)
      const size = sizes.get(leader)?.get(key) ?? 0
      for (const id of adding) {
        totalBytes += size
        copiedBytes += Math.min(size, sizes.get(id)?.get(key) ?? 0)
      }
    }
    const totalReplicas = this.#seen.size
    const movedReplicas = totalReplicas - here.length
    return { step: 'moving', movedReplicas, totalReplicas, copiedBytes, totalBytes }
  }
}

function planFor(
  { brokerId, leaving, allowFewerReplicas = false }: DecommissionOptions,
  { brokers, partitions }: ClusterView,
): DecommissionPlan {
  const staying = brokers.filter(({ id }) => !leaving.has(id))
  const isAlive = (id: number): boolean => staying.some((broker) => broker.id === id)
  const here = partitions.filter(({ replicas }) => replicas.includes(brokerId))
  // New replicas of a move off this broker whose own broker has died since: they have to go elsewhere.
  const stuck = here.filter(isLeaving(brokerId)).flatMap(({ adding }) => adding.filter((id) => !isAlive(id)))
  const { moves, shortages } = planDecommission(
    new Set([...leaving.keys(), ...stuck]),
    staying,
    partitions.map(({ topic, partition, replicas, removing, isInternal }): PlanPartition => ({
      topic,
      partition,
      // What it will have when what is under way is over.
      replicas: replicas.filter((id) => !removing.includes(id)),
      mayShrink: allowFewerReplicas || isInternal,
    })),
  )
  const concerned = new Set(here.map(({ topic, partition }) => replicaKey(topic, partition)))
  const isConcerned = (each: { topic: string; partition: number }): boolean =>
    concerned.has(replicaKey(each.topic, each.partition))
  return { moves: moves.filter(isConcerned), shortages: shortages.filter(isConcerned) }
}

/** Before anything moves: what comes up later (another broker that dies) may pass, and who does not wait cancels. */
async function checkFeasible(options: DecommissionOptions): Promise<void> {
  for (let look = 1; options.signal?.aborted !== true; look++) {
    const view = await options.client.view()
    const problem = whyInfeasible(options.brokerId, view, planFor(options, view))
    if (problem === null) return
    if (look === LOOKS_BEFORE_REFUSAL) throw problem
    await pause(POLL_MS, options.signal)
  }
}

function whyInfeasible(
  brokerId: number,
  { partitions }: ClusterView,
  { shortages }: DecommissionPlan,
): ClusterError | null {
  const [shortage] = shortages
  if (shortage !== undefined) return tooFewBrokers(brokerId, shortage, shortages.length)
  const orphans = partitions.filter(({ replicas, leader }) => replicas.includes(brokerId) && leader === -1)
  const [orphan] = orphans
  return orphan === undefined ? null : soleReplicas(brokerId, orphan, orphans.length)
}

function isLeaving(brokerId: number): (partition: ViewedPartition) => boolean {
  return ({ removing }) => removing.includes(brokerId)
}

interface Refusal {
  readonly partition: string
  readonly reason: string
}

/**
 * What a broker tells of a partition may be a moment old, and name replicas that have gone since: taken for the
 * present ones, the partition would get more than it had. The controller knows, and refuses to change their number.
 *
 * @returns the first that was refused
 */
async function reassign(
  options: DecommissionOptions,
  moves: readonly PlannedMove[],
): Promise<Refusal | null> {
  const whole = moves.filter(({ shrinks }) => !shrinks)
  const fewer = moves.filter(({ shrinks }) => shrinks)
  return (await submit(options, whole, false)) ?? (await submit(options, fewer, true))
}

async function submit(
  { client }: DecommissionOptions,
  moves: readonly PlannedMove[],
  allowReplicationFactorChange: boolean,
): Promise<Refusal | null> {
  if (moves.length === 0) return null
  const answer = await client.ask(alterPartitionReassignments, 1, {
    allowReplicationFactorChange,
    topics: moves.map(({ topic, partition, replicas }) => ({
      name: topic,
      partitions: [{ partitionIndex: partition, replicas }],
    })),
  })
  for (const { name, partitions } of answer.responses) {
    for (const { partitionIndex, errorCode, errorMessage } of partitions) {
      // A topic deleted since the plan was made needs no moving; the next plan knows.
      if (errorCode === ErrorCode.NONE || errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) continue
      return { partition: `${name}-${partitionIndex}`, reason: errorMessage ?? errorName(errorCode) }
    }
  }
  return null
}

/** Moves that can no longer be called back go on: where they lead to is no worse than where they began. */
async function callBack(
  { brokerId, client }: DecommissionOptions,
  here: readonly ViewedPartition[],
): Promise<void> {
  const underway = here.filter(isLeaving(brokerId))
  if (underway.length === 0) return
  await client.ask(alterPartitionReassignments, 1, {
    topics: underway.map(({ topic, partition }) => ({
      name: topic,
      partitions: [{ partitionIndex: partition, replicas: null }],
    })),
  })
}

function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = systemClock.setTimer(delayMs, done)
    signal?.addEventListener('abort', done)
  })
}
