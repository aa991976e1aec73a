/*
 * Consumer groups: members that cost nothing speak the protocol over sockets of their own, so what is measured is the
 * coordinator. Real clients heartbeat every few seconds, which comes on top wherever a member has to hear something.
 */
import { offsetCommit } from '../../src/broker/protocol/messages/08-offset-commit.ts'
import { describeGroups } from '../../src/broker/protocol/messages/15-describe-groups.ts'
import { listGroups } from '../../src/broker/protocol/messages/16-list-groups.ts'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import type { BenchCluster } from './_cluster.ts'
import { buildProgram, newFolder, removeFolder, spawnCluster, withCluster } from './_cluster.ts'
import { newTopic } from './_fill.ts'
import { ClassicMember, ConsumerMember, coordinatorPort, untilKnown } from './_members.ts'
import { percentile, print, printHead } from './_report.ts'
import { check } from './_topic.ts'
import { Wire } from './_wire.ts'

const MEGABYTE = 1_000_000
const RUNS = 5
const MEMBERS = 50
const PARTITIONS = 500
const GROUPS = 2_000
const CONNECTIONS = 40
const COMMITTED_PARTITIONS = 10
const COMMITTING_MS = 5_000
/** Members that heartbeat back to back, not every few seconds. */
const EAGER_HEARTBEATS = [
  'group.consumer.min.heartbeat.interval.ms',
  'group.consumer.heartbeat.interval.ms',
].flatMap((name) => ['--set', `${name}=50`])

async function elapsed(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await run()
  return performance.now() - startedAt
}

async function topicOf(cluster: BenchCluster, partitions: number): Promise<string> {
  const topic = `bench-${partitions}`
  const ports = cluster.brokers.map(({ port }) => port)
  await newTopic({ bootstrapPort: ports[0] ?? 0, topic, partitions, replicas: 1 })
  await untilKnown(ports, topic, partitions)
  return topic
}

async function benchFirstJoin(): Promise<void> {
  const runs = await withCluster(async (cluster) => {
    const topic = await topicOf(cluster, 6)
    const bootstrapPort = cluster.brokers[0]?.port ?? 0
    const times: number[] = []
    for (let run = 0; run < RUNS * 4; run++) {
      const groupId = `first-${run}`
      const member = new ClassicMember(
        await Wire.connect(await coordinatorPort(bootstrapPort, groupId)),
        groupId,
        topic,
      )
      times.push(await elapsed(async () => member.sync(await member.join(), 6)))
      member.close()
    }
    return times
  })
  const target = { value: 100, more: 'is worse' } as const
  print({ what: 'first member: join and sync, delay 0', target, unit: 'ms', runs })
  print({ what: 'the slowest of these', target: null, unit: 'ms', runs: [Math.max(...runs)] })
}

async function classicMembers(
  cluster: BenchCluster,
  groupId: string,
  topic: string,
): Promise<ClassicMember[]> {
  const port = await coordinatorPort(cluster.brokers[0]?.port ?? 0, groupId)
  const wires = await Promise.all(Array.from({ length: MEMBERS }, () => Wire.connect(port)))
  return wires.map((wire) => new ClassicMember(wire, groupId, topic))
}

/** All join and sync; those of an earlier generation first hear about the rebalance, as heartbeats tell it. */
async function eagerRound(members: readonly ClassicMember[]): Promise<void> {
  await Promise.all(
    members.map(async (member) => {
      if (member.generationId !== -1) {
        while ((await member.heartbeat()) !== ErrorCode.REBALANCE_IN_PROGRESS);
      }
      await member.sync(await member.join(), PARTITIONS)
    }),
  )
}

async function benchEager(): Promise<void> {
  const runs = await withCluster(async (cluster) => {
    const topic = await topicOf(cluster, PARTITIONS)
    const times: number[] = []
    for (let run = 0; run < RUNS; run++) {
      const members = await classicMembers(cluster, `eager-${run}`, topic)
      const first = members[0]!
      await first.sync(await first.join(), PARTITIONS)
      for (let size = 2; size < MEMBERS; size *= 2) await eagerRound(members.slice(0, size))
      await eagerRound(members.slice(0, MEMBERS - 1))
      times.push(await elapsed(() => eagerRound(members)))
      for (const member of members) member.close()
    }
    return times
  })
  const what = `eager: member ${MEMBERS} joins ${MEMBERS - 1} with ${PARTITIONS} partitions, all synced`
  print({ what, target: null, unit: 'ms', runs })
}

/** All heartbeat, back to back, until everybody has an equal share. */
async function settle(members: readonly ConsumerMember[]): Promise<void> {
  const shares = () => members.map(({ partitions }) => partitions.length)
  const isFair = () => {
    const each = shares()
    const sum = each.reduce((total, one) => total + one, 0)
    return sum === PARTITIONS && Math.max(...each) - Math.min(...each) <= 1
  }
  await Promise.all(
    members.map(async (member) => {
      do await member.heartbeat()
      while (!isFair())
    }),
  )
}

async function benchConsumerProtocol(): Promise<void> {
  const [fromNothing, oneMore]: [number[], number[]] = [[], []]
  await withCluster(async (cluster) => {
    const topic = await topicOf(cluster, PARTITIONS)
    for (let run = 0; run < RUNS; run++) {
      const groupId = `consumer-${run}`
      const port = await coordinatorPort(cluster.brokers[0]?.port ?? 0, groupId)
      const wires = await Promise.all(Array.from({ length: MEMBERS }, () => Wire.connect(port)))
      const members = wires.map((wire, index) => new ConsumerMember(wire, groupId, topic, `member-${index}`))
      fromNothing.push(await elapsed(() => settle(members.slice(0, MEMBERS - 1))))
      oneMore.push(await elapsed(() => settle(members)))
      for (const member of members) member.close()
    }
  }, EAGER_HEARTBEATS)
  const shared = `heartbeats back to back, all ${PARTITIONS} partitions shared`
  print({
    what: `KIP-848: ${MEMBERS - 1} members join at once, ${shared}`,
    target: null,
    unit: 'ms',
    runs: fromNothing,
  })
  print({ what: `KIP-848: member ${MEMBERS} joins, ${shared}`, target: null, unit: 'ms', runs: oneMore })
}

/** One broker coordinates them all. */
async function benchManyGroups(): Promise<void> {
  const directory = newFolder()
  try {
    const cluster = await spawnCluster(directory, ['--brokers', '1'])
    const port = cluster.brokers[0]?.port ?? 0
    const topic = await topicOf(cluster, COMMITTED_PARTITIONS)
    const groupIds = Array.from({ length: GROUPS }, (_, index) => `group-${index}`)
    for (const groupId of groupIds.slice(0, 1)) await coordinatorPort(port, groupId)
    const before = cluster.residentBytes()
    const members = await membersOf(port, groupIds, topic)
    const resident = (cluster.residentBytes() - before) / MEGABYTE
    print({ what: `${GROUPS} groups of one member: memory more`, target: null, unit: 'MB', runs: [resident] })
    await printQuestions(port, groupIds)
    const commits = await printCommits(members)
    await printQuestions(port, groupIds, ', their offsets committed')
    for (const { wire } of members) wire.close()
    await cluster.stop()
    await printReload(directory, groupIds, commits)
  } finally {
    removeFolder(directory)
  }
}

interface MembersOnWire {
  wire: Wire
  members: ClassicMember[]
}

async function membersOf(port: number, groupIds: readonly string[], topic: string): Promise<MembersOnWire[]> {
  const wires = await Promise.all(Array.from({ length: CONNECTIONS }, () => Wire.connect(port)))
  let founded: MembersOnWire[] = []
  const took = await elapsed(async () => {
    founded = await Promise.all(
      wires.map(async (wire, index) => {
        const own = groupIds.filter((_, group) => group % CONNECTIONS === index)
        const members = own.map((groupId) => new ClassicMember(wire, groupId, topic))
        for (const member of members) await member.sync(await member.join(), COMMITTED_PARTITIONS)
        return { wire, members }
      }),
    )
  })
  const what = `${GROUPS} groups founded: join and sync over ${CONNECTIONS} connections`
  print({ what, target: null, unit: 'ms', runs: [took] })
  return founded
}

async function printQuestions(port: number, groupIds: readonly string[], when = ''): Promise<void> {
  const wire = await Wire.connect(port)
  const [list, describe]: [number[], number[]] = [[], []]
  for (let run = 0; run < RUNS; run++) {
    list.push(await elapsed(async () => checkCount((await wire.call(listGroups, 5, {})).groups.length)))
    describe.push(
      await elapsed(async () => {
        const { groups } = await wire.call(describeGroups, 5, { groups: [...groupIds] })
        checkCount(groups.filter(({ groupState }) => groupState === 'Stable').length)
      }),
    )
  }
  wire.close()
  print({ what: `ListGroups of ${GROUPS}${when}`, target: null, unit: 'ms', runs: list })
  print({ what: `DescribeGroups of all ${GROUPS}${when}`, target: null, unit: 'ms', runs: describe })
}

/** Each connection commits for its groups, one after the other; gives how many commits there were. */
async function printCommits(connections: readonly MembersOnWire[]): Promise<number> {
  const latencies: number[] = []
  const until = performance.now() + COMMITTING_MS
  await Promise.all(
    connections.map(async ({ wire, members }) => {
      for (let offset = 0; performance.now() < until; offset++) {
        const member = members[offset % members.length]!
        latencies.push(await elapsed(() => commit(wire, member, offset)))
      }
    }),
  )
  const perSecond = latencies.length / (COMMITTING_MS / 1000)
  const what = `commits of ${COMMITTED_PARTITIONS} partitions over ${CONNECTIONS} connections`
  print({ what, target: null, unit: '/s', runs: [perSecond] })
  print({ what: `${what}: median`, target: null, unit: 'ms', runs: [percentile(latencies, 0.5)] })
  print({ what: `${what}: p99`, target: null, unit: 'ms', runs: [percentile(latencies, 0.99)] })
  return latencies.length
}

async function commit(wire: Wire, member: ClassicMember, offset: number): Promise<void> {
  const partitions = Array.from({ length: COMMITTED_PARTITIONS }, (_, partitionIndex) => ({
    partitionIndex,
    committedOffset: offset,
    committedMetadata: '',
  }))
  const { topics } = await wire.call(offsetCommit, 9, {
    groupId: member.groupId,
    generationIdOrMemberEpoch: member.generationId,
    memberId: member.memberId,
    topics: [{ name: `bench-${COMMITTED_PARTITIONS}`, partitions }],
  })
  for (const { errorCode } of topics[0]?.partitions ?? []) check(errorCode, 'OffsetCommit')
}

/** From the first moment a client can ask until every group can be described. */
async function printReload(directory: string, groupIds: readonly string[], commits: number): Promise<void> {
  const runs: number[] = []
  for (let run = 0; run < 3; run++) {
    const cluster = await spawnCluster(directory)
    const wire = await Wire.connect(cluster.brokers[0]?.port ?? 0)
    runs.push(
      await elapsed(async () => {
        const areAllStable = async () => {
          const { groups } = await wire.call(describeGroups, 5, { groups: [...groupIds] })
          return groups.every(({ groupState }) => groupState === 'Stable')
        }
        while (!(await areAllStable()));
      }),
    )
    wire.close()
    await cluster.stop()
  }
  const records = Math.round((commits * COMMITTED_PARTITIONS) / 1000)
  const what = `restarted, ${records},000 records to replay: all described after "ready"`
  print({ what, target: null, unit: 'ms', runs })
}

function checkCount(groups: number): void {
  if (groups !== GROUPS) throw new Error(`${groups} groups were told, not ${GROUPS}.`)
}

buildProgram()
printHead()
await benchFirstJoin()
await benchEager()
await benchConsumerProtocol()
await benchManyGroups()
