import { setTimeout as delay } from 'node:timers/promises'

/** Ends early, without a fuss, when nobody listens any more. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
