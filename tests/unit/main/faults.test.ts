import { expect, test } from 'vitest'
import { faultSpec } from '../../../src/shared/ipc/faults.ts'
import { checkFaultSpec } from '../../../src/broker/supervisor/faults/check.ts'
import { faultTeller } from '../../../src/main/clusters/faults.ts'

const match = { api: 'Produce', clientId: null, topic: 'orders-*', brokerId: 1 }

test.each([
  { kind: 'freeze', brokerId: 2 },
  { kind: 'cut', from: 'clients', to: 1, oneWay: true },
  { kind: 'delay', from: 1, to: 2, oneWay: false, delayMs: 5, jitterMs: 0 },
  { kind: 'disk', brokerId: 1, state: 'failing', delayMs: 0 },
  {
    kind: 'rule',
    match,
    when: { type: 'every', n: 3 },
    action: { type: 'error', error: 'NOT_ENOUGH_REPLICAS' },
  },
  {
    kind: 'rule',
    match,
    when: { type: 'probability', probability: 0.5, seed: 1 },
    action: { type: 'close' },
  },
])('what a window sends is what the engine takes: %j', (spec) => {
  expect(checkFaultSpec(faultSpec.parse(spec))).toEqual(spec)
})

test('windows are told of the faults of their cluster, and of no other event', () => {
  const told: unknown[] = []
  const tell = faultTeller((changed) => told.push(changed))
  tell('local:one', { type: 'faults', faults: [] })
  tell('local:one', {
    type: 'history',
    entry: { atMs: 1, brokerId: null, kind: 'cluster-started', cause: 'asked for', details: {} },
  })
  expect(told).toEqual([{ cluster: 'local:one', faults: [] }])
})
