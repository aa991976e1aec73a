import { isDeepStrictEqual } from 'node:util'
import { listPartitionReassignmentsV0 } from '@platformatic/kafka'
import type { Result } from '../../../shared/channel/failure.ts'
import type { ClusterShape } from '../../../shared/ipc/board.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'
import { attempt } from '../topics/attempt.ts'
import { pause } from '../pause.ts'
import type { Coordinators } from './coordinators.ts'

const LOOK_INTERVAL_MS = 250
/** Of the time at most a fifth is spent on looking: very many partitions are looked at less often. */
const REST_FACTOR = 4
/** A look that took long may have waited for a broker, or the machine has much to do: what changes is seen all the same. */
const LONGEST_REST_MS = 1_000
const LIST_REASSIGNMENTS = [listPartitionReassignmentsV0] as const
const TIMEOUT_MS = 5_000

/** A partition with replicas on their way, as the controller tells of it. */
export interface ListedReassignment {
  topic: string
  partition: number
  replicas: number[]
  adding: number[]
  removing: number[]
}

/** All brokers and partitions at once, then each time something about them has changed; null where nothing has. */
export async function* watchShape(
  access: ClusterAccess,
  coordinators: Coordinators,
  signal: AbortSignal,
): AsyncGenerator<Result<ClusterShape> | null, void> {
  let told: Result<ClusterShape> | null = null
  while (!signal.aborted) {
    const beganMs = performance.now()
    const now = await attempt(() => clusterShape(access, coordinators))
    // Told each time, so that a window which left is noticed.
    yield isDeepStrictEqual(now, told) ? null : now
    told = now
    const restMs = Math.min(LONGEST_REST_MS, REST_FACTOR * (performance.now() - beganMs))
    await pause(Math.max(LOOK_INTERVAL_MS, restMs), signal)
  }
}

async function clusterShape(access: ClusterAccess, coordinators: Coordinators): Promise<ClusterShape> {
  const { brokers, topics } = await access.metadata(null)
  // Before Kafka 2.4, and where the client lacks the right, a reassignment is not known from other replicas.
  const listed = await attempt(() => listReassignments(access))
  const moving = new Map(
    (listed.ok ? listed.value : []).map((each) => [keyOf(each.topic, each.partition), each]),
  )
  const alive = new Set(brokers.map(({ id }) => id))
  return {
    brokers: brokers
      .map(({ id, host, port, rack }) => ({ id, host, port, rack }))
      .sort((one, other) => one.id - other.id),
    topics: topics
      .map(({ name, isInternal, partitions }) => ({
        topic: name,
        isInternal,
        partitions: partitions.map(({ partition, leader, leaderEpoch, replicas, isr, offlineReplicas }) => {
          const move = moving.get(keyOf(name, partition))
          const offline = replicas.filter((id) => !alive.has(id) || offlineReplicas.includes(id))
          const { adding = [], removing = [] } = move ?? {}
          // The ISR is a set, which brokers write down in any order.
          return {
            partition,
            leader,
            leaderEpoch,
            replicas,
            isr: [...isr].sort(ascending),
            offline,
            adding,
            removing,
          }
        }),
      }))
      .sort((one, other) => (one.topic < other.topic ? -1 : 1)),
    coordinators: coordinators.latest(),
  }
}

/** What is under way in the whole cluster; nothing where the brokers know no reassignments (before Kafka 2.4). */
export async function listReassignments(access: ClusterAccess): Promise<ListedReassignment[]> {
  const chosen = await access.find(LIST_REASSIGNMENTS)
  if (!chosen) return []
  const answer = await answered(chosen.api.async(await access.any(), TIMEOUT_MS, null))
  refuse(answer.errorCode, answer.errorMessage)
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, replicas, addingReplicas, removingReplicas }) => ({
      topic: name,
      partition: partitionIndex,
      replicas,
      adding: addingReplicas,
      removing: removingReplicas,
    })),
  )
}

export function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`
}

function ascending(one: number, other: number): number {
  return one - other
}
