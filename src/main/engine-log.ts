import type { ClusterEvent } from '../broker/index.ts'
import { log } from './log.ts'

/** Writes what a cluster's brokers say into the app's log. */
export function writeEngineEvent(id: string, event: ClusterEvent): void {
  if (event.type !== 'log') return
  const { level, brokerId, message, fields } = event.line
  const origin = brokerId === null ? id : `${id} broker ${brokerId}`
  log[level](`[${origin}] ${message}`, fields)
}
