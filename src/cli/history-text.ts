import type { KeptEntry } from '../broker/index.ts'

/** `2026-01-31 09:05:07.123  leader-elected  broker 2  orders-0  1 → 2, epoch 7: broker 1 died` */
export function historyLine(entry: KeptEntry): string {
  const { atMs, kind, brokerId, details, cause } = entry
  const about = [
    brokerId === null ? '' : `broker ${brokerId}`,
    placeOf(details),
    typeof details.groupId === 'string' ? `group ${details.groupId}` : '',
  ].filter((text) => text !== '')
  const change = changeOf(details)
  const said = [about.join('  '), change === '' ? cause : `${change}: ${cause}`].filter((text) => text !== '')
  return `${localTimeWithMs(atMs)}  ${kind.padEnd(20)}  ${said.join('  ')}\n`
}

function placeOf({ topic, partition }: KeptEntry['details']): string {
  if (typeof topic !== 'string') return ''
  return typeof partition === 'number' ? `${topic}-${partition}` : topic
}

function changeOf(details: KeptEntry['details']): string {
  const { description, from, to, leaderEpoch, generationId, durationMs } = details
  const parts = []
  if (typeof description === 'string') parts.push(description)
  if (from !== undefined && to !== undefined) parts.push(`${valueText(from)} → ${valueText(to)}`)
  if (typeof leaderEpoch === 'number') parts.push(`epoch ${leaderEpoch}`)
  if (typeof generationId === 'number') parts.push(`generation ${generationId}`)
  if (typeof durationMs === 'number') parts.push(`${durationMs} ms`)
  return parts.join(', ')
}

function valueText(value: unknown): string {
  if (value === -1) return 'none'
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value)
}

/** With milliseconds: much happens within one second. */
export function localTimeWithMs(atMs: number): string {
  const at = new Date(atMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return `${day} ${time}.${String(at.getMilliseconds()).padStart(3, '0')}`
}
