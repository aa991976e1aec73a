import type { Session } from '../session.ts'

/** A script that is played on both clusters. Names of topics and groups belong to one scenario alone. */
export interface Scenario {
  name: string
  /** Keys of APIs it cannot do without, where not every version of Ottla has them. */
  needs?: readonly number[]
  run(session: Session): Promise<void>
}
