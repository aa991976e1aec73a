import type { Fault } from '../../broker/index.ts'

/** `3  The link between broker 1 and broker 2 is cut  12 hits`, a line each. */
export function faultsText(faults: readonly Fault[]): string {
  if (faults.length === 0) return 'No fault is in force.\n'
  const rows = faults.map((fault) => [String(fault.id), fault.description, hitsText(fault)] as const)
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map(
      ([id, description, hits]) =>
        `${id.padStart(widths[0] ?? 0)}  ${description.padEnd(widths[1] ?? 0)}  ${hits}\n`,
    )
    .join('')
}

/** A rule sees more requests than it acts on. */
function hitsText({ spec, matched, acted }: Fault): string {
  const hits = acted === 1 ? '1 hit' : `${acted} hits`
  return spec.kind === 'rule' ? `${hits} of ${matched} ${matched === 1 ? 'request' : 'requests'}` : hits
}
