import type { FaultSpec } from '../../faults/spec.ts'

/** A fault in force, or waiting for its cluster to run. */
export interface Fault {
  id: number
  spec: FaultSpec
  /** One sentence without its full stop. */
  description: string
  createdAtMs: number
  /** How often it was met: for a rule, the requests it is about. */
  matched: number
  /** How often it did something. */
  acted: number
}
