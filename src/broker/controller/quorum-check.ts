/**
 * A controller cut off from the others still reaches the metadata store, which is a file beside it, and would keep
 * its lease for ever while nobody can reach it. Kafka's quorum leader resigns when it no longer hears from a majority
 * (KAFKA-15489); ours gives way when it hears from a minority only.
 */
import type { MetadataImage } from '../metadata/image.ts'
import type { Heartbeats } from './heartbeats.ts'

export type Hearing = 'majority' | 'half' | 'minority'

/** How many of the unfenced brokers were heard since `sinceMs`; the controller hears itself. */
export function hearing(
  image: MetadataImage,
  heartbeats: Heartbeats,
  controllerId: number,
  sinceMs: number,
): Hearing {
  const alive = image.aliveBrokers()
  const heard = alive.filter(({ id }) => id === controllerId || heartbeats.heardSince(id, sinceMs)).length
  // Two brokers that do not hear each other are equally right: neither gives way.
  if (heard * 2 === alive.length) return 'half'
  return heard * 2 > alive.length ? 'majority' : 'minority'
}
