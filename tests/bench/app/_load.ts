import { cpus, loadavg } from 'node:os'

/** What else the machine does: a figure of a busy one says little about the app. */
export function printLoad(): void {
  process.stdout.write(`  load ${(loadavg()[0] ?? 0).toFixed(1)} on ${cpus().length} cores\n`)
}
