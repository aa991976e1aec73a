import { describe, expect, test } from 'vitest'
import { buildPartitionChange } from '../../../src/broker/controller/elections.ts'
import type { Election, PartitionChangeRequest } from '../../../src/broker/controller/elections.ts'
import { changedPartition } from '../../../src/broker/metadata/apply.ts'
import type { PartitionImage } from '../../../src/broker/metadata/image.ts'

const settled: PartitionImage = {
  topicId: 'topic0000000000000000A',
  topic: 'orders',
  partition: 0,
  replicas: [1, 2, 3],
  isr: [1, 2, 3],
  leader: 1,
  leaderEpoch: 5,
  partitionEpoch: 9,
  addingReplicas: [],
  removingReplicas: [],
  elr: [],
  lastKnownElr: [],
  leaderRecoveryState: 0,
}

interface Case {
  rule: string
  partition?: Partial<PartitionImage>
  election?: Election
  alive: number[]
  target?: PartitionChangeRequest['target']
  elr?: { minIsr: number } | null
  uncleanShutdown?: number[]
  /** What is different afterwards. */
  becomes: Partial<PartitionImage>
}

function after({ partition, election, alive, target, elr, uncleanShutdown }: Case): PartitionImage {
  const before = { ...settled, ...partition }
  const record = buildPartitionChange({
    partition: before,
    election: election ?? 'online',
    isAcceptableLeader: (id) => alive.includes(id),
    target: target ?? {},
    elr: elr ?? null,
    uncleanShutdown: uncleanShutdown ?? [],
  })
  return [record].reduce(
    (image, change) => (change === null ? image : changedPartition(image, change)),
    before,
  )
}

function check(each: Case): void {
  expect(after(each)).toEqual({ ...settled, ...each.partition, ...each.becomes })
}

const bumped = { leaderEpoch: 6, partitionEpoch: 10 }
const partitionOnly = { partitionEpoch: 10 }

describe('§3.2 election: online', () => {
  test.each<Case>([
    { rule: 'a leader that is fit stays, and nothing is written', alive: [1, 2, 3], becomes: {} },
    {
      rule: 'the next leader is the first in replica order that is in the ISR and alive',
      partition: { isr: [3, 2] },
      alive: [2, 3],
      becomes: { leader: 2, ...bumped },
    },
    {
      rule: 'replica order decides, not ISR order',
      partition: { replicas: [3, 2, 1], isr: [1, 2, 3] },
      alive: [2, 3],
      becomes: { leader: 3, ...bumped },
    },
    {
      rule: 'a replica outside the ISR is passed over',
      partition: { isr: [1, 3] },
      alive: [2, 3],
      becomes: { leader: 3, ...bumped },
    },
    {
      rule: 'with nobody alive there is no leader, and the ISR stays',
      alive: [],
      becomes: { leader: -1, ...bumped },
    },
    {
      rule: 'a leaderless partition stays as it is while nobody can lead it',
      partition: { leader: -1, isr: [1] },
      alive: [2, 3],
      becomes: {},
    },
    {
      rule: 'a member that comes back leads again',
      partition: { leader: -1, isr: [1] },
      alive: [1],
      becomes: { leader: 1, ...bumped },
    },
  ])('$rule', check)
})

describe('§3.2 election: leaving the ISR', () => {
  test.each<Case>([
    {
      rule: 'a follower leaves: the leader epoch stays',
      alive: [1, 2],
      target: { isr: [1, 2] },
      becomes: { isr: [1, 2], ...partitionOnly },
    },
    {
      rule: 'the leader leaves: another member leads',
      alive: [2, 3],
      target: { isr: [2, 3] },
      becomes: { isr: [2, 3], leader: 2, ...bumped },
    },
    {
      rule: 'the last member never leaves',
      partition: { isr: [1] },
      alive: [2, 3],
      target: { isr: [] },
      becomes: { leader: -1, ...bumped },
    },
  ])('$rule', check)
})

describe('§3.2 election: preferred', () => {
  test.each<Case>([
    {
      rule: 'the first replica leads again',
      partition: { leader: 2 },
      election: 'preferred',
      alive: [1, 2, 3],
      becomes: { leader: 1, ...bumped },
    },
    {
      rule: 'not while it is outside the ISR',
      partition: { leader: 2, isr: [2, 3] },
      election: 'preferred',
      alive: [1, 2, 3],
      becomes: {},
    },
    {
      rule: 'not while it is dead',
      partition: { leader: 2 },
      election: 'preferred',
      alive: [2, 3],
      becomes: {},
    },
    {
      rule: 'a leaderless partition gets another leader rather than none',
      partition: { leader: -1, isr: [2] },
      election: 'preferred',
      alive: [1, 2],
      becomes: { leader: 2, ...bumped },
    },
    {
      rule: 'never an unclean one',
      partition: { leader: -1, isr: [2] },
      election: 'preferred',
      alive: [1],
      becomes: {},
    },
  ])('$rule', check)
})

describe('§3.2 election: unclean', () => {
  test.each<Case>([
    {
      rule: 'the first replica alive leads alone, and is recovering',
      partition: { leader: -1, isr: [1] },
      election: 'unclean',
      alive: [2, 3],
      becomes: { leader: 2, isr: [2], leaderRecoveryState: 1, ...bumped },
    },
    {
      rule: 'a member of the ISR is always preferred',
      partition: { leader: -1, isr: [3] },
      election: 'unclean',
      alive: [2, 3],
      becomes: { leader: 3, ...bumped },
    },
    {
      rule: 'with nobody alive there is none',
      partition: { leader: -1, isr: [1] },
      election: 'unclean',
      alive: [],
      becomes: {},
    },
  ])('$rule', check)
})

describe('§3.2 election: eligible leader replicas (KIP-966)', () => {
  test.each<Case>([
    {
      rule: 'who leaves an ISR that falls below min.insync.replicas stays eligible',
      elr: { minIsr: 2 },
      partition: { isr: [1, 2] },
      alive: [1, 3],
      target: { isr: [1] },
      becomes: { isr: [1], elr: [2], ...partitionOnly },
    },
    {
      rule: 'the last member leaves, is eligible, and is remembered as the last leader',
      elr: { minIsr: 1 },
      partition: { isr: [1] },
      alive: [2, 3],
      target: { isr: [] },
      becomes: { isr: [], leader: -1, elr: [1], lastKnownElr: [1], ...bumped },
    },
    {
      rule: 'an eligible replica leads when the ISR is empty, and is the ISR then',
      elr: { minIsr: 2 },
      partition: { leader: -1, isr: [], elr: [2, 3], lastKnownElr: [2] },
      alive: [3],
      becomes: { leader: 3, isr: [3], elr: [2], lastKnownElr: [], ...bumped },
    },
    {
      rule: 'after an unclean shutdown a replica is eligible no more',
      elr: { minIsr: 2 },
      partition: { leader: -1, isr: [], elr: [2], lastKnownElr: [2] },
      alive: [],
      uncleanShutdown: [2],
      becomes: { elr: [], ...partitionOnly },
    },
    {
      rule: 'the last known leader comes back even so, by an unclean election',
      elr: { minIsr: 2 },
      partition: { leader: -1, isr: [], lastKnownElr: [2] },
      alive: [1, 2, 3],
      becomes: { leader: 2, isr: [2], lastKnownElr: [], leaderRecoveryState: 1, ...bumped },
    },
    {
      rule: 'an ISR large enough needs no eligible replicas',
      elr: { minIsr: 2 },
      partition: { isr: [1], elr: [2] },
      alive: [1, 2],
      target: { isr: [1, 2] },
      becomes: { isr: [1, 2], elr: [], ...partitionOnly },
    },
    {
      rule: 'switched off, they are forgotten',
      partition: { isr: [1], elr: [2], lastKnownElr: [1] },
      alive: [1, 2],
      becomes: { elr: [], lastKnownElr: [], ...partitionOnly },
    },
  ])('$rule', check)
})

describe('§3.2 reassignment: when it is over', () => {
  const moving = { replicas: [4, 1, 2, 3], addingReplicas: [4], removingReplicas: [1] }
  test.each<Case>([
    {
      rule: 'goes on until the new replica is in sync',
      partition: moving,
      alive: [1, 2, 3, 4],
      target: { isr: [1, 2, 3] },
      becomes: {},
    },
    {
      rule: 'ends when it is; the one to go leaves replicas, ISR and leadership',
      partition: moving,
      alive: [1, 2, 3, 4],
      target: { isr: [1, 2, 3, 4] },
      becomes: {
        replicas: [4, 2, 3],
        isr: [2, 3, 4],
        leader: 4,
        addingReplicas: [],
        removingReplicas: [],
        ...bumped,
      },
    },
    {
      rule: 'a replica that goes is told by a new leader epoch though the leader stays',
      partition: { ...moving, leader: 2 },
      alive: [1, 2, 3, 4],
      target: { isr: [1, 2, 3, 4] },
      becomes: {
        replicas: [4, 2, 3],
        isr: [2, 3, 4],
        leader: 2,
        addingReplicas: [],
        removingReplicas: [],
        ...bumped,
      },
    },
    {
      rule: 'with fewer replicas in the end, every one that stays must be in sync',
      partition: { removingReplicas: [1], isr: [1, 2] },
      alive: [1, 2, 3],
      becomes: {},
    },
  ])('$rule', check)
})
