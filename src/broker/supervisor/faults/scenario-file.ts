import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { FaultSpec } from '../../faults/spec.ts'
import { directoryError } from '../failures.ts'
import type { Scenario } from './scenario.ts'

/** Reads a scenario file. ClusterError: `DIRECTORY` where it can't be read, `INVALID_SCENARIO` with the line. */
export async function readScenario(path: string): Promise<Scenario> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw directoryError(path, error)
  }
  // Loaded when it is wanted: a start without a scenario need not wait for a YAML parser.
  const { parseScenario } = await import('./scenario.ts')
  return parseScenario(text, basename(path))
}

/** One fault as a scenario file writes it: `{cut: 1-2}`. FaultProblem. */
export async function readFaultEntry(text: string): Promise<FaultSpec> {
  const { parseFaultEntry } = await import('./scenario.ts')
  return parseFaultEntry(text)
}
