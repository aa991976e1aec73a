import type { DemoSettings } from '../../shared/ipc/demo.ts'

/** Enough keys that every partition gets about as many records as another. */
const CUSTOMERS = 1_000
const HOT_SHARE = 0.8

export interface Order {
  key: string
  value: string
}

/** The next record of the demo: an order of some customer. `random` gives numbers from 0 up to 1. */
export function order(number: number, keys: DemoSettings['keys'], random: () => number): Order {
  const isHot = keys === 'hot' && random() < HOT_SHARE
  const customer = isHot ? 1 : 1 + Math.floor(random() * CUSTOMERS)
  const amountCents = 100 + Math.floor(random() * 20_000)
  return { key: `customer-${customer}`, value: JSON.stringify({ order: number, customer, amountCents }) }
}

/**
 * How many records are due after so long. What a rate owes is forgotten after a while: a cluster that was away shall
 * not be flooded when it is back.
 */
export function due(
  ratePerSecond: number,
  elapsedMs: number,
  rest: number,
): { records: number; rest: number } {
  const owed = (ratePerSecond * Math.min(elapsedMs, 1_000)) / 1_000 + rest
  const records = Math.floor(owed)
  return { records, rest: owed - records }
}
