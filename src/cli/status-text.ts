import type { BrokerStatus, ClusterStatus } from '../broker/index.ts'

/** A cluster's status for people: a sentence, its bootstrap servers, a table of brokers. */
export function statusText(status: ClusterStatus): string {
  const since = status.startedAtMs === null ? '' : ` since ${localTime(status.startedAtMs)}`
  const lines = [
    `The cluster ${status.name} is ${status.state}${since}.`,
    '',
    `bootstrap servers  ${status.bootstrapServers}`,
    `cluster id         ${status.clusterId}`,
    `folder             ${status.directory}`,
    '',
    ...table([
      ['BROKER', 'ADDRESS', 'STATE', ''],
      ...status.brokers.map((broker) => [
        String(broker.id),
        `${broker.host}:${broker.port}`,
        broker.state,
        remark(broker),
      ]),
    ]),
  ]
  return `${lines.join('\n')}\n`
}

function remark({ isController, failure }: BrokerStatus): string {
  if (failure) return `${failure.message} ${failure.remedy}`
  return isController ? 'controller' : ''
}

function table(rows: string[][]): string[] {
  const columns = rows[0] ?? []
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** `2026-01-31 09:05:07` where the user is. */
function localTime(atMs: number): string {
  const at = new Date(atMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}
