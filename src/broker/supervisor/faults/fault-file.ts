import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultSpec } from '../../faults/spec.ts'
import { directoryError, systemCode } from '../failures.ts'
import { replaceFile } from '../replace-file.ts'
import { ClusterError } from '../types.ts'
import { checkFaultSpec } from './check.ts'

const FILE_NAME = 'faults.json'

export interface StoredFault {
  id: number
  spec: FaultSpec
  createdAtMs: number
  matched: number
  acted: number
}

/** A cluster's faults as they were saved with it; none where nothing was. ClusterError `DIRECTORY`. */
export function readFaults(directory: string): StoredFault[] {
  const path = join(directory, FILE_NAME)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw directoryError(path, error)
  }
  try {
    const { formatVersion, faults } = JSON.parse(text) as { formatVersion?: unknown; faults?: unknown }
    if (formatVersion !== 1 || !Array.isArray(faults)) throw new TypeError('it has another format')
    return faults.map((each: StoredFault) => ({
      id: Number(each.id),
      spec: checkFaultSpec(each.spec),
      createdAtMs: Number(each.createdAtMs),
      matched: Number(each.matched),
      acted: Number(each.acted),
    }))
  } catch (error) {
    throw new ClusterError(
      {
        code: 'DIRECTORY',
        message: `${path} is damaged: ${error instanceof Error ? error.message : String(error)}.`,
        remedy: 'Delete it: the cluster then starts without faults.',
      },
      error,
    )
  }
}

/** ClusterError `DIRECTORY`. */
export function writeFaults(directory: string, faults: readonly StoredFault[]): void {
  const path = join(directory, FILE_NAME)
  try {
    replaceFile(path, `${JSON.stringify({ formatVersion: 1, faults }, null, 2)}\n`)
  } catch (error) {
    throw directoryError(path, error)
  }
}
