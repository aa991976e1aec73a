import type { Ottla } from './ottla.ts'

const MB = 1024 * 1024

/** What the app takes, in megabytes. */
export interface Memory {
  /** JavaScript of the window that is still in use after a collection. */
  windowHeapMb: number
  /** Resident, of the window's process. */
  windowMb: number
  /** Resident, of main with its threads: brokers, sessions, demo. */
  mainMb: number
}

export async function memoryOf({ app, page }: Ottla): Promise<Memory> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  await devtools.detach()
  // Electron reports kilobytes.
  const resident = await app.evaluate(({ app }) =>
    app.getAppMetrics().map(({ type, memory }) => ({ type, kilobytes: memory.workingSetSize })),
  )
  const megabytes = (wanted: string) =>
    resident.filter(({ type }) => type === wanted).reduce((sum, { kilobytes }) => sum + kilobytes / 1024, 0)
  return { windowHeapMb: usedSize / MB, windowMb: megabytes('Tab'), mainMb: megabytes('Browser') }
}
