import type { ClusterStatus, LogLine } from '../../broker/index.ts'

export interface Ready {
  status: ClusterStatus
  /** From the process's start until the first produce would succeed. */
  startupMs: number
  isEphemeral: boolean
}

/** One line for programs. */
export function readyJson({ status, startupMs }: Ready): string {
  const { bootstrapServers, directory } = status
  const brokers = status.brokers.map(({ id, port }) => ({ id, port }))
  return `${JSON.stringify({ event: 'ready', bootstrapServers, brokers, startupMs, directory })}\n`
}

export function readyText({ status, startupMs, isEphemeral }: Ready): string {
  return `The cluster ${status.name} is ready after ${startupMs} ms.

bootstrap servers  ${status.bootstrapServers}
folder             ${status.directory}${isEphemeral ? ' (removed at the end)' : ''}

Ctrl+C stops it.
`
}

/** `09:05:07.123 WARN  broker 2  The follower is behind. lag=12` where the user is. */
export function logText({ level, atMs, brokerId, message, fields }: LogLine): string {
  const at = new Date(atMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  const milliseconds = String(at.getMilliseconds()).padStart(3, '0')
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${milliseconds}`
  const who = brokerId === null ? 'cluster ' : `broker ${brokerId}`
  const values = Object.entries(fields).map(([key, value]) => ` ${key}=${valueText(value)}`)
  return `${time} ${level.toUpperCase().padEnd(5)} ${who}  ${message}${values.join('')}\n`
}

function valueText(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message)
  return typeof value === 'string' && /^[\w.:/-]+$/u.test(value)
    ? value
    : (JSON.stringify(value) ?? 'undefined')
}
