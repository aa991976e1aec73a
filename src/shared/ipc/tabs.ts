import { call, of } from '../channel/declare.ts'
import { z } from '../channel/zod.ts'

/** A page and what it is about, as the window names it. */
const place = z.object({
  feature: z.string().max(100),
  cluster: z.string().max(300).nullable(),
  params: z.record(z.string().max(100), z.union([z.string().max(40_000), z.number()])).nullable(),
})

/** What was open when the window was last seen. */
export const openTabs = z.object({
  tabs: z
    .array(z.object({ history: z.array(place).min(1).max(50), position: z.number().int().min(0) }))
    .max(100),
  /** Index of the tab in view. */
  active: z.number().int().min(0),
  /** Visited last, newest first. */
  recent: z.array(place).max(100),
})

export type SavedPlace = z.output<typeof place>
export type OpenTabs = z.output<typeof openTabs>

export const tabs = {
  /** Null where none were ever saved. */
  load: call({ input: z.void(), output: of<OpenTabs | null>() }),
  save: call({ input: openTabs, output: of<void>() }),
}
