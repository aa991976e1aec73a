import type { LookedPartition, PartitionFigures, ReplicaFigures } from '../../../shared/ipc/board.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { CONSUMER, DEBUGGER, LATEST, LIST_OFFSETS, NO_EPOCH, READ_UNCOMMITTED } from '../topics/offsets.ts'
import type { CaughtUp } from './caught-up.ts'
import { keyOf } from './shape.ts'

/** A broker that takes longer is drawn as one that does not tell, so that it does not hold up the others. */
const BROKER_PATIENCE_MS = 800

type Offsets = ReadonlyMap<string, number>
const NOTHING: Offsets = new Map()

/**
 * How far each replica of some partitions is. Leaders first, followers after them: a follower is behind only if it
 * lacks what its leader had before it was asked.
 */
export async function partitionFigures(
  access: ClusterAccess,
  caughtUp: CaughtUp,
  partitions: readonly LookedPartition[],
): Promise<PartitionFigures[]> {
  const led = byBroker(partitions, ({ leader }) => (leader === null ? [] : [leader]))
  const followed = byBroker(partitions, ({ leader, replicas }) => replicas.filter((id) => id !== leader))
  const [ends, highWatermarks] = await Promise.all([
    askAll(led, (broker, asked) => latest(access, broker, asked, DEBUGGER)),
    askAll(led, (broker, asked) => latest(access, broker, asked, CONSUMER)),
  ])
  const atMs = performance.now()
  const followers = await askAll(followed, (broker, asked) => latest(access, broker, asked, DEBUGGER))
  return partitions.map(({ topic, partition, leader, replicas }) => {
    const key = keyOf(topic, partition)
    const leaderEnd = leader === null ? null : (ends.get(leader)?.get(key) ?? null)
    // A leader has all there is: should it fall behind, this is since when.
    if (leader !== null && leaderEnd !== null) {
      caughtUp.look(`${key}/${leader}`, { atMs, leaderEnd, end: leaderEnd })
    }
    const figuresOf = (broker: number): ReplicaFigures => {
      const end = followers.get(broker)?.get(key) ?? null
      const behind = leaderEnd === null ? null : caughtUp.look(`${key}/${broker}`, { atMs, leaderEnd, end })
      return {
        broker,
        logEndOffset: end,
        lag: end === null || leaderEnd === null ? null : Math.max(0, leaderEnd - end),
        behindMs: behind?.behindMs ?? null,
        isAtLeast: behind?.isAtLeast ?? false,
      }
    }
    return {
      topic,
      partition,
      highWatermark: leader === null ? null : (highWatermarks.get(leader)?.get(key) ?? null),
      logEndOffset: leaderEnd,
      followers: replicas.filter((id) => id !== leader).map(figuresOf),
    }
  })
}

function byBroker(
  partitions: readonly LookedPartition[],
  brokersOf: (partition: LookedPartition) => readonly number[],
): Map<number, LookedPartition[]> {
  const brokers = new Map<number, LookedPartition[]>()
  for (const partition of partitions) {
    for (const broker of brokersOf(partition)) {
      const asked = brokers.get(broker)
      if (asked) asked.push(partition)
      else brokers.set(broker, [partition])
    }
  }
  return brokers
}

/** The newest offset of each partition at one broker; partitions it can't tell of are left out. */
async function latest(
  access: ClusterAccess,
  broker: number,
  partitions: readonly LookedPartition[],
  replica: number,
): Promise<Offsets> {
  const { api } = await access.choose(LIST_OFFSETS)
  const topics = new Map<string, number[]>()
  for (const { topic, partition } of partitions) topics.set(topic, [...(topics.get(topic) ?? []), partition])
  const request = [...topics].map(([name, ids]) => ({
    name,
    partitions: ids.map((partitionIndex) => ({
      partitionIndex,
      currentLeaderEpoch: NO_EPOCH,
      timestamp: LATEST,
    })),
  }))
  const connection = await access.broker(broker)
  const answer = await answered(api.async(connection, replica, READ_UNCOMMITTED, request))
  return new Map(
    answer.topics.flatMap(({ name, partitions: told }) =>
      told
        .filter(({ errorCode, offset }) => errorCode === 0 && offset >= 0n)
        .map(({ partitionIndex, offset }) => [keyOf(name, partitionIndex), Number(offset)] as const),
    ),
  )
}

/** Asks all at once. Who does not answer in time, or says no, has told nothing. */
async function askAll(
  brokers: ReadonlyMap<number, readonly LookedPartition[]>,
  ask: (broker: number, partitions: readonly LookedPartition[]) => Promise<Offsets>,
): Promise<ReadonlyMap<number, Offsets>> {
  const patient = (broker: number, partitions: readonly LookedPartition[]) =>
    Promise.race([ask(broker, partitions), expired(BROKER_PATIENCE_MS)]).catch(() => NOTHING)
  return new Map(
    await Promise.all(
      [...brokers].map(async ([broker, asked]) => [broker, await patient(broker, asked)] as const),
    ),
  )
}

function expired(ms: number): Promise<Offsets> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(NOTHING), ms).unref()
  })
}
