/** The assignors a coordinator has. `group.consumer.assignors` says which of them are offered, and the default. */
import type { Assignor } from './assignor.ts'
import { range } from './range.ts'
import { uniform } from './uniform.ts'

export type { Assignor, AssignorMember, GroupAssignment, TopicPartitions } from './assignor.ts'
export { range, uniform }

export const ASSIGNORS: ReadonlyMap<string, Assignor> = new Map(
  [uniform, range].map((assignor) => [assignor.name, assignor]),
)
