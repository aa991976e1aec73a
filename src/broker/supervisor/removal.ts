import { rmSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { directoryError } from './failures.ts'

/**
 * Removes a cluster's folder so that an end in the middle leaves no half of a cluster under its name: the folder is
 * moved aside at once, and stops to be a cluster there before the rest of it goes. ClusterError `DIRECTORY`.
 */
export async function removeFolder(directory: string): Promise<void> {
  const aside = join(dirname(directory), `.removed-${process.pid}-${basename(directory)}`)
  try {
    await rename(directory, aside)
    rmSync(join(aside, 'cluster.json'), { force: true })
    await rm(aside, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    throw directoryError(directory, error)
  }
}
