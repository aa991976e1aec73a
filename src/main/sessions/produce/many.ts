import type { ManyRecords, ProduceProgress } from '../../../shared/ipc/produce.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { pause } from '../pause.ts'
import { outgoing, sizeOf } from './content.ts'
import { expand } from './placeholders.ts'
import { TopicProducer } from './producer.ts'
import { Progress } from './progress.ts'

/** Of one round of requests. A record that is larger goes alone. */
export const ROUND_RECORDS = 1_000
export const ROUND_BYTES = 512 * 1024

/** Sends one record after the other, `intervalMs` apart, or without one in rounds as fast as brokers take them. */
export async function* produceMany(
  access: ClusterAccess,
  asked: ManyRecords,
  signal: AbortSignal,
): AsyncGenerator<ProduceProgress, void> {
  const producer = new TopicProducer(access, asked.topic, asked.acks, asked.keyless)
  const progress = new Progress(asked.count)
  const one = Math.max(1, sizeOf(outgoing(asked.record)))
  const atOnce =
    asked.intervalMs > 0 ? 1 : Math.max(1, Math.min(ROUND_RECORDS, Math.floor(ROUND_BYTES / one)))
  const beganMs = performance.now()
  for (let index = 0; index < asked.count && !signal.aborted; index += atOnce) {
    const length = Math.min(atOnce, asked.count - index)
    const records = Array.from({ length }, (_, step) => outgoing(expand(asked.record, index + step)))
    progress.take(await producer.send(records), () => null)
    if (progress.isDue) yield progress.tell(false)
    // By the clock, not by the pause: what a send took is not added to the interval.
    const nextMs = beganMs + (index + 1) * asked.intervalMs
    if (asked.intervalMs > 0 && index + 1 < asked.count) {
      await pause(Math.max(0, nextMs - performance.now()), signal)
    }
  }
  yield progress.tell(true)
}
