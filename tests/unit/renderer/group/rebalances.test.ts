import { expect, test } from 'vitest'
import type { ToldLane } from '../../../../src/renderer/features/group/xray/classic.ts'
import { classicRebalances, segmentsOf } from '../../../../src/renderer/features/group/xray/classic.ts'
import { consumerRebalances } from '../../../../src/renderer/features/group/xray/consumer.ts'
import { movesOf } from '../../../../src/renderer/features/group/xray/moves.ts'
import type { HistoryEntry } from '../../../../src/shared/ipc/history.ts'

const lane = (told: Partial<ToldLane>): ToldLane => ({
  memberId: 'a-1',
  groupInstanceId: null,
  clientId: 'a',
  isLeader: false,
  isNew: false,
  toldAtMs: null,
  rejoinedAtMs: null,
  joinAnsweredAtMs: null,
  syncSentAtMs: null,
  syncAnsweredAtMs: null,
  goneAtMs: null,
  goneBecause: null,
  stoppedMs: null,
  before: null,
  after: null,
  ...told,
})

const entry = (seq: number, atMs: number, kind: string, details: object, cause = ''): HistoryEntry => ({
  seq,
  atMs,
  brokerId: 1,
  kind,
  cause,
  details: { groupId: 'g', ...details },
})

const phases = (told: Partial<ToldLane>, untilMs = 200) =>
  segmentsOf(lane(told), 100, untilMs).map(({ phase, fromMs, toMs }) => `${phase} ${fromMs}-${toMs}`)

test('a member works on until it is told, gives up, waits for the others, gets its assignment', () => {
  const moments = { toldAtMs: 120, rejoinedAtMs: 130, joinAnsweredAtMs: 150, syncAnsweredAtMs: 160 }
  expect(phases(moments)).toEqual([
    'working 100-120',
    'revoke 120-130',
    'join 130-150',
    'sync 150-160',
    'stable 160-200',
  ])
})

test('a newcomer works on nothing before it joins; one that was never told gives nothing up', () => {
  expect(phases({ isNew: true, rejoinedAtMs: 110 })).toEqual(['join 110-200'])
  expect(phases({ rejoinedAtMs: 110 })).toEqual(['working 100-110', 'join 110-200'])
})

test('a member that is gone has no phases beyond', () => {
  expect(phases({ goneAtMs: 140 })).toEqual(['working 100-140'])
  expect(phases({ goneAtMs: 100 })).toEqual([])
})

test('what is told later of a rebalance takes the place of what was told before', () => {
  const started = entry(
    1,
    100,
    'rebalance-started',
    { startedMs: 100, generationId: 3, cause: 'memberLeft', values: { client: 'b' }, lanes: [lane({})] },
    'b-1 left',
  )
  const [running] = classicRebalances([started], 180)
  expect(running).toMatchObject({
    startedMs: 100,
    endedMs: null,
    before: 3,
    after: null,
    causes: [{ kind: 'memberLeft', values: { client: 'b' }, sentence: 'b-1 left' }],
    lanes: [{ segments: [{ phase: 'working', fromMs: 100, toMs: 180 }] }],
  })
  const completed = entry(2, 300, 'rebalance-completed', {
    startedMs: 100,
    generationId: 4,
    generationBefore: 3,
    protocolName: 'range',
    stopTheWorldMs: 70,
    stickiness: { kept: 1, before: 2 },
    isSettled: false,
    causes: [{ atMs: 100, cause: { kind: 'memberLeft', sentence: 'b-1 left', values: { client: 'b' } } }],
    lanes: [lane({ rejoinedAtMs: 200 })],
  })
  const settled = entry(3, 350, 'rebalance-settled', {
    startedMs: 100,
    generationId: 4,
    stopTheWorldMs: 90,
    lanes: [lane({ rejoinedAtMs: 200, syncAnsweredAtMs: 340 })],
  })
  expect(classicRebalances([started, completed, settled], 999)).toMatchObject([
    {
      endedMs: 350,
      after: 4,
      assignor: 'range',
      stopTheWorldMs: 90,
      stickiness: { kept: 1, before: 2 },
      causes: [{ kind: 'memberLeft' }],
      lanes: [{ segments: [{ phase: 'working' }, { phase: 'join' }, { phase: 'stable', toMs: 350 }] }],
    },
  ])
})

test('entries of other kinds, and of an older form, are passed over', () => {
  const old = entry(1, 1, 'rebalance-completed', { generationId: 1 })
  expect(classicRebalances([old, entry(2, 2, 'leader-elected', {})], 5)).toEqual([])
})

test('a consumer group’s rebalance goes from its first new epoch to the moment all are settled', () => {
  const member = (memberId: string, partitions: number[]) => ({
    memberId,
    groupInstanceId: null,
    clientId: memberId.slice(0, 1),
    assigned: [{ topic: 't', partitions }],
  })
  const step = (seq: number, atMs: number, memberId: string, phase: string) =>
    entry(seq, atMs, 'group-member-stepped', { ...member(memberId, []), phase, memberEpoch: 5 })
  const told = [
    entry(1, 50, 'group-settled', { groupEpoch: 4, members: [member('a-1', [0, 1])] }),
    entry(2, 100, 'group-epoch-began', { groupEpoch: 5, cause: 'memberJoined', memberIds: ['b-1'] }),
    entry(3, 101, 'group-target-computed', {
      groupEpoch: 5,
      assignor: 'uniform',
      before: [],
      after: [member('a-1', [0]), member('b-1', [1])],
    }),
    step(4, 110, 'a-1', 'revoking'),
    step(5, 120, 'b-1', 'waiting'),
    step(6, 150, 'a-1', 'stable'),
    step(7, 160, 'b-1', 'stable'),
    entry(8, 160, 'group-settled', { groupEpoch: 5, members: [member('a-1', [0]), member('b-1', [1])] }),
  ]
  const [rebalance] = consumerRebalances(told, 999)
  expect(rebalance).toMatchObject({
    counts: 'epoch',
    startedMs: 100,
    endedMs: 160,
    before: 4,
    after: 5,
    assignor: 'uniform',
    stopTheWorldMs: 40,
    stickiness: { kept: 1, before: 2 },
    causes: [{ kind: 'epoch.memberJoined', values: { client: 'b' } }],
  })
  expect(rebalance?.lanes.map(({ name, segments }) => [name, segments.map(({ phase }) => phase)])).toEqual([
    ['a', ['working', 'revoke', 'stable']],
    ['b', ['assign', 'stable']],
  ])
})

test('a member of a consumer group that died has a lane up to its end, which says why', () => {
  const member = (memberId: string, partitions: number[]) => ({
    memberId,
    groupInstanceId: null,
    clientId: memberId.slice(0, 1),
    assigned: [{ topic: 't', partitions }],
  })
  const told = [
    entry(1, 50, 'group-coordinator-loaded', { members: [member('a-1', [0]), member('b-1', [1])] }),
    entry(2, 45_100, 'group-epoch-began', {
      groupEpoch: 6,
      cause: 'sessionExpired',
      memberIds: ['b-1'],
      values: { client: 'b', silentMs: 45_000, sessionTimeoutMs: 45_000 },
    }),
    entry(3, 45_110, 'group-member-stepped', { ...member('a-1', [0, 1]), phase: 'stable', memberEpoch: 6 }),
    entry(4, 45_110, 'group-settled', { groupEpoch: 6, members: [member('a-1', [0, 1])] }),
  ]
  const [rebalance] = consumerRebalances(told, 99_999)
  expect(rebalance?.causes).toMatchObject([
    { kind: 'epoch.sessionExpired', values: { client: 'b', silentMs: 45_000 } },
  ])
  expect(rebalance?.lanes).toMatchObject([
    { name: 'a', goneBecause: null, segments: [{ phase: 'working' }, { phase: 'stable' }] },
    { name: 'b', goneAtMs: 45_100, goneBecause: 'sessionExpired', after: null },
  ])
})

test('a partition has moved when another member has it, and not when its static member came back', () => {
  const at = (partitions: number[]) => ({ topics: [{ topic: 't', partitions }] })
  const drawn = (
    name: string,
    before: number[] | null,
    after: number[] | null,
    goneBecause: string | null = null,
  ) => ({
    memberId: name,
    owner: name,
    name: 'one service',
    isLeader: false,
    isNew: before === null,
    segments: [],
    goneAtMs: null,
    goneBecause,
    stoppedMs: null,
    before: before === null ? null : at(before),
    after: after === null ? null : at(after),
  })
  const moves = movesOf([
    drawn('a', [0, 1], [0]),
    drawn('s', [2], null, 'replaced'),
    drawn('s', [2], [2]),
    drawn('b', null, [1]),
  ])
  expect(moves).toEqual([
    { topic: 't', partition: 0, from: 'a', to: 'a', moved: false },
    { topic: 't', partition: 1, from: 'a', to: 'b', moved: true },
    { topic: 't', partition: 2, from: 's', to: 's', moved: false },
  ])
  expect(movesOf([{ ...drawn('a', [], []), after: { bytes: 4, base64: '' } }])).toBeNull()
})
