import type { ClientOf } from '../../shared/channel/client.ts'
import { call, notice, of } from '../../shared/channel/declare.ts'
import type { Failure } from '../../shared/channel/failure.ts'
import { z } from '../../shared/channel/zod.ts'
import type { DemoSettings } from '../../shared/ipc/demo.ts'
import { demoSettings } from '../../shared/ipc/demo.ts'

export type DemoRole = 'producer' | 'consumer'

/** Handed to a demo client's thread when it begins. */
export interface DemoClientOptions {
  role: DemoRole
  /** Its client id. */
  name: string
  bootstrapServers: string[]
  topic: string
  groupId: string
  settings: DemoSettings
}

/** What a client tells of itself, when it happens. */
export type ClientHappening =
  | { kind: 'rebalancing' }
  | { kind: 'joined'; memberId: string; generation: number | null; partitions: number[] }
  | { kind: 'grown'; partitions: number }
  | { kind: 'failed'; failure: Failure }

export interface ClientCount {
  /** Since it began. */
  records: number
  recordsPerSecond: number
}

/** Everything main may ask of a demo client and be told by it. */
export const demoClientContract = {
  client: {
    change: call({ input: demoSettings, output: of<void>() }),
    /** Answers, then does nothing for so long. */
    stall: call({ input: z.object({ durationMs: z.number().int().min(0) }), output: of<void>() }),
    /** Answers when it has said goodbye; its thread can be ended then. */
    leave: call({ input: z.void(), output: of<void>() }),
    happened: notice(of<ClientHappening>()),
    counted: notice(of<ClientCount>()),
  },
}

export type DemoThreadClient = ClientOf<typeof demoClientContract>
