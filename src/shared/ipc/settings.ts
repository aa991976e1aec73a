import { call, notice, of } from '../channel/declare.ts'
import { z } from '../channel/zod.ts'

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  language: z.enum(['system', 'en', 'ko']).default('system'),
})

export type Settings = z.output<typeof settingsSchema>

/** Defaults would make a partial change reset what it doesn't name. */
const change = z.object({
  theme: settingsSchema.shape.theme.unwrap().optional(),
  language: settingsSchema.shape.language.unwrap().optional(),
})

export const settings = {
  get: call({ input: z.void(), output: of<Settings>() }),
  change: call({ input: change, output: of<Settings>() }),
  changed: notice(of<Settings>()),
}
