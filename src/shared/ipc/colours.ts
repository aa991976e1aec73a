import { call, notice, of } from '../channel/declare.ts'
import { z } from '../channel/zod.ts'

/** What a user may mark a cluster with. Each has a sign of its own too, for who does not tell colours apart. */
export const CLUSTER_COLOURS = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink'] as const

const colour = z.enum(CLUSTER_COLOURS)

export type ClusterColour = z.output<typeof colour>

export interface ColouredCluster {
  cluster: string
  colour: ClusterColour
}

export const colours = {
  list: call({ input: z.void(), output: of<ColouredCluster[]>() }),
  /** Null takes the colour away. */
  set: call({
    input: z.object({ cluster: z.string().max(300), colour: colour.nullable() }),
    output: of<ColouredCluster[]>(),
  }),
  changed: notice(of<ColouredCluster[]>()),
}
