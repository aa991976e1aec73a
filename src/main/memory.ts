import { app } from 'electron'

const INTERVAL_MS = 2_000

/** Resident memory of all processes of the app, told every two seconds. Returns how to stop. */
export function watchMemory(tell: (use: { residentBytes: number }) => void): () => void {
  const timer = setInterval(() => {
    // Electron reports kilobytes.
    const resident = app.getAppMetrics().reduce((sum, { memory }) => sum + memory.workingSetSize, 0)
    tell({ residentBytes: resident * 1024 })
  }, INTERVAL_MS)
  return () => clearInterval(timer)
}
