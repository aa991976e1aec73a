import { call, notice, of } from '../channel/declare.ts'
import { z } from '../channel/zod.ts'

export interface AppInfo {
  version: string
  electron: string
  node: string
  platform: string
  /** Where the app keeps its own data, and the folder of local clusters. */
  dataDirectory: string
  clustersDirectory: string
  /** The operating system's language, as in `ko-KR`. */
  systemLocale: string
}

export interface MemoryUse {
  /** Resident memory of every process of the app, shared pages counted each time. */
  residentBytes: number
}

export const app = {
  info: call({ input: z.void(), output: of<AppInfo>() }),
  /** Through main, because the window is given no permission, the clipboard's neither. */
  copyText: call({ input: z.object({ text: z.string().max(1_000_000) }), output: of<void>() }),
  /** The window's first page is there and painted: what may be heavy can begin. */
  shown: call({ input: z.void(), output: of<void>() }),
  memory: notice(of<MemoryUse>()),
}
