import { expect, test } from 'vitest'
import { lanesOf, unowned } from '../../../../src/renderer/features/demo/lanes.ts'
import type { DemoMember } from '../../../../src/shared/ipc/demo.ts'
import type { GroupSample } from '../../../../src/shared/ipc/groups.ts'

const member = (name: string, changed: Partial<DemoMember> = {}): DemoMember => ({
  name,
  memberId: `${name}-id`,
  protocol: 'classic',
  state: 'reading',
  sinceMs: 1_000,
  partitions: [9],
  generation: 1,
  recordsPerSecond: 5,
  ...changed,
})

const sample = (atMs: number, members: Record<string, number[]>): GroupSample => ({
  atMs,
  groupId: 'demo-group',
  state: 'Stable',
  groupType: 'classic',
  groupEpoch: null,
  protocolType: 'consumer',
  assignor: 'roundrobin',
  coordinator: 1,
  members: Object.entries(members).map(([name, partitions]) => ({
    memberId: `${name}-id`,
    groupInstanceId: null,
    clientId: name,
    clientHost: '127.0.0.1',
    partitions: [
      ...partitions.map((partition) => ({ topic: 'demo', partition })),
      { topic: 'other', partition: 7 },
    ],
  })),
  partitions: [],
  totalLag: null,
})

test('who has what is the word of the cluster, not of the member', () => {
  const [lane] = lanesOf([member('one')], sample(2_000, { one: [4, 0] }), 'demo')
  expect(lane).toMatchObject({ name: 'one', state: 'reading', partitions: [0, 4] })
})

test('a crashed member stays while the group keeps it, and goes with its session', () => {
  const crashed = [member('one', { state: 'crashed', sinceMs: 5_000 })]
  expect(lanesOf(crashed, sample(6_000, { one: [0, 1] }), 'demo')).toMatchObject([
    { state: 'expiring', partitions: [0, 1] },
  ])
  expect(lanesOf(crashed, sample(12_000, {}), 'demo')).toEqual([])
})

test('a look from before a crash says nothing about it', () => {
  const crashed = [member('one', { state: 'crashed', sinceMs: 5_000 })]
  expect(lanesOf(crashed, sample(4_900, {}), 'demo')).toHaveLength(1)
  expect(lanesOf(crashed, null, 'demo')).toHaveLength(1)
})

test('members which are none of the demo’s are shown, and can’t be steered', () => {
  expect(lanesOf([member('one')], sample(2_000, { one: [0], kcat: [1] }), 'demo')).toMatchObject([
    { name: 'one' },
    { name: 'kcat', state: 'foreign', partitions: [1], recordsPerSecond: null },
  ])
})

test('partitions that nobody has', () => {
  const lanes = lanesOf([member('one')], sample(2_000, { one: [0, 2] }), 'demo')
  expect(unowned(4, lanes)).toEqual([1, 3])
})
