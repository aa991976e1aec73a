import { expect, test } from 'vitest'
import { memberNames } from '../../../../src/renderer/features/group/member-names.ts'

const member = (memberId: string, clientId: string, groupInstanceId: string | null = null) => ({
  memberId,
  clientId,
  groupInstanceId,
})
const names = (...members: ReturnType<typeof member>[]) => [...memberNames(members).values()]

test('a member is called by its instance id, its client id, or its member id', () => {
  expect(names(member('m-1', 'billing', 'pod-1'), member('audit-2', 'audit'), member('m-3', ''))).toEqual([
    'pod-1',
    'audit',
    'm-3',
  ])
})

test('instances of one service are told apart by what their member ids have of their own', () => {
  const classic = [
    member('billing-53c51827-05be-43f7-86a6-e0f8', 'billing'),
    member('billing-317587f9-39dd-4ff6-9d01-ff57', 'billing'),
  ]
  expect(names(...classic)).toEqual(['billing 53c51827', 'billing 317587f9'])
  // KIP-848: the client makes its id.
  const consumer = [member('VqZ0Rk3PQ8-tbrbvqTXKjw', 'billing'), member('a1B2c3D4e5F6g7H8i9J0kL', 'billing')]
  expect(names(...consumer)).toEqual(['billing VqZ0Rk3P', 'billing a1B2c3D4'])
})

test('a static member does not make another one of its client ambiguous, nor does it under a second member id', () => {
  expect(names(member('a-1', 'a', 'pod-1'), member('a-2', 'a', 'pod-1'), member('a-3', 'a'))).toEqual([
    'pod-1',
    'pod-1',
    'a',
  ])
})
