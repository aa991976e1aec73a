import { expect, test } from 'vitest'
import { groupRows } from '../../../../src/renderer/features/groups/group-rows.ts'
import type { GroupColumn } from '../../../../src/renderer/features/groups/group-rows.ts'
import type { GroupFigures, GroupSummary } from '../../../../src/shared/ipc/groups.ts'

const group = (groupId: string, state = 'Stable'): GroupSummary => ({
  groupId,
  state,
  protocolType: 'consumer',
  groupType: 'classic',
  coordinator: 1,
})
const figures = new Map<string, GroupFigures>([
  ['app-2', { groupId: 'app-2', members: 1, topics: 1, lag: 7, recent: [], stalledMs: null }],
  ['app-10', { groupId: 'app-10', members: 3, topics: 1, lag: null, recent: [], stalledMs: null }],
])
const groups = [group('app-10', 'Empty'), group('Billing'), group('app-2')]
const ids = (text: string, column: GroupColumn, descending: boolean) =>
  groupRows(groups, text, { column, descending }, figures).map(({ groupId }) => groupId)

test('names are in the order people count in', () => {
  expect(ids('', 'groupId', false)).toEqual(['app-2', 'app-10', 'Billing'])
  expect(ids('', 'groupId', true)).toEqual(['Billing', 'app-10', 'app-2'])
})

test('a search ignores case and blanks around it', () => {
  expect(ids(' BILL ', 'groupId', false)).toEqual(['Billing'])
})

test('equal states are ordered by name', () => {
  expect(ids('', 'state', false)).toEqual(['app-10', 'app-2', 'Billing'])
})

test('unknown figures count as the least', () => {
  expect(ids('', 'lag', true)).toEqual(['app-2', 'app-10', 'Billing'])
  expect(ids('', 'members', true)).toEqual(['app-10', 'app-2', 'Billing'])
})
