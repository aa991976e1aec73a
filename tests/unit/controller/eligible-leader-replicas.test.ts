import { expect, test } from 'vitest'
import { threeBrokers } from './harness.ts'
import type { ControlPlane } from './harness.ts'

/** KIP-966 switched on; `orders` has three replicas and wants two in sync. */
function withElr(): ControlPlane {
  const plane = threeBrokers({ 'ottla.eligible.leader.replicas.enable': 'true' })
  plane.createAssigned('orders', [1, 2, 3])
  plane.setTopicConfig('orders', 'min.insync.replicas', '2')
  return plane
}

test('who dies while the ISR is large enough is not eligible', () => {
  const plane = withElr()
  plane.active.brokerDied(3)
  expect(plane.partition('orders')).toMatchObject({ isr: [1, 2], elr: [] })
})

test('who dies below min.insync.replicas stays eligible, down to the last', () => {
  const plane = withElr()
  plane.active.brokerDied(3)
  plane.active.brokerDied(2)
  expect(plane.partition('orders')).toMatchObject({ isr: [1], elr: [2], leader: 1 })
  plane.active.brokerDied(1)
  expect(plane.partition('orders')).toMatchObject({ isr: [], elr: [2, 1], leader: -1, lastKnownElr: [1] })
})

test('an eligible replica that comes back from a clean stop leads', () => {
  const plane = withElr()
  plane.active.brokerDied(3)
  const previousBrokerEpoch = plane.epoch(2)
  plane.active.brokerDied(2)
  plane.active.brokerDied(1)
  plane.register(2, { previousBrokerEpoch })
  plane.heartbeat(2)
  expect(plane.partition('orders')).toMatchObject({ isr: [2], elr: [1], leader: 2, leaderRecoveryState: 0 })
})

test('one that comes back from an unclean stop does not, but for the last leader', () => {
  const plane = withElr()
  plane.active.brokerDied(3)
  plane.active.brokerDied(2)
  plane.active.brokerDied(1)
  plane.join(2)
  expect(plane.partition('orders')).toMatchObject({ isr: [], elr: [1], leader: -1 })
  plane.join(1)
  expect(plane.partition('orders')).toMatchObject({ isr: [1], elr: [], leader: 1, leaderRecoveryState: 1 })
})

test('a lower min.insync.replicas makes eligible replicas pointless', () => {
  const plane = withElr()
  plane.active.brokerDied(3)
  plane.active.brokerDied(2)
  plane.setTopicConfig('orders', 'min.insync.replicas', '1')
  expect(plane.partition('orders')).toMatchObject({ isr: [1], elr: [] })
})
